"""Chunks of a stream share a block of JavaScript's memory, and no byte is lost by that."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import pytest

from tests.browser import in_pyodide
from tests.browser.ways import Way
from tests.server import Urls

pytestmark = pytest.mark.over_sockets

SIZE = 3_300_001  # blocks of all sizes: the first has 64 KB, the largest a megabyte


def body() -> bytes:
    """Bytes of which no part is like another."""
    return random.Random(1).randbytes(SIZE)


async def streamed(way: Way, urls: Urls, **recipe: Any) -> Any:
    return await way.request("POST", urls.respond(**recipe), data=body(), stream=True)


@in_pyodide
@pytest.mark.parametrize("framing", ["length", "chunked"])
@pytest.mark.parametrize("coding", [{}, {"encoding": "gzip"}])
async def test_every_byte(way: Way, urls: Urls, framing: str, coding: dict[str, str]) -> None:
    sizes = [1, 65_536, 100_000, 1_500_000]
    response = await streamed(way, urls, framing=framing, sizes=sizes, **coding)
    chunks = await way.collect(response.iter_content(None))  # all kept until the last one is there
    assert b"".join(chunks) == body()


@in_pyodide
@pytest.mark.parametrize("keep", [False, True])
async def test_every_line(way: Way, urls: Urls, keep: bool) -> None:
    lines = [b"%d %s" % (number, b"x" * (number % 997)) for number in range(4000)]
    url = urls.respond(sizes=[70_000, 3, 1_000_000])
    response = await way.request("POST", url, data=b"\n".join(lines), stream=True)
    if keep:
        await way.finish(response.read())
    assert await way.collect(response.iter_lines()) == lines


@in_pyodide
@pytest.mark.only_on("not by_xhr")
async def test_a_body_that_breaks_in_a_block(way: Way, urls: Urls) -> None:
    response = await streamed(way, urls, sizes=[100_000], cut=1_550_000, how="reset")
    came: list[bytes] = []
    with pytest.raises(way.client.ChunkedEncodingError):
        await way.collect(response.iter_content(None), came)
    assert body().startswith(b"".join(came))
    with pytest.raises(way.client.ChunkedEncodingError):
        await way.finish(response.raw.read())


@in_pyodide
@pytest.mark.only_on("not by_xhr")
@pytest.mark.aborts
async def test_what_is_there_is_handed_out(way: Way, urls: Urls, request_id: str) -> None:
    text = "first\nsecond\nthird"
    url = urls.respond(text, framing="chunked", cut=len("first\nsec"), how="stall", id=request_id)
    response = await way.get(url, stream=True)
    lines = response.iter_lines()
    if way.name == "await":
        assert await anext(lines) == b"first"
        waiting = asyncio.ensure_future(anext(lines))
        await asyncio.sleep(0.05)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    else:
        assert next(lines) == b"first"
        response.close()
    assert (await way.seen(urls.seen(request_id, aborted=1)))["aborted"] >= 1


@in_pyodide
@pytest.mark.only_on("not by_xhr")
async def test_large_chunks_do_not_wait_for_more(way: Way, urls: Urls) -> None:
    size = 1_300_000  # more than is joined to one chunk; nothing follows, and no end
    response = await streamed(way, urls, framing="chunked", cut=size, how="stall")
    chunks = response.iter_content(None)
    came = b""
    while len(came) < size:
        came += await anext(chunks) if way.name == "await" else next(chunks)
    assert came == body()[:size]
    await way.finish(response.close())


@in_pyodide
@pytest.mark.only_on("not cpython")
async def test_two_tasks_read_one_body(urls: Urls) -> None:
    response = await streamed(Way("await"), urls)

    async def some() -> list[bytes]:
        found = []
        while chunk := await response.raw.next_chunk():
            found.append(chunk)
        return found

    first, second = await asyncio.gather(some(), some())
    # In what order is up to the tasks; that each byte comes to one of them is not.
    whole, at = body(), 0
    rest = first + second
    while rest:
        chunk = next(one for one in rest if whole.startswith(one, at))
        rest.remove(chunk)
        at += len(chunk)
    assert at == SIZE
