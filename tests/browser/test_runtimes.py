"""Node and Deno: no page and no origin, but the wire as it is, so that more is as in requests."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.browser import in_pyodide
from tests.server import Urls

pytestmark = pytest.mark.only_on("process")


def header(seen: dict[str, Any], name: str) -> list[str]:
    """The values of a header in an answer of /echo."""
    return [value for key, value in seen["headers"] if key.lower() == name.lower()]


@in_pyodide
@pytest.mark.parametrize("url", ["/echo", "./echo", "../echo", "?a=1", "//host/echo"])
async def test_relative_urls_are_relative_to_nothing(url: str) -> None:
    from pyfetch_requests import exceptions, get

    with pytest.raises(exceptions.MissingSchema, match="No scheme supplied"):
        await get(url)


@in_pyodide
async def test_other_origins_are_open(urls: Urls, request_id: str) -> None:
    from pyfetch_requests import get, put

    answer = await put(f"{urls.other}/echo?id={request_id}", headers={"X-One": "1"}, json={})
    assert answer.json()["method"] == "PUT"
    requests = (await get(urls.seen(request_id, completed=1))).json()["requests"]
    assert [one["method"] for one in requests] == ["PUT"]


@in_pyodide
async def test_session_keeps_cookies(urls: Urls) -> None:
    from pyfetch_requests import Session

    cookies = [("Set-Cookie", "a=1; Path=/"), ("Set-Cookie", "b=2; Path=/elsewhere")]
    async with Session() as session:
        answer = await session.get(urls.respond("", headers=cookies))
        assert answer.cookies.get_dict() == {"a": "1", "b": "2"}
        assert session.cookies.get_dict() == {"a": "1", "b": "2"}
        session.cookies.set("c", "3")
        seen = (await session.get(urls.echo(), cookies={"d": "4"})).json()
        assert sorted(header(seen, "cookie")[0].split("; ")) == ["a=1", "c=3", "d=4"]
    seen = (await Session().get(urls.echo())).json()
    assert header(seen, "cookie") == []


@in_pyodide
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_shown(urls: Urls, status: int) -> None:
    from pyfetch_requests import post

    url = urls.redirect("/echo?there", status)
    answer = await post(url, data=b"body")
    assert [(one.status_code, one.url) for one in answer.history] == [(status, url)]
    assert answer.history[0].headers["Location"] == "/echo?there"
    method = "POST" if status in (307, 308) else "GET"
    assert (answer.request.method, answer.json()["method"]) == (method, method)
    assert base64.b64decode(answer.json()["body"]) == (b"body" if method == "POST" else b"")


@in_pyodide
async def test_redirects_that_are_not_followed(urls: Urls, request_id: str) -> None:
    from pyfetch_requests import Session, get

    target = urls.respond("followed", id=request_id)
    answer = await get(urls.redirect(target), allow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (302, target)
    assert (answer.is_redirect, answer.history) == (True, [])
    assert (await get(urls.seen(request_id))).json()["count"] == 0
    assert answer.next is not None
    assert (await Session().send(answer.next)).text == "followed"


@in_pyodide
async def test_redirects_end(urls: Urls) -> None:
    from pyfetch_requests import Session, exceptions

    async with Session() as session:
        session.max_redirects = 3
        with pytest.raises(exceptions.TooManyRedirects, match="Exceeded 3 redirects") as caught:
            await session.get(f"{urls.page}/redirect")
        assert caught.value.response.status_code == 302


@in_pyodide
async def test_authorization_does_not_go_to_another_origin(urls: Urls) -> None:
    from pyfetch_requests import get

    answer = await get(urls.redirect(f"{urls.other}/echo"), auth=("user", "secret"))
    assert len(answer.history) == 1
    assert "Authorization" in answer.history[0].request.headers
    assert header(answer.json(), "authorization") == []


@in_pyodide
async def test_headers_that_a_browser_forbids(urls: Urls) -> None:
    import warnings

    from pyfetch_requests import get

    headers = {"Referer": "http://a.example/", "Cookie": "own=1", "Origin": "http://b.example"}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        seen = (await get(urls.echo(), headers=headers)).json()
    for name, value in headers.items():
        assert header(seen, name) == [value]


@in_pyodide
async def test_headers_that_fetch_writes_itself(urls: Urls) -> None:
    from pyfetch_requests import _warn, get
    from pyfetch_requests.exceptions import RequestsWarning

    for name, value in [("Host", "a.example"), ("Expect", "100-continue"), ("Upgrade", "h2c")]:
        _warn._warned.discard(f"header:{name.lower()}")  # it may have been given already
        with pytest.warns(RequestsWarning, match=f"header '{name}' is dropped"):
            seen = (await get(urls.echo(), headers={name: value})).json()
        assert value not in header(seen, name)


@in_pyodide
async def test_a_failure_tells_its_cause(urls: Urls) -> None:
    from pyfetch_requests import ConnectionError, get

    with pytest.raises(ConnectionError, match=r"(?i)refused") as caught:
        await get(f"{urls.dead}/?{'long' * 1000}")
    assert len(str(caught.value)) < 1000


@in_pyodide
@pytest.mark.only_on("not jspi")
async def test_blocking_without_jspi_says_what_to_do(urls: Urls, request_id: str) -> None:
    refused(urls, request_id)


@in_pyodide
def test_blocking_without_a_stack_to_switch_says_what_to_do(urls: Urls, request_id: str) -> None:
    refused(urls, request_id)


def refused(urls: Urls, request_id: str) -> None:
    from pyfetch_requests import BrowserLimitError, sync

    with pytest.raises(BrowserLimitError, match=r"no XMLHttpRequest.*async functions.*JSPI"):
        sync.post(urls.respond("", id=request_id))
