"""Headers, methods and URLs that are odd arrive as they are; those that inject never leave."""

from __future__ import annotations

import pytest

from tests.browser import in_pyodide
from tests.browser.ways import Way
from tests.server import Urls

pytestmark = pytest.mark.over_sockets


@in_pyodide
@pytest.mark.only_on("not deno")  # which takes 100 at most, as http.client does
async def test_hundreds_of_headers(way: Way, urls: Urls) -> None:
    response = await way.get(urls.respond("", headers=[(f"X-{n}", str(n)) for n in range(300)]))
    assert [response.headers[f"x-{n}"] for n in range(300)] == [str(n) for n in range(300)]


@in_pyodide
@pytest.mark.parametrize("value", ["a\r\nX-Bad: 1", "a\nb", "a\rb", "a\x00b", "a\r\n\r\nGET /"])
@pytest.mark.parametrize("in_session", [False, True])
async def test_values_that_inject(
    way: Way, urls: Urls, request_id: str, value: str, in_session: bool
) -> None:
    session = way.client.Session()
    url, headers = urls.respond("", id=request_id), {"X-One": value}
    if in_session:
        session.headers, headers = headers, {}
    with pytest.raises(way.client.InvalidHeader, match="X-One"):
        await way.finish(session.get(url, headers=headers))
    assert (await way.seen(urls.seen(request_id)))["count"] == 0


@in_pyodide
@pytest.mark.parametrize("name", ["X-A\r\nX-Bad", "X\nA", "X\x00A", "X:A", " X", "X-A\n", ""])
async def test_names_that_inject(way: Way, urls: Urls, request_id: str, name: str) -> None:
    with pytest.raises(way.client.InvalidHeader):
        await way.get(urls.respond("", id=request_id), headers={name: "1"})
    assert (await way.seen(urls.seen(request_id)))["count"] == 0


@in_pyodide
@pytest.mark.parametrize(
    "name", ["X Y", "X-\u00dc", "X(1)", "X/1", "X@", b"X-\xdc", "X\t", "\u20ac"]
)
async def test_names_that_no_browser_sends(
    way: Way, urls: Urls, request_id: str, name: str | bytes
) -> None:
    session = way.client.Session(retries=3)
    with pytest.raises(way.client.InvalidHeader, match="Header name"):
        await way.finish(session.get(urls.respond("", id=request_id), headers={name: "1"}))
    assert (await way.seen(urls.seen(request_id)))["count"] == 0


@in_pyodide
async def test_odd_names_that_are_sent(way: Way, urls: Urls) -> None:
    name = "x!#$%&'*+-.^_`|~9"
    sent = (await way.get(urls.echo(), headers={name: "1"})).json()["headers"]
    assert name in [key.lower() for key, _ in sent]


@in_pyodide
@pytest.mark.parametrize("method", ["GET /\r\nX-Bad: 1", "GET\nX", "GE T", "G\x00", "GET\r"])
async def test_methods_that_inject(way: Way, urls: Urls, request_id: str, method: str) -> None:
    with pytest.raises((way.client.RequestException, ValueError)):
        await way.request(method, urls.respond("", id=request_id))
    assert (await way.seen(urls.seen(request_id)))["count"] == 0


@in_pyodide
@pytest.mark.parametrize("text", ["\r\nX-Bad: 1", "\n", "\x00", " HTTP/1.1\r\n\r\nGET /b", "\t"])
async def test_urls_that_inject(way: Way, urls: Urls, text: str) -> None:
    seen = (await way.get(urls.echo(f"?a={text}b"))).json()
    assert seen["version"] == "HTTP/1.1"
    assert "x-bad" not in [name.lower() for name, _ in seen["headers"]]
    assert seen["target"].startswith("/echo?a=%")
    assert (await way.get(urls.echo(), params={"a": text})).json()["target"].startswith("/echo?a=")


@in_pyodide
@pytest.mark.only_on("not browser")
async def test_nothing_is_said_of_hidden_headers_where_none_are(way: Way, urls: Urls) -> None:
    response = await way.get(f"{urls.other}/echo")
    with pytest.raises(KeyError) as caught:
        response.headers["X-Total-Count"]
    assert not getattr(caught.value, "__notes__", [])
