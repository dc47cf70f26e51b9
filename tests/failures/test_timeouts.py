"""Time limits: the right type, and the request is really ended, as the server sees it."""

from __future__ import annotations

import pytest

from tests.browser import in_pyodide
from tests.browser.ways import Way
from tests.server import Urls

# A page allows a synchronous XMLHttpRequest no limit at all.
limited = pytest.mark.only_on("not (by_xhr and page)")
# The whole exchange has one limit by XMLHttpRequest, which does not tell what it waited for.
by_fetch = pytest.mark.only_on("not by_xhr")


@in_pyodide
@limited
@pytest.mark.parametrize("limit", [0.2, (0.1, 0.1), (None, 0.2), (0.2, None)])
@pytest.mark.aborts
async def test_no_headers(way: Way, urls: Urls, request_id: str, limit: object) -> None:
    client = way.client
    late = urls.respond("late", cut=-1, how="stall", id=request_id)
    if limit == (0.2, None):
        # Reading has no limit, and fetch does not tell whether it is at work.
        late = urls.respond("late", delay=0.4, id=request_id)
        assert (await way.get(late, timeout=limit)).text == "late"
        return
    said = r"No answer within 0\.2 s, the limit that timeout= sets"
    with pytest.raises(client.HeadersTimeout, match=said) as caught:
        await way.get(late, timeout=limit)
    assert isinstance(caught.value, client.ConnectTimeout)
    assert isinstance(caught.value, client.ReadTimeout)
    seen = await way.seen(urls.seen(request_id, aborted=1))
    assert seen["aborted"] >= 1
    assert seen["completed"] == 0


@in_pyodide
@pytest.mark.over_sockets
@limited
@pytest.mark.parametrize("framing", ["length", "chunked"])
@pytest.mark.aborts
async def test_stalled_body(way: Way, urls: Urls, request_id: str, framing: str) -> None:
    client = way.client
    url = urls.respond("x" * 100, framing=framing, cut=50, how="stall", id=request_id)
    with pytest.raises(client.ReadTimeout) as caught:
        await way.get(url, timeout=0.2 if way.name == "xhr" else (5, 0.2))
    wanted = client.HeadersTimeout if way.name == "xhr" else client.BodyTimeout
    assert type(caught.value) is wanted
    assert caught.value.request.url == url
    assert (await way.seen(urls.seen(request_id, aborted=1)))["aborted"] >= 1


@in_pyodide
@pytest.mark.over_sockets
@by_fetch
@pytest.mark.aborts
async def test_stalled_stream(way: Way, urls: Urls, request_id: str) -> None:
    url = urls.respond("x" * 100, framing="chunked", cut=50, how="stall", id=request_id)
    response = await way.get(url, timeout=(5, 0.2), stream=True)
    came: list[bytes] = []
    with pytest.raises(way.client.BodyTimeout, match=r"nothing more for 0\.2 s"):
        await way.collect(response.iter_content(10), came)
    assert b"".join(came) == b"x" * 50
    assert (await way.seen(urls.seen(request_id, aborted=1)))["aborted"] >= 1


@in_pyodide
@pytest.mark.over_sockets
async def test_a_limit_beyond_all_timers_is_none(way: Way, urls: Urls) -> None:
    # In milliseconds more than 32 bits: a timer would go off at once.
    for limit in (2_147_484, 1e7, 1e12):
        answer = await way.get(urls.respond("late", delay=0.1), timeout=limit)
        assert answer.text == "late"


@in_pyodide
@pytest.mark.over_sockets
@pytest.mark.only_on("by_await")
async def test_slow_but_steady_is_no_timeout(way: Way, urls: Urls) -> None:
    url = urls.respond("x" * 12, framing="chunked", sizes=[1], pause=0.1)
    assert (await way.get(url, timeout=1)).text == "x" * 12


@in_pyodide
@pytest.mark.only_on("by_xhr and page")
async def test_a_page_says_that_it_has_no_limit(way: Way, urls: Urls) -> None:
    import warnings

    from pyfetch_requests import _warn

    _warn._warned.discard("xhr:timeout")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for _ in range(2):
            assert (await way.get(urls.respond("x", delay=0.2), timeout=0.05)).text == "x"
    assert ["timeout= has no effect" in str(one.message) for one in caught] == [True]


@in_pyodide
@pytest.mark.only_on("webkit and by_xhr and page")
async def test_webkit_ends_a_request_by_itself(way: Way, urls: Urls, request_id: str) -> None:
    with pytest.raises(way.client.HeadersTimeout, match="WebKit does in a page") as caught:
        await way.get(urls.respond("late", delay=30, id=request_id))
    assert "None" not in str(caught.value)
