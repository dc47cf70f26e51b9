"""The other origin: read where its server allows it, and where not, told why and what helps."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser import in_pyodide
from tests.browser.ways import Way
from tests.server import Urls

pytestmark = pytest.mark.only_on("browser")


async def refusal(way: Way, method: str, url: str, **options: Any) -> str:
    """The message of a refusal: mostly it is known to be CORS, by XMLHttpRequest it may be."""
    client = way.client
    with pytest.raises(client.ConnectionError) as caught:
        await way.request(method, url, **options)
    message = str(caught.value)
    assert isinstance(caught.value, client.CORSError) is way.tells_cors
    assert ("does not say which" in message) is not way.tells_cors
    assert "'Access-Control-Allow-Origin'" in message
    return message


async def methods_seen(way: Way, urls: Urls, name: str, count: int = 0) -> list[str]:
    seen = await way.seen(urls.seen(name, count=count))
    return [one["method"] for one in seen["requests"]]


@in_pyodide
async def test_allowed(way: Way, urls: Urls) -> None:
    headers = [("X-Shown", "1"), ("X-Hidden", "2"), ("Set-Cookie", "a=b")]
    response = await way.get(urls.cors(urls.respond("abc", headers=headers), expose="X-Shown"))
    assert response.text == "abc"
    assert response.headers["x-shown"] == "1"
    assert not response.is_rebuilt
    assert "x-hidden" not in response.headers
    assert "set-cookie" not in response.headers


@in_pyodide
@pytest.mark.parametrize("stream", [False, True])
async def test_a_header_that_is_not_exposed(way: Way, urls: Urls, stream: bool) -> None:
    plain = urls.respond("abc", headers=[("X-Hidden", "2"), ("Set-Cookie", "a=b")])
    own = await way.get(plain)
    assert own.headers["x-hidden"] == "2"
    other = await way.get(urls.cors(plain), stream=stream)
    assert (own.type, other.type) == ("basic", "cors")
    await way.finish(other.close())
    for response, name, told in (
        (other, "X-Hidden", "'Access-Control-Expose-Headers: X-Hidden'"),
        (other, "Set-Cookie", "keeps cookies itself"),
        (other, "Expires", ""),
        (own, "X-Other", ""),
        (own, "Set-Cookie", "keeps cookies itself"),
    ):
        with pytest.raises(KeyError) as caught:
            response.headers[name]
        notes = "".join(getattr(caught.value, "__notes__", []))
        assert told in notes
        assert bool(told) is bool(notes)
        assert response.headers.get(name, "none") == "none"


@in_pyodide
async def test_preflight_is_one_request_more(way: Way, urls: Urls, request_id: str) -> None:
    url = urls.cors(urls.echo(f"?id={request_id}"))
    answer = await way.request("PUT", url, headers={"X-One": "1"}, json={})
    assert answer.json()["method"] == "PUT"
    assert await methods_seen(way, urls, request_id, 2) == ["OPTIONS", "PUT"]


@in_pyodide
async def test_simple_requests_have_no_preflight(way: Way, urls: Urls, request_id: str) -> None:
    await way.get(urls.cors(urls.echo(f"?id={request_id}")))
    assert await methods_seen(way, urls, request_id, 1) == ["GET"]


@in_pyodide
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_no_header(way: Way, urls: Urls, method: str) -> None:
    message = await refusal(way, method, f"{urls.other}/echo")
    assert f"{method} {urls.other}/echo" in message
    assert "this page's origin or '*'" in message
    assert "OPTIONS" not in message


@in_pyodide
async def test_wrong_origin(way: Way, urls: Urls) -> None:
    await refusal(way, "GET", urls.cors("/echo", allow="http://another.example"))


@in_pyodide
@pytest.mark.parametrize(
    "options", [{"preflight": "403"}, {"headers": "x-other"}, {"methods": "DELETE"}]
)
async def test_refused_preflight(
    way: Way, urls: Urls, request_id: str, options: dict[str, str]
) -> None:
    url = urls.cors(f"/echo?id={request_id}", **options)
    message = await refusal(way, "PUT", url, headers={"X-One": "1"})
    assert "answer the OPTIONS request" in message
    assert "a PUT with these headers" in message
    assert "Access-Control-Allow-Methods" in message
    assert "PUT" not in await methods_seen(way, urls, request_id, 1)


@in_pyodide
@pytest.mark.parametrize("options", [{}, {"allow": "*"}, {"allow": "*", "credentials": "true"}])
async def test_credentials_that_are_refused(way: Way, urls: Urls, options: dict[str, str]) -> None:
    message = await refusal(way, "GET", urls.cors("/echo", **options), credentials="include")
    assert "'*' is not enough" in message
    assert "Access-Control-Allow-Credentials: true" in message


@in_pyodide
async def test_credentials_that_are_allowed(way: Way, urls: Urls) -> None:
    assert (await way.get(urls.cors("/echo", credentials="true"), credentials="include")).ok


@in_pyodide
async def test_redirect_to_an_origin_that_allows_it(way: Way, urls: Urls) -> None:
    response = await way.get(urls.redirect(urls.cors("/echo")))
    assert response.url == urls.cors("/echo")
    assert len(response.history) == 1


@in_pyodide
@pytest.mark.parametrize("target", ["forbids", "is dead"])
async def test_redirect_that_leads_nowhere(way: Way, urls: Urls, target: str) -> None:
    to = urls.dead if target == "is dead" else f"{urls.other}/echo"
    with pytest.raises(way.client.ConnectionError) as caught:
        await way.get(urls.redirect(to))
    # Without waiting nothing more can be asked, so by XMLHttpRequest it is one of several reasons.
    said = "the address redirects" if way.name == "xhr" else "The address redirects"
    assert said in str(caught.value)
    assert "Access-Control-Allow-Origin" in str(caught.value)


@in_pyodide
async def test_redirect_from_another_origin_that_forbids_it(way: Way, urls: Urls) -> None:
    message = await refusal(way, "GET", urls.cors(urls.path(urls.redirect(f"{urls.other}/echo"))))
    assert ("(or the one that it redirects to)" in message) is way.tells_cors


@in_pyodide
@pytest.mark.only_on("not by_xhr")
async def test_the_probe_asks_once(way: Way, urls: Urls, request_id: str) -> None:
    await refusal(way, "GET", f"{urls.other}/echo?id={request_id}")
    assert await methods_seen(way, urls, request_id) == ["GET", "HEAD"]


@in_pyodide
@pytest.mark.only_on("not by_xhr")
async def test_the_probe_repeats_nothing_that_is_not_safe(
    way: Way, urls: Urls, request_id: str
) -> None:
    await refusal(way, "POST", f"{urls.other}/echo?id={request_id}", data="x")
    assert await methods_seen(way, urls, request_id) == ["POST"]


@in_pyodide
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_the_probe_can_be_switched_off(
    way: Way, urls: Urls, request_id: str, method: str
) -> None:
    client = way.client
    url = f"{urls.other}/echo?id={request_id}"
    session = client.Session(cors_probe=False)
    with pytest.raises(client.ConnectionError, match="does not say which") as caught:
        await way.finish(session.request(method, url))
    assert not isinstance(caught.value, client.CORSError)
    assert await methods_seen(way, urls, request_id) == [method]


@in_pyodide
@pytest.mark.only_on("not by_xhr")
async def test_the_probe_is_not_sent_after_an_answer(way: Way, urls: Urls, request_id: str) -> None:
    with pytest.raises(way.client.RequestException):
        await way.get(urls.cors(urls.respond("x" * 100, cut=50, id=request_id)))
    assert "HEAD" not in await methods_seen(way, urls, request_id, 1)


@in_pyodide
@pytest.mark.only_on("not by_xhr and not isolated")
async def test_no_cors_shows_nothing(way: Way, urls: Urls, request_id: str) -> None:
    url = f"{urls.other}{urls.path(urls.respond('secret', id=request_id))}"
    response = await way.get(url, mode="no-cors")
    assert (response.status_code, response.type, response.content) == (0, "opaque", b"")
    assert dict(response.headers) == {}
    assert await methods_seen(way, urls, request_id, 1) == ["GET"]
    with pytest.raises(way.client.ConnectionError):
        await way.get(urls.dead, mode="no-cors")


@in_pyodide
@pytest.mark.only_on("not by_xhr")
@pytest.mark.parametrize("status", [200, 500])
async def test_an_opaque_answer_says_that_it_is_one(way: Way, urls: Urls, status: int) -> None:
    client = way.client
    headers = [("Cross-Origin-Resource-Policy", "cross-origin")]  # else isolated pages hide it
    url = urls.other + urls.path(urls.respond("{}", status=status, headers=headers))
    response = await way.get(url, mode="no-cors")
    assert response.ok is False
    assert not response
    for look in (response.raise_for_status, response.json):
        with pytest.raises(client.RequestException, match="opaque") as caught:
            look()
        assert isinstance(caught.value, client.HTTPError | client.JSONDecodeError)
        assert caught.value.response is response
        assert caught.value.request is response.request
        assert "mode='no-cors'" in str(caught.value)
    with pytest.raises(KeyError) as missing:
        response.headers["Content-Type"]
    assert "opaque" in missing.value.__notes__[0]
    assert response.headers.get("Content-Type") is None


@in_pyodide
@pytest.mark.only_on("by_xhr")
async def test_no_cors_is_refused_by_xhr(way: Way, urls: Urls) -> None:
    with pytest.raises(way.client.BrowserLimitError, match="mode='no-cors'"):
        await way.get(f"{urls.other}/echo", mode="no-cors")
