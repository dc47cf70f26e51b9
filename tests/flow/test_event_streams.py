"""Streams of server-sent events: what opens them, what ends them, and when one comes back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from pyfetch_requests import exceptions
from pyfetch_requests._text.events import Event
from pyfetch_requests.testing import ChunkedBody, MockTransport, WireResponse, respond

from .faces import URL, Face, script, sent_headers

CUT = exceptions.ChunkedEncodingError("cut off")
DEAD = exceptions.ConnectionError("nobody there")
TYPE = ("Content-Type", "text/event-stream; charset=utf-8")


def stream(*chunks: bytes | Exception, status: int = 200) -> WireResponse:
    return respond(status, list(chunks), headers=[TYPE])


async def events(face: Face, transport: MockTransport, **options: Any) -> list[Any]:
    """The data of all events, and what was raised at the end, if anything."""
    found: list[Any] = []
    try:
        async with face.entered(face.Session(transport=transport).sse(URL, **options)) as opened:
            if face.blocking:
                found.extend(event.data for event in opened)
            else:
                async for event in opened:
                    found.append(event.data)
    except exceptions.RequestException as error:
        found.append(type(error).__name__)
    return found


async def test_events_and_the_request(face: Face) -> None:
    transport = script(stream(b"data: a\n\nevent: x\nid: 1\nda", b"ta: {}\n\ndata: unfinished"))
    session = face.Session(transport=transport)
    async with face.entered(session.sse(URL, method="POST", json={"q": 1})) as opened:
        assert opened.response.status_code == 200
        found = list(opened) if face.blocking else [event async for event in opened]
    assert found == [Event("message", "a", ""), Event("x", "{}", "1")]
    assert found[1].json() == {}
    assert opened.last_event_id == "1"
    [request] = transport.requests
    assert (request.method, request.body, request.stream) == ("POST", b'{"q": 1}', True)
    headers = sent_headers(request)
    assert headers["accept"] == "text/event-stream"
    assert not headers.keys() & {"cache-control", "last-event-id"}


async def test_loops_that_are_left_go_on(face: Face) -> None:
    """Nothing is lost between two loops, wherever the chunks end, and `next` takes part."""
    chunks = [b"data: 1\n\ndata: 2\n\ndata: 3\n\n", b"data: 4\n\ndata: 5\n\n"]
    found = []
    async with face.entered(face.Session(transport=script(stream(*chunks))).sse(URL)) as opened:
        while True:
            if face.blocking:
                for event in opened:
                    found.append(event.data)
                    break
                else:
                    break
                event = next(opened, None)
            else:
                async for event in opened:
                    found.append(event.data)
                    break
                else:
                    break
                event = await anext(opened, None)
            found.append(event and event.data)
    assert found == ["1", "2", "3", "4", "5", None]


async def test_a_loop_may_take_further_events_itself(face: Face) -> None:
    """As a loop does in which one event announces the next: `next` within it loses nothing."""
    chunks = [b"data: 1\n\ndata: 2\n\n", b"data: 3\n\ndata: 4\n\n", b"data: 5\n\n"]
    found = []
    async with face.entered(face.Session(transport=script(stream(*chunks))).sse(URL)) as opened:
        if face.blocking:
            for event in opened:
                found.append(event.data)
                if event.data == "2":
                    found.append(next(opened).data)
        else:
            async for event in opened:
                found.append(event.data)
                if event.data == "2":
                    found.append((await anext(opened)).data)
    assert found == ["1", "2", "3", "4", "5"]


async def test_the_last_id_is_that_of_the_last_event_that_was_given(face: Face) -> None:
    """Who notes it after each event can go on from there later, and misses none."""
    chunk = b"id: 1\ndata: a\n\nid: 2\ndata: b\n\ndata: c\n\nid: 3\n\n"
    found = []
    async with face.entered(face.Session(transport=script(stream(chunk))).sse(URL)) as opened:
        assert opened.last_event_id == ""
        if face.blocking:
            for event in opened:
                found.append((event.id, opened.last_event_id))
        else:
            async for event in opened:
                found.append((event.id, opened.last_event_id))
    assert found == [("1", "1"), ("2", "2"), ("2", "2")]
    assert opened.last_event_id == "3"


@pytest.mark.parametrize("count", [19, 400, 5000])
async def test_a_pause_beyond_all_numbers(face: Face, count: int) -> None:
    """A `retry` that is no sensible number is left out; the stream goes on."""
    retry = b"retry: 2000\nretry: " + b"9" * count
    transport = script(stream(retry + b"\ndata: 1\n\n", CUT), stream(b"data: 2\n\n"))
    assert await events(face, transport) == ["1", "2"]
    assert transport.slept == [2.0]


async def test_headers_of_the_caller_stay(face: Face) -> None:
    transport = script(stream())
    headers = {"accept": "text/event-stream, */*", "last-event-id": "7", "X-A": "b"}
    assert await events(face, transport, headers=headers) == []
    sent = sent_headers(transport.requests[0])
    assert headers.items() <= {**sent, "X-A": sent["x-a"]}.items()


async def test_iter_events(face: Face) -> None:
    session = face.Session(transport=script(stream(b"data: 1\n", b"\ndata: 2\n\ndata: 3")))
    response = await face(session.get(URL, stream=True))
    assert [event.data for event in await face.list(response.iter_events())] == ["1", "2"]


async def test_204_is_a_stream_without_events(face: Face) -> None:
    transport = script(respond(204))
    assert await events(face, transport, reconnect=True) == []
    assert len(transport.requests) == 1


@pytest.mark.parametrize("status", [404, 500])
async def test_an_error_has_its_body(face: Face, status: int) -> None:
    opened = face.Session(transport=script(respond(status, b"why"))).sse(URL)
    with pytest.raises(exceptions.HTTPError, match=f"{status} .* Error") as caught:
        async with face.entered(opened):
            pass
    assert caught.value.response.content == b"why"


async def test_another_content_type(face: Face) -> None:
    answer = respond(json={"error": "quota"}, headers={"Content-Length": "18"})
    opened = face.Session(transport=script(answer)).sse(URL.replace("//", "//user:secret@"))
    with pytest.raises(exceptions.HTTPError, match=r"Content-Type 'application/json'") as caught:
        async with face.entered(opened):
            pass
    assert "secret" not in str(caught.value)
    assert caught.value.response.json() == {"error": "quota"}


async def test_an_endless_body_of_another_type_is_not_read(face: Face) -> None:
    answer = respond(200, [b"a", AssertionError("read on")], headers={"Content-Type": "text/html"})
    with pytest.raises(exceptions.HTTPError, match=r"Content-Type 'text/html'"):
        async with face.entered(face.Session(transport=script(answer)).sse(URL)):
            pass
    assert isinstance(answer.body, ChunkedBody)
    assert answer.body.closed


async def test_leaving_the_block_ends_the_request(face: Face) -> None:
    answer = stream(b"data: 1\n\n", b"data: 2\n\n")
    async with face.entered(face.Session(transport=script(answer)).sse(URL)) as opened:
        assert (next(opened) if face.blocking else await anext(opened)).data == "1"
    assert answer.body.closed  # type: ignore[attr-defined]


async def test_a_clean_end_is_the_end(face: Face) -> None:
    transport = script(stream(b"data: 1\n\n"))
    assert await events(face, transport) == ["1"]


async def test_reconnect_comes_back_after_a_clean_end(face: Face) -> None:
    answers = [
        stream(b"retry: 20\nid: 1\ndata: 1\n\n"),
        stream(b"id: 2\ndata: 2\n\n"),
        respond(204),
    ]
    transport = script(*answers)
    assert await events(face, transport, reconnect=True) == ["1", "2"]
    ids = [sent_headers(request).get("last-event-id") for request in transport.requests]
    assert ids == [None, "1", "2"]
    assert transport.slept == [0.02, 0.02]


@pytest.mark.parametrize(
    ("method", "first", "again"),
    [
        ("GET", [b"data: 1\n\n", CUT], True),
        ("GET", [b"id: 5\ndata: 1\n\nid: 6\ndata: lost", CUT], True),
        ("POST", [CUT], True),  # nothing was delivered
        ("POST", [b"id: 5\ndata: 1\n\n", CUT], True),  # the server can go on from there
        ("POST", [b"data: 1\n\n", CUT], False),
    ],
)
async def test_a_broken_stream(
    face: Face, method: str, first: Sequence[bytes | Exception], again: bool
) -> None:
    transport = script(stream(*first), stream(b"data: 2\n\n"))
    found = await events(face, transport, method=method)
    delivered = [b"1"] if any(b"data: 1" in part for part in first if part is not CUT) else []  # type: ignore[operator]
    assert found[len(delivered) :] == (["2"] if again else ["ChunkedEncodingError"])
    if again:
        last = sent_headers(transport.requests[1]).get("last-event-id")
        assert last == ("5" if any(b"id: 5" in part for part in first if part is not CUT) else None)  # type: ignore[operator]


async def test_pauses_grow_and_tries_end(face: Face) -> None:
    transport = script(stream(b"retry: 1000\ndata: 1\n\n", CUT), *[DEAD] * 3)
    assert await events(face, transport, max_retries=3) == ["1", "ConnectionError"]
    assert transport.slept == [1, 2, 4]


async def test_an_event_starts_the_count_anew(face: Face) -> None:
    first, second = stream(b"retry: 1000\ndata: 1\n\n", CUT), stream(b"data: 2\n\n", CUT)
    transport = script(first, DEAD, second, DEAD, stream(b"data: 3\n\n"))
    assert await events(face, transport, max_retries=2) == ["1", "2", "3"]
    assert transport.slept == [1, 2, 1, 2]


async def test_what_is_refused_when_it_comes_back(face: Face) -> None:
    transport = script(stream(b"data: 1\n\n", CUT), respond(403, b"no more"))
    assert await events(face, transport) == ["1", "HTTPError"]


async def test_a_dead_host_fails_at_once(face: Face) -> None:
    transport = script(DEAD)
    assert await events(face, transport) == ["ConnectionError"]
    assert transport.slept == []


async def test_endless_reconnects_without_events_end(face: Face) -> None:
    transport = script(*[stream() for _ in range(3)])
    assert await events(face, transport, reconnect=True, max_retries=2) == ["ConnectionError"]
    assert transport.slept == [1, 2]
