"""`urllib.request` over this package's blocking transports instead of a socket.

Decides how one request of urllib is sent, and what its answer looks like to urllib. Never decides
what happens next: openers and the handlers for errors, cookies and logins stay urllib's own.

`AbstractHTTPHandler.do_open` is the one place where urllib makes a connection. Replacing it serves
`urlopen`, openers that have been built already, and handlers derived from urllib's.
"""

from __future__ import annotations

import base64
import http.client
import io
import urllib.request
from typing import TYPE_CHECKING, Any, NoReturn, cast
from urllib.error import URLError
from urllib.parse import quote

from .._faces.blocking import Session
from .._transports import runtime
from ..exceptions import (
    BodyTimeout,
    BrowserLimitError,
    ChunkedEncodingError,
    ProxyError,
    RequestException,
    Timeout,
)

if TYPE_CHECKING:
    from .._faces.blocking import HTTPAdapter, Response
    from .._nouns.types import Data

_CHUNK = 1 << 16
# urllib sets these for its socket. `Connection: close` or "identity" are no wish of the caller.
_SOCKET_HEADERS = (
    "host",
    "connection",
    "content-length",
    "transfer-encoding",
    "accept-encoding",
    "proxy-authorization",
)
# The bytes are decoded already: code that sees these would decode them again, or miss some.
_CODED_BODY_HEADERS = ("content-encoding", "content-length", "transfer-encoding")


class TimedOut(URLError, TimeoutError):
    """No answer within `timeout`.

    urllib raises URLError if connecting takes too long, and a bare TimeoutError if the answer does.
    A browser does not distinguish the two, so this is both.
    """


class BodyTimedOut(BodyTimeout, TimeoutError):
    """The body stalled, for code that looks for `TimeoutError` or `socket.timeout`."""


class _Body(io.RawIOBase):
    """The bytes of an answer as they arrive, as the raw file below a buffer."""

    def __init__(self, response: Response) -> None:
        self._response = response
        self._chunks = response.iter_content(None)
        self._rest = memoryview(b"")
        self._given = 0
        self.ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        # 0 means the end of a file, and no piece of `iter_content` is empty.
        view = memoryview(buffer).cast("B")
        chunk = self._rest or memoryview(self._next())
        count = min(len(view), len(chunk))
        view[:count] = chunk[:count]
        self._rest = chunk[count:]
        self._given += count
        return count

    def tell(self) -> int:
        # A buffer subtracts what it still has.
        return self._given

    def readall(self) -> bytes:
        parts = [bytes(self._rest)]
        self._given += len(self._rest)
        self._rest = memoryview(b"")
        try:
            while chunk := self._next():
                parts.append(chunk)
                self._given += len(chunk)
        except http.client.IncompleteRead as error:
            # As in http.client: the exception carries what came before.
            raise http.client.IncompleteRead(b"".join(parts)) from error.__cause__
        return b"".join(parts)

    def _next(self) -> bytes:
        try:
            chunk = next(self._chunks, b"")
            self.ended = not chunk
            return chunk
        except ChunkedEncodingError as error:
            raise http.client.IncompleteRead(b"") from error
        except BodyTimeout as error:
            raise BodyTimedOut(str(error), request=error.request) from error

    def close(self) -> None:
        self._response.close()
        super().close()


