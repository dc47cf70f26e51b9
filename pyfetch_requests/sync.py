"""The blocking face: the names of `pyfetch_requests`, without `await`.

Decides which names are public. Never decides how a call waits: where it can switch stacks (JSPI:
Chromium, Firefox; entered by `runPythonAsync` or from a task) a request goes over `fetch`, and
other tasks run meanwhile. Elsewhere in a browser it is a synchronous XMLHttpRequest, which stops
the page or the worker until the response is there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import exceptions
from ._faces.blocking import HTTPAdapter, OneShot, Response, Session, open_url, sse
from ._nouns.request import PreparedRequest, Request
from ._nouns.retry import Retry
from .exceptions import *  # noqa: F403
from .exceptions import __all__ as _exception_names

if TYPE_CHECKING:
    from ._faces.through import ThroughAdapter
    from ._nouns.auth import AuthBase, HTTPBasicAuth, HTTPProxyAuth
    from ._nouns.digest import HTTPDigestAuth
    from ._nouns.status_codes import codes
    from ._text.progress import Progress
    from ._transports.abort import AbortController, AbortSignal

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
    "codes", "delete", "download", "exceptions",
    "get", "head", "open_url", "options", "patch", "post", "put", "request", "session", "sse",
    *_exception_names,
]  # fmt: skip


# Imported when first used, as in the package itself.
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
}


def __getattr__(name: str) -> Any:
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__package__}.{_LATE[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
