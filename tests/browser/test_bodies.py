"""Bodies in both directions: what goes out in pieces, what comes in and is dropped, JSON."""

from __future__ import annotations

import pytest

from tests.browser import in_pyodide, script
from tests.server import Urls

from .ways import Way

PIECES = [b"one ", b"\x00\xff", b"", b" three"]


def sent(answer) -> bytes:
    import base64

    return base64.b64decode(answer.json()["body"])


@in_pyodide
async def test_uploads_of_every_kind(urls: Urls) -> None:
    import io

    import pyfetch_requests

    async def later():
        for piece in PIECES:
            yield piece

    whole = b"".join(PIECES)
    bodies = [
        whole,
        bytearray(whole),
        memoryview(whole),
        io.BytesIO(whole),
        iter(PIECES),
        (piece for piece in PIECES),
        later(),
    ]
    for body in bodies:
        kind = type(body).__name__
        assert sent(await pyfetch_requests.put(urls.echo(), data=body)) == whole, kind
    text = await pyfetch_requests.post(urls.echo(), data="é €")
    assert sent(text) == "é €".encode()


@in_pyodide
async def test_a_large_file_is_sent_whole(urls: Urls) -> None:
    import hashlib
    import pathlib

    import pyfetch_requests

    path = pathlib.Path("large.bin")
    path.write_bytes(bytes(range(256)) * 20000)
    with path.open("rb") as file:
        answer = await pyfetch_requests.post(urls.respond(), data=file)
    assert hashlib.sha256(answer.content).digest() == hashlib.sha256(path.read_bytes()).digest()
    with path.open("rb") as file:
        answer = await pyfetch_requests.post(f"{urls.httpbin}/post", files={"f": file})
    assert list(answer.json()["files"]) == ["f"]


def blocking_uploads(urls: Urls) -> None:
    import io

    from pyfetch_requests import sync

    whole = b"".join(PIECES)
    for body in (whole, io.BytesIO(whole), iter(PIECES)):
        assert sent(sync.put(urls.echo(), data=body)) == whole

    async def later():
        yield b""

    with pytest.raises(TypeError, match="async"):
        sync.put(urls.echo(), data=later())


@in_pyodide
@pytest.mark.only_on("jspi or xhr")
async def test_blocking_uploads_by_switching_stacks(urls: Urls) -> None:
    blocking_uploads(urls)


@in_pyodide
@pytest.mark.only_on("xhr")
def test_blocking_uploads_by_xhr(urls: Urls) -> None:
    blocking_uploads(urls)


@in_pyodide
async def test_json_by_the_browsers_parser(urls: Urls) -> None:
    import pyfetch_requests

    text = '{"a": null, "b": [1, 2.5, null, {"c": null}], "d": "é", "e": true, "f": 1.0}'
    answer = await pyfetch_requests.get(urls.respond(text))
    value = answer.json(decoder="to_py")
    assert value == {"a": None, "b": [1, 2.5, None, {"c": None}], "d": "é", "e": True, "f": 1}
    assert value["a"] is None
    assert value["b"][3]["c"] is None
    assert type(value["f"]) is int  # what the parser loses
    assert type(answer.json()["f"]) is float  # and the default does not
    answer = await pyfetch_requests.get(urls.respond("null"))
    assert answer.json(decoder="to_py") is None
    answer = await pyfetch_requests.get(urls.respond("{]"))
    with pytest.raises(pyfetch_requests.JSONDecodeError):
        answer.json(decoder="to_py")


@in_pyodide
async def test_dropped_streams_give_their_connections_back(
    urls: Urls, request_id: str, engine: str
) -> None:
    import gc

    import pyfetch_requests

    # A browser has six connections for a host: without giving back the seventh would hang. Each
    # stream has an id of its own, because a browser may send one of them twice by itself.
    ids = [f"{request_id}-{number}" for number in range(12)]
    for name in ids:
        answer = await pyfetch_requests.get(
            urls.respond(b"x" * 1000, cut=1, how="stall", id=name), stream=True
        )
        assert answer.status_code == 200
        del answer
        gc.collect()
    kept_open = 0
    for name in ids:
        seen = (await pyfetch_requests.get(urls.seen(name, aborted=1))).json()
        kept_open += seen["aborted"] == 0
        assert seen["completed"] == 0
    # Of a hundred aborted answers that stall Firefox keeps the connections of one or two.
    assert kept_open <= (3 if engine == "firefox" else 0)


@in_pyodide
async def test_raw(urls: Urls) -> None:
    import pyfetch_requests

    answer = await pyfetch_requests.get(urls.blob(1000), stream=True)
    assert await answer.raw.read(10) == bytes(range(10))
    assert len(await answer.raw.read()) == 990


@in_pyodide
@pytest.mark.only_on("jspi or xhr")
async def test_raw_while_blocking(urls: Urls) -> None:
    from pyfetch_requests import sync

    blocking = sync.get(urls.blob(1000), stream=True)
    assert blocking.raw.read(10) == bytes(range(10))
    assert sum(map(len, blocking.raw.stream(100))) == 990


@in_pyodide
async def test_hundreds_at_once(urls: Urls) -> None:
    import asyncio

    import pyfetch_requests

    calls = [pyfetch_requests.get(urls.echo(f"?n={number}")) for number in range(400)]
    answers = await asyncio.gather(*calls)
    assert [answer.json()["target"] for answer in answers] == [f"/echo?n={n}" for n in range(400)]


@in_pyodide
async def test_chunks_of_odd_sizes(urls: Urls) -> None:
    """An empty chunk is not the end, and a huge one is not copied at once."""
    from pyodide.ffi import to_js

    import pyfetch_requests

    sizes = [0, 3, 0, 0, (9 << 20) + 1, 0]
    restore = script("""(sizes) => {
        const { fetch } = globalThis;
        globalThis.fetch = async () => new Response(new ReadableStream({
            start(controller) {
                for (const size of sizes) controller.enqueue(new Uint8Array(size).fill(7));
                controller.close();
            },
        }));
        return () => (globalThis.fetch = fetch);
    }""")(to_js(sizes))
    try:
        answer = await pyfetch_requests.get(urls.echo(), stream=True)
        chunks = [chunk async for chunk in answer.iter_content(None)]
    finally:
        restore()
    assert b"".join(chunks) == b"\7" * sum(sizes)
    assert max(map(len, chunks)) <= 4 << 20


@in_pyodide
async def test_raw_and_content_share_one_body(urls: Urls, way: Way) -> None:
    url = urls.respond(bytes(range(256)) * 40, sizes=[1000])
    whole = bytes(range(256)) * 40
    response = await way.get(url, stream=True)
    start = await way.finish(response.raw.read(3))
    assert start + await way.finish(response.read()) == whole
    response = await way.get(url, stream=True)
    start = await way.finish(response.raw.read(1003))
    rest = await way.collect(response.iter_content(7))
    assert start + b"".join(rest) == whole
    assert {len(piece) for piece in rest[:-1]} == {7}
