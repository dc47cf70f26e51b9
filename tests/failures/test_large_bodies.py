"""Large bodies of a known length are written into memory of Python as they arrive."""

from __future__ import annotations

import asyncio
import random
import sys
from typing import Any

import pytest

from tests.browser import in_pyodide
from tests.browser.ways import Way
from tests.server import Urls

SIZE = 3_300_001  # some blocks of a megabyte, and a part of one


def body(seed: int = 0) -> bytes:
    """Bytes of which no part is like another."""
    return random.Random(seed).randbytes(SIZE)


async def sent_back(way: Way, urls: Urls, seed: int = 0, **recipe: Any) -> Any:
    """Ask the server for this body, which it gets for it."""
    options = {"timeout": recipe.pop("timeout")} if "timeout" in recipe else {}
    return await way.request("POST", urls.respond(**recipe), data=body(seed), **options)


def nothing_is_kept() -> bool:
    settlement = sys.modules.get("pyfetch_requests._transports.settlement")
    return not getattr(settlement, "buffers", {})


@in_pyodide
@pytest.mark.parametrize("framing", ["length", "chunked", "close"])
async def test_every_byte(way: Way, urls: Urls, framing: str) -> None:
    sizes = [100_000, 1_500_000]
    assert (await sent_back(way, urls, framing=framing, sizes=sizes)).content == body()
    assert nothing_is_kept()


@in_pyodide
@pytest.mark.parametrize("origin", ["own", "other"])
async def test_a_coded_body_that_is_longer_than_what_it_holds(
    way: Way, urls: Urls, origin: str
) -> None:
    """Its Content-Length is not the number of bytes to be written; another origin hides why."""
    data = random.Random(1).randbytes(2_000_000)
    url = urls.respond(encoding="gzip")
    response = await way.request("POST", urls.cors(url) if origin == "other" else url, data=data)
    assert int(response.headers["Content-Length"]) > len(data)
    assert response.content == data


@in_pyodide
@pytest.mark.only_on("by_await")
async def test_memory_that_grows_meanwhile(way: Way, urls: Urls) -> None:
    """The memory that is written into moves in JavaScript then: it is another array."""
    import pyodide_js

    before = int(pyodide_js._module.HEAP8.length)
    call = asyncio.ensure_future(sent_back(way, urls, sizes=[200_000], pause=0.02))
    kept = []
    while int(pyodide_js._module.HEAP8.length) == before or not call.done():
        await asyncio.sleep(0.02)
        if int(pyodide_js._module.HEAP8.length) == before:
            kept.append(bytes(16_000_000))
    assert (await call).content == body()


@in_pyodide
@pytest.mark.only_on("by_await")
async def test_several_at_once(way: Way, urls: Urls) -> None:
    seeds = range(5)
    responses = await asyncio.gather(*(sent_back(way, urls, seed) for seed in seeds))
    assert [response.content for response in responses] == [body(seed) for seed in seeds]
    assert nothing_is_kept()


@in_pyodide
@pytest.mark.parametrize("recipe", [{"cut": 2_000_000}, {"promise": SIZE + 1}])
async def test_too_few_bytes(way: Way, urls: Urls, recipe: dict[str, int]) -> None:
    failures = [way.client.ChunkedEncodingError]
    if way.name == "xhr":  # not every engine tells whether there was an answer
        failures.append(way.client.ConnectionError)
    with pytest.raises(tuple(failures)):
        await sent_back(way, urls, **recipe)
    assert nothing_is_kept()


@in_pyodide
@pytest.mark.only_on("not by_xhr")
async def test_a_server_that_falls_silent(way: Way, urls: Urls) -> None:
    with pytest.raises(way.client.ReadTimeout):
        await sent_back(way, urls, cut=2_000_000, how="stall", timeout=(20, 0.5))
    assert nothing_is_kept()


