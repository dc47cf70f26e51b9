"""For tests: answers that are made in Python, and real ones that were recorded.

Nothing leaves the interpreter, on CPython or in a browser, unless it is to be recorded.

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
        handler: that function; it may be changed at any time.
        requests: list of the WireRequests, in order.
        slept: list of the seconds that were to be waited; nobody waits.
    """

    def __init__(self, handler: Handler) -> None:
        self.handler = handler
        self.requests: list[WireRequest] = []
        self.slept: list[float] = []

    async def send(self, request: WireRequest) -> WireResponse:
        """Answer a request."""
        body = None if request.body is None else await join_body(request.body)
        request = request._replace(body=body)
        self.requests.append(request)
        answer = self.handler(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def sleep(self, seconds: float) -> None:
        """Remember a wait."""
        self.slept.append(seconds)


@contextmanager
def mocked(
    handler: Handler | MockTransport, install: str | Sequence[str] = ()
) -> Iterator[MockTransport]:
    """Send every request of both faces to a handler, within a `with` block.

    Args:
        handler: see `MockTransport`.
        install: names of what else goes there within the block: "urllib", or another name that
            `pyfetch_requests.install` knows.
    """
    transport = handler if isinstance(handler, MockTransport) else MockTransport(handler)
    names = (install,) if isinstance(install, str) else tuple(install)
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
    """Record real exchanges in a file, and give them again from it, on CPython and in a browser.

    Use it in a `with` block, or between `start()` and `stop()`. Each answer is given once, in the
    order in which they were recorded.

    Args:
        path: of the file, which is JSON; it is written when the recording ends.
        mode: "replay" sends nothing. "record" sends everything, and writes the file anew. "new"
            sends what the file does not have, and adds it. "all" sends everything, and keeps of
            the file what was not asked for again.
        match: what makes a request the one that was recorded: names ("method", "url", "body",
            "origin", "path", "query", "headers") and functions of two WireRequests, the one that is
            asked for first.
        hide: names of headers, of parameters in URLs and of fields in bodies (JSON, forms,
            multipart) whose values are not written. Those of Authorization and of cookies never
            are. A hidden value of 8 letters and more is hidden wherever else it stands.
        timing: True records the chunks of bodies and the time between them, which are given again.
        repeat: True gives the last answer again where a request comes more often than it did.

    Raises:
        ValueError: a mode or a name in `match` that there is not, or a file that is no cassette.
        FileNotFoundError: in mode "replay", when it starts: there is no file.
        NotRecordedError: while it replays: a request was not recorded. A LookupError, and no
            RequestException, so that no code takes it for a failure of the network.
    """
    return Cassette(path, mode, match=match, hide=hide, timing=timing, repeat=repeat)
