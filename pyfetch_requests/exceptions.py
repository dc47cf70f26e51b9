"""Every way a request can fail, under the names and bases that `requests` gives them.

A client catches `RequestException` for all of them. The classes that have no twin in requests
(`CORSError`, `HeadersTimeout`, `BodyTimeout`, `BrokenBodyError`, `BrowserLimitError`,
`FetchOptionError`, `FileChangedError`, `HashMismatchError`, `AbortError`) are subclasses of the
class that requests raises in the same situation, so code written for requests catches them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import wraps
from json import JSONDecodeError as _JSONDecodeError
from types import TracebackType
from typing import Any, ParamSpec, TypeVar

__all__ = [
    "AbortError",
    "BodyTimeout",
    "BrokenBodyError",
    "BrowserLimitError",
    "CORSError",
    "ChunkedEncodingError",
    "ConnectTimeout",
    "ConnectionError",
    "ContentDecodingError",
    "FetchOptionError",
    "FileChangedError",
    "FileModeWarning",
    "HTTPError",
    "HashMismatchError",
    "HeadersTimeout",
    "InvalidHeader",
    "InvalidJSONError",
    "InvalidProxyURL",
    "InvalidSchema",
    "InvalidURL",
    "JSONDecodeError",
    "MissingSchema",
    "ProxyError",
    "ReadTimeout",
    "RequestException",
    "RequestsDependencyWarning",
    "RequestsWarning",
    "RetryError",
    "SSLError",
    "StreamConsumedError",
    "Timeout",
    "TooManyRedirects",
    "URLRequired",
    "UnrewindableBodyError",
]


class RequestException(OSError):
    """Something went wrong with a request; the base of every exception of this package.

    Attributes:
        request: the PreparedRequest (or Request) that failed, None where there was none yet.
        response: the Response that carries the failure, None where none arrived.
        is_final: True where the same request would fail again: the browser or its user refuses it.
    """

    is_final = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.response = kwargs.pop("response", None)
        self.request = kwargs.pop("request", None)
        if self.request is None and self.response is not None:
            self.request = getattr(self.response, "request", None)
        super().__init__(*args, **kwargs)

    def _repr_html_(self) -> str:
        """Return what a notebook shows of a failure that was caught."""
        from ._display.failures import failure

        show = getattr(
            self.response if self.response is not None else self.request, "_repr_html_", None
        )
        return failure(self, show() if show else "")


class InvalidJSONError(RequestException):
    """The value given as `json=` cannot be written as JSON."""


class JSONDecodeError(InvalidJSONError, _JSONDecodeError):
    """The body of a response is not JSON; `msg`, `doc` and `pos` tell where."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        _JSONDecodeError.__init__(self, *args)
        InvalidJSONError.__init__(self, *self.args, **kwargs)

    def __reduce__(self) -> Any:
        # OSError would pickle the one formatted message; the decoder needs msg, doc and pos.
        return (*_JSONDecodeError.__reduce__(self), vars(self))


class HTTPError(RequestException):
    """The server answered with a 4xx or 5xx status; raised by `raise_for_status`."""


class ConnectionError(RequestException):
    """No complete answer came: the host is dead, unknown, refused by the browser, or cut off."""


class CORSError(ConnectionError):
    """The server is there, but the browser refuses to hand its answer to this page.

    Source: WHATWG Fetch, section 3.2 (CORS protocol).
    """

    is_final = True


class ProxyError(ConnectionError):
    """A proxy was named for the request; a browser takes its proxies from the system only."""


class SSLError(ConnectionError):
    """The secure connection could not be made."""


class Timeout(RequestException):
    """The request took longer than its `timeout` allows. Catches all the classes below."""


class ConnectTimeout(ConnectionError, Timeout):
    """No connection within the connect limit; such a request is safe to send again."""


class ReadTimeout(Timeout):
    """The server sent nothing for as long as the read limit allows."""


class HeadersTimeout(ConnectTimeout, ReadTimeout):
    """No response headers in time.

    The browser does not say whether it was still connecting or already waiting, so this is a
    `ConnectTimeout` and a `ReadTimeout` at once. Unlike a pure ConnectTimeout, the request may
    have reached the server.
    """


class BodyTimeout(ReadTimeout, ConnectionError):
    """The body stalled: the gap between two chunks grew longer than the read limit.

    requests raises ConnectionError here and says "read timed out"; both are caught.
    """


class URLRequired(RequestException):
    """A request needs a URL."""


class TooManyRedirects(RequestException):
    """More redirects than `Session.max_redirects`."""


class MissingSchema(RequestException, ValueError):
    """The URL has no scheme such as http:// or https://."""


class InvalidSchema(RequestException, ValueError):
    """No adapter is mounted for the URL's scheme."""


class InvalidURL(RequestException, ValueError):
    """The URL cannot be understood."""


class InvalidHeader(RequestException, ValueError):
    """A header name or value may not go on the wire."""


