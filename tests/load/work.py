"""The loads, as they run inside Pyodide; each call is one batch of them."""

from __future__ import annotations

import asyncio
import gc
import hashlib
from collections.abc import Callable, Coroutine
from typing import Any

import pyfetch_requests
from pyfetch_requests import sync
from pyfetch_requests.exceptions import (
    AbortError,
    ChunkedEncodingError,
    ConnectionError,
    CORSError,
    HeadersTimeout,
    HTTPError,
    JSONDecodeError,
)
from tests.server import Urls

BODY = bytes(range(256)) * 4


async def sequential(urls: Urls, count: int) -> None:
    """Requests one after another, in a session and without, every one with the same signal."""
    signal = common_signal()
    async with pyfetch_requests.Session() as session:
        for number in range(count):
            face = session if number % 2 else pyfetch_requests
            answer = await face.post(urls.respond(), data=BODY, signal=signal, timeout=60)
            assert answer.content == BODY


_controller = pyfetch_requests.AbortController()


def common_signal() -> Any:
    """One signal for all loads; `globalThis.listeners` counts what listens to it."""
    import js
    from pyodide.code import run_js

    count_listeners = run_js("""(signal) => {
        globalThis.listeners = 0;
        const { addEventListener, removeEventListener } = signal;
        signal.addEventListener = (...parts) => {
            globalThis.listeners += 1;
            return addEventListener.apply(signal, parts);
        };
        signal.removeEventListener = (...parts) => {
            globalThis.listeners -= 1;
            return removeEventListener.apply(signal, parts);
        };
    }""")
    if not hasattr(js, "listeners"):
        count_listeners(_controller.signal.js_signal)
    return _controller.signal


async def concurrent(urls: Urls, count: int) -> None:
    """All at once."""
    calls = [pyfetch_requests.get(urls.echo(f"?n={number}")) for number in range(count)]
    answers = await asyncio.gather(*calls)
    assert [answer.json()["target"] for answer in answers] == [
        f"/echo?n={number}" for number in range(count)
    ]


async def leave_unread(url: str) -> None:
    await pyfetch_requests.get(url, stream=True)


async def read_half(url: str) -> None:
    answer = await pyfetch_requests.get(url, stream=True, signal=common_signal())
    assert await answer.raw.read(3) == b"xxx"


async def break_out(url: str) -> None:
    answer = await pyfetch_requests.get(url, stream=True, timeout=60)
    async for piece in answer.iter_content(1):
        assert piece == b"x"
        break


async def close(url: str) -> None:
    async with await pyfetch_requests.get(url, stream=True) as answer:
        assert answer.ok


async def cancel_while_reading(url: str) -> None:
    async def read_all() -> None:
        answer = await pyfetch_requests.get(url, stream=True)
        reading.set()
        await answer.read()

    reading = asyncio.Event()
    task = asyncio.create_task(read_all())
    await reading.wait()
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()


async def abort_while_reading(url: str) -> None:
    controller = pyfetch_requests.AbortController()
    answer = await pyfetch_requests.get(url, stream=True, signal=controller.signal)
    assert await answer.raw.read(1) == b"x"
    controller.abort()
    await expect(AbortError, answer.read())


STREAMS: list[Callable[[str], Coroutine[Any, Any, None]]] = [
    leave_unread, read_half, break_out, close, cancel_while_reading, abort_while_reading,
]  # fmt: skip


async def streams(urls: Urls, count: int, name: str) -> None:
    """Streams that never end, opened and dropped in every way."""
    url = urls.respond(b"x" * 9, cut=8, sizes=[4], how="stall", id=name)
    for number in range(count):
        # Each its own: a cache begins anew what another one has left half read.
        await STREAMS[number % len(STREAMS)](f"{url}&n={number}")


async def event_streams(urls: Urls, count: int, name: str) -> None:
    """Streams of events that go on for ever, left by leaving the block or by a cancellation."""
    url = urls.events(9, pause=600, id=name)

    async def listen(number: int) -> None:
        async with pyfetch_requests.sse(f"{url}&n={number}", signal=common_signal()) as events:
            first = await anext(events)
            assert first.id == "1"
            if number % 2:
                heard.set()
                await anext(events)

    for number in range(count):
        heard = asyncio.Event()
        task = asyncio.create_task(listen(number))
        if number % 2:
            await heard.wait()
            task.cancel()
        await asyncio.wait([task])
        assert task.cancelled() == bool(number % 2)
        assert number % 2 or task.exception() is None


async def websockets(urls: Urls, count: int) -> None:
    """WebSockets that are used, and then closed, dropped, or refused."""
    for _ in range(count):
        async with pyfetch_requests.websocket(f"{urls.websocket}/echo") as ws:
            await ws.send(BODY)
            assert await anext(ws) == BODY
        ended = pyfetch_requests.websocket(f"{urls.websocket}/refuse")
        await expect(ConnectionError, ended.__aenter__())


