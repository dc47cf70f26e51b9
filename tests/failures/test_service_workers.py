"""A page or worker whose service worker answers in odd ways, or not at all."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser import in_pyodide, pyodide_in
from tests.browser.ways import Way
from tests.server import Urls

if TYPE_CHECKING:  # what is not inside
    from tests.browser.interpreter import Interpreter

# It takes an interpreter of its own: not in every version. A synchronous XMLHttpRequest in a page
# of Chromium passes a service worker by.
pytestmark = [
    pytest.mark.only_on("browser and not (0.29.5 or strict or isolated or by_xhr)"),
    pytest.mark.usually_on("chromium and page"),
]
pyodide = pyodide_in("AnsweredRunner")
AWAIT = Way("await")
begun: list[asyncio.Task[bytes]] = []  # of requests that last from one call into Pyodide to another


def answered(urls: Urls, kind: str) -> str:
    """What the service worker answers in this way, see tests/browser/answered."""
    return f"{urls.page}/answered-by/{kind}?other={urls.other}"


async def content(way: Way, url: str, **options: Any) -> bytes:
    body: bytes = await way.finish((await way.get(url, **options)).read())
    return body


@in_pyodide
@pytest.mark.parametrize(
    "kind", ["error", "opaque", "used", "locked", "rejects", "nothing", "no_response"]
)
async def test_no_answer(way: Way, urls: Urls, kind: str, place: str) -> None:
    import js

    # A worker is not told that it has one, but in WebKit.
    is_told = place == "page" or hasattr(js.navigator, "serviceWorker")
    for options in ({}, {"stream": True}):
        with pytest.raises(way.client.ConnectionError) as caught:
            await content(way, answered(urls, kind), **options)
        notes = "".join(getattr(caught.value, "__notes__", []))
        assert ("service worker" in notes) is is_told


@in_pyodide
@pytest.mark.parametrize("kind", ["breaks", "breaks_at_once", "text_chunks", "long_length"])
async def test_a_body_that_breaks_off(way: Way, urls: Urls, kind: str) -> None:
    client = way.client
    for options in ({}, {"timeout": 60}, {"stream": True}):
        with pytest.raises((client.ChunkedEncodingError, client.ConnectionError)):
            await content(way, answered(urls, kind), **options)


@in_pyodide
async def test_what_never_ends(way: Way, urls: Urls) -> None:
    for options in ({}, {"stream": True}):
        with pytest.raises(way.client.HeadersTimeout):
            await content(way, answered(urls, "never"), timeout=0.3, **options)
        with pytest.raises(way.client.BodyTimeout):
            await content(way, answered(urls, "stalls"), timeout=0.3, **options)


@in_pyodide
@pytest.mark.parametrize("kind", ["redirected", "redirect"])
async def test_a_redirect(way: Way, urls: Urls, kind: str) -> None:
    answer = await way.get(answered(urls, kind))
    assert answer.json()["target"] == "/echo"
    assert answer.url == urls.echo()


@in_pyodide
async def test_a_redirect_that_is_not_followed(way: Way, urls: Urls) -> None:
    answer = await way.get(answered(urls, "opaqueredirect"), allow_redirects=False)
    assert answer.is_redirect
    assert answer.status_code == 0


@in_pyodide
@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        pytest.param("blob", "a" * 3_000_000, id="blob"),
        ("short_length", "abc"),
        ("odd_length", "abc"),
        ("coded", "abc"),
        ("late", "abc"),
        ("no_body", ""),
        ("claims", "abcdef"),
        ("updates", "abcdef"),
        ("unregisters", "abcdef"),
    ],
)
async def test_a_body_that_is_whole(way: Way, urls: Urls, kind: str, expected: str) -> None:
    for options in ({}, {"timeout": 60}, {"stream": True}):
        assert (await content(way, answered(urls, kind), **options)).decode() == expected


@in_pyodide
@pytest.mark.parametrize("kind", ["cors", "other_address"])
async def test_an_answer_of_another_address(way: Way, urls: Urls, kind: str) -> None:
    for options in ({}, {"stream": True}):
        answer = await way.get(answered(urls, kind), **options)
        assert b'"method"' in await way.finish(answer.read())
        assert answer.url == (f"{urls.other}/cors/-/echo" if kind == "cors" else urls.echo())


async def begin(urls: Urls) -> None:
    url = answered(urls, "trickles")
    for options in ({}, {"timeout": 60}):
        begun.append(asyncio.ensure_future(content(AWAIT, url, **options)))
    last = await AWAIT.get(url, stream=True)
    begun.append(asyncio.ensure_future(last.read()))


async def end(urls: Urls) -> None:
    client = AWAIT.client
    for task in begun:
        with pytest.raises((client.ChunkedEncodingError, client.ConnectionError)):
            await task
    begun.clear()
    assert await content(AWAIT, answered(urls, "late")) == b"abc"  # it is started again


@pytest.mark.only_on("chromium and page")
def test_one_that_is_stopped(pyodide: Interpreter, urls: Urls) -> None:
    """Half of what it was answering with is no answer."""
    from tests.browser.devtools import DevTools

    pyodide.call(begin, {"urls": urls})
    with DevTools(pyodide.runner.driver, "page") as tools:
        tools.stop_service_workers()
    pyodide.call(end, {"urls": urls})
