"""What a response says of the request that was really sent: its address, and its credentials."""

from __future__ import annotations

import pytest

from tests.browser import in_pyodide
from tests.server import Urls

from .ways import Way

TAILS = [
    "", "?q='x'", "/a/%2e%2e/b", "/a/../b", "/%2E/b", "?a=b'c#it's", "#fragment", "/'/", "?", "?#",
    "/a|b^c`{}", '/"<>"', "?a|b^c`{}", '?"<>"', "/a\\b", "/é?é#é", "/%zz", "/a//b/",
    "/~;,:@&=+$!*()",
]  # fmt: skip


@in_pyodide
@pytest.mark.parametrize("tail", TAILS)
async def test_the_address_that_was_asked_for(urls: Urls, way: Way, tail: str) -> None:
    """The browser rewrites some; requests' fragment stays, and goes over no wire."""
    prepared = way.client.Request("GET", urls.echo(tail)).prepare()
    answer = await way.get(urls.echo(tail))
    address, hash_sign, fragment = answer.url.partition("#")
    assert address == urls.page + answer.json()["target"]
    assert (hash_sign, fragment) == prepared.url.partition("#")[1:]
    assert answer.request.url == prepared.url
    assert answer.history == []


@in_pyodide
@pytest.mark.parametrize(
    "path", ["//echo", "///echo?a=//b", "//echo//x", "//echo/http://b.example/"]
)
async def test_a_path_that_begins_with_slashes(urls: Urls, way: Way, path: str) -> None:
    """It is no host."""
    answer = await way.get(urls.page + path)
    assert answer.json()["target"] == path == answer.request.path_url
    assert answer.url == answer.request.url == urls.page + path
    moved = await way.get(urls.redirect(urls.page + path))
    assert moved.url == urls.page + path


@in_pyodide
async def test_the_address_of_another_origin(urls: Urls, way: Way) -> None:
    answer = await way.get(urls.cors(urls.echo("?q='x'")) + "#f")
    assert answer.url == urls.other + answer.json()["target"] + "#f"
    assert "%27x%27" in answer.url or answer.json()["target"].endswith("'x'")


@in_pyodide
@pytest.mark.only_on("browser and not by_xhr")
async def test_the_address_of_an_opaque_answer(urls: Urls, way: Way, request_id: str) -> None:
    headers = [("Cross-Origin-Resource-Policy", "cross-origin")]  # else isolated pages hide it
    url = urls.other + urls.path(urls.respond("", headers=headers, id=request_id))
    answer = await way.get(f"{url}&q='x'#f", mode="no-cors")
    assert (answer.type, answer.history) == ("opaque", [])
    assert answer.url == f"{url}&q=%27x%27#f"
    seen = await way.seen(urls.seen(request_id))
    assert urls.other + seen["requests"][0]["target"] + "#f" == answer.url


@in_pyodide
@pytest.mark.only_on("browser")
async def test_a_redirect_that_is_not_followed(urls: Urls, way: Way) -> None:
    answer = await way.get(urls.redirect("/echo") + "&q='x'#f", allow_redirects=False)
    assert answer.type == "opaqueredirect"
    assert answer.url.partition("#")[2] == "f"
    assert answer.url.startswith(urls.redirect("/echo"))


@in_pyodide
async def test_user_and_password_stay_in_the_address(urls: Urls, way: Way) -> None:
    """As in requests: they are sent as a header, and shown where they were given."""
    url = urls.echo("?q='x'#f").replace("//", "//user:p%40ss@")
    answer = await way.get(url)
    target = answer.json()["target"]
    assert answer.url == urls.page.replace("//", "//user:p%40ss@") + target + "#f"
    assert ["Authorization", "Basic dXNlcjpwQHNz"] in [
        [name.title(), value] for name, value in answer.json()["headers"]
    ]


@in_pyodide
@pytest.mark.parametrize("tail", ["?q='x'", "/a/%2e%2e/b", ""])
async def test_the_address_after_a_redirect(urls: Urls, way: Way, tail: str) -> None:
    answer = await way.get(urls.redirect(f"/echo{tail}") + "#old")
    assert answer.url == urls.page + answer.json()["target"] + "#old"
    assert [step.url for step in answer.history] == [urls.redirect(f"/echo{tail}") + "#old"]


LOCALHOST = ("http://127.0.0.1", "http://localhost")


def chain(urls: Urls, name: str) -> str:
    """An address that redirects from one origin to the next; all of them allow it."""
    own = urls.cors(urls.echo()).replace(urls.other, urls.page)
    targets = {
        "own": own,
        "other": urls.cors(urls.echo()),
        "third": own.replace(*LOCALHOST),
    }
    first, *between, last = name.split()
    url = targets[last]
    for origin in reversed([first, *between]):
        step = urls.redirect(url)
        url = step if origin == "own" else urls.cors(step)
    return url


async def check_credentials(urls: Urls, way: Way, name: str, method: str) -> None:
    headers = {"Authorization": "Bearer token", "X-Own": "1"}
    answer = await way.request(method, chain(urls, name), headers=headers)
    sent = {key.lower(): value for key, value in answer.json()["headers"]}
    assert answer.request.headers.get("Authorization") == sent.get("authorization")
    assert answer.request.headers["X-Own"] == sent["x-own"] == "1"
    assert answer.history[0].request.headers["Authorization"] == "Bearer token"
    assert headers["Authorization"] == "Bearer token"


@in_pyodide
@pytest.mark.parametrize("name", ["own own", "own other", "other other", "other own"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_the_credentials_that_were_sent(urls: Urls, way: Way, name: str, method: str) -> None:
    """On the way to another origin a browser takes Authorization off, and so does the response."""
    await check_credentials(urls, way, name, method)


@in_pyodide
@pytest.mark.only_on("chromium or firefox")
@pytest.mark.only_on("not by_xhr")
async def test_the_credentials_after_a_round_trip(urls: Urls, way: Way) -> None:
    """WebKit follows no redirect that comes back; XMLHttpRequest does not tell of it."""
    await check_credentials(urls, way, "own other own", "GET")


@in_pyodide
@pytest.mark.only_on("firefox or webkit")
async def test_the_credentials_on_the_way_to_a_third_origin(urls: Urls, way: Way) -> None:
    """Chromium asks before it goes from a name to another name of this machine."""
    await check_credentials(urls, way, "other third", "GET")


@in_pyodide
@pytest.mark.only_on("not (firefox and page and by_xhr)")  # docs/differences.md
async def test_a_short_body_that_comes_back_from_another_origin(urls: Urls, way: Way) -> None:
    """Its coding is hidden, so its length says nothing."""
    target = urls.respond("abc", encoding="gzip")
    own = urls.cors(target).replace(urls.other, urls.page)
    answer = await way.get(urls.cors(urls.redirect(own)))
    assert answer.content == b"abc"
