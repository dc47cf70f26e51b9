"""All the ways a request can fail, under the names and bases that `requests` gives them.

Decides what the classes are, and which frames a traceback shows. Never what a failure is: the
transports and the flow do.

`RequestException` catches all of them. The classes that requests does not have (`CORSError`,
`HeadersTimeout`, `BodyTimeout`, `BrokenBodyError`, `BrowserLimitError`, `FetchOptionError`,
`FileChangedError`, `HashMismatchError`, `AbortError`) are subclasses of what requests raises in the
same situation, so code written for requests catches them.
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
    """A request failed; the base of every exception of this package.

    Attributes:
        request: the PreparedRequest (or Request) that failed, None if there was none yet.
        response: the Response with the failure, None if none arrived.
        is_final: True if the same request would fail again: the browser or its user refuses it.
    """

    # An OSError, as in requests (which writes IOError, its old name).

    is_final = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.response = kwargs.pop("response", None)
        self.request = kwargs.pop("request", None)
        if self.request is None and self.response is not None:
            self.request = getattr(self.response, "request", None)
        super().__init__(*args, **kwargs)

    def _repr_html_(self) -> str:
        """Return HTML for a notebook, for an exception that was caught."""
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
        # As in requests: the decoder's message becomes the one argument of the OSError.
        _JSONDecodeError.__init__(self, *args)
        InvalidJSONError.__init__(self, *self.args, **kwargs)

    def __reduce__(self) -> Any:
        # OSError would pickle the one formatted message; the decoder needs msg, doc and pos.
        return (*_JSONDecodeError.__reduce__(self), vars(self))


class HTTPError(RequestException):
    """The server answered with a 4xx or 5xx status; raised by `raise_for_status`."""


class ConnectionError(RequestException):
    """No complete response: the host is down, unknown or cut off, or the browser refuses it."""

    # The name shadows Python's own ConnectionError, as in requests; it is not a subclass of that.


class CORSError(ConnectionError):
    """The server answered, but the browser refuses to hand its response to this page.

    Source: WHATWG Fetch, section 3.2 (CORS protocol).
    """

    is_final = True  # it depends on the server's headers, and not on luck


class ProxyError(ConnectionError):
    """The proxy failed, or one was named in a browser, which takes its proxies from the system."""


class SSLError(ConnectionError):
    """The secure connection could not be established."""


class Timeout(RequestException):
    """The request took longer than its `timeout` allows; the base of the timeouts below."""


class ConnectTimeout(ConnectionError, Timeout):
    """No connection within the connect limit; such a request is safe to send again."""


class ReadTimeout(Timeout):
    """The server sent nothing for as long as the read limit allows."""


class HeadersTimeout(ConnectTimeout, ReadTimeout):
    """No response headers in time.

    A browser does not say whether it was still connecting or already waiting, so this is a
    `ConnectTimeout` and a `ReadTimeout`. Unlike with a mere ConnectTimeout, the request may have
    reached the server.
    """


class BodyTimeout(ReadTimeout, ConnectionError):
    """The body stalled: the time between two chunks was longer than the read limit.

    requests raises a ConnectionError ("Read timed out.") here, so this is both.
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
    """The URL is invalid."""


class InvalidHeader(RequestException, ValueError):
    """A header name or value may not be sent."""


class InvalidProxyURL(InvalidURL):
    """The URL of the proxy is invalid."""


class ChunkedEncodingError(RequestException):
    """The connection broke within the body, which is incomplete (chunked or not)."""


class ContentDecodingError(RequestException):
    """The body is not in the Content-Encoding that its header names."""

    # In requests it is urllib3's HTTPError as well; there is no urllib3 here.


class BrokenBodyError(ChunkedEncodingError, ContentDecodingError):
    """The body broke off, or is not in its Content-Encoding: a browser does not say which."""


class FileChangedError(RequestException):
    """A file that is read part by part has changed on the server since it was opened."""


class HashMismatchError(RequestException, ValueError):
    """A download does not have the expected hash; it was deleted."""


class StreamConsumedError(RequestException, TypeError):
    """The body of this response was consumed already."""


class RetryError(RequestException):
    """All tries that the retry policy allows have failed."""


class UnrewindableBodyError(RequestException):
    """A request would have to be sent again, but its body can be read only once."""


class AbortError(RequestException):
    """The request was aborted by its `signal`."""


