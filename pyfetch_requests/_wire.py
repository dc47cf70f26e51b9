"""The seam: all that passes between the flow and the outside world."""

from __future__ import annotations

from collections.abc import AsyncIterable, Collection, Iterable, Mapping
from contextvars import ContextVar
from typing import NamedTuple, Protocol, TypeAlias

# As text: what only a type checker reads is not made for every program.
BytesLike: TypeAlias = "bytes | bytearray | memoryview"
# Of an answer that tells where to ask instead, with a Location. Source: RFC 9110, section 15.4.
REDIRECTS = (301, 302, 303, 307, 308)
RequestBody: TypeAlias = "BytesLike | Iterable[bytes] | AsyncIterable[bytes] | None"


class SendPlan(NamedTuple):
    """How one request is to travel; decided by the flow, and no part of the request.

    Attributes:
        follow: True lets a transport that cannot show redirects follow them itself.
        probe: False forbids the extra request that finds out why one has failed.
        expects_challenge: True where the flow can answer a 401, and no one else should.
    """

    follow: bool = True
    probe: bool = True
    expects_challenge: bool = False


_DEFAULT_PLAN = SendPlan()

# Adapters of the user's own have requests' signature of `send`, and many call ours in the end: the
# plan goes past them in the context of the call. In the arguments there is no place for it, and on
# the request it would be shared by all who send that request at the same time.
current_plan: ContextVar[SendPlan] = ContextVar("current_plan", default=_DEFAULT_PLAN)


class Route(NamedTuple):
    """What a browser decides by itself, and sockets have to be told.

    Attributes:
        verify: False checks no certificate, a path names what to check them by.
        cert: path of the client's certificate, or a pair with that of its key; None for none.
        proxy: URL of the proxy, None to go without.
        connect_timeout: seconds until there is a connection, None for no limit.
    """

    verify: object = True
    cert: object = None
    proxy: str | None = None
    connect_timeout: float | None = None


NO_ROUTE = Route()


class WireRequest(NamedTuple):
    """One request as a transport sends it.

    Attributes:
        method: upper case for the standard methods.
        url: absolute, without userinfo.
        headers: list of (name, value), both str, in order.
        body: bytes-like, chunks of bytes, or None for no body.
        headers_timeout: seconds until the response headers must be there, None for no limit.
        body_timeout: seconds that may pass between two chunks of the body, None for no limit.
        stream: False lets the transport read the whole body before it answers.
        follow: True lets a transport that cannot show redirects follow them itself.
        probe: False forbids the extra request that finds out why one has failed.
        expects_challenge: True where the flow can answer a 401, and no one else should.
        options: the fetch options that were given (see `FetchOptions`), without None values.
        route: how sockets get to the server; a browser knows by itself.
        upload_report: what is told how far the body is; only for a transport that can tell.
    """

    method: str
    url: str
    headers: list[tuple[str, str]]
    body: RequestBody = None
    headers_timeout: float | None = None
    body_timeout: float | None = None
    stream: bool = False
    follow: bool = True
    probe: bool = True
    expects_challenge: bool = False
    options: Mapping[str, object] = {}
    route: Route = NO_ROUTE
    upload_report: object = None


class Body(Protocol):
    """A response body that arrives in chunks."""

    async def read(self) -> bytes:
        """Return the next chunk as it arrived, b"" at the end.

        Raises:
            ChunkedEncodingError: the connection broke before the end.
            BodyTimeout: no chunk within the body limit.
        """

    async def close(self) -> None:
        """Give the connection back; what was not read is thrown away."""


class WireResponse(NamedTuple):
    """One answer as a transport got it.

    Attributes:
        status: the status code; 0 where the browser hides it.
        reason: the reason phrase, "" with HTTP/2.
        headers: (name, value), in order of arrival; only those the browser shows.
        url: where the answer came from, as the browser writes it, without a fragment; "" where it
            is the URL of the request.
        body: the body, not yet read.
        redirected: True where the browser followed redirects on its own.
        kind: fetch's response type, such as "basic", "cors", "opaque" or "opaqueredirect".
        rebuilt: True where a service worker made the answer itself: what led to it is not known.
        elapsed: seconds from sending to the headers, None where the transport does not measure.
    """

    status: int
    reason: str
    headers: Collection[tuple[str, str]]
    url: str
    body: Body
    redirected: bool = False
    kind: str = "default"
    elapsed: float | None = None
    rebuilt: bool = False


class Transport(Protocol):
    """Whatever carries requests: fetch, a synchronous XMLHttpRequest, a mock in a test."""

    async def send(self, request: WireRequest) -> WireResponse:
        """Send one request and return its answer.

        Raises:
            ConnectionError: no answer came (with its subclasses, `CORSError` among them).
            HeadersTimeout: no headers within the limit.
        """

    async def sleep(self, seconds: float) -> None:
        """Wait, as a retry policy asks for."""


class BytesBody:
    """A body that is complete already."""

    __slots__ = ("_rest",)

    def __init__(self, content: bytes) -> None:
        self._rest = content

    def take(self) -> bytes:
        """Return what is left, at once."""
        chunk, self._rest = self._rest, b""
        return chunk

    async def read(self) -> bytes:
        return self.take()

    async def close(self) -> None:
        self._rest = b""


async def join_body(body: RequestBody) -> bytes:
    """Gather a wire body into bytes, for transports that cannot do better."""
    if body is None:
        return b""
    if isinstance(body, (bytes, bytearray, memoryview)):
        return bytes(body)
    if isinstance(body, AsyncIterable):
        return b"".join([chunk async for chunk in body])
    return b"".join(body)
