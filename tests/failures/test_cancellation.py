"""Requests that are ended from outside, wherever they are: the server sees them end."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.browser import in_pyodide, script
from tests.browser.ways import Way
from tests.server import Urls

pytestmark = pytest.mark.over_sockets

ASYNC = Way("await")


async def cancel(task: Any) -> None:
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@in_pyodide
@pytest.mark.parametrize("cut", [-1, 0, 50])
@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.aborts
async def test_while_waiting_for_the_server(
    urls: Urls, request_id: str, cut: int, stream: bool
) -> None:
    import pyfetch_requests

    async def whole() -> None:
        response = await pyfetch_requests.get(url, stream=stream)
        await response.read()

    url = urls.respond("x" * 100, framing="chunked", cut=cut, how="stall", id=request_id)
    task = asyncio.ensure_future(whole())
    assert (await ASYNC.seen(urls.seen(request_id, open=1)))["open"] == 1
    await cancel(task)
    assert (await ASYNC.seen(urls.seen(request_id, aborted=1)))["aborted"] >= 1


@in_pyodide
@pytest.mark.only_on("not cpython")  # it holds up JavaScript's fetch
@pytest.mark.parametrize("turns", range(12))
@pytest.mark.aborts
async def test_when_the_answer_has_come(urls: Urls, request_id: str, turns: int) -> None:
    """In whichever turn of the queue between the answer and the task that waits for it."""
    import js
    from pyodide.ffi import create_proxy

    import pyfetch_requests

    url = urls.respond("x" * 100, framing="chunked", cut=50, how="stall", id=request_id)
    fetch = js.fetch
    task = asyncio.ensure_future(pyfetch_requests.get(url, stream=True))
    js.fetch = script(
        """(fetch, cancel, turns) => async (...parts) => {
          const answer = fetch(...parts);
          answer.then(async () => {
            for (let turn = 0; turn < turns; turn++) await undefined;
            cancel();
          });
          return answer;
        }"""
    )(fetch, proxy := create_proxy(task.cancel), turns)
    try:
        response = await task
    except asyncio.CancelledError:
        pass
    else:
        assert turns > 2, "fetch.js has not looked at the answer yet"
        await response.close()  # without JSPI the task has it, and was over, when cancel came
    finally:
        js.fetch = fetch
        proxy.destroy()
    assert (await ASYNC.seen(urls.seen(request_id, aborted=1)))["aborted"] >= 1


@in_pyodide
async def test_before_it_has_begun(urls: Urls, request_id: str) -> None:
    import pyfetch_requests

    task = asyncio.ensure_future(pyfetch_requests.get(urls.respond("", id=request_id)))
    await cancel(task)
    assert (await ASYNC.seen(urls.seen(request_id)))["count"] == 0


@in_pyodide
@pytest.mark.aborts
async def test_by_a_time_limit_of_asyncio(urls: Urls, request_id: str) -> None:
    import pyfetch_requests

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await pyfetch_requests.get(urls.respond("", cut=-1, how="stall", id=request_id))
    assert (await ASYNC.seen(urls.seen(request_id, aborted=1)))["aborted"] >= 1


@in_pyodide
async def test_in_the_pause_before_another_try(urls: Urls, request_id: str) -> None:
    from pyfetch_requests import Retry, Session

    url = urls.respond("", status=503, id=request_id, headers=[("Retry-After", "60")])
    async with Session(retries=Retry(3)) as session:
        task = asyncio.ensure_future(session.get(url))
        assert (await ASYNC.seen(urls.seen(request_id, completed=1)))["completed"] == 1
        await asyncio.sleep(0.05)
        await cancel(task)
    assert (await ASYNC.seen(urls.seen(request_id)))["count"] == 1


@in_pyodide
@pytest.mark.only_on("browser")
@pytest.mark.aborts
async def test_in_the_probe(urls: Urls, request_id: str) -> None:
    import pyfetch_requests

    url = urls.other + urls.path(urls.respond("", stall_method="HEAD", id=request_id))
    task = asyncio.ensure_future(pyfetch_requests.get(url))
    seen = await ASYNC.seen(urls.seen(request_id, count=2))
    assert [one["method"] for one in seen["requests"]] == ["GET", "HEAD"]
    await cancel(task)
    assert (await ASYNC.seen(urls.seen(request_id, aborted=1)))["aborted"] >= 1


@in_pyodide
@pytest.mark.only_on("browser and not by_xhr")
@pytest.mark.aborts
async def test_by_a_signal_in_the_probe(way: Way, urls: Urls, request_id: str) -> None:
    import js
    from pyodide.ffi import create_once_callable

    controller = way.client.AbortController()
    url = urls.other + urls.path(urls.respond("", stall_method="HEAD", id=request_id))
    js.fetch(urls.seen(request_id, count=2)).then(
        create_once_callable(lambda _: controller.abort())
    )
    with pytest.raises(way.client.AbortError):
        await way.get(url, signal=controller.signal)
    assert (await way.seen(urls.seen(request_id, aborted=1)))["aborted"] >= 1


@in_pyodide
async def test_while_waiting_for_a_free_connection(urls: Urls, request_id: str) -> None:
    from pyfetch_requests import Session

    async with Session(max_connections=1) as session:
        first = await session.get(urls.blob(100), stream=True)
        task = asyncio.ensure_future(session.get(urls.respond("", id=request_id)))
        await asyncio.sleep(0.05)
        await cancel(task)
        assert len(await first.read()) == 100
        assert (await session.get(urls.echo())).ok
    assert (await ASYNC.seen(urls.seen(request_id)))["count"] == 0


@in_pyodide
@pytest.mark.only_on("not cpython")  # sockets send what there is
async def test_in_a_body_that_is_still_made(urls: Urls, request_id: str) -> None:
    import pyfetch_requests

    steps = []
    begun = asyncio.Event()

    async def body() -> Any:
        try:
            yield b"first"
            begun.set()
            await asyncio.Event().wait()
        finally:
            steps.append("closed")

    task = asyncio.ensure_future(pyfetch_requests.post(urls.respond(id=request_id), data=body()))
    await begun.wait()
    await cancel(task)
    assert steps == ["closed"]
    assert (await ASYNC.seen(urls.seen(request_id)))["count"] == 0


@in_pyodide
@pytest.mark.only_on("not by_xhr")
@pytest.mark.aborts
async def test_closing_a_stream_that_is_half_read(way: Way, urls: Urls, request_id: str) -> None:
    url = urls.respond("x" * 100, framing="chunked", cut=50, how="stall", id=request_id)
    response = await way.get(url, stream=True)
    assert await way.finish(response.raw.read(10)) == b"x" * 10
    await way.finish(response.close())
    assert (await way.seen(urls.seen(request_id, aborted=1)))["aborted"] >= 1


@in_pyodide
@pytest.mark.only_on("not (by_xhr or (cpython and by_switch))")  # nothing else goes on there
@pytest.mark.parametrize("cut", [-1, 50])
@pytest.mark.aborts
async def test_by_a_signal(way: Way, urls: Urls, request_id: str, cut: int) -> None:
    client = way.client
    controller = client.AbortController()
    url = urls.respond("x" * 100, cut=cut, how="stall", id=request_id)
    asyncio.get_running_loop().call_later(0.2, controller.abort)
    with pytest.raises(client.AbortError):
        await way.get(url, signal=controller.signal)
    assert (await way.seen(urls.seen(request_id, aborted=1)))["aborted"] >= 1
    with pytest.raises(client.AbortError):
        await way.get(urls.respond("", id=f"{request_id}-2"), signal=controller.signal)
    assert (await way.seen(urls.seen(f"{request_id}-2")))["count"] == 0


@in_pyodide
@pytest.mark.only_on("not by_xhr and not cpython")
async def test_by_a_signal_of_javascript(way: Way, urls: Urls) -> None:
    import js

    signal = js.AbortSignal.timeout(100)
    with pytest.raises(way.client.AbortError):
        await way.get(urls.respond("", cut=-1, how="stall"), signal=signal)
