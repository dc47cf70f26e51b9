"""An older answer out of the browser's cache: requests has none, and asks the server each time."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import pytest

from tests.browser import in_pyodide
from tests.browser.ways import Way
from tests.server import Urls

DATED = ("Last-Modified", "Mon, 01 Jan 2024 00:00:00 GMT")
TAGGED = ("ETag", '"abc"')
FRESH = ("Cache-Control", "max-age=1000")


def sent_headers(seen: dict[str, Any], name: str) -> list[str | None]:
    """The values of a header in the requests that came, None where one had no such header."""
    found = []
    for request in seen["requests"]:
        values = {key.lower(): value for key, value in request["headers"]}
        found.append(values.get(name))
    return found


# WebKit's workers answer a synchronous request from their cache (docs/differences.md).
@in_pyodide
@pytest.mark.over_sockets
@pytest.mark.only_on("not (webkit and worker and by_xhr)")
@pytest.mark.parametrize("headers", [[DATED], [FRESH], [FRESH, TAGGED], []])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_the_server_is_asked_each_time(
    urls: Urls, way: Way, request_id: str, headers: list[tuple[str, str]], method: str
) -> None:
    url = urls.respond("1", headers=headers, id=request_id)
    for _ in range(3):
        assert (await way.request(method, url)).status_code == 200
    assert (await way.seen(urls.seen(request_id)))["count"] == 3


@in_pyodide
@pytest.mark.only_on("not by_xhr")
@pytest.mark.parametrize("headers", [[DATED], [FRESH]])
async def test_another_origin_is_asked_each_time_and_for_no_permission(
    urls: Urls, way: Way, request_id: str, headers: list[tuple[str, str]]
) -> None:
    url = urls.cors(urls.respond("1", headers=headers, id=request_id), headers="")
    for _ in range(3):
        assert (await way.get(url)).content == b"1"
    seen = await way.seen(urls.seen(request_id))
    assert [request["method"] for request in seen["requests"]] == ["GET"] * 3


@in_pyodide
@pytest.mark.only_on("by_xhr")
async def test_another_origin_is_asked_for_no_permission(
    urls: Urls, way: Way, request_id: str
) -> None:
    """What it has in the cache may come from there: the header that asks anew needs permission."""
    url = urls.cors(urls.respond("1", headers=[FRESH], id=request_id), headers="")
    for _ in range(3):
        assert (await way.get(url)).content == b"1"
    seen = await way.seen(urls.seen(request_id))
    assert {request["method"] for request in seen["requests"]} == {"GET"}
    assert set(sent_headers(seen, "cache-control")) == {None}


@in_pyodide
@pytest.mark.only_on("(chromium or firefox) and browser")
@pytest.mark.parametrize("stream", [False, True])
async def test_what_has_not_changed_is_not_sent_again(
    urls: Urls, way: Way, request_id: str, stream: bool
) -> None:
    """WebKit keeps nothing on disk in these tests, and so has nothing to ask about."""
    url = f"{urls.httpbin}/etag/abc?id={request_id}"
    answers = []
    for _ in range(3):
        answer = await way.get(url, stream=stream)
        if stream:
            await way.finish(answer.read())
        answers.append((answer.status_code, answer.content))
    assert answers == [answers[0]] * 3
    assert answers[0][0] == 200
    seen = await way.seen(urls.seen(request_id))
    assert sent_headers(seen, "if-none-match") == [None, "abc", "abc"]


@in_pyodide
@pytest.mark.over_sockets
@pytest.mark.parametrize("known", [False, True])
async def test_the_callers_own_condition(
    urls: Urls, way: Way, request_id: str, known: bool
) -> None:
    """A 304 is for the caller, whatever the browser has in its cache."""
    url = f"{urls.httpbin}/etag/abc?id={request_id}"
    if known:
        assert (await way.get(url)).status_code == 200
    answer = await way.get(url, headers={"If-None-Match": "abc"})
    assert (answer.status_code, answer.content) == (304, b"")
    answer = await way.get(url, headers={"If-None-Match": "other"})
    assert answer.status_code == 200
    assert answer.json()["args"] == {"id": request_id}


@in_pyodide
@pytest.mark.only_on("(chromium or firefox) and browser")
async def test_the_rules_of_the_browser(urls: Urls, way: Way, request_id: str) -> None:
    url = urls.respond("1", headers=[DATED], id=request_id)
    for _ in range(3):
        await way.get(url, cache="default")
    session = way.client.Session(cache="default")
    await way.finish(session.get(url))
    assert (await way.seen(urls.seen(request_id)))["count"] == 1
    await way.finish(session.get(url, cache="no-cache"))
    assert (await way.seen(urls.seen(request_id)))["count"] == 2


@in_pyodide
@pytest.mark.only_on("browser and not by_xhr")
@pytest.mark.parametrize(
    ("mode", "asks"),
    [(None, "max-age=0"), ("no-cache", "max-age=0"), ("no-store", "no-cache"), ("default", None)],
)
async def test_an_explicit_mode_wins(
    urls: Urls, way: Way, request_id: str, mode: str | None, asks: str | None
) -> None:
    for method in ("GET", "HEAD"):
        url = urls.respond("1", headers=[TAGGED], id=request_id)
        await way.request(method, url, cache=mode)
    seen = await way.seen(urls.seen(request_id))
    assert sent_headers(seen, "cache-control") == [asks, asks]


@in_pyodide
@pytest.mark.only_on("browser and not by_xhr")
@pytest.mark.parametrize(
    ("headers", "asks"),
    [
        ([], "no-cache"),
        ([("Cache-Control", "no-store"), TAGGED], "no-cache"),
        ([("Cache-Control", "no-cache")], "no-cache"),
        ([FRESH], "max-age=0"),
        ([("Expires", "Fri, 01 Jan 2100 00:00:00 GMT")], "max-age=0"),
        ([TAGGED], "max-age=0"),
        ([DATED], "max-age=0"),
    ],
)
async def test_the_cache_is_passed_by_where_it_has_nothing(
    urls: Urls, way: Way, request_id: str, headers: list[tuple[str, str]], asks: str
) -> None:
    """It takes time to find that out anew; the first answer says whether it can be asked after."""
    url = urls.respond("1", headers=headers, id=request_id)
    for _ in range(3):
        assert (await way.get(url)).content == b"1"
    seen = await way.seen(urls.seen(request_id))
    assert sent_headers(seen, "cache-control") == ["max-age=0", asks, asks]


@in_pyodide
@pytest.mark.only_on("browser and not by_xhr")
async def test_what_other_modes_find_is_not_older_than_what_was_seen(
    urls: Urls, way: Way, request_id: str
) -> None:
    """An answer that is fresh for a while stays in the cache, so later ones have to get there."""
    url = f"{urls.httpbin}/cache/1000?id={request_id}"
    for mode, number in ((None, 1), (None, 2), ("default", 3)):
        answer = await way.get(url, headers={"X-Number": str(number)}, cache=mode)
        assert answer.headers["cache-control"] == "public, max-age=1000"
    assert answer.json()["headers"]["X-Number"] in ("2", "3")


@in_pyodide
@pytest.mark.only_on("browser and not by_xhr")
async def test_only_whole_answers_tell_what_the_cache_has(
    urls: Urls, way: Way, request_id: str
) -> None:
    """Other answers of the same address often have no validators."""
    for method, status in (("HEAD", 200), ("GET", 404)):
        url = urls.store(f"{request_id}-{method}", id=f"{request_id}-{method}")
        if method == "HEAD":
            url = urls.respond("1", id=f"{request_id}-{method}")
        assert (await way.request(method, url)).status_code == status
        if method == "GET":
            assert (await way.request("PUT", url, data=b"1")).status_code == 201
        assert (await way.get(url)).content == b"1"
        seen = await way.seen(urls.seen(f"{request_id}-{method}"))
        asked = [request for request in seen["requests"] if request["method"] != "PUT"]
        assert sent_headers({"requests": asked}, "cache-control") == ["max-age=0"] * 2


@in_pyodide
@pytest.mark.only_on("browser and not by_xhr")
async def test_another_origin_hides_its_tag(urls: Urls, way: Way, request_id: str) -> None:
    """There may be one: the cache takes part."""
    url = urls.cors(urls.respond("1", headers=[TAGGED], id=request_id))
    for _ in range(2):
        await way.get(url)
    seen = await way.seen(urls.seen(request_id))
    assert sent_headers(seen, "cache-control") == ["max-age=0", "max-age=0"]


@in_pyodide
@pytest.mark.over_sockets
async def test_other_methods_and_headers_are_left_alone(
    urls: Urls, way: Way, request_id: str
) -> None:
    url = urls.respond("1", id=request_id)
    await way.request("POST", url, data=b"x")
    for name, value in {"Cache-Control": "max-stale=5", "Pragma": "x"}.items():
        await way.get(url, headers={name: value})
    seen = await way.seen(urls.seen(request_id))
    assert sent_headers(seen, "cache-control")[:2] == [None, "max-stale=5"]
    assert sent_headers(seen, "pragma")[2] == "x"


@in_pyodide
@pytest.mark.only_on("by_xhr")
async def test_the_header_is_no_hindrance_after_a_redirect(
    urls: Urls, way: Way, request_id: str
) -> None:
    """The other origin lets no header through, and is asked without it."""
    target = urls.cors(urls.respond("there", id=request_id), headers="")
    answer = await way.get(urls.redirect(target))
    assert answer.content == b"there"
    assert answer.url == target
    seen = await way.seen(urls.seen(request_id))
    assert sent_headers(seen, "cache-control")[-1] is None


@in_pyodide
@pytest.mark.only_on("by_xhr and not (webkit and worker)")
async def test_no_cache_by_xhr(urls: Urls, way: Way, request_id: str) -> None:
    url = urls.respond("1", headers=[FRESH], id=request_id)
    for _ in range(2):
        await way.get(url, cache="no-cache")
    assert (await way.seen(urls.seen(request_id)))["count"] == 2
    with pytest.raises(way.client.BrowserLimitError, match="another origin"):
        await way.get(urls.cors(url), cache="no-cache")
    assert (await way.seen(urls.seen(request_id)))["count"] == 2


@in_pyodide
@pytest.mark.over_sockets
@pytest.mark.aborts
@pytest.mark.parametrize("stream", [False, True])
async def test_equal_requests_do_not_wait_for_each_other(
    urls: Urls, request_id: str, stream: bool
) -> None:
    """The server answers none of them before it has got all.

    Two, because a browser has six connections for a server, and Firefox may still hold others.
    """
    import asyncio

    import pyfetch_requests

    url = urls.respond("1", headers=[DATED], cut=-1, how="stall", id=request_id)
    calls = [asyncio.ensure_future(pyfetch_requests.get(url, stream=stream)) for _ in range(2)]
    seen = (await pyfetch_requests.get(urls.seen(request_id, open=2))).json()
    for call in calls:
        call.cancel()
    await asyncio.gather(*calls, return_exceptions=True)
    assert seen["open"] == 2


@in_pyodide
@pytest.mark.over_sockets
@pytest.mark.only_on("not by_xhr")
async def test_a_stream_that_is_read_later(urls: Urls, way: Way, request_id: str) -> None:
    """An equal request does not wait for its end."""
    url = urls.respond("1234", headers=[DATED], cut=2, how="stall", id=request_id)
    first = await way.get(url, stream=True)
    second = await way.get(url, stream=True)
    assert first.status_code == second.status_code == 200
    for answer in (first, second):
        await way.finish(answer.close())


@in_pyodide
@pytest.mark.only_on("xhr")
async def test_a_stream_and_a_synchronous_request(urls: Urls, request_id: str) -> None:
    """Nothing can be read while it waits, so it must not wait for what is read."""
    import js
    from pyodide.ffi import create_once_callable

    import pyfetch_requests
    from pyfetch_requests import sync

    url = urls.respond("12", headers=[DATED], sizes=[1], pause=1, id=request_id)
    stream = await pyfetch_requests.get(url, stream=True)
    found: list[bytes] = []
    target = js.EventTarget.new()
    callback = create_once_callable(lambda _: found.append(sync.get(url).content))
    target.addEventListener("now", callback)
    target.dispatchEvent(js.Event.new("now"))
    assert found == [b"12"]
    assert await stream.read() == b"12"


@in_pyodide
@pytest.mark.only_on("browser and not by_xhr")
@pytest.mark.parametrize("end", ["read", "close", "cut", "drop", "refused", "timeout"])
async def test_the_cache_is_used_again_afterwards(
    urls: Urls, way: Way, request_id: str, end: str
) -> None:
    """However a request has ended, the next one asks whether something has changed."""
    import gc

    cut: dict[str, Any] = {"cut": 1} if end in ("cut", "refused") else {}
    if end == "timeout":
        cut = {"cut": -1, "how": "stall"}
    url = urls.respond("123", headers=[DATED], id=request_id, **cut)
    if end == "refused":
        url = urls.other + urls.path(url)
    expected = pytest.raises(way.client.RequestException) if cut else nullcontext()
    for _ in range(2):
        with expected:
            answer = await way.get(url, stream=end != "timeout", timeout=0.3 if cut else None)
            if end in ("read", "cut"):
                await way.finish(answer.read())
            elif end == "close":
                await way.finish(answer.close())
        answer = None
        gc.collect()
    seen = await way.seen(urls.seen(request_id))
    asked = [r for r in seen["requests"] if r["method"] == "GET"]
    assert set(sent_headers({"requests": asked}, "cache-control")) == {"max-age=0"}
