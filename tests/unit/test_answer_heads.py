"""The head of an answer over a socket: read by two patterns, it is what h11 reads line by line."""

from __future__ import annotations

from typing import Any

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfetch_requests._transports import answer_heads

STATUS_LINES = [
    b"HTTP/1.1 200 OK\r\n", b"HTTP/1.0 404\r\n", b"HTTP/1.1 600 \xe9 \t x \r\n", b"HTTP/1.1 204 \n",
    b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 20 OK\r\n", b"HTTP/2 200\r\n", b"\x16\x03\x01\r\n",
]  # fmt: skip
PARTS = [
    b"A: b\r\n", b"A:b  c \t\r\n", b"A:\r\n", b"A: \xff\x01\x7f\r\n", b"a: b\n", b" folded\r\n",
    b"A: b\rc\r\n", b"A: \x00\r\n", b"A: b\x0bc\r\n", b"A : b\r\n", b": b\r\n", b"no colon\r\n",
    b"Content-Length: 3\r\n", b"Content-Length: 3, 3\r\n", b"Content-Length: 4\r\n",
    b"Content-Length: x\r\n", b"Transfer-Encoding: chunked\r\n", b"Connection: close\r\n",
    b"\r\n", b"\n", b"\r", b"abc", b"3\r\nabc\r\n0\r\n\r\n", b"HTTP/1.1 200 OK\r\n",
]  # fmt: skip
ANSWERS = st.builds(
    lambda status, parts, end: status + b"".join(parts) + end,
    st.sampled_from(STATUS_LINES),
    st.lists(st.sampled_from(PARTS), max_size=6),
    st.sampled_from([b"\r\n", b"\r\nabc", b"\n", b""]),
)


def connection(is_fast: bool) -> h11.Connection:
    made = h11.Connection(h11.CLIENT)
    if is_fast:
        answer_heads.read_fast(made)
    made.send(h11.Request(method="GET", target="/", headers=[("Host", "a.example")]))
    made.send(h11.EndOfMessage())
    return made


def shown(event: Any) -> Any:
    if not isinstance(event, h11.Response | h11.InformationalResponse):
        return repr(event)
    raw = [(type(name), type(value), name, value) for name, value in event.headers.raw_items()]
    parts = type(event), event.status_code, event.reason, event.http_version
    return *parts, raw, list(event.headers)


def outcome(pieces: list[bytes], is_fast: bool) -> Any:
    """Events, or the error, and what is left in the connection."""
    state = connection(is_fast)
    found: list[Any] = []
    try:
        for piece in filter(None, pieces):
            state.receive_data(piece)
            while (event := state.next_event()) not in (h11.NEED_DATA, h11.PAUSED):
                found.append(shown(event))
                if isinstance(event, h11.ConnectionClosed):
                    break
    except h11.RemoteProtocolError as error:
        found.append(str(error))
    return found, state.states, state.trailing_data


@given(ANSWERS, st.integers(0, 100))
def test_the_same_as_by_h11(answer: bytes, cut: int) -> None:
    pieces = [answer[:cut], answer[cut:]]
    assert outcome(pieces, is_fast=True) == outcome(pieces, is_fast=False)


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\na: " + b"b " * 40_000,
        b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 15_000,
        b"HTTP/1.1 200 " + b" \t" * 40_000,
        b"HTTP/1.1 200 OK\r\n" + b"a" * 90_000,
    ],
    ids=["spaces", "lines", "reason", "name"],
)
def test_a_head_that_goes_wrong_at_its_end(head: bytes) -> None:
    # If the pattern tried a second way to match, these would take for ever.
    pieces = [head + b"\x00\r\n\r\n"]
    assert outcome(pieces, is_fast=True) == outcome(pieces, is_fast=False)


def test_the_answers_of_a_connection() -> None:
    state = connection(is_fast=True)
    for status in (200, 204, 404):
        state.receive_data(b"HTTP/1.1 %d OK\r\nContent-Length: 0\r\n\r\n" % status)
        assert isinstance(event := state.next_event(), h11.Response)
        assert event.status_code == status
        assert isinstance(state.next_event(), h11.EndOfMessage)
        state.start_next_cycle()
        answer_heads.read_fast(state)
        answer_heads.read_fast(state)
        state.send(h11.Request(method="GET", target="/", headers=[("Host", "a.example")]))
        state.send(h11.EndOfMessage())
