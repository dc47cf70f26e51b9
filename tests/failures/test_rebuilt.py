"""A page or worker whose service worker makes every answer anew: redirects are lost on the way."""

from __future__ import annotations

import pytest

from tests.browser import in_pyodide, pyodide_in
from tests.browser.ways import Way
from tests.server import Urls

# It takes an interpreter of its own: not in every version.
pytestmark = [
    pytest.mark.only_on("browser and not (0.29.5 or strict or isolated)"),
    pytest.mark.usually_on("chromium and page"),
]
pyodide = pyodide_in("RebuiltRunner")


@in_pyodide
@pytest.mark.only_on("not by_xhr")
async def test_a_redirect_is_not_seen(way: Way, urls: Urls) -> None:
    """What `url` is worth is said, where it can be told."""
    import js

    assert js.crossOriginIsolated
    target = urls.cors("/echo")
    url = urls.cors(urls.path(urls.redirect(target)))
    response = await way.get(url)
    assert response.json()["target"] == urls.path(target)
    assert response.is_rebuilt
    assert (response.url, response.history) == (url, [])
    assert (await way.get(target)).is_rebuilt


@in_pyodide
@pytest.mark.only_on("not by_xhr")
async def test_the_own_origin(way: Way, urls: Urls) -> None:
    """There nothing tells."""
    response = await way.get(urls.redirect(urls.echo()))
    assert response.json()["target"] == "/echo"
    assert not response.is_rebuilt
    assert not (await way.get("/echo")).is_rebuilt


@in_pyodide
@pytest.mark.only_on("not by_xhr")
async def test_hidden_headers(way: Way, urls: Urls) -> None:
    """The service worker saw no more of them than a page does."""
    response = await way.get(urls.cors(urls.respond("x", headers=[("X-Hidden", "2")])))
    with pytest.raises(KeyError) as caught:
        response.headers["X-Hidden"]
    notes = "".join(getattr(caught.value, "__notes__", []))
    assert "'Access-Control-Expose-Headers: X-Hidden'" in notes


@in_pyodide
@pytest.mark.parametrize("stream", [False, True])
async def test_all_ways_work(way: Way, urls: Urls, stream: bool) -> None:
    for url in (urls.blob(100_000), urls.cors(urls.blob(100_000))):
        response = await way.get(url, stream=stream)
        assert len(b"".join(await way.collect(response.iter_content(None)))) == 100_000


@in_pyodide
async def test_a_refusal_by_cors(way: Way, urls: Urls, engine: str) -> None:
    """It is never taken for a server that is not there, and that one never for a refusal."""
    for method in ("GET", "POST"):
        with pytest.raises(way.client.ConnectionError) as caught:
            await way.request(method, f"{urls.other}/echo")
        assert "'Access-Control-Allow-Origin'" in str(caught.value)
        if engine == "chromium":
            assert isinstance(caught.value, way.client.CORSError) is (way.name != "xhr")
        with pytest.raises(way.client.ConnectionError) as caught:
            await way.request(method, urls.dead)
        assert not isinstance(caught.value, way.client.CORSError)
