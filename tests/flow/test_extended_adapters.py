"""The blocking face: adapters of a user's own that extend the steps of requests' `HTTPAdapter`."""

from __future__ import annotations

import io
from typing import Any

import pytest

from pyfetch_requests import sync
from pyfetch_requests.testing import ChunkedBody, respond

from .faces import URL, script


class Adding(sync.HTTPAdapter):
    def add_headers(self, request: Any, **options: Any) -> None:
        assert sorted(options) == ["cert", "proxies", "stream", "timeout", "verify"]
        request.headers["X-Added"] = str(options["timeout"])


class Building(sync.HTTPAdapter):
    def build_response(self, req: Any, resp: Any) -> sync.Response:
        response = super().build_response(req, resp)
        assert resp.made is response
        response.headers["X-Body"] = resp.read(2).decode()
        return response


def mounted(kind: type[sync.HTTPAdapter], *answers: Any) -> tuple[sync.Session, Any]:
    transport = script(*answers)
    session = sync.Session()
    session.mount("https://", kind(transport=transport))
    session.mount("http://", kind(transport=transport))
    return session, transport


def test_added_headers_are_sent() -> None:
    session, transport = mounted(Adding, respond(200, b"ab"))
    session.get(URL, timeout=3)
    assert ("X-Added", "3") in transport.requests[0].headers


@pytest.mark.parametrize("stream", [False, True])
def test_a_response_is_built_before_its_body_is_read(stream: bool) -> None:
    answer = respond(200, [b"abc", b"def"])
    assert isinstance(answer.body, ChunkedBody)
    session, _ = mounted(Building, answer)
    response = session.get(URL, stream=stream)
    assert response.headers["X-Body"] == "ab"
    assert (response._content is False) is stream
    assert response.content == b"cdef"
    assert response.raw.made is None


def test_a_failure_while_building_is_the_caller_s() -> None:
    class Failing(sync.HTTPAdapter):
        def build_response(self, req: Any, resp: Any) -> sync.Response:
            raise LookupError(resp.status)

    session, _ = mounted(Failing, respond(418))
    with pytest.raises(LookupError, match="418"):
        session.get(URL)


def test_a_body_that_breaks_is_the_same_error() -> None:
    broken = sync.ChunkedEncodingError("broke")
    session, _ = mounted(Building, respond(200, [b"abc", broken]))
    with pytest.raises(sync.ChunkedEncodingError, match="broke"):
        session.get(URL)


def test_the_file_below_may_be_wrapped() -> None:
    class Upper:
        def __init__(self, file: Any) -> None:
            self.file = file

        def read(self, amt: int) -> bytes:
            found: bytes = self.file.read(min(amt, 2))
            return found.upper()

        def close(self) -> None:
            self.file.close()

    class Wrapping(sync.HTTPAdapter):
        def build_response(self, req: Any, resp: Any) -> sync.Response:
            below = resp._fp
            below.flush()
            assert not below.isclosed()
            resp._fp = Upper(below)
            return super().build_response(req, resp)

    answers = [respond(200, [b"abc", b"def"]) for _ in range(3)]
    session, _ = mounted(Wrapping, *answers)
    assert session.get(URL).content == b"ABCDEF"
    assert b"".join(session.get(URL, stream=True).iter_content(4)) == b"ABCDEF"
    session.get(URL, stream=True).close()
    body = answers[2].body
    assert isinstance(body, ChunkedBody)
    assert body.closed


def test_the_file_below_reads_all_the_rest() -> None:
    session, _ = mounted(sync.HTTPAdapter, respond(200, [b"abc", b"def"]))
    file: Any = session.get(URL, stream=True).raw._fp
    assert (file.read(2), file.read(None), file.read(), file.closed) == (b"ab", b"cdef", b"", True)


def test_what_was_read_may_be_put_back() -> None:
    session, _ = mounted(sync.HTTPAdapter, respond(200, [b"abc", b"def"]))
    response = session.get(URL, stream=True)
    raw: Any = response.raw
    assert not raw._fp.isclosed()
    assert (raw.read(), raw.closed, raw._fp.isclosed()) == (b"abcdef", True, True)
    raw._fp = io.BytesIO(b"abcdef")
    raw.length_remaining = 6
    assert (raw.closed, raw.read(2), raw.length_remaining) == (False, b"ab", 4)
    raw._fp = raw._fp  # wrapped in the middle: what was received and not read stays
    assert (response.content, raw.length_remaining) == (b"cdef", 0)
