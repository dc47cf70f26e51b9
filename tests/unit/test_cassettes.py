"""The file of a cassette, and exchanges that are replayed from it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pyfetch_requests import testing
from pyfetch_requests._flow.drive import drive
from pyfetch_requests._testing import cassette_file
from pyfetch_requests._testing.exchanges import Chunk, Exchange, Failure
from pyfetch_requests._wire import WireRequest
from pyfetch_requests.testing import NotRecordedError, respond

REQUEST = WireRequest("GET", "https://api.example/", [("A", "1"), ("A", "2"), ("B", "")])


async def no_wait(seconds: float) -> None:
    raise AssertionError("nothing is waited for")


def exchange(*chunks: bytes, is_whole: bool = True) -> Exchange:
    response = respond(200, headers=[("Set-Cookie", "a"), ("Set-Cookie", "b")])
    return Exchange(REQUEST, response, [*map(Chunk, chunks)], is_whole)


@pytest.mark.parametrize(
    ("content", "readable"),
    [
        (b"", True),
        (b"one", True),
        (b"one\ntwo\r\nthree\rfour\n", True),
        ("a\u2028b\x85c".encode(), True),
        ("\ufeffwith a mark".encode(), False),
        (b"a\0b", False),
        (b"\xff\xfe", False),
        (bytes(range(256)) * 3, False),
    ],
)
def test_every_byte_comes_back(tmp_path: Path, content: bytes, readable: bool) -> None:
    cassette_file.save(tmp_path / "a.json", [exchange(content)])
    [found] = cassette_file.load(tmp_path / "a.json")
    assert found.content == content
    assert found.request == REQUEST
    assert found.response is not None
    assert found.response.headers == [("Set-Cookie", "a"), ("Set-Cookie", "b")]
    [written] = json.loads((tmp_path / "a.json").read_text("utf-8"))["exchanges"]
    assert ("base64" not in written["response"]["body"]) is readable


def test_a_body_that_was_closed_has_no_more() -> None:
    body = exchange(b"ab", is_whole=False).replay(no_wait).body
    assert drive(body.read()) == b"ab"
    drive(body.close())
    assert drive(body.read()) == b""


def test_the_rest_of_a_body_that_was_not_read() -> None:
    body = exchange(b"ab", is_whole=False).replay(no_wait).body
    assert drive(body.read()) == b"ab"
    with pytest.raises(NotRecordedError, match="only the first 2 bytes"):
        drive(body.read())


def test_each_replay_has_headers_of_its_own() -> None:
    recorded = exchange(b"ab")
    first = recorded.replay(no_wait)
    assert isinstance(first.headers, list)
    first.headers.clear()
    assert len(recorded.replay(no_wait).headers) == 2


def test_a_call_that_was_interrupted_replaces_nothing(tmp_path: Path) -> None:
    class Interrupted:
        async def send(self, request: WireRequest) -> testing.WireResponse:
            raise KeyboardInterrupt

        async def sleep(self, seconds: float) -> None: ...

    path = tmp_path / "a.json"
    cassette_file.save(path, [exchange(b"ab")])
    before = path.read_bytes()
    with testing.cassette(path, "all") as cassette, pytest.raises(KeyboardInterrupt):
        drive(cassette.record(REQUEST, Interrupted()))
    assert path.read_bytes() == before


def test_a_failure_of_a_class_that_is_not_there() -> None:
    with pytest.raises(KeyError):
        Failure("NoSuchError", "x").error()
