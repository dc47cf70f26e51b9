"""A page or worker that is cross-origin isolated: the probe is held back, and the truth is told.

All other tests run in such places by `--place=isolated-page,isolated-worker`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.browser import in_pyodide
from tests.browser.ways import Way
from tests.server import Urls

if TYPE_CHECKING:  # what is not inside
    from pathlib import Path

    from tests.browser.interpreter import Interpreter
    from tests.server import Server

# It takes an interpreter of its own: not in every version, nor where all others are isolated, too.
pytestmark = [
    pytest.mark.only_on("browser and not (0.29.5 or strict or isolated)"),
    pytest.mark.usually_on("(webkit and page) or (not webkit and worker)"),
]
FOR_OTHERS = ("Cross-Origin-Resource-Policy", "cross-origin")


@pytest.fixture(scope="session")
def pyodide(
    request: pytest.FixtureRequest, server: Server, package_wheel: Path
) -> Iterator[Interpreter]:
    """An interpreter in such a place."""
    from tests.browser.interpreter import own_interpreter

    target = replace(request.param, place=f"isolated-{request.param.context}")
    with own_interpreter(target, server, package_wheel) as interpreter:
        yield interpreter


async def refusal(way: Way, method: str, url: str, **options: str) -> Exception:
    with pytest.raises(way.client.ConnectionError) as caught:
        await way.request(method, url, **options)
    error: Exception = caught.value
    return error


@in_pyodide
async def test_it_is_isolated(way: Way, urls: Urls) -> None:
    import js

    assert js.crossOriginIsolated
    assert (await way.get(urls.cors("/echo"))).ok


@in_pyodide
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT"])
async def test_a_refusal_by_cors(way: Way, urls: Urls, method: str) -> None:
    # Twice: what was reported of the first must not serve the second.
    for _ in range(2):
        error = await refusal(way, method, f"{urls.other}/echo?a='%20")
        assert isinstance(error, way.client.CORSError) is way.tells_cors
        assert ("does not say which" in str(error)) is not way.tells_cors
        assert "'Access-Control-Allow-Origin'" in str(error)
        assert "host is unknown" not in str(error)


@in_pyodide
async def test_a_host_that_is_dead(way: Way, urls: Urls, request_id: str, engine: str) -> None:
    """It is not taken for one that lives, nor the other way round; only Chromium is sure of it."""
    error = await refusal(way, "GET", urls.dead)
    assert not isinstance(error, way.client.CORSError)
    assert ("host is unknown" in str(error)) is (way.name != "xhr" and engine == "chromium")
    await refusal(way, "GET", f"{urls.other}/echo?id={request_id}")
    error = await refusal(way, "GET", f"{urls.dead}/echo?id={request_id}")
    assert not isinstance(error, way.client.CORSError)


@in_pyodide
async def test_several_at_once(urls: Urls) -> None:
    """Each finds its own report."""
    import asyncio

    from pyfetch_requests import CORSError, get

    living = [get(f"{urls.other}/echo?{number // 2}") for number in range(8)]
    dead = [get(f"{urls.dead}/echo?{number}") for number in range(8)]
    found = await asyncio.gather(*living, *dead, return_exceptions=True)
    told = Way("await").tells_cors
    assert [isinstance(error, CORSError) for error in found] == [told] * 8 + [False] * 8


@in_pyodide
async def test_no_probe(way: Way, urls: Urls) -> None:
    session = way.client.Session(cors_probe=False)
    for options in ({}, {"mode": "no-cors"} if way.name != "xhr" else {}):
        with pytest.raises(way.client.ConnectionError, match="does not say which"):
            await way.finish(session.get(f"{urls.other}/echo", **options))


@in_pyodide
@pytest.mark.only_on("not by_xhr")
async def test_opaque_answers(way: Way, urls: Urls, engine: str) -> None:
    """They are held back, unless the server sends a header."""
    allowed = urls.other + urls.path(urls.respond("x", headers=[FOR_OTHERS]))
    assert (await way.get(allowed, mode="no-cors")).type == "opaque"
    for method in ("GET", "POST"):
        error = await refusal(way, method, f"{urls.other}/echo", mode="no-cors")
        assert "Cross-Origin-Embedder-Policy" in str(error)
        assert "'Cross-Origin-Resource-Policy: cross-origin'" in str(error)
        assert isinstance(error, way.client.CORSError) is way.tells_cors
    error = await refusal(way, "GET", urls.dead, mode="no-cors")
    assert ("Embedder-Policy" in str(error)) is (engine != "chromium")
    assert "answers, but" not in str(error)


@in_pyodide
@pytest.mark.only_on("not by_xhr")
async def test_a_redirect(way: Way, urls: Urls) -> None:
    error = await refusal(way, "GET", urls.redirect(f"{urls.other}/echo"))
    assert "The address redirects" in str(error)
    error = await refusal(way, "GET", urls.other + urls.path(urls.redirect(f"{urls.other}/echo")))
    assert isinstance(error, way.client.CORSError) is way.tells_cors
