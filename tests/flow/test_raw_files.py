"""The blocking face: `raw` as a file, and responses that are made by hand over other files."""

from __future__ import annotations

import csv
import gzip
import io
import shutil
import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import pytest

from pyfetch_requests import sync
from pyfetch_requests.testing import ChunkedBody, respond

from .faces import URL, script


def streamed(*chunks: bytes | Exception) -> tuple[Any, ChunkedBody]:
    answer = respond(200, chunks)
    assert isinstance(answer.body, ChunkedBody)
    return sync.Session(transport=script(answer)).get(URL, stream=True), answer.body


def test_raw_is_a_file() -> None:
    response, body = streamed(b"ab", b"cdef")
    raw = response.raw
    assert raw.readable()
    assert not raw.closed
    buffer = bytearray(3)
    assert raw.readinto(buffer) == 3
    assert bytes(buffer) == b"abc"
    assert raw.read(-1) == b"def"
    assert raw.readinto(buffer) == 0
    raw.close()
    assert raw.closed
    assert body.closed


def test_raw_is_taken_by_the_standard_library() -> None:
    target = io.BytesIO()
    shutil.copyfileobj(streamed(b"ab", b"cd")[0].raw, target)
    assert target.getvalue() == b"abcd"
    packed = gzip.compress(b"content" * 99)
    with gzip.open(streamed(packed[:9], packed[9:])[0].raw) as file:
        assert file.read() == b"content" * 99
    text = io.TextIOWrapper(io.BufferedReader(streamed(b"a,b\n1,", b"2\n")[0].raw))
    assert list(csv.reader(text)) == [["a", "b"], ["1", "2"]]


def test_raw_gives_its_connection_back() -> None:
    for release in ("release_conn", "drain_conn"):
        response, body = streamed(b"ab")
        getattr(response.raw, release)()
        assert body.closed


def test_dropping_one_runs_no_finalizer() -> None:
    """Python 3.14 tracks what has one once more, and then may collect: a large value of json()."""
    response, _ = streamed(b"ab")
    assert response.content == b"ab"
    raw = type(response.raw)
    assert isinstance(response.raw, io.IOBase)
    assert not any("__del__" in vars(kind) for kind in raw.__mro__)
    assert io.IOBase not in raw.__mro__
    calls: list[str] = []

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            calls.append(frame.f_code.co_qualname)

    sys.setprofile(note)
    del response
    sys.setprofile(None)
    assert calls == []


@pytest.mark.parametrize(
    "use",
    [
        lambda raw: [raw.readline(), raw.readline(2), raw.readlines(), raw.readline()],
        lambda raw: [raw.readlines(3), raw.read()],
        list,
        lambda raw: [next(raw), next(raw), raw.read()],
        lambda raw: iter(raw) is raw,
        lambda raw: [raw.seekable(), raw.writable(), raw.isatty(), raw.flush()],
        lambda raw: raw.fileno(),
        lambda raw: raw.seek(0),
        lambda raw: raw.truncate(),
        lambda raw: raw.writelines([b"a"]),
        lambda raw: (raw.close(), raw.__enter__()),
        lambda raw: (raw.close(), iter(raw)),
        lambda raw: (raw.close(), raw.flush()),
        lambda raw: (raw.close(), raw.close()),
        lambda raw: raw.__enter__() is raw,
        lambda raw: (raw.__exit__(None, None, None), raw.closed),
        lambda raw: isinstance(raw, io.IOBase),
    ],
)
def test_raw_does_what_io_iobase_does(use: Callable[[Any], object]) -> None:
    def outcome(raw: Any) -> object:
        try:
            return use(raw)
        except (AttributeError, OSError, ValueError) as error:
            return type(error), str(error).replace("Heir", "_FileView")

    class Heir(io.IOBase):
        read = io.BytesIO(b"one\ntwo\n\nthree").read

    assert outcome(streamed(b"one\nt", b"wo\n\nth", b"ree")[0].raw) == outcome(Heir())


def test_raw_has_what_urllib3s_response_has() -> None:
    raw = streamed(b"abc", b"de", b"f")[0].raw
    assert (raw.geturl(), raw.url) == ("/things", "/things")
    assert raw.info() is raw.getheaders() is raw.headers
    assert (raw.read1(2), raw.read1(2), raw.read1(0)) == (b"ab", b"c", b"")
    assert not raw.isclosed()
    assert raw.data == raw.data == b"def"
    assert raw.isclosed()
    assert (raw.read1(), raw.read1(-1)) == (b"", b"")
    raw = streamed(b"abc", b"de")[0].raw
    assert (raw.read1(), raw.read1()) == (b"abc", b"de")
    raw = streamed(b"abc")[0].raw
    raw.release_conn()
    assert raw.isclosed()


def by_hand(raw: Any, status: int = 200) -> Any:
    response = sync.Response()
    response.status_code = status
    response.raw = raw
    return response


class Streaming:
    """As urllib3's response."""

    released = False

    def stream(self, amount: int, decode_content: bool) -> Iterator[bytes]:
        assert decode_content
        yield from io.BytesIO(b"abc") if amount > 2 else (b"a", b"b", b"c")

    def close(self) -> None:
        pass

    def release_conn(self) -> None:
        self.released = True


@pytest.mark.parametrize("make", [lambda: io.BytesIO(b"abc"), Streaming])
def test_response_over_another_file(make: Any) -> None:
    assert by_hand(make()).content == b"abc"
    assert list(by_hand(make()).iter_content(1)) == [b"a", b"b", b"c"]
    response = by_hand(make())
    assert response.text == "abc"
    response.close()


def test_connection_of_another_file_is_given_back() -> None:
    raw = Streaming()
    by_hand(raw).close()
    assert raw.released


def test_response_over_nothing() -> None:
    assert by_hand(None).content is None
    assert by_hand(io.BytesIO(b"x"), status=0).content is None


def test_content_of_a_response_over_nothing() -> None:
    response = by_hand(None)
    assert response.content is None
    assert response.text == ""
    assert list(response.iter_content(1)) == []


def test_challenge_answered_from_a_hook() -> None:
    """requests-toolbelt's GuessAuth calls it so."""
    challenge = {"WWW-Authenticate": 'Digest realm="r", nonce="n"', "Set-Cookie": "a=1; Path=/"}
    transport = script(respond(401, headers=challenge), respond(200, b"in"), respond())
    auth = sync.HTTPDigestAuth("user", "password")

    def guess(response: Any, **options: Any) -> Any:
        return auth.handle_401(response, **options)

    session = sync.Session(transport=transport)
    response = session.get(URL, hooks={"response": guess})
    assert response.content == b"in"
    assert [step.status_code for step in response.history] == [401]
    headers = dict(transport.requests[1].headers)
    assert headers["Authorization"].startswith('Digest username="user"')
    assert headers["Cookie"] == "a=1"
    plain = session.get(URL)
    assert auth.handle_401(plain) is plain
