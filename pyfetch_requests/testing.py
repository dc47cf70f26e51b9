"""A transport for tests: answers are made in Python, and nothing leaves the interpreter.

Example:
    def handler(request):
        return testing.respond(json={"path": request.url})

    with testing.mocked(handler):
        response = await pyfetch_requests.get("https://api.example/things")
    assert response.json() == {"path": "https://api.example/things"}
"""

from __future__ import annotations

import json as _json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from ._transports import choose
from ._wire import Body, BytesBody, WireRequest, WireResponse, join_body

Handler = Callable[[WireRequest], "WireResponse | Exception"]

__all__ = ["ChunkedBody", "MockTransport", "WireRequest", "WireResponse", "mocked", "respond"]


class ChunkedBody:
    """A body that arrives in the chunks given; an exception among them is raised there.

    Attributes:
        closed: whether the connection was given back.
    """

    def __init__(self, chunks: Sequence[bytes | Exception]) -> None:
        self._chunks = list(chunks)
        self.closed = False

    async def read(self) -> bytes:
        """Return the next chunk, b"" at the end."""
        if not self._chunks:
            return b""
        chunk = self._chunks.pop(0)
        if isinstance(chunk, Exception):
            raise chunk
        return chunk

    async def close(self) -> None:
        """Throw the rest away."""
        self._chunks.clear()
        self.closed = True


def respond(
    status: int = 200,
    content: bytes | str | Sequence[bytes | Exception] = b"",
    *,
    headers: Mapping[str, str] | Sequence[tuple[str, str]] = (),
    json: Any = None,
    reason: str | None = None,
    url: str = "",
    redirected: bool = False,
    kind: str = "default",
) -> WireResponse:
    """Make an answer.

    Args:
        status: the status code.
        content: the body: bytes, str (as UTF-8), or a list of chunks, exceptions among them.
        headers: mapping or (name, value) pairs.
        json: a value, sent as JSON with its Content-Type.
        reason: the reason phrase; that of the status where it is None.
        url, redirected, kind: see `WireResponse`.
    """
    pairs = list(headers.items() if isinstance(headers, Mapping) else headers)
    if json is not None:
        content = _json.dumps(json)
        pairs.append(("Content-Type", "application/json"))
    if reason is None:
        from http.client import responses

        reason = responses.get(status, "")
    if isinstance(content, str):
        content = content.encode("utf-8")
    body: Body = BytesBody(content) if isinstance(content, bytes) else ChunkedBody(content)
    return WireResponse(status, reason, pairs, url, body, redirected, kind)


class MockTransport:
    """Answers requests by calling a function, and remembers them.

    Args:
        handler: takes the WireRequest, whose body is bytes here, and returns an answer (see
            `respond`) or an exception to raise.

    Attributes:
        requests: list of the WireRequests, in order.
        slept: list of the seconds that were to be waited; nobody waits.
    """

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self.requests: list[WireRequest] = []
        self.slept: list[float] = []

    async def send(self, request: WireRequest) -> WireResponse:
        """Answer a request."""
        body = None if request.body is None else await join_body(request.body)
        request = request._replace(body=body)
        self.requests.append(request)
        answer = self._handler(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def sleep(self, seconds: float) -> None:
        """Remember a wait."""
        self.slept.append(seconds)


@contextmanager
def mocked(handler: Handler | MockTransport) -> Iterator[MockTransport]:
    """Send every request of both faces to a handler, within a `with` block."""
    transport = handler if isinstance(handler, MockTransport) else MockTransport(handler)
    before = choose.set_default_transport(transport)
    try:
        yield transport
    finally:
        choose.set_default_transport(before)
