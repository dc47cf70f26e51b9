"""requests for Python in the browser: async first, blocking too, over the browser's own fetch.

Decides which names are public. Never sends anything, and changes nothing by being imported.

Example:
    import pyfetch_requests

    response = await pyfetch_requests.get("https://api.example/things", params={"limit": 5})
    response.raise_for_status()
    things = response.json()

`pyfetch_requests.sync` has the same names without `await`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import exceptions
from ._faces.asynchronous import HTTPAdapter, OneShot, Response, Session, sse
from ._nouns.request import PreparedRequest, Request
from ._nouns.retry import Retry
from ._transports.runtime import set_base_url
from .exceptions import *  # noqa: F403
from .exceptions import __all__ as _exception_names
from .exceptions import full_tracebacks

if TYPE_CHECKING:
    from ._faces.through import ThroughAdapter
    from ._faces.websocket import websocket
    from ._nouns.auth import AuthBase, HTTPBasicAuth, HTTPProxyAuth
    from ._nouns.digest import HTTPDigestAuth
    from ._nouns.status_codes import codes
    from ._nouns.through import mount
    from ._stand_in.install import install, installed, uninstall
    from ._text.progress import Progress
    from ._transports.abort import AbortController, AbortSignal

__version__ = "0.1.0"  # the build reads it here

# Methods of one object instead of functions, so that each face writes the verbs once.
_one_shot = OneShot()
request = _one_shot.request
get = _one_shot.get
options = _one_shot.options
head = _one_shot.head
post = _one_shot.post
put = _one_shot.put
patch = _one_shot.patch
delete = _one_shot.delete
download = _one_shot.download
session = Session

__all__ = [  # noqa: PLE0604
    "AbortController", "AbortSignal", "AuthBase", "HTTPAdapter", "HTTPBasicAuth", "HTTPDigestAuth",
    "HTTPProxyAuth",
    "PreparedRequest", "Progress", "Request", "Response", "Retry", "Session", "ThroughAdapter",
    "__version__", "codes", "delete", "download",
    "exceptions", "full_tracebacks", "get", "head", "options", "patch", "post", "put", "request",
    "session", "sse", "install", "installed", "mount", "set_base_url", "uninstall",
    "websocket",
    *_exception_names,
]  # fmt: skip


# Imported when first used: what most programs do not need must not delay their first request.
_LATE = {
    "AbortController": "_transports.abort",
    "AbortSignal": "_transports.abort",
    "AuthBase": "_nouns.auth",
    "HTTPBasicAuth": "_nouns.auth",
    "HTTPDigestAuth": "_nouns.digest",
    "HTTPProxyAuth": "_nouns.auth",
    "Progress": "_text.progress",
    "ThroughAdapter": "_faces.through",
    "codes": "_nouns.status_codes",
    "install": "_stand_in.install",
    "installed": "_stand_in.install",
    "mount": "_nouns.through",
    "uninstall": "_stand_in.install",
    "websocket": "_faces.websocket",
}


def __getattr__(name: str) -> Any:
    if name != "sync" and name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    # `from . import sync` would ask this function for the name, without end.
    from importlib import import_module

    if name == "sync":
        return import_module(f"{__name__}.sync")
    return getattr(import_module(f"{__name__}.{_LATE[name]}"), name)


def __dir__() -> list[str]:
    # Tab completion shows what was not imported yet, too.
    return sorted({*globals(), *__all__})