@in_pyodide
@pytest.mark.only_on("not by_xhr")
async def test_abort_in_the_middle(way: Way, urls: Urls) -> None:
    import js
    from pyodide.ffi import create_once_callable

    controller = js.AbortController.new()
    js.setTimeout(create_once_callable(controller.abort.bind(controller)), 700)
    with pytest.raises(way.client.AbortError):
        await way.request(
            "POST", urls.respond(cut=2_000_000, how="stall"), data=body(), signal=controller.signal
        )
    assert nothing_is_kept()


@in_pyodide
@pytest.mark.only_on("by_await")
async def test_cancelled_in_the_middle(way: Way, urls: Urls) -> None:
    """Nothing is written any more into memory that Python has given up."""
    for wait in (0.02, 0.1, 0.3):
        call = asyncio.ensure_future(sent_back(way, urls, sizes=[200_000], pause=0.03))
        await asyncio.sleep(wait)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert nothing_is_kept()
        watched = [bytes(SIZE) for _ in range(3)]
        await asyncio.sleep(0.2)
        assert not any(any(part) for part in watched)


LYING = """
(size, claimed, coded) => {
    const { fetch } = globalThis;
    const bytes = new Uint8Array(size).map((_, index) => index % 251);
    const headers = { "Content-Length": claimed, ...(coded ? { "Content-Encoding": "gzip" } : {}) };
    globalThis.fetch = async () => new Response(new Blob([bytes]).stream(), { headers });
    return () => (globalThis.fetch = fetch);
}
"""


@in_pyodide
@pytest.mark.only_on("not by_xhr and not strict and not node")
@pytest.mark.parametrize("coded", [False, True])
@pytest.mark.parametrize("watched", [False, True])
@pytest.mark.parametrize("claimed", [1_100_000, SIZE - 1, SIZE, 1 << 30])
async def test_a_length_that_is_a_lie(
    way: Way, urls: Urls, claimed: int, coded: bool, watched: bool
) -> None:
    """A page or a service worker that makes answers itself may say any length."""
    from pyodide.code import run_js

    options: dict[str, Any] = {"progress": lambda _: None} if watched else {}
    undo = run_js(LYING)(SIZE, claimed, coded)
    try:
        if claimed > SIZE and not coded:
            with pytest.raises(way.client.ChunkedEncodingError):
                await way.get(urls.echo(), **options)
        else:
            content = (await way.get(urls.echo(), **options)).content
            assert content == (bytes(range(251)) * (SIZE // 251 + 1))[:SIZE]
    finally:
        undo()
    assert nothing_is_kept()


BODY_OF_A_BLOB = """
(size) => {
    const { fetch } = globalThis;
    const Reader = globalThis.ReadableStreamBYOBReader?.prototype;
    const read = Reader?.read;
    const bytes = new Uint8Array(size).map((_, index) => index % 251);
    globalThis.fetch = async () =>
        new Response(new Blob([bytes]), { headers: { "Content-Length": size } });
    let garbage;
    if (read) {
        Reader.read = function (block) {
            const next = read.call(this, block);
            for (let count = 0; count < 4; count++) garbage = new ArrayBuffer(1 << 27);
            setTimeout(() => (garbage = new ArrayBuffer(1 << 28)));
            return next;
        };
    }
    return () => {
        if (read) Reader.read = read;
        globalThis.fetch = fetch;
    };
}
"""


@in_pyodide
@pytest.mark.only_on("not by_xhr and not strict and not node")
@pytest.mark.parametrize("stream", [False, True])
async def test_a_body_of_a_blob_while_garbage_is_collected(
    way: Way, urls: Urls, stream: bool
) -> None:
    """Chromium's collector used to take the body along, and the call never ended."""
    from pyodide.code import run_js

    undo = run_js(BODY_OF_A_BLOB)(SIZE)
    try:
        for _ in range(3):
            response = await way.get(urls.echo(), stream=stream)
            content = b"".join(await way.collect(response.iter_content(None)))
            assert content == (bytes(range(251)) * (SIZE // 251 + 1))[:SIZE]
    finally:
        undo()
