"""Server-sent events: what comes out is what the standard says, wherever a chunk ends."""

from __future__ import annotations

import json
import pickle

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pyfetch_requests._text.events import Event, EventDecoder
from pyfetch_requests.exceptions import ContentDecodingError, JSONDecodeError

from .test_decoders import every_split, run
from .test_decoders_properties import cut


def by_the_standard(body: bytes) -> tuple[list[Event], str, int | None]:
    """Events, last event id and retry: the standard's steps, one character at a time."""
    text = body.decode("utf-8", "replace").removeprefix("\ufeff")
    lines, line, place = [], "", 0
    while place < len(text):
        if text[place] in "\r\n":
            place += text[place : place + 2] == "\r\n"
            lines.append(line)
            line = ""
        else:
            line += text[place]
        place += 1
    events, data, kind, event_id, last, retry = [], "", "", "", "", None
    for line in lines:
        if not line:
            last = event_id
            if data:
                events.append(Event(kind or "message", data[:-1], event_id))
            data = kind = ""
            continue
        name, colon, value = line.partition(":")
        if colon and value.startswith(" "):
            value = value[1:]
        if name == "event":
            kind = value
        elif name == "data":
            data += value + "\n"
        elif name == "id" and "\0" not in value:
            event_id = value
        elif name == "retry" and value and set(value) <= set("0123456789"):
            retry = int(value)
    return events, last, retry


STREAMS = [
    b"",
    b"data: a\n\n",
    b"data: a\ndata\ndata:\ndata:  b\n\n",
    b"data\n\ndata\ndata\n\ndata:",
    b": a comment\n\nevent: x\nid: 7\ndata: 1\n\ndata: 2\n\n",
    b"id: 1\n\nid\ndata: a\n\nid: a\0b\ndata: b\n\n",
    b"event: dropped\n\ndata: kept\r\n\r\ndata: c\r\rdata: unfinished",
    b"\xef\xbb\xbfdata: mark\n\n\xef\xbb\xbfdata: no mark\n\n",
    b"retry: 100\nretry: -1\nretry: 1.5\nretry:\nretry: \xd9\xa1\n\n",
    "data: ä€😀\u2028\x85\x0b\n\n".encode(),
    b"data: \xff\xc3\n\ndata: \xe2\x82\n\n",
    b"\n\n\r\n\rdata: a\n\r\n\ndata: b\n\r",
    b"data:a\ndata : b\nDATA: c\n\n",
]
WORDS = [
    b"\n", b"\n", b"\r", b"\r\n", b"data: x", b"data", b":", b" ", b"id: 1", b"id", b"event: e",
    b"retry: 5", b"\xef\xbb\xbf", b"\xc3", b"\xa4", b"\0", b"a", b"\x0b", b"\xc2\x85",
    # What is taken at one go, and what only looks like it.
    b"data: x\n\n", b"data:\n\n", b"id: 2\n", b"id:\n", b"id: a\0\n", b"event: f\n", b"event:\n",
    b"data: y\r\n\r\n", b"event: g\r\n",
]  # fmt: skip
streams = st.lists(st.sampled_from(WORDS), max_size=30).map(b"".join)

SHAPES = [
    b"data: x\n\n",
    b"event: e\ndata: {}\n\n",
    b"event: e\ndata: {}\n\nevent: f\ndata: {}\n\n",
    b"event:\ndata: a\n\n",
    b"event: \ndata: a\n\n",
    b"event: no data: \n\n\n",
    b"id: 1\nevent: e\ndata: x\ndata: y\n\nid:\n\n",
    b"data: a\n\ndata: b\nid: 7\n\n",
    b": comment data: \n\ndata: \n\n",
    b"event: e\r\ndata: \xc3\xa4\r\n\r\n",
]


def decoded(chunks: list[bytes]) -> tuple[list[Event], str, int | None]:
    decoder = EventDecoder()
    return run(decoder, chunks), decoder.last_event_id, decoder.retry


@pytest.mark.parametrize("body", STREAMS)
def test_every_split(body: bytes) -> None:
    assert all(decoded(chunks) == by_the_standard(body) for chunks in every_split(body))


@given(cut(streams))
@example((b"\n\r\n", [b"\n\r", b"\n"]))
def test_generated(case: tuple[bytes, list[bytes]]) -> None:
    body, chunks = case
    assert decoded(chunks) == by_the_standard(body)
    assert decoded([bytes([byte]) for byte in body]) == by_the_standard(body)


@settings(max_examples=20)
@given(st.lists(st.sampled_from(SHAPES), min_size=1, max_size=4), st.integers(0, 3))
def test_a_large_chunk_is_taken_in_parts(shapes: list[bytes], newlines: int) -> None:
    text = b"\n" * newlines
    body = text + b"".join(shape * (20_000 // len(shape)) + text for shape in shapes) + b"data: end"
    assert decoded([body]) == by_the_standard(body)
    assert decoded([body[:30_000], body[30_000:]]) == by_the_standard(body)


def test_ids_go_on_from_part_to_part() -> None:
    decoder = EventDecoder()
    events = iter(decoder.feed(b"".join(b"id: %d\ndata: x\n\n" % n for n in range(5000))))
    assert next(events) == Event("message", "x", "0")
    assert int(decoder.last_event_id) < 4999  # the others have not been made yet
    assert [event.id for event in events] == [str(n) for n in range(1, 5000)]
    assert decoder.last_event_id == "4999"


def test_an_event_is_there_as_soon_as_it_is_whole() -> None:
    decoder = EventDecoder()
    assert list(decoder.feed(b"data: 1\r\n\r")) == [Event("message", "1", "")]
    assert list(decoder.feed(b"\ndata: 2\n")) == []
    assert list(decoder.feed(b"\n")) == [Event("message", "2", "")]


def test_an_id_counts_when_its_event_has_ended() -> None:
    decoder = EventDecoder("before")
    assert list(decoder.feed(b"data: 1\n\nid: 2\ndata: 2")) == [Event("message", "1", "before")]
    assert decoder.last_event_id == "before"
    assert list(decoder.feed(b"\n\n")) == [Event("message", "2", "2")]
    assert decoder.last_event_id == "2"


def test_an_event_without_an_end() -> None:
    decoder = EventDecoder(longest=100)
    assert [event for _ in range(100) for event in decoder.feed(b"a")] == []
    with pytest.raises(ContentDecodingError, match=r"longer than 100 bytes and has not ended"):
        decoder.feed(b"a")


def test_json() -> None:
    assert Event("message", '{"a": 1.0}', "").json() == {"a": 1.0}
    assert Event("message", "1.5", "").json(parse_float=str) == "1.5"
    message = r"'done' is not JSON \('\[DONE\]'\): Expecting"
    with pytest.raises(JSONDecodeError, match=message) as caught:
        Event("done", "[DONE]", "").json()
    assert isinstance(caught.value, json.JSONDecodeError)
    with pytest.raises(JSONDecodeError, match=r"\('x{60}…'\)"):
        Event("message", "x" * 1000, "").json()


def test_an_event_is_a_value() -> None:
    event = Event("a", "b", "c")
    assert pickle.loads(pickle.dumps(event)) == event == Event("a", "b", "c")
    assert len({event, Event("a", "b", "c"), Event("a", "b", "")}) == 2
    assert event != ("a", "b", "c")
    assert repr(event) == "Event(event='a', data='b', id='c')"
