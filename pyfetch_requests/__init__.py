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
from .exceptions import *  # noqa: F403
from .exceptions import __all__ as _exception_names
from .exceptions import full_tracebacks

if TYPE_CHECKING:
    from ._faces.asynchronous import HTTPAdapter, Response, Session
    from ._faces.one_shot import (
        delete,
        download,
        get,
        head,
        options,
        patch,
        post,
        put,
        request,
        session,
        sse,
    )
    from ._faces.through import ThroughAdapter
    from ._faces.websocket import websocket
    from ._nouns.auth import AuthBase, HTTPBasicAuth, HTTPProxyAuth
    from ._nouns.digest import HTTPDigestAuth
    from ._nouns.request import PreparedRequest, Request
    from ._nouns.retry import Retry
    from ._nouns.status_codes import codes
    from ._nouns.through import mount
    from ._stand_in.install import install, installed, uninstall
    from ._text.progress import Progress
    from ._transports.abort import AbortController, AbortSignal
    from ._transports.base_url import set_base_url

__version__ = "0.1.0"  # the build reads it here

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


# Imported when first used: `sync` and `install()` need nothing of the async face, and what most
# programs do not need must not delay their first request.
_LATE = {
    name: module
    for module, names in {
        "_faces.asynchronous": "HTTPAdapter Response Session",
        "_faces.one_shot": "delete download get head options patch post put request session sse",
        "_faces.through": "ThroughAdapter",
        "_faces.websocket": "websocket",
        "_nouns.auth": "AuthBase HTTPBasicAuth HTTPProxyAuth",
        "_nouns.digest": "HTTPDigestAuth",
        "_nouns.request": "PreparedRequest Request",
        "_nouns.retry": "Retry",
        "_nouns.status_codes": "codes",
        "_nouns.through": "mount",
        "_stand_in.install": "install installed uninstall",
        "_text.progress": "Progress",
        "_transports.abort": "AbortController AbortSignal",
        "_transports.base_url": "set_base_url",
    }.items()
    for name in names.split()
}


def __getattr__(name: str) -> Any:
    if name != "sync" and name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    # `from . import sync` would ask this function for the name, without end.
    from importlib import import_module

    if name == "sync":
        return import_module(f"{__name__}.sync")
    value = getattr(import_module(f"{__name__}.{_LATE[name]}"), name)
    globals()[name] = value  # asked for once
    return value


def __dir__() -> list[str]:
    # Tab completion shows what was not imported yet, too.
    return sorted({*globals(), *__all__})