class HTTPResponse(io.BufferedReader):
    """An answer with the names that `http.client.HTTPResponse` has.

    Attributes:
        status, code: the status code.
        reason, msg: the reason phrase.
        url: where the answer came from, after redirects.
        headers: `http.client.HTTPMessage`; without Content-Encoding and Content-Length where the
            body was coded, because its bytes are decoded already.
        version: 11 in any case; a browser does not expose the version of HTTP.
        chunked: whether the body came in chunks, where that can be seen.
    """

    version = 11
    will_close = True
    debuglevel = 0

    def __init__(self, response: Response) -> None:
        super().__init__(_Body(response), _CHUNK)
        self.status = self.code = int(response.status_code)
        self.reason = self.msg = str(response.reason or "")
        self.url = str(response.url)
        self.headers = message_of(response)
        self.chunked = "chunked" in self.headers.get("Transfer-Encoding", "").lower()
        self._length = _length_of(response, self.headers)
        self._consumed: int | None = None

    @property
    def length(self) -> int | None:
        """How many bytes are left, None if that is not known."""
        if self._length is None:
            return None
        return self._length - (super().tell() if self._consumed is None else self._consumed)

    def tell(self) -> NoReturn:
        """Refuse, as http.client does.

        Raises:
            io.UnsupportedOperation: always.
        """
        raise io.UnsupportedOperation("tell")

    def detach(self) -> NoReturn:
        """Refuse, as http.client does.

        Raises:
            io.UnsupportedOperation: always.
        """
        raise io.UnsupportedOperation("detach")

    def close(self) -> None:
        """Close the response; what is left of its body is not read."""
        if not self.closed:
            self._consumed = super().tell()
        super().close()

    def begin(self) -> None:
        """Do nothing: the headers are there."""

    def geturl(self) -> str:
        """Return the URL that the answer came from, after redirects."""
        return self.url

    def info(self) -> http.client.HTTPMessage:
        """Return the headers."""
        return self.headers

    def getcode(self) -> int:
        """Return the status code."""
        return self.status

    def getheader(self, name: str, default: Any = None) -> Any:
        """Return a header, repeated ones joined by commas, or the default."""
        values = self.headers.get_all(name)
        return ", ".join(values) if values else default

    def getheaders(self) -> list[tuple[str, str]]:
        """Return the headers as (name, value), in order."""
        return list(self.headers.items())

    def isclosed(self) -> bool:
        """Tell whether the response is closed, or has been read to its end."""
        # A buffer asks for more only when it is empty, so nothing is left in it at the end.
        return self.closed or cast("_Body", self.raw).ended

    @property
    def fp(self) -> HTTPResponse | None:
        """The file that is read, None at its end, as in http.client."""
        return None if self.isclosed() else self


def _length_of(response: Response, headers: http.client.HTTPMessage) -> int | None:
    """Return the length of a body, None if it is not known."""
    if response.request.method == "HEAD" or response.status_code in (204, 304):
        return 0
    # Another origin may hide that its body was coded.
    if runtime.IN_PYODIDE and not runtime.is_node() and response.type != "basic":
        return None
    value = headers.get("Content-Length", "")
    return int(value) if value.isascii() and value.isdecimal() else None


def message_of(response: Response) -> http.client.HTTPMessage:
    """Return the headers of an answer in urllib's class."""
    message = http.client.HTTPMessage()
    pairs = response.raw.header_pairs
    coded = any(name.lower() == "content-encoding" for name, _ in pairs)
    for name, value in pairs:
        if not (coded and name.lower() in _CODED_BODY_HEADERS):
            message.add_header(name, value)
    return message


def do_open(
    self: urllib.request.AbstractHTTPHandler,
    http_class: object,
    req: urllib.request.Request,
    **http_conn_args: object,
) -> HTTPResponse:
    """Send a request; stands in for `AbstractHTTPHandler.do_open`.

    Raises:
        URLError: no answer came; `reason` is the exception of this package, with its remedy.
    """
    if not req.host:  # the check and the words of the method that this replaces
        raise URLError("no host given")
    try:
        return HTTPResponse(_send(req, http_conn_args.get("context")))
    except Timeout as error:
        raise TimedOut(error) from error
    except RequestException as error:
        raise URLError(error) from error


def _proxies(req: urllib.request.Request) -> dict[str, str] | None:
    """Return the proxy of a request, which is in the place of its host; None for none.

    Raises:
        ProxyError: there is one, in a browser.
    """
    # With https the URL stays what the request is for, and only this tells.
    if not (req.has_proxy() or getattr(req, "_tunnel_host", None)):
        return None
    if runtime.IN_PYODIDE:
        raise ProxyError(
            "A proxy is set for this request (by ProxyHandler or the environment), but code in a "
            "browser cannot choose one. Remove it, or set the proxy in the browser or system."
        )
    login = ""
    if given := req.headers.get("Proxy-authorization"):
        decoded = base64.b64decode(given.partition(" ")[2]).decode("latin-1")
        user, _, password = decoded.partition(":")
        login = f"{quote(user, safe='')}:{quote(password, safe='')}@"
    return {"all": f"http://{login}{req.host}"}