class InvalidProxyURL(InvalidURL):
    """The URL of the proxy cannot be understood."""


class ChunkedEncodingError(RequestException):
    """The connection broke inside the body: what arrived is not the whole of it."""


class ContentDecodingError(RequestException):
    """The body is not in the Content-Encoding that its header names."""


class BrokenBodyError(ChunkedEncodingError, ContentDecodingError):
    """The body broke off, or it is not in its Content-Encoding: a browser does not say which."""


class FileChangedError(RequestException):
    """A file that is read part by part is not what it was when it was opened."""


class HashMismatchError(RequestException, ValueError):
    """What was downloaded does not have the hash that it was to have; it was thrown away."""


class StreamConsumedError(RequestException, TypeError):
    """The content of this response was consumed already."""


class RetryError(RequestException):
    """Every try that the retry policy allows has failed."""


class UnrewindableBodyError(RequestException):
    """A request would have to be sent again, but its body can be read only once."""


class AbortError(RequestException):
    """The request was ended by the `signal` that it was given."""


class BrowserLimitError(RequestException, NotImplementedError):
    """What was asked for is possible with sockets, but not from inside a browser.

    Raised before anything is sent; the message names the limit and a way around it.
    """


class FetchOptionError(RequestException, ValueError):
    """A fetch option of the caller's own stands in the way; the message names it.

    Its value is none that there is, it does not fit the request, or it did what it is there for:
    `integrity` met other bytes, `redirect="error"` a redirect. The server is not to blame, and
    trying again does not help.
    """


class Reason(str):
    """The text of a failure, with what code asks of urllib3's exception that requests has there.

    It is the first of an exception's `args`.

    Attributes:
        reason: what was behind the failure, such a text again; itself where nothing was.
    """

    __slots__ = ("_reason",)
    _reason: str

    def __new__(cls, text: str, reason: str = "") -> Reason:
        """Take a text, and what was behind it."""
        self = super().__new__(cls, text)
        self._reason = reason
        return self

    @property
    def args(self) -> tuple[str]:
        """The text, in a tuple."""
        return (str(self),)

    @property
    def reason(self) -> Reason:
        """What was behind the failure."""
        return Reason(self._reason) if self._reason else self


class RequestsWarning(Warning):
    """The base of this package's warnings."""


class FileModeWarning(RequestsWarning, DeprecationWarning):
    """A file was opened in text mode, but its length was taken in bytes."""


class RequestsDependencyWarning(RequestsWarning):
    """Kept for code that filters it; this package has no dependency to warn about."""


_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")
_PACKAGE = __name__.partition(".")[0]
_PYODIDE = ("pyodide", "_pyodide", "pyodide_js")
_full_tracebacks: bool | None = None


def full_tracebacks(enabled: bool = True) -> None:
    """Show all frames of this package in tracebacks, and the exceptions behind its own.

    A traceback else ends at the line that called this package. The environment variable
    `PYFETCH_REQUESTS_DEBUG=1` does the same for as long as this was not called.

    Args:
        enabled: False shows them short, whatever the variable says.
    """
    global _full_tracebacks  # noqa: PLW0603
    _full_tracebacks = enabled


def short_traceback(
    function: Callable[_Arguments, _Result],
) -> Callable[_Arguments, _Result]:
    """Make what a function raises end, in a traceback, at the line that called it."""

    @wraps(function)
    def call(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> _Result:
        try:
            return function(*args, **kwargs)
        except BaseException as error:
            shorten(error)
            raise

    return call


def shorten(error: BaseException) -> None:
    """Take the frames of this package out of an exception that is about to leave it.

    To be followed by a bare `raise`, which, unlike every other one, adds no frame of its own.
    An exception that was caught in here on the way is left out of what is shown; it stays
    reachable as `__context__`.
    """
    full = _full_tracebacks
    if full is None:
        full = os.environ.get("PYFETCH_REQUESTS_DEBUG", "0") not in ("", "0")
    if full:
        return
    error.__traceback__ = _foreign_frames(error.__traceback__)
    behind = error.__cause__ or error.__context__
    if behind is None or behind.__traceback__ is None:
        return
    if _foreign_frames(behind.__traceback__) is None:
        error.__cause__, error.__context__ = None, behind
        error.__suppress_context__ = True


def _foreign_frames(traceback: TracebackType | None) -> TracebackType | None:
    """Return a traceback without our frames, and without what they called of the library.

    Frames of the user's own code stay, wherever they are: hooks, adapters, generators.
    """
    kept = []
    inside = False
    while traceback is not None:
        top = str(traceback.tb_frame.f_globals.get("__name__", "")).partition(".")[0]
        library = top in sys.stdlib_module_names or top in _PYODIDE
        inside = top == _PACKAGE or (inside and library)
        if not inside:
            kept.append(traceback)
        traceback = traceback.tb_next
    following = None
    for entry in reversed(kept):
        following = TracebackType(following, entry.tb_frame, entry.tb_lasti, entry.tb_lineno)
    return following
