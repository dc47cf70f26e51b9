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
@pytest.mark.only_on("xhr")
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x80\xff\x00",
        "ÿþ".encode(),
        bytes(range(256)),
        b"\xef\xbb\xbfabc",
        b"\xef\xbb\xbf",
        b"\xef\xbb\xbf\xc3\xa9 \xe2\x82\xac",
        "\ufeffabc é".encode("utf-16-le"),
        "\ufeffabc é".encode("utf-16-be"),
        b"\xef\xbb\xbf\xff\xfe broken",
    ],
)
def test_xhr_bodies_are_byte_for_byte(urls: Urls, body: bytes, place: str) -> None:
    from pyfetch_requests import sync

    url = urls.respond(body, headers=[("Content-Type", "text/csv")])
    utf16 = body[:2] in (b"\xff\xfe", b"\xfe\xff")
    if place == "page" and (utf16 or b"broken" in body):
        # The one thing that cannot be told: it is said, and no byte is guessed.
        with pytest.raises(sync.ContentDecodingError, match="byte order mark"):
            sync.get(url)
    else:
        assert sync.get(url).content == body


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
async def test_timeout_aborts(urls: Urls, request_id: str) -> None:
    import pyfetch_requests

    slow = urls.respond(b"x", delay=5, id=request_id)
    with pytest.raises(pyfetch_requests.HeadersTimeout) as caught:
        await pyfetch_requests.get(slow, timeout=0.2)
    assert "0.2 s" in str(caught.value)
    seen = await pyfetch_requests.get(urls.seen(request_id, aborted=1))
    assert seen.json()["aborted"] == 1


@in_pyodide
async def test_cancel_aborts(urls: Urls, request_id: str) -> None:
    import asyncio

    import pyfetch_requests

    slow = urls.respond(b"x", delay=5, id=request_id)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(pyfetch_requests.get(slow), 0.2)
    seen = await pyfetch_requests.get(urls.seen(request_id, aborted=1))
    assert seen.json()["aborted"] == 1


@in_pyodide
@pytest.mark.only_on("browser")
async def test_cors_refusal_is_named(urls: Urls) -> None:
    import pyfetch_requests

    with pytest.raises(pyfetch_requests.CORSError) as caught:
        await pyfetch_requests.get(f"{urls.other}/echo")
    assert "Access-Control-Allow-Origin" in str(caught.value)
    with pytest.raises(pyfetch_requests.ConnectionError) as caught:
        await pyfetch_requests.get(urls.dead)
    assert not isinstance(caught.value, pyfetch_requests.CORSError)


@in_pyodide
async def test_gather(urls: Urls) -> None:
    import asyncio

    import pyfetch_requests

    async with pyfetch_requests.Session() as session:
        calls = [session.get(urls.echo(f"?n={number}")) for number in range(100)]
        answers = await asyncio.gather(*calls)
    assert [answer.json()["target"] for answer in answers] == [f"/echo?n={n}" for n in range(100)]


@in_pyodide
async def test_cut_body(urls: Urls) -> None:
    import pyfetch_requests

    with pytest.raises(pyfetch_requests.ChunkedEncodingError):
        await pyfetch_requests.get(urls.respond(b"x" * 1000, cut=500))


@in_pyodide
async def test_signal_ends_a_request(urls: Urls, request_id: str) -> None:
    import asyncio

    import pyfetch_requests

    controller = pyfetch_requests.AbortController()
    asyncio.get_running_loop().call_later(0.2, controller.abort)
    slow = urls.respond(b"x", delay=5, id=request_id)
    with pytest.raises(pyfetch_requests.AbortError):
        await pyfetch_requests.get(slow, signal=controller.signal)
    seen = await pyfetch_requests.get(urls.seen(request_id, aborted=1))
    assert seen.json()["aborted"] == 1
    with pytest.raises(pyfetch_requests.AbortError):
        await pyfetch_requests.get(urls.echo(), signal=controller.signal)


@in_pyodide
async def test_signal_of_javascript(urls: Urls) -> None:
    import js

    import pyfetch_requests

    signal = js.AbortSignal.timeout(100)
    with pytest.raises(pyfetch_requests.AbortError):
        await pyfetch_requests.get(urls.respond(b"x", delay=5), signal=signal)


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

    from pyfetch_requests._transports.environment import async_transport

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


@in_pyodide
@pytest.mark.only_on("browser")
async def test_the_probe_can_be_switched_off(urls: Urls, request_id: str) -> None:
    import pyfetch_requests

    async with pyfetch_requests.Session(cors_probe=False) as session:
        with pytest.raises(pyfetch_requests.ConnectionError, match="does not tell which") as caught:
            await session.get(f"{urls.other}/echo?id={request_id}")
        assert not isinstance(caught.value, pyfetch_requests.CORSError)
    seen = await pyfetch_requests.get(urls.seen(request_id))
    assert seen.json()["count"] == 1
