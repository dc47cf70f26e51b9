"""A file in parts: what an answer may be used as, where only a mock can give such an answer."""

from __future__ import annotations

from typing import Any

import pytest

from pyfetch_requests import _warn, exceptions, sync
from pyfetch_requests._faces.blocking import FACE
from pyfetch_requests._flow import ranged
from pyfetch_requests._flow.drive import drive
from pyfetch_requests._text.ranges import ContentRange
from pyfetch_requests._transports import runtime
from pyfetch_requests.testing import MockTransport, WireRequest, WireResponse, respond

URL = "https://data.example/table.csv"
CUT = exceptions.ChunkedEncodingError("cut off")
TAGGED = {"ETag": '"v1"'}


def remote_file(*answers: WireResponse | Exception) -> tuple[ranged.RemoteFile, MockTransport]:
    left = list(answers)
    transport = MockTransport(lambda request: left.pop(0))
    session = sync.Session(transport=transport)
    session.trust_env = False
    source = ranged.Source(session, FACE, URL, {}, "open_url")
    return ranged.RemoteFile(source), transport


def asked(request: WireRequest) -> str | None:
    return dict(request.headers).get("Range")


def answer(status: int, content: Any, kind: str = "default", **headers: str) -> Any:
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    response = respond(status, content, headers=fields, kind=kind)
    return sync.Session(transport=MockTransport(lambda _: response)).get(URL, stream=True)


@pytest.fixture
def in_a_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_warn, "_warned", set())  # each warning is given once in a process
    monkeypatch.setattr(runtime, "IN_PYODIDE", True)
    monkeypatch.setattr(runtime, "is_node", lambda: False)
    monkeypatch.setattr(runtime, "is_cross_origin", lambda url: True)


@pytest.mark.usefixtures("in_a_browser")
def test_a_refused_range_is_left_out() -> None:
    """An engine without a safelisted Range asks the server for permission by a preflight."""
    file, transport = remote_file(exceptions.ConnectionError("refused"), respond(200, b"whole"))
    with pytest.warns(exceptions.RequestsWarning, match="a request for one fails"):
        assert drive(file.open(2)) == b"whole"
    assert [asked(request) for request in transport.requests] == ["bytes=0-1", None]


@pytest.mark.usefixtures("in_a_browser")
def test_a_time_limit_is_no_refusal() -> None:
    late = exceptions.HeadersTimeout("late")
    file, transport = remote_file(late, respond(200, b"whole"))
    with pytest.raises(exceptions.HeadersTimeout):
        drive(file.open(2))
    assert len(transport.requests) == 1


def test_a_refused_connection_is_not_asked_for_all_of_it() -> None:
    file, transport = remote_file(exceptions.ConnectionError("refused"), respond(200, b"whole"))
    with pytest.raises(exceptions.ConnectionError):
        drive(file.open(2))
    assert len(transport.requests) == 1


@pytest.mark.parametrize(
    ("kind", "headers", "found"),
    [
        ("cors", {"Content_Length": "5"}, ContentRange(0, 4, None)),
        ("cors", {"Content_Length": "11"}, None),
        ("cors", {"Content_Length": "0"}, None),
        ("cors", {}, None),
        ("cors", {"Content_Length": "5", "Content_Type": "multipart/byteranges"}, None),
        ("cors", {"Content_Length": "5", "Content_Encoding": "gzip"}, None),
        ("basic", {"Content_Length": "5"}, None),
        ("basic", {"Content_Range": "bytes 0-4/9"}, ContentRange(0, 4, 9)),
        ("basic", {"Content_Range": "bytes 1-4/9"}, None),
        ("basic", {"Content_Range": "bytes 0-10/99"}, None),
    ],
)
def test_which_bytes_a_part_has(
    kind: str, headers: dict[str, str], found: ContentRange | None
) -> None:
    assert ranged.part_of(answer(206, b"", kind, **headers), 0, 9) == found


def test_what_came_of_a_broken_part_is_used_if_its_place_is_certain() -> None:
    body = [b"abc", CUT]
    certain, inferred = ContentRange(0, 4, 9), ContentRange(0, 4, None)
    assert drive(ranged.body_of(answer(206, body), certain)) == b"abc"
    with pytest.raises(exceptions.ChunkedEncodingError, match="cut off"):
        drive(ranged.body_of(answer(206, body), inferred))
    with pytest.raises(exceptions.ChunkedEncodingError, match="cut off"):
        drive(ranged.body_of(answer(206, [CUT]), certain))


@pytest.mark.parametrize(("content", "total"), [(b"abcdef", 9), (b"abcdef", None), (b"abcd", None)])
def test_a_part_of_another_length(content: bytes, total: int | None) -> None:
    with pytest.raises(exceptions.ChunkedEncodingError, match="instead of 5"):
        drive(ranged.body_of(answer(206, content), ContentRange(0, 4, total)))


def test_a_part_that_ends_early_goes_on() -> None:
    part = {"Content-Range": "bytes 0-1/6", **TAGGED}
    file, transport = remote_file(
        respond(206, b"ab", headers=part),
        respond(206, b"cd", headers={"Content-Range": "bytes 2-3/6", **TAGGED}),
        respond(206, b"ef", headers={"Content-Range": "bytes 4-5/6", **TAGGED}),
    )
    assert drive(file.open(2)) == b"ab"
    assert (file.size, drive(file.part(2, 5))) == (6, b"cdef")
    assert [asked(request) for request in transport.requests] == [
        "bytes=0-1",
        "bytes=2-5",
        "bytes=4-5",
    ]
