"""The seam between the flow and the transports: what goes out, what comes in, and who carries it.

Decides the shape of these values. Never what is in them, and nothing here waits.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, Collection, Iterable, Mapping
from contextvars import ContextVar
from typing import NamedTuple, Protocol, TypeAlias

# Strings, so that programs do not build unions at import that only a type checker reads.
BytesLike: TypeAlias = "bytes | bytearray | memoryview"
# The statuses that redirect by a Location: RFC 9110, section 15.4. As in requests, not 300.
REDIRECTS = (301, 302, 303, 307, 308)
RequestBody: TypeAlias = "BytesLike | Iterable[bytes] | AsyncIterable[bytes] | None"


class SendPlan(NamedTuple):
    """How to send a request; decided by the flow, and not part of the request.

    Attributes:
        follow: True lets a transport that cannot show redirects follow them itself.
        probe: False forbids the extra request that finds out why one has failed.
        expects_challenge: True if the flow can respond to a 401, and the browser should not.
    """

    follow: bool = True
    probe: bool = True
    expects_challenge: bool = False


_DEFAULT_PLAN = SendPlan()

# Users' own adapters have requests' signature of `send`, and many call ours in the end: the plan
# passes them by in the context of the call. Their arguments have no place for it, and on the
# request it would be shared by everyone who sends that request at the same time.
current_plan: ContextVar[SendPlan] = ContextVar("current_plan", default=_DEFAULT_PLAN)


class Route(NamedTuple):
    """What a browser decides itself, and sockets have to be told.

    Attributes:
        verify: False checks no certificate; a path names the CA bundle to check by.
        cert: path of the client certificate, or a pair with that of its key; None for none.
        proxy: URL of the proxy, None for a direct connection.
        connect_timeout: seconds to wait for a connection, None for no limit.
        pool: settings of the connections, under urllib3's names; None for none.
    """

    verify: object = True
    cert: object = None
    proxy: str | None = None
    connect_timeout: float | None = None
    pool: Mapping[str, object] | None = None


NO_ROUTE = Route()


class WireRequest(NamedTuple):
    """A request as a transport sends it.

    Attributes:
        method: upper case for the standard methods.
        url: absolute, without userinfo.
        headers: list of (name, value), both str, in order.
        body: bytes-like, chunks of bytes, or None for no body.
        headers_timeout: seconds until the response headers must be there, None for no limit.
        body_timeout: seconds that may pass between two chunks of the body, None for no limit.
        stream: False lets the transport read the whole body before it returns.
        follow, probe, expects_challenge: see `SendPlan`.
        options: the fetch options that were given (see `FetchOptions`), without None values.
        route: how sockets reach the server; a browser decides that itself.
        upload_report: called with the progress of the upload, by a transport that knows it.
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

    # No size: how much a reader gets at once is decided in one place, `RawBase`.
    async def read(self) -> bytes:
        """Return the next chunk as it arrived, b"" at the end.

        Raises:
            ChunkedEncodingError: the connection broke before the end.
            BodyTimeout: no chunk within the body limit.
        """

    async def close(self) -> None:
        """Free the connection; unread data is discarded."""


class WireResponse(NamedTuple):
    """A response as a transport received it.

    Attributes:
        status: the status code; 0 if the browser hides it.
        reason: the reason phrase, "" with HTTP/2.
        headers: (name, value), in order of arrival; only those that the browser shows.
        url: where the response came from, as the browser writes it, without a fragment; "" if it
            is the URL of the request.
        body: the body, not yet read.
        redirected: True if the browser followed redirects itself.
        kind: fetch's response type, such as "basic", "cors", "opaque" or "opaqueredirect".
        rebuilt: True if a service worker made the response itself: what led to it is unknown.
        elapsed: seconds from sending to the headers, None if the transport does not measure.
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
    """What sends requests: fetch, a synchronous XMLHttpRequest, sockets, a mock in a test."""

    async def send(self, request: WireRequest) -> WireResponse:
        """Send one request and return its response.

        Raises:
            ConnectionError: there was no response (also by a subclass, such as `CORSError`).
            HeadersTimeout: no headers within the limit.
        """

    # Part of a transport, because only it knows whether waiting may block, and mocks do not wait.
    async def sleep(self, seconds: float) -> None:
        """Wait before the next try."""


class BytesBody:
    """A body that is complete already."""

    __slots__ = ("_rest",)

    def __init__(self, content: bytes) -> None:
        self._rest = content

    def take(self) -> bytes:
        """Return what is left; unlike `read` without a coroutine, for the usual body."""
        chunk, self._rest = self._rest, b""
        return chunk

    async def read(self) -> bytes:
        return self.take()

    async def close(self) -> None:
        self._rest = b""


async def join_body(body: RequestBody) -> bytes:
    """Join a request body into bytes, for transports that need all of it at once."""
    if body is None:
        return b""
    if isinstance(body, (bytes, bytearray, memoryview)):
        return bytes(body)
    if isinstance(body, AsyncIterable):
        return b"".join([chunk async for chunk in body])
    return b"".join(body)
