"""`progress=` over real connections: bodies on their way in, and out by XMLHttpRequest."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.browser import in_pyodide
from tests.browser.ways import Way
from tests.server import Urls

pytestmark = pytest.mark.over_sockets

COUNT = 3_000_000


@in_pyodide
async def test_a_download(urls: Urls, way: Way) -> None:
    told: list = []
    response = await way.get(urls.blob(COUNT), progress=told.append)
    assert len(response.content) == COUNT
    assert {(p.direction, p.total, p.resumed) for p in told} == {("download", COUNT, 0)}
    assert (told[0].done, told[-1].done, told[-1].ended) == (0, COUNT, True)


@in_pyodide
async def test_of_a_compressed_body_the_whole_is_not_known(urls: Urls, way: Way) -> None:
    told: list = []
    response = await way.get(urls.respond("a" * 5000, encoding="gzip"), progress=told.append)
    assert len(response.content) == 5000
    assert {p.total for p in told} == {None}
    assert told[-1].done == 5000


@in_pyodide
@pytest.mark.parametrize("origin", ["own", "other"])
async def test_an_upload(urls: Urls, way: Way, origin: str) -> None:
    told: list = []
    url = urls.echo() if origin == "own" else urls.cors(urls.echo(), expose="X-Any")
    body = bytes(range(256)) * (COUNT // 256)
    response = await way.request(
        "PUT", url, data=body, headers={"X-A": "b"}, progress=told.append, timeout=60
    )
    assert response.status_code == 200
    assert base64.b64decode(response.json()["body"]) == body
    assert ["X-A", "b"] in response.json()["headers"] or ["x-a", "b"] in response.json()["headers"]
    assert (response.url, response.history) == (url, [])
    up = [p for p in told if p.direction == "upload"]
    assert (up[0].done, up[-1].done, up[-1].ended) == (0, len(body), True)
    assert [p.done for p in up] == sorted(p.done for p in up)
    assert {p.total for p in up} == {len(body)}
    assert told[-1].direction == "download"


@in_pyodide
@pytest.mark.only_on("not by_xhr")
async def test_a_generator_and_a_streamed_answer(urls: Urls, way: Way) -> None:
    told: list = []
    pieces = (b"x" * 100_000 for _ in range(5))
    response = await way.request(
        "POST", urls.respond(), data=pieces, stream=True, progress=told.append
    )
    chunks = await way.collect(response.iter_content(65536))
    assert b"".join(chunks) == b"x" * 500_000
    assert [p.done for p in told if p.direction == "upload"][-1] == 500_000


@in_pyodide
async def test_failures_are_those_of_fetch(urls: Urls, way: Way, place: str) -> None:
    from pyfetch_requests import exceptions

    with pytest.raises(exceptions.ConnectionError):
        await way.request("POST", urls.dead, data=b"abc", progress=print)
    if place != "process":  # there is no CORS
        with pytest.raises(exceptions.ConnectionError):
            await way.request("POST", f"{urls.other}/echo", data=b"abc", progress=print)
    response = await way.request(
        "POST", urls.respond("no", status=413), data=b"abc", progress=print
    )
    assert (response.status_code, response.text) == (413, "no")
    response = await way.request("POST", urls.respond(status=204), data=b"abc", progress=print)
    assert (response.status_code, response.content) == (204, b"")


@in_pyodide
@pytest.mark.only_on("not by_xhr")
async def test_time_limits_and_signals_hold(urls: Urls, way: Way, request_id: str) -> None:
    from pyfetch_requests import AbortController, exceptions

    url = urls.respond("late", delay=30, id=request_id)
    with pytest.raises(exceptions.Timeout):
        await way.request("POST", url, data=b"abc", progress=print, timeout=0.3)
    assert (await way.seen(urls.seen(request_id, aborted=1)))["aborted"] == 1
    controller = AbortController()

    def stop(progress: object) -> None:
        controller.abort()

    with pytest.raises(exceptions.AbortError):
        await way.request("POST", url, data=b"abc", progress=stop, signal=controller.signal)


@in_pyodide
@pytest.mark.only_on("not by_xhr")
async def test_what_the_function_raises_ends_the_upload(
    urls: Urls, way: Way, request_id: str
) -> None:
    def report(progress: Any) -> None:
        if progress.seconds > 0:
            raise ZeroDivisionError

    url = urls.respond("late", delay=30, id=request_id)
    with pytest.raises(ZeroDivisionError):
        await way.request("POST", url, data=b"x" * COUNT, progress=report)


@in_pyodide
@pytest.mark.only_on("browser and not by_xhr")
async def test_what_is_not_possible(urls: Urls, way: Way, request_id: str) -> None:
    from pyfetch_requests.exceptions import BrowserLimitError

    url = urls.respond("a", id=request_id)
    for options in (
        {"allow_redirects": False},
        {"credentials": "omit"},
        {"cache": "no-store"},
        {"keepalive": True},
    ):
        with pytest.raises(BrowserLimitError, match="progress="):
            await way.request("POST", url, data=b"abc", progress=print, **options)
    assert (await way.seen(urls.seen(request_id)))["count"] == 0
