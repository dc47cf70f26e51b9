"""The password of a URL and the credentials of a session are in no message, repr or traceback."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser import in_pyodide
from tests.browser.ways import Way
from tests.server import Urls

pytestmark = pytest.mark.over_sockets

SECRET = "hunter2"


def with_secret(url: str) -> str:
    return url.replace("//", f"//user:{SECRET}@")


def told(error: BaseException) -> str:
    """All that a user or a log gets to see of an exception."""
    import traceback

    html = getattr(error, "_repr_html_", str)()
    texts = [str(error), repr(error), repr(error.args), html, *traceback.format_exception(error)]
    request, response = getattr(error, "request", None), getattr(error, "response", None)
    return "\n".join([*texts, repr(request), repr(response)])


def failures(urls: Urls, place: str) -> list[Any]:
    """What fails, each as a URL and its options."""
    refused = [f"{urls.other}/echo", urls.redirect(f"{urls.other}/echo")]
    return [
        (urls.dead, {}),
        (urls.respond("x", cut=-1), {}),
        (urls.respond("x" * 100, cut=50), {}),
        (f"{urls.page}/redirect", {}),
        *((url, {}) for url in refused if place != "process"),
        (urls.echo(), {"headers": {"A": "b\nc"}}),
        (urls.echo(), {"data": 5}),
        (urls.echo(), {"proxies": {"all": with_secret(urls.dead)}}),
        ("http://*.example/", {}),
    ]


@in_pyodide
async def test_in_no_exception(way: Way, urls: Urls, place: str) -> None:
    for url, options in failures(urls, place):
        with pytest.raises((way.client.RequestException, TypeError)) as caught:
            await way.get(with_secret(url), **options)
        assert SECRET not in told(caught.value), url


@in_pyodide
@pytest.mark.only_on("not (by_xhr and page)")
async def test_in_no_timeout(way: Way, urls: Urls) -> None:
    with pytest.raises(way.client.Timeout) as caught:
        await way.get(with_secret(urls.respond("x", cut=-1, how="stall")), timeout=0.1)
    assert SECRET not in told(caught.value)


@in_pyodide
async def test_in_nothing_that_is_shown_of_an_answer(way: Way, urls: Urls) -> None:
    session = way.client.Session()
    session.auth = ("user", SECRET)
    response = await way.finish(session.get(with_secret(urls.respond("[1", status=500))))
    with pytest.raises(way.client.HTTPError) as refused:
        response.raise_for_status()
    with pytest.raises(way.client.JSONDecodeError) as broken:
        response.json()
    assert SECRET not in told(refused.value) + told(broken.value)
    things = (response, response.request, session)
    assert SECRET not in "".join(map(repr, things))
    assert SECRET not in "".join(thing._repr_html_() for thing in things)


@in_pyodide
@pytest.mark.only_on("node")
async def test_stay_with_the_host_that_they_are_for(urls: Urls) -> None:
    from pyfetch_requests import get

    other = urls.other.replace("127.0.0.1", "localhost")
    same = (await get(urls.redirect("/echo"), auth=("user", SECRET))).json()
    away = (await get(urls.redirect(f"{other}/echo"), auth=("user", SECRET))).json()
    assert "authorization" in [name.lower() for name, _ in same["headers"]]
    assert "authorization" not in [name.lower() for name, _ in away["headers"]]