async def expect(kind: type[Exception], call: Coroutine[Any, Any, Any]) -> None:
    try:
        await call
    except kind:
        return
    raise AssertionError(f"no {kind.__name__}")


async def fail_by_status(urls: Urls) -> None:
    answer = await pyfetch_requests.get(urls.respond("no", status=503))
    answer.raise_for_status()


async def fail_by_json(urls: Urls) -> None:
    (await pyfetch_requests.get(urls.respond("{"))).json()


async def cancel_at_once(urls: Urls) -> None:
    """Cancel before the request starts, while it starts, and while it waits."""
    for steps in range(3):
        call = pyfetch_requests.get(urls.respond("", delay=60), signal=common_signal())
        task = asyncio.create_task(call)
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()


# Requests in a round of the following.
FAILURES = 9


async def failures(urls: Urls, count: int) -> None:
    """Everything that can go wrong, so many times."""
    get = pyfetch_requests.get
    cut = urls.respond("x" * 9, cut=4, how="close")
    for _ in range(count):
        await expect(HTTPError, fail_by_status(urls))
        await expect(JSONDecodeError, fail_by_json(urls))
        await expect(ConnectionError, get(urls.dead, signal=common_signal()))
        await expect(CORSError, get(f"{urls.other}/echo"))
        await expect(ChunkedEncodingError, get(cut))
        await expect(HeadersTimeout, get(urls.respond("", delay=60), timeout=0.001))
        await cancel_at_once(urls)


async def blocking(urls: Urls, count: int) -> None:
    """Blocking calls in a call that can switch stacks, where the engine has that."""
    _block(urls, count)


def blocking_without_switching(urls: Urls, count: int) -> None:
    """Blocking calls by synchronous XMLHttpRequests."""
    _block(urls, count)


def _block(urls: Urls, count: int) -> None:
    with sync.Session() as session:
        for number in range(count):
            face = session if number % 2 else sync
            answer = face.post(urls.respond(), data=BODY)
            assert answer.content == BODY
            if number % 10 == 0:
                answer = face.get(urls.respond(BODY * 100), stream=True)
                assert answer.raw.read(3) == BODY[:3]
                # Its end is told by nothing but the timing, in a page of WebKit.
                assert face.get(urls.respond("", framing="chunked")).content == b""
    del answer
    gc.collect()


# Downloads that are under way: the pieces to come, and the digest of those that came.
_downloads: list[tuple[Any, Any]] = []


def _is_whole(digest: Any, size: int) -> bool:
    block = BODY * 256
    expected = hashlib.md5()
    for _ in range(size // len(block)):
        expected.update(block)
    return bool(digest.digest() == expected.digest())


async def download_half(urls: Urls, size: int) -> None:
    """The first half of a large body, piece by piece."""
    answer = await pyfetch_requests.get(urls.blob(size), stream=True)
    pieces, digest = answer.iter_content(1 << 20), hashlib.md5()
    _downloads.append((pieces, digest))
    for _ in range(size >> 21):
        digest.update(await anext(pieces))


async def download_rest(size: int) -> None:
    pieces, digest = _downloads.pop()
    async for piece in pieces:
        digest.update(piece)
    assert _is_whole(digest, size)


async def blocking_download_half(urls: Urls, size: int) -> None:
    """The same by switching stacks."""
    pieces, digest = sync.get(urls.blob(size), stream=True).iter_content(1 << 20), hashlib.md5()
    _downloads.append((pieces, digest))
    for _ in range(size >> 21):
        digest.update(next(pieces))


async def blocking_download_rest(size: int) -> None:
    pieces, digest = _downloads.pop()
    for piece in pieces:
        digest.update(piece)
    assert _is_whole(digest, size)


def _memory() -> int:
    """Bytes of memory that WebAssembly has; it never gives any back."""
    import pyodide_js

    return int(pyodide_js._module.HEAP8.length)


async def upload_chunks(urls: Urls, size: int, name: str) -> None:
    """A large body that a generator makes piece by piece."""
    before = _memory()
    chunks = (bytes([number & 255]) * (1 << 20) for number in range(size >> 20))
    answer = await pyfetch_requests.post(urls.respond("", id=name), data=chunks)
    assert answer.ok
    assert _memory() - before < size / 10


async def upload_bytes(urls: Urls, size: int, name: str) -> None:
    """A large body that is there: no second one beside it."""
    body = bytes(size)
    before = _memory()
    answer = await pyfetch_requests.post(urls.respond("", id=name), data=body)
    assert answer.ok
    assert _memory() - before < size / 10