def _send(req: urllib.request.Request, context: Any) -> Response:
    proxies = _proxies(req)
    # A session for each request: cookies and logins are those of urllib's own handlers.
    session = Session()
    session.trust_env = False  # urllib's handlers have evaluated the environment already
    session.headers.clear()  # or requests' defaults would go with urllib's
    # A browser has a context of its own, and Python gives one to every request from 3.12 on.
    if context is not None and not runtime.IN_PYODIDE:
        adapter = cast("HTTPAdapter", session.get_adapter("https://"))
        adapter.init_poolmanager(1, 1, ssl_context=context, is_complete=True)
        session.verify = bool(context.verify_mode)
    headers = {**req.headers, **req.unredirected_hdrs}
    return session.request(
        req.get_method(),
        req.full_url,
        data=cast("Data", req.data),
        headers={name: value for name, value in headers.items() if _is_the_callers(name, value)},
        timeout=_seconds(req),
        proxies=proxies,
        stream=True,
        # In Node, Deno and on CPython redirects are visible: urllib's own handler follows them.
        allow_redirects=runtime.IN_PYODIDE and not runtime.is_node(),
    )


def _is_the_callers(name: str, value: object) -> bool:
    # A User-Agent set by a program causes a CORS preflight in Firefox and WebKit.
    is_default = name.lower() == "user-agent" and str(value).startswith("Python-urllib/")
    return not is_default and name.lower() not in _SOCKET_HEADERS


def _seconds(req: urllib.request.Request) -> float | None:
    """Return the time limit of the request, None for none."""
    # urllib's default is a bare object(), socket._GLOBAL_DEFAULT_TIMEOUT.
    return req.timeout if isinstance(req.timeout, (int, float)) else None


def refuse_to_connect(self: http.client.HTTPConnection) -> None:
    """Stand in for `HTTPConnection.connect` in a browser, where there are no sockets.

    Raises:
        BrowserLimitError: always.
    """
    raise BrowserLimitError(
        f"http.client cannot connect to {self.host}: it opens a socket, which a browser does not "
        "have (xmlrpc.client uses it, too). Use urllib.request or pyfetch_requests instead."
    )


_replaced: dict[tuple[type, str], object] = {}
_MISSING = object()


def replace() -> None:
    """Make urllib send its requests by `do_open`, https included if Python has no `ssl`."""
    _set(urllib.request.AbstractHTTPHandler, "do_open", do_open)
    if runtime.IN_PYODIDE:
        _set(http.client.HTTPConnection, "connect", refuse_to_connect)
    if hasattr(http.client, "HTTPSConnection"):
        return
    # Without `ssl` (an optional package of Pyodide) urllib knows no https at all.
    handler = urllib.request.HTTPHandler
    _set(handler, "https_open", handler.http_open)
    _set(handler, "https_request", handler.http_request)
    # `urlopen` keeps an opener, which looked up the schemes of its handlers when it was built.
    opener = _default_opener()
    for one in opener.handlers if opener is not None else ():
        if isinstance(one, handler) and "https" not in opener.handle_open:
            opener.handle_open["https"] = [one]
            opener.process_request.setdefault("https", []).append(one)


def restore() -> None:
    """Undo `replace`."""
    for (owner, name), before in _replaced.items():
        if before is _MISSING:
            delattr(owner, name)
        else:
            setattr(owner, name, before)
    opener = _default_opener()
    if (urllib.request.HTTPHandler, "https_open") in _replaced and opener is not None:
        del opener.handle_open["https"], opener.process_request["https"]
    _replaced.clear()


def _default_opener() -> Any:
    """Return the opener that `urlopen` keeps, None before its first call."""
    return vars(urllib.request)["_opener"]


def _set(owner: type, name: str, value: object) -> None:
    # setdefault: what was there before the first replacement is what `restore` needs.
    _replaced.setdefault((owner, name), vars(owner).get(name, _MISSING))
    setattr(owner, name, value)
