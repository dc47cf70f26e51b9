"""Server-sent events over real connections: as they come, cut off, left early, refused."""

from __future__ import annotations

import pytest

from tests.browser import in_pyodide
from tests.browser.ways import Way
from tests.server import Urls

pytestmark = pytest.mark.over_sockets


async def collect(way: Way, stream, limit: int = 1000) -> list:
    """The events of a stream, up to a number of them; the block is left then."""
    found = []
    if way.name == "await":
        async with stream as events:
            async for event in events:
                found.append(event)
                if len(found) == limit:
                    break
    else:
        with stream as events:
            for event in events:
                found.append(event)
                if len(found) == limit:
                    break
    return found


@in_pyodide
@pytest.mark.only_on("not by_xhr")
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_stream_that_breaks_goes_on(
    urls: Urls, way: Way, method: str, request_id: str
) -> None:
    url = urls.events(7, per=3, id=request_id)
    events = await collect(way, way.client.sse(url, method=method))
    assert [(event.event, event.data, event.id) for event in events] == [
        ("tick", str(number), str(number)) for number in range(1, 8)
    ]
    assert (await way.seen(urls.seen(request_id)))["count"] == 3


@in_pyodide
@pytest.mark.only_on("not by_xhr")
async def test_events_come_one_by_one(urls: Urls, way: Way) -> None:
    """The first is there before the last has been sent: the server would go on for a minute."""
    stream = way.client.sse(urls.events(600, pause=0.1))
    assert [event.json() for event in await collect(way, stream, 2)] == [1, 2]


@in_pyodide
@pytest.mark.only_on("not by_xhr")
async def test_leaving_the_block_ends_the_request(urls: Urls, way: Way, request_id: str) -> None:
    await collect(way, way.client.sse(urls.events(600, pause=0.1, id=request_id)), 1)
    assert (await way.seen(urls.seen(request_id, aborted=1)))["aborted"] == 1


@in_pyodide
@pytest.mark.only_on("not by_xhr")
async def test_no_stream_of_events(urls: Urls, way: Way) -> None:
    from pyfetch_requests.exceptions import HTTPError

    with pytest.raises(HTTPError) as caught:
        await collect(way, way.client.sse(urls.respond("quota", status=429)))
    assert caught.value.response.text == "quota"
    with pytest.raises(HTTPError, match="application/json"):
        await collect(way, way.client.sse(urls.echo()))
    assert await collect(way, way.client.sse(urls.respond(status=204))) == []


@in_pyodide
@pytest.mark.only_on("by_xhr")
async def test_what_cannot_stream_says_so_before_it_sends(
    urls: Urls, way: Way, request_id: str
) -> None:
    from pyfetch_requests.exceptions import BrowserLimitError

    with pytest.raises(BrowserLimitError, match="which a stream of events does not"):
        await collect(way, way.client.sse(urls.events(1, id=request_id)))
    assert (await way.seen(urls.seen(request_id)))["count"] == 0


@in_pyodide
@pytest.mark.only_on("not by_xhr")
async def test_iter_events(urls: Urls, way: Way) -> None:
    response = await way.get(urls.events(3), stream=True)
    assert [event.data for event in await way.collect(response.iter_events())] == ["1", "2", "3"]


@in_pyodide
async def test_iter_events_of_a_whole_body(urls: Urls, way: Way) -> None:
    response = await way.get(urls.respond("data: ä\n\ndata: b\r\rdata: c"))
    assert [event.data for event in await way.collect(response.iter_events())] == ["ä", "b"]
