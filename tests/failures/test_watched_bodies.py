"""A large body whose progress is asked for is written into memory of Python as well."""

from __future__ import annotations

import asyncio
from typing import Any
from unittest import mock

import pytest

from tests.browser import in_pyodide
from tests.browser.ways import Way
from tests.server import Urls

# Where no body is written into Python's memory, it is read chunk by chunk: see test_progress.py.
pytestmark = pytest.mark.only_on("not by_xhr and not strict and not node and not deno")

SIZE, PIECE = 3_300_000, 100_000
SLOW = """
(size, piece, pause, stops) => {
    const { fetch } = globalThis;
    const bytes = new Uint8Array(size).map((_, index) => index % 251);
    const streamOf = (pull) => {
        try {
            return new ReadableStream({ type: "bytes", pull });
        } catch {
            return new ReadableStream({ pull }); // WebKit has no streams of bytes
        }
    };
    globalThis.fetch = async (url, { signal }) => {
        let sent = 0;
        const pull = async (controller) => {
            await new Promise((resolve) => setTimeout(resolve, pause));
            if (sent >= stops) await new Promise((_, reject) => {
                signal.addEventListener("abort", () => reject(signal.reason));
            });
            controller.enqueue(bytes.slice(sent, sent + piece));
            sent += piece;
            if (sent >= size) controller.close();
        };
        const headers = { "Content-Length": size };
        const response = new Response(streamOf(pull), { headers });
        // Without a URL it would be the page's own, and not be read into Python's memory.
        return Object.defineProperty(response, "url", { value: url });
    };
    return () => (globalThis.fetch = fetch);
}
"""
EXPECTED = (bytes(range(251)) * (SIZE // 251 + 1))[:SIZE]


def slow(pause: int, stops: int = SIZE) -> Any:
    """Let `fetch` answer piece by piece, and fall silent somewhere; the result undoes it."""
    from pyodide.code import run_js

    return run_js(SLOW)(SIZE, PIECE, pause, stops)


@in_pyodide
async def test_no_chunk_comes_by_itself(way: Way, urls: Urls) -> None:
    from pyfetch_requests._transports.fetch import ScriptFetcher

    told: list = []
    with mock.patch.object(ScriptFetcher, "next_chunk") as next_chunk:
        response = await way.get(urls.blob(SIZE), progress=told.append)
    assert not next_chunk.called
    assert response.content == (bytes(range(256)) * (SIZE // 256 + 1))[:SIZE]
    assert (told[0].done, told[-1].done, told[-1].ended) == (0, SIZE, True)


@in_pyodide
async def test_what_is_told_on_the_way(way: Way, urls: Urls) -> None:
    told: list = []
    undo = slow(20)
    try:
        response = await way.get(urls.echo(), progress=told.append)
    finally:
        undo()
    assert response.content == EXPECTED
    done = [progress.done for progress in told]
    assert done == sorted(done)
    assert any(0 < count < SIZE for count in done)
    assert len(told) <= 3 + told[-1].seconds * 10


@in_pyodide
async def test_a_body_that_breaks(way: Way, urls: Urls, request_id: str) -> None:
    # By an address of its own: Chromium's cache goes on where an earlier one broke.
    url = urls.file(SIZE, breaks=2_000_000, id=request_id)
    with pytest.raises(way.client.ChunkedEncodingError):
        await way.get(url, progress=lambda _: None)


@in_pyodide
async def test_a_body_that_stalls(way: Way, urls: Urls) -> None:
    undo = slow(1, stops=PIECE * 5)
    try:
        with pytest.raises(way.client.ReadTimeout):
            await way.get(urls.echo(), progress=lambda _: None, timeout=(20, 0.5))
    finally:
        undo()


@in_pyodide
async def test_what_the_function_raises_ends_the_request(way: Way, urls: Urls) -> None:
    def report(progress: Any) -> None:
        if progress.done:
            raise ZeroDivisionError

    undo = slow(1, stops=PIECE * 5)
    try:
        with pytest.raises(ZeroDivisionError):
            await way.get(urls.echo(), progress=report)
    finally:
        undo()


@in_pyodide
@pytest.mark.only_on("by_await")
async def test_cancelled_in_the_middle(way: Way, urls: Urls) -> None:
    """Nothing is written any more into memory that Python has given up."""
    undo = slow(10)
    try:
        call = asyncio.ensure_future(way.get(urls.echo(), progress=lambda _: None))
        await asyncio.sleep(0.15)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        memory = [bytes(SIZE) for _ in range(3)]
        await asyncio.sleep(0.3)
        assert not any(any(part) for part in memory)
    finally:
        undo()