class BrowserLimitError(RequestException, NotImplementedError):
    """The request is possible with sockets, but not from inside a browser.

    Raised before anything is sent; the message names the limit and a way around it.
    """


class FetchOptionError(RequestException, ValueError):
    """One of the caller's fetch options prevents the request; the message names it.

    Its value is invalid, it does not fit the request, or it did its job: `integrity` found other
    bytes, `redirect="error"` a redirect. The server is not to blame, and a retry does not help.
    """


class Reason(str):
    """The message of a failure, with the attributes of urllib3's exception in that place.

    requests' exceptions have urllib3's as the first of their `args`, and code asks for
    `error.args[0].reason`.

    Attributes:
        reason: the cause of the failure, another Reason; itself if there is no cause.
    """

    __slots__ = ("_reason",)
    _reason: str

    def __new__(cls, text: str, reason: str = "") -> Reason:
        """Create it from a message and the message of its cause."""
        self = super().__new__(cls, text)
        self._reason = reason
        return self

    @property
    def args(self) -> tuple[str]:
        """The message, in a tuple, as exceptions have it."""
        return (str(self),)

    @property
    def reason(self) -> Reason:
        """The cause of the failure."""
        return Reason(self._reason) if self._reason else self


class RequestsWarning(Warning):
    """The base of this package's warnings."""


class FileModeWarning(RequestsWarning, DeprecationWarning):
    """A file is open in text mode, but its length was determined in bytes."""


class RequestsDependencyWarning(RequestsWarning):
    """Never given; for code written for requests that filters it."""


_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")
_PACKAGE = __name__.partition(".")[0]
_PYODIDE = ("pyodide", "_pyodide", "pyodide_js")
_full_tracebacks: bool | None = None


def full_tracebacks(enabled: bool = True) -> None:
    """Show all frames of this package in tracebacks, and the causes of its exceptions.

    By default a traceback ends at the line that called this package. The environment variable
    `PYFETCH_REQUESTS_DEBUG=1` has the same effect, unless this was called.

    Args:
        enabled: False shows short tracebacks, whatever the variable says.
    """
    global _full_tracebacks  # noqa: PLW0603
    _full_tracebacks = enabled


def short_traceback(
    function: Callable[_Arguments, _Result],
) -> Callable[_Arguments, _Result]:
    """Make tracebacks of what a function raises end at the line that called it."""

    @wraps(function)
    def call(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> _Result:
        try:
            return function(*args, **kwargs)
        except BaseException as error:
            shorten(error)
            raise

    return call


def shorten(error: BaseException) -> None:
    """Remove the frames of this package from an exception that is about to leave it.

    To be followed by a bare `raise`: unlike `raise error`, it does not add a frame again. A cause
    from inside of this package is not shown, but stays reachable as `__context__`.
    """
    full = _full_tracebacks
    if full is None:
        # Asked anew for each failure: a cell of a notebook may have set it meanwhile.
        full = os.environ.get("PYFETCH_REQUESTS_DEBUG", "0") not in ("", "0")
    if full:
        return
    error.__traceback__ = _foreign_frames(error.__traceback__)
    cause = error.__cause__ or error.__context__
    if cause is None or cause.__traceback__ is None:  # None: made, and never raised
        return
    # A cause with a frame of the user's (a generator, a hook) is shown: there the mistake is.
    if _foreign_frames(cause.__traceback__) is None:
        # Assigning to __cause__ also sets __suppress_context__.
        error.__cause__, error.__context__ = None, cause


def _foreign_frames(traceback: TracebackType | None) -> TracebackType | None:
    """Return a traceback without the frames of this package, and of what it called in the library.

    Frames of the user's code stay, wherever they are: hooks, adapters, generators.
    """
    kept = []
    inside = False
    while traceback is not None:
        top = str(traceback.tb_frame.f_globals.get("__name__", "")).partition(".")[0]
        # The library alone does not make a frame ours: the user may have called json or asyncio.
        library = top in sys.stdlib_module_names or top in _PYODIDE
        inside = top == _PACKAGE or (inside and library)
        if not inside:
            kept.append(traceback)
        traceback = traceback.tb_next
    following = None
    for entry in reversed(kept):
        following = TracebackType(following, entry.tb_frame, entry.tb_lasti, entry.tb_lineno)
    return following
