"""The transports in a real browser: both faces, each way to wait."""

from __future__ import annotations

import pytest

from tests.browser import in_pyodide
from tests.server import Urls


@in_pyodide
async def test_async_get(urls: Urls) -> None:
    import pyfetch_requests

    response = await pyfetch_requests.get(urls.echo("?a=1"), params={"b": "ü c"})
    assert response.status_code == 200
    assert response.json()["target"] == "/echo?a=1&b=%C3%BC+c"
    assert response.url == urls.echo("?a=1&b=%C3%BC+c")
    assert response.headers["content-type"] == "application/json"
    assert response.reason == "OK"
    assert response.type == "basic"


def blocking_round(urls: Urls) -> None:
    from pyfetch_requests import sync

    response = sync.post(urls.echo(), json={"a": [1, None, "é"]}, headers={"X-A": "b"})
    assert response.json()["method"] == "POST"
    blob = sync.get(urls.blob(70000))
    assert blob.content == bytes(range(256)) * 273 + bytes(range(112))
    with pytest.raises(sync.ConnectionError):
        sync.get(urls.dead)


@in_pyodide
@pytest.mark.only_on("jspi or xhr")
async def test_blocking_by_switching_stacks(urls: Urls) -> None:
    blocking_round(urls)


@in_pyodide
async def test_stacks_can_be_switched_after_an_answer(urls: Urls) -> None:
    from pyodide.ffi import can_run_sync

    import pyfetch_requests

    before = can_run_sync()
    await pyfetch_requests.get(urls.echo())
    assert can_run_sync() is before


@in_pyodide
@pytest.mark.only_on("xhr")
def test_blocking_by_xhr(urls: Urls) -> None:
    blocking_round(urls)


@in_pyodide
async def test_stream(urls: Urls) -> None:
    import pyfetch_requests

    response = await pyfetch_requests.get(urls.blob(200000), stream=True)
    pieces = [piece async for piece in response.iter_content(30000)]
    assert list(map(len, pieces)) == [30000] * 6 + [20000]
    response = await pyfetch_requests.get(urls.blob(2000000), stream=True)
    async for _ in response.iter_content(1000):
        break
    await response.close()


LINES = ['{"a": 1.0}', "", '["é😀"]', "9007199254740993", "null"]
VALUES = [{"a": 1.0}, ["é😀"], 2**53 + 1, None]


@in_pyodide
async def test_json_lines_streamed(urls: Urls) -> None:
    import pyfetch_requests

    url = urls.respond("\n".join(LINES), sizes=[3], framing="chunked")
    response = await pyfetch_requests.get(url, stream=True)
    assert repr([value async for value in response.iter_json()]) == repr(VALUES)
    response = await pyfetch_requests.get(urls.respond("1\n1,2\n"), stream=True)
    with pytest.raises(pyfetch_requests.JSONDecodeError, match="line 2"):
        [value async for value in response.iter_json()]


@in_pyodide
@pytest.mark.only_on("jspi or xhr")
async def test_json_lines_streamed_while_blocking(urls: Urls) -> None:
    from pyfetch_requests import sync

    url = urls.respond("\n".join(LINES), sizes=[3], framing="chunked")
    assert repr(list(sync.get(url, stream=True).iter_json())) == repr(VALUES)


@in_pyodide
@pytest.mark.only_on("xhr")
def test_json_lines_in_a_plain_call(urls: Urls) -> None:
    from pyfetch_requests import sync

    response = sync.get(urls.respond("\n".join(LINES)))
    assert repr(list(response.iter_json())) == repr(VALUES)


@in_pyodide
async def test_gather(urls: Urls) -> None:
    import asyncio

    import pyfetch_requests

    async with pyfetch_requests.Session() as session:
        calls = [session.get(urls.echo(f"?n={number}")) for number in range(100)]
        answers = await asyncio.gather(*calls)
    assert [answer.json()["target"] for answer in answers] == [f"/echo?n={n}" for n in range(100)]


@in_pyodide
async def test_max_connections(urls: Urls) -> None:
    import asyncio

    import pyfetch_requests

    now, most = 0, 0

    class Counting:
        async def send(self, request):
            nonlocal now, most
            now += 1
            most = max(most, now)
            try:
                return await transport.send(request)
            finally:
                now -= 1

        async def sleep(self, seconds):
            await transport.sleep(seconds)

    from pyfetch_requests._transports.choose import async_transport

    transport = async_transport()
    async with pyfetch_requests.Session(max_connections=3, transport=Counting()) as session:
        answers = await asyncio.gather(*[session.get(urls.echo()) for _ in range(20)])
        assert [answer.status_code for answer in answers] == [200] * 20
        assert most == 3
        streams = [await session.get(urls.blob(10), stream=True) for _ in range(3)]
        waiting = asyncio.ensure_future(session.get(urls.echo()))
        await asyncio.sleep(0.1)
        assert not waiting.done()
        await streams[0].read()
        await waiting
        await streams[1].close()
        await streams[2].close()
