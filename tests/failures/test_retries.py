"""Retries over the real transports, counted where they arrive: never more than the policy says."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser import in_pyodide
from tests.browser.ways import Way
from tests.server import Urls

# Not counted are tries after a connection that broke: browsers repeat such requests themselves.


pytestmark = pytest.mark.over_sockets


@in_pyodide
@pytest.mark.parametrize(
    ("method", "tries"), [("GET", 3), ("HEAD", 3), ("PUT", 3), ("DELETE", 3), ("POST", 1)]
)
@pytest.mark.parametrize("mounted", [False, True])
async def test_a_status(
    way: Way, urls: Urls, request_id: str, method: str, tries: int, mounted: bool
) -> None:
    client = way.client
    retry = client.Retry(total=2, status_forcelist=[503])
    session = client.Session() if mounted else client.Session(retries=retry)
    if mounted:
        session.mount("http://", client.HTTPAdapter(max_retries=retry))
    url = urls.respond("busy", status=503, id=request_id)
    if tries == 1:
        assert (await way.finish(session.request(method, url))).status_code == 503
    else:
        with pytest.raises(client.RetryError, match="too many 503") as caught:
            await way.finish(session.request(method, url))
        assert caught.value.request.method == method
    seen = await way.seen(urls.seen(request_id, completed=tries))
    assert [one["method"] for one in seen["requests"]] == [method] * tries


@in_pyodide
async def test_no_retries_unless_asked_for(way: Way, urls: Urls, request_id: str) -> None:
    url = urls.respond("", status=503, id=request_id, headers=[("Retry-After", "0")])
    assert (await way.get(url)).status_code == 503
    assert (await way.seen(urls.seen(request_id, completed=1)))["count"] == 1


@in_pyodide
async def test_retry_after(way: Way, urls: Urls, request_id: str) -> None:
    client = way.client
    url = urls.respond("", status=429, id=request_id, headers=[("Retry-After", "0")])
    session = client.Session(retries=client.Retry(1, raise_on_status=False))
    assert (await way.finish(session.get(url))).status_code == 429
    assert (await way.seen(urls.seen(request_id, completed=2)))["count"] == 2


@in_pyodide
@pytest.mark.parametrize("kind", ["bytes", "file", "generator"])
async def test_the_body_is_sent_again_or_not_at_all(
    way: Way, urls: Urls, request_id: str, kind: str
) -> None:
    import io

    client = way.client
    bodies = {"bytes": b"abc", "file": io.BytesIO(b"abc"), "generator": iter([b"a", b"bc"])}
    retry = client.Retry(1, status_forcelist=[503], raise_on_status=False)
    session = client.Session(retries=retry)
    url = urls.respond(status=503, id=request_id)
    response = await way.finish(session.put(url, data=bodies[kind]))
    assert (response.status_code, response.content) == (503, b"abc")
    tries = 1 if kind == "generator" else 2
    assert (await way.seen(urls.seen(request_id, completed=tries)))["count"] == tries


@in_pyodide
async def test_a_dead_host_is_tried_again(way: Way, urls: Urls) -> None:
    client = way.client
    tried: list[int] = []
    base: Any = client.Retry

    class Counting(base):
        def get_backoff_time(self) -> float:
            tried.append(self.total)
            return 0.0

    session = client.Session(retries=Counting(3))
    with pytest.raises(client.ConnectionError):
        await way.finish(session.get(urls.dead))
    assert tried == [2, 1, 0]


@in_pyodide
@pytest.mark.parametrize("cut", [0, 50])
async def test_a_broken_body_is_not_asked_for_again(
    way: Way, urls: Urls, request_id: str, cut: int
) -> None:
    client = way.client
    url = urls.respond("x" * 100, cut=cut, id=request_id)
    session = client.Session(retries=3)
    with pytest.raises(client.RequestException):
        await way.finish(session.post(url))
    seen = await way.seen(urls.seen(request_id, cut=1))
    assert {one["method"] for one in seen["requests"]} == {"POST"}


@in_pyodide
@pytest.mark.only_on("browser and not by_xhr and (chromium or not isolated)")
async def test_a_refusal_of_cors_is_final(way: Way, urls: Urls, request_id: str) -> None:
    client = way.client
    session = client.Session(retries=3, cors_probe=True)
    with pytest.raises(client.CORSError):
        await way.finish(session.get(f"{urls.other}/echo?id={request_id}"))
    seen = await way.seen(urls.seen(request_id))
    assert [one["method"] for one in seen["requests"]] == ["GET", "HEAD"]
