"""A page that came over https, with a policy for where it may connect to, and a browser offline."""

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

# It takes an interpreter of its own: not in every version.
pytestmark = [
    pytest.mark.only_on("browser and not 0.29.5"),
    pytest.mark.usually_on("(not chromium and page) or (not firefox and worker)"),
]
POLICY = ("Content-Security-Policy", "connect-src 'self' http://plain.test:*")


@pytest.fixture(scope="session")
def pyodide(
    request: pytest.FixtureRequest, server: Server, package_wheel: Path
) -> Iterator[Interpreter]:
    """An interpreter in such a page."""
    from tests.browser.interpreter import own_interpreter

    urls = replace(server.urls, page=server.secure([POLICY]))
    with own_interpreter(request.param, server, package_wheel, urls=urls) as interpreter:
        yield interpreter


async def refusal(way: Way, url: str) -> str:
    with pytest.raises(way.client.ConnectionError) as caught:
        await way.get(url)
    assert not isinstance(caught.value, way.client.CORSError)
    return str(caught.value)


@in_pyodide
async def test_policy(way: Way, urls: Urls, request_id: str, engine: str, place: str) -> None:
    import js

    here = str(js.location.origin)
    message = await refusal(way, urls.cors(f"/echo?id={request_id}"))
    assert "Content-Security-Policy" in message
    # XMLHttpRequest cannot wait for the report of the violation; WebKit's workers may get none.
    if way.name != "xhr" and (engine, place) != ("webkit", "worker"):
        assert "Content-Security-Policy of this page forbids" in message
        assert f"connect-src directive has to list {urls.other}" in message
    seen = await way.seen(urls.seen(request_id).replace(urls.page, here))
    assert seen["count"] == 0


@in_pyodide
async def test_a_redirect_to_what_the_policy_forbids(way: Way, urls: Urls, request_id: str) -> None:
    """Browsers report the address that redirects, which the policy allows."""
    import base64
    from urllib.parse import urlencode

    import js

    here = str(js.location.origin)
    answer = f"HTTP/1.1 302 Found\r\nLocation: {urls.cors('/echo')}\r\n\r\n".encode()
    query = urlencode({"bytes64": base64.b64encode(answer).decode(), "id": request_id})
    for _ in range(2):
        message = await refusal(way, f"{here}/raw?{query}")
        assert "redirects" in message
        assert "Content-Security-Policy" in message
        assert "has to list" not in message
    # The origin is not taken for a forbidden one afterwards, whatever else fails there.
    assert "has to list" not in await refusal(way, f"{here}/raw?bytes64=&id={request_id}")


@in_pyodide
async def test_mixed_content(way: Way, urls: Urls, request_id: str) -> None:
    import js

    here = str(js.location.origin)
    assert here.startswith("https:")
    url = urls.cors(f"/echo?id={request_id}").replace("127.0.0.1", "plain.test")
    message = await refusal(way, url)
    assert "Mixed content" in message
    assert "Use the https address" in message
    seen = await way.seen(urls.seen(request_id).replace(urls.page, here))
    assert seen["count"] == 0


@in_pyodide
async def test_its_own_origin(way: Way) -> None:
    assert (await way.get("/echo?a=1")).json()["target"] == "/echo?a=1"
