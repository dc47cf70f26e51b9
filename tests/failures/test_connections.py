"""Connections that are refused, break or lead nowhere: a named exception, and no cut body."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser import in_pyodide
from tests.browser.ways import Way
from tests.server import Urls


@in_pyodide
async def test_the_way_is_the_one_that_is_named(way: Way, urls: Urls) -> None:
    from pyodide.ffi import can_run_sync

    assert (await way.get(urls.echo())).ok
    if way.name != "await":
        assert can_run_sync() is (way.name == "switch")


@in_pyodide
@pytest.mark.over_sockets
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_nothing_listens(way: Way, urls: Urls, method: str) -> None:
    client = way.client
    with pytest.raises(client.ConnectionError) as caught:
        await way.request(method, f"{urls.dead}/path")
    assert not isinstance(caught.value, client.CORSError | client.Timeout)
    assert urls.dead in str(caught.value)
    assert caught.value.request.url == f"{urls.dead}/path"
    assert caught.value.response is None


@in_pyodide
@pytest.mark.over_sockets
async def test_unknown_host(way: Way) -> None:
    with pytest.raises(way.client.ConnectionError, match=r"nobody\.invalid") as caught:
        await way.get("http://nobody.invalid/")
    assert not isinstance(caught.value, way.client.CORSError | way.client.Timeout)


@in_pyodide
@pytest.mark.parametrize(
    "url", ["http://256.256.256.256/", "http://1.2.3.4.5/", "http://[::1%25en0]/", "http://a^b/"]
)
async def test_what_is_no_url_for_a_browser(way: Way, url: str) -> None:
    with pytest.raises(way.client.InvalidURL, match="does not accept this URL"):
        await way.get(url)


@in_pyodide
@pytest.mark.over_sockets
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("how", ["close", "reset"])
async def test_lost_before_the_headers(way: Way, urls: Urls, how: str, method: str) -> None:
    with pytest.raises(way.client.ConnectionError, match="/respond"):
        await way.request(method, urls.respond("x", cut=-1, how=how))


@in_pyodide
@pytest.mark.over_sockets
@pytest.mark.parametrize("answer", [b"", b"nonsense", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n"])
async def test_no_whole_answer(way: Way, urls: Urls, engine: str, answer: bytes) -> None:
    import base64

    url = f"{urls.page}/raw?bytes64={base64.b64encode(answer).decode()}"
    if (engine, answer) == ("firefox", b"nonsense"):
        # Before there were headers in HTTP, this was an answer: Firefox still takes it for one.
        assert (await way.get(url)).content == answer
        return
    with pytest.raises((way.client.ConnectionError, way.client.ChunkedEncodingError)):
        await way.get(url)


@in_pyodide
@pytest.mark.only_on("chromium and not by_xhr")
@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nX-One: a\x00b\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok!",
        b"HTTP/1.1 302 Found\r\nLocation: /echo\r\nLocation: /other\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: mailto:someone@host.example\r\n\r\n",
    ],
    ids=["NUL", "two lengths", "two addresses", "no address of http"],
)
async def test_an_answer_that_no_browser_takes(way: Way, urls: Urls, answer: bytes) -> None:
    """The message does not say that no server is there."""
    import base64
    from urllib.parse import urlencode

    url = f"{urls.page}/raw?{urlencode({'bytes64': base64.b64encode(answer).decode()})}"
    with pytest.raises(way.client.ConnectionError, match=r"is not HTTP|no browser follows"):
        await way.get(url)


CUTS = [
    ("length", 0, "close"),
    ("length", 50, "close"),
    ("length", 50, "reset"),
    ("chunked", 0, "close"),
    ("chunked", 40, "close"),
    ("chunked", 50, "close"),
    ("chunked", 50, "reset"),
]


def broken_body(way: Way) -> tuple[type[Exception], ...]:
    """What a body that breaks off raises: fetch tells where it broke, XMLHttpRequest may not."""
    client = way.client
    errors = (client.ChunkedEncodingError, client.ConnectionError)
    return errors if way.name == "xhr" else errors[:1]


@in_pyodide
@pytest.mark.over_sockets
@pytest.mark.parametrize(("framing", "cut", "how"), CUTS)
async def test_cut_bodies_are_never_whole(
    way: Way, urls: Urls, engine: str, framing: str, cut: int, how: str
) -> None:
    url = urls.respond("x" * 100, framing=framing, sizes=[20], cut=cut, how=how)
    if (engine, framing, how) == ("webkit", "chunked", "close") and cut % 20 == 0:
        # The one thing that is not known: WebKitGTK takes a connection that is closed between two
        # chunks for the end of the body, and tells nothing (docs/differences.md).
        assert (await way.get(url)).content == b"x" * cut
        return
    # Of a body of which nothing came Firefox does not even show the headers.
    early = (way.client.ConnectionError,) if (engine, cut) == ("firefox", 0) else ()
    with pytest.raises((*broken_body(way), *early)):
        await way.get(url)


@in_pyodide
@pytest.mark.over_sockets
@pytest.mark.parametrize("promise", [6, 1000])
async def test_fewer_bytes_than_promised(way: Way, urls: Urls, promise: int) -> None:
    with pytest.raises(broken_body(way)):
        await way.get(urls.respond("abcde", promise=promise))


@in_pyodide
@pytest.mark.over_sockets
@pytest.mark.only_on("not by_xhr")
@pytest.mark.parametrize("framing", ["length", "chunked"])
async def test_streams_give_what_came_and_then_raise(way: Way, urls: Urls, framing: str) -> None:
    url = urls.respond("x" * 100, framing=framing, sizes=[20], pause=0.05, cut=50)
    response = await way.get(url, stream=True)
    came: list[bytes] = []
    pieces = response.iter_content(10)
    with pytest.raises(way.client.ChunkedEncodingError):
        await way.collect(pieces, came)
    assert 0 < len(b"".join(came)) <= 50
    # What broke once is not whole the next time.
    with pytest.raises((RuntimeError, way.client.RequestException)):
        await way.finish(response.read())


@in_pyodide
@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
@pytest.mark.parametrize("stream", [False, True])
async def test_cut_in_a_coded_body(way: Way, urls: Urls, coding: str, stream: bool) -> None:
    import random

    body = random.Random(1).randbytes(5000)

    async def read(**options: Any) -> bytes:
        response = await way.get(urls.respond(body, encoding=coding, **options), stream=stream)
        return await way.finish(response.read())

    with pytest.raises(broken_body(way)) as caught:
        await read(cut=3000)
    if way.name != "xhr":
        assert type(caught.value).__name__ == "BrokenBodyError"
    assert await read() == body


@in_pyodide
@pytest.mark.over_sockets
@pytest.mark.parametrize("coding", ["gzip", "deflate"])
async def test_not_in_its_coding(way: Way, urls: Urls, engine: str, coding: str) -> None:
    url = urls.respond("plain text", headers=[("Content-Encoding", coding)])
    if engine == "webkit":  # hands out what it cannot decode (docs/differences.md)
        assert (await way.get(url)).content == b"plain text"
        return
    if engine.startswith("node"):  # with no time limit it may never end (docs/differences.md)
        with pytest.raises((way.client.ContentDecodingError, way.client.ReadTimeout)):
            await way.get(url, timeout=2)
        return
    error = way.client.ConnectionError if way.name == "xhr" else way.client.ContentDecodingError
    with pytest.raises(error):
        await way.get(url)


@in_pyodide
@pytest.mark.over_sockets
async def test_redirect_loop(way: Way, urls: Urls, request_id: str) -> None:
    client = way.client
    with pytest.raises((client.ConnectionError, client.TooManyRedirects), match="redirect"):
        await way.get(f"{urls.page}/redirect?id={request_id}")
    assert (await way.seen(urls.seen(request_id)))["count"] >= 10


@in_pyodide
@pytest.mark.over_sockets
async def test_redirect_to_where_nothing_listens(way: Way, urls: Urls) -> None:
    with pytest.raises(way.client.ConnectionError):
        await way.get(urls.redirect(urls.dead))


@in_pyodide
@pytest.mark.over_sockets
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_can_be_forbidden(
    way: Way, urls: Urls, request_id: str, status: int
) -> None:
    url = urls.redirect(urls.respond("followed", id=request_id), status)
    response = await way.get(url, allow_redirects=False)
    assert response.status_code in (0, status)
    assert response.is_redirect
    assert response.url == url
    # A synchronous XMLHttpRequest follows anyway, and its answer is not shown.
    assert (await way.seen(urls.seen(request_id)))["count"] == (way.name == "xhr")


@in_pyodide
@pytest.mark.over_sockets
@pytest.mark.parametrize(("status", "method"), [(303, "GET"), (308, "POST")])
async def test_a_redirected_post_that_was_followed_says_so(
    way: Way, urls: Urls, request_id: str, status: int, method: str
) -> None:
    import warnings

    url = urls.redirect(urls.respond("followed", id=request_id), status)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        response = await way.request("POST", url, data="x", allow_redirects=False)
    assert response.status_code in (0, status)
    assert response.is_redirect
    seen = await way.seen(urls.seen(request_id))
    assert [each["method"] for each in seen["requests"]] == [method] * (way.name == "xhr")
    said = [str(each.message) for each in caught if "allow_redirects=False" in str(each.message)]
    assert len(said) == (way.name == "xhr")


@in_pyodide
@pytest.mark.over_sockets
async def test_no_redirect_comes_where_none_is_allowed(way: Way, urls: Urls) -> None:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for method in ("GET", "POST", "DELETE"):
            response = await way.request(method, urls.respond("abc"), allow_redirects=False)
            assert (response.status_code, response.text) == (200, "abc")
            assert not response.is_redirect


@in_pyodide
@pytest.mark.over_sockets
async def test_a_redirect_that_could_not_be_followed_says_what_it_may_be(
    way: Way, urls: Urls
) -> None:
    url = urls.redirect(urls.dead)
    if way.name == "xhr":
        with pytest.raises(way.client.ConnectionError) as caught:
            await way.get(url, allow_redirects=False)
        assert "follows in spite of allow_redirects=False" in caught.value.__notes__[0]
    else:
        assert (await way.get(url, allow_redirects=False)).is_redirect


@in_pyodide
@pytest.mark.over_sockets
@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("www.example.org/path", "MissingSchema"),
        ("", "MissingSchema"),
        ("http://", "InvalidURL"),
        ("http://*.example.org", "InvalidURL"),
        ("http://.example.org", "InvalidURL"),
        ("ftp://example.org/", "InvalidSchema"),
        ("http://[::1", "InvalidURL"),
        ("http://host.example:99999/", "InvalidURL"),
    ],
)
async def test_bad_urls(way: Way, url: str, name: str) -> None:
    with pytest.raises(way.client.RequestException) as caught:
        await way.get(url)
    assert type(caught.value).__name__ == name


@in_pyodide
@pytest.mark.only_on("browser")
async def test_an_address_space(way: Way, urls: Urls, engine: str) -> None:
    """To name where a server is does no harm, and the wrong place is told where it is refused."""
    client, url = way.client, urls.cors("/echo")
    for space in ("loopback", "unknown"):
        assert (await way.get(url, target_address_space=space)).ok
    if way.name == "xhr":
        with pytest.raises(client.BrowserLimitError, match="target_address_space='local'"):
            await way.get(url, target_address_space="local")
    elif engine == "chromium":
        with pytest.raises(client.FetchOptionError, match="target_address_space='local' is not"):
            await way.get(url, target_address_space="local")
    else:
        assert (await way.get(url, target_address_space="local")).ok


@in_pyodide
@pytest.mark.only_on("chromium or firefox or deno")
async def test_a_url_that_is_too_long(way: Way, urls: Urls) -> None:
    """Nothing is wrong with the server, and nothing is gained by another try."""
    for url in (urls.echo(), urls.cors(urls.echo()), urls.dead):
        with pytest.raises(
            way.client.InvalidURL, match="longer than this browser allows"
        ) as caught:
            await way.get(f"{url}?{'x' * 2_200_000}")
        assert len(str(caught.value)) < 2000


@in_pyodide
@pytest.mark.only_on("browser and not isolated")
async def test_headers_that_are_too_long(way: Way, urls: Urls) -> None:
    """No browser takes so many of them, and none says so."""
    url = urls.respond("abc", headers=[("X-Long", "a" * 1_000_000)])
    for each in (url, urls.cors(url)):
        with pytest.raises(way.client.ConnectionError, match="too long headers"):
            await way.get(each)
