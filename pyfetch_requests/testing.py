"""For tests: responses made in Python, and recorded ones.

Decides nothing about a request: everything above the transports runs as always. Never sends
anything, on CPython or in a browser, unless a cassette records.

Example:
    def handler(request):
        return testing.respond(json={"path": request.url})

    with testing.mocked(handler):
        response = await pyfetch_requests.get("https://api.example/things")
    assert response.json() == {"path": "https://api.example/things"}
"""

from __future__ import annotations

import json as _json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from os import PathLike
from typing import Any

from ._stand_in.install import installed
from ._testing.cassette import MATCH, Cassette, Mode
from ._testing.exchanges import Exchange, NotRecordedError
from ._testing.matching import Rule
from ._transports import choose
from ._wire import Body, BytesBody, WireRequest, WireResponse, join_body

Handler = Callable[[WireRequest], "WireResponse | Exception"]

__all__ = [
    "Cassette",
    "ChunkedBody",
    "Exchange",
    "MockTransport",
    "NotRecordedError",
    "WireRequest",
    "WireResponse",
    "cassette",
    "mocked",
    "respond",
]


class ChunkedBody:
    """A body that arrives in the given chunks; an exception among them is raised in its place.

    Attributes:
        closed: True once the connection was freed.
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
        """Discard the rest."""
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
    """Create a response for a handler to return.

    Args:
        status: the status code.
        content: the body: bytes, str (encoded as UTF-8), or a list of chunks and exceptions.
        headers: mapping or (name, value) pairs.
        json: a value, sent as JSON with its Content-Type.
        reason: the reason phrase; None for the standard one of the status.
        url, redirected, kind: see `WireResponse`.

    Raises:
        TypeError: the status is not a number.
    """
    if not isinstance(status, int):  # `respond("text")` looks right
        raise TypeError(f"The status comes first: use respond(content=...) for {status!r:.40}")
    # Pairs allow a header twice, such as Set-Cookie.
    pairs = list(headers.items() if isinstance(headers, Mapping) else headers)
    if json is not None:  # so `json=None` is no JSON; content="null" is
        content = _json.dumps(json)
        pairs.append(("Content-Type", "application/json"))
    if reason is None:  # "" is one as well, that of HTTP/2
        from http.client import responses

        reason = responses.get(status, "")
    if isinstance(content, str):
        content = content.encode("utf-8")
    body: Body = BytesBody(content) if isinstance(content, bytes) else ChunkedBody(content)
    return WireResponse(status, reason, pairs, url, body, redirected, kind)


class MockTransport:
    """Responds to requests by calling a function, and records them.

    Args:
        handler: takes the WireRequest, whose body is bytes or None here, and returns a response
            (see `respond`) or an exception to raise.

    Attributes:
        handler: that function; it may be replaced at any time.
        requests: list of the WireRequests, in order.
        slept: list of the seconds that retries asked to wait; there is no actual wait.
    """

    def __init__(self, handler: Handler) -> None:
        self.handler = handler
        self.requests: list[WireRequest] = []
        self.slept: list[float] = []

    async def send(self, request: WireRequest) -> WireResponse:
        """Respond to a request."""
        # A generator can be read once: the handler and the test afterwards both look at the body.
        body = None if request.body is None else await join_body(request.body)
        request = request._replace(body=body)
        self.requests.append(request)
        answer = self.handler(request)
        if isinstance(answer, Exception):  # returned, so that a handler can be a lambda
            raise answer
        if not isinstance(answer, WireResponse):
            given = type(answer).__name__
            raise TypeError(f"A handler returns testing.respond(...) or an exception, not {given}")
        return answer

    async def sleep(self, seconds: float) -> None:
        """Record a wait."""
        self.slept.append(seconds)


@contextmanager
def mocked(
    handler: Handler | MockTransport, install: str | Sequence[str] = ()
) -> Iterator[MockTransport]:
    """Send every request of both faces to a handler, within a `with` block.

    Args:
        handler: see `MockTransport`.
        install: what else to redirect there within the block: "urllib", or another name that
            `pyfetch_requests.install` takes.
    """
    transport = handler if isinstance(handler, MockTransport) else MockTransport(handler)
    names = (install,) if isinstance(install, str) else tuple(install)
    # force: also where the real library was imported, as it usually is when tests run.
    with installed(*names, force=True) if names else nullcontext():
        before = choose.set_default_transport(transport)
        try:
            yield transport
        finally:
            choose.set_default_transport(before)


def cassette(
    path: str | PathLike[str],
    mode: Mode = "replay",
    *,
    match: Iterable[Rule] = MATCH,
    hide: Iterable[str] = (),
    timing: bool = False,
    repeat: bool = False,
) -> Cassette:
    """Record real exchanges in a file, and replay them from it, on CPython and in a browser.

    Use it in a `with` block, or between `start()` and `stop()`. Each response is replayed once, in
    the order in which they were recorded.

    Args:
        path: of the file, which is JSON; it is written when the recording ends.
        mode: "replay" sends nothing. "record" sends everything, and replaces the file. "new" sends
            what is not in the file, and adds it. "all" sends everything, and keeps those exchanges
            of the file that were not requested again.
        match: by what a request is recognised: names ("method", "url", "body", "origin", "path",
            "query", "headers") and functions of two WireRequests, the new one and a recorded one.
        hide: names of headers, URL parameters and fields in bodies (JSON, forms, multipart) whose
            values are not written. Those of Authorization and of cookies never are. A hidden value
            of at least 8 characters is hidden wherever else it occurs.
        timing: True also records and replays the chunks of bodies and the time between them.
        repeat: True replays the last response again if a request comes more often than recorded.

    Raises:
        ValueError: an unknown mode or name in `match`, or a file that is not a cassette.
        FileNotFoundError: when it starts in mode "replay": there is no file.
        NotRecordedError: during replay: a request was not recorded. It is a LookupError and not a
            RequestException, so that no code takes it for a network failure.
    """
    return Cassette(path, mode, match=match, hide=hide, timing=timing, repeat=repeat)
