"""The other origin: read where the server allows it, named as CORS where it does not."""

from __future__ import annotations

import pytest

from tests.browser import in_pyodide
from tests.server import Urls

pytestmark = pytest.mark.only_on("browser")


@in_pyodide
async def test_allowed(urls: Urls) -> None:
    from pyfetch_requests import get

    headers = [("X-Shown", "1"), ("X-Hidden", "2")]
    url = urls.cors(urls.respond("abc", headers=headers), expose="X-Shown")
    response = await get(url)
    assert response.text == "abc"
    assert response.headers["x-shown"] == "1"
    assert "x-hidden" not in response.headers


@in_pyodide
async def test_preflight_is_one_request_more(urls: Urls, request_id: str) -> None:
    from pyfetch_requests import get, put

    url = urls.cors(urls.echo(f"?id={request_id}"))
    seen = (await put(url, headers={"X-One": "1"}, json={})).json()
    assert seen["method"] == "PUT"
    requests = (await get(urls.seen(request_id, completed=2))).json()["requests"]
    assert [one["method"] for one in requests] == ["OPTIONS", "PUT"]


@in_pyodide
async def test_simple_requests_have_no_preflight(urls: Urls, request_id: str) -> None:
    from pyfetch_requests import get

    await get(urls.cors(urls.echo(f"?id={request_id}")))
    requests = (await get(urls.seen(request_id, completed=1))).json()["requests"]
    assert [one["method"] for one in requests] == ["GET"]


@in_pyodide
async def test_no_header_is_a_cors_error(urls: Urls) -> None:
    from pyfetch_requests import exceptions, get

    with pytest.raises(exceptions.CORSError, match="Access-Control-Allow-Origin") as caught:
        await get(f"{urls.other}/echo")
    assert isinstance(caught.value, exceptions.ConnectionError)


@in_pyodide
async def test_wrong_origin_is_a_cors_error(urls: Urls) -> None:
    from pyfetch_requests import exceptions, get

    with pytest.raises(exceptions.CORSError):
        await get(urls.cors("/echo", allow="http://another.example"))


@in_pyodide
@pytest.mark.parametrize(
    "options", [{"preflight": "403"}, {"headers": "x-other"}, {"methods": "DELETE"}]
)
async def test_refused_preflight(urls: Urls, request_id: str, options: dict[str, str]) -> None:
    from pyfetch_requests import exceptions, get, put

    with pytest.raises(exceptions.CORSError):
        await put(urls.cors(f"/echo?id={request_id}", **options), headers={"X-One": "1"})
    requests = (await get(urls.seen(request_id, count=1))).json()["requests"]
    assert "PUT" not in [one["method"] for one in requests]


@in_pyodide
async def test_redirect_to_an_origin_that_allows_it(urls: Urls) -> None:
    from pyfetch_requests import get

    response = await get(urls.redirect(urls.cors("/echo")))
    assert response.url == urls.cors("/echo")


@in_pyodide
async def test_redirect_to_an_origin_that_forbids_it(urls: Urls) -> None:
    from pyfetch_requests import exceptions, get

    with pytest.raises(exceptions.ConnectionError):
        await get(urls.redirect(f"{urls.other}/echo"))


@in_pyodide
@pytest.mark.parametrize(
    ("options", "fails"),
    [({"credentials": "true"}, False), ({}, True), ({"allow": "*", "credentials": "true"}, True)],
)
async def test_credentials(urls: Urls, options: dict[str, str], fails: bool) -> None:
    from pyfetch_requests import exceptions, get

    url = urls.cors("/echo", **options)
    if fails:
        with pytest.raises(exceptions.CORSError):
            await get(url, credentials="include")
    else:
        assert (await get(url, credentials="include")).ok
