"""`progress=`: what is told of a body on its way out and in."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from pyfetch_requests import Progress, exceptions
from pyfetch_requests._text import progress as module
from pyfetch_requests.testing import respond

from .faces import URL, Face, script

LENGTH = {"Content-Length": "6", "Content-Type": "application/zip"}


@pytest.fixture(autouse=True)
def _each(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every report that there can be."""
    monkeypatch.setattr(module, "PERIOD", 0.0)


def figures(told: list[Progress]) -> list[tuple[Any, ...]]:
    return [(p.direction, p.done, p.total, p.ended) for p in told]


@pytest.mark.parametrize("stream", [True, False])
async def test_a_download(face: Face, stream: bool) -> None:
    told: list[Progress] = []
    transport = script(respond(200, [b"abc", b"def"], headers=LENGTH))
    session = face.Session(transport=transport)
    response = await face(session.get(URL, stream=stream, progress=told.append))
    if stream:
        assert figures(told) == [("download", 0, 6, False)]
        await face(response.read())
    assert response.content == b"abcdef"
    assert figures(told) == [
        ("download", 0, 6, False),
        ("download", 3, 6, False),
        ("download", 6, 6, False),
        ("download", 6, 6, True),
    ]
    assert "progress" not in transport.requests[0].options


@pytest.mark.parametrize(
    ("headers", "kind", "total"),
    [
        ({"Content-Length": "6", "Content-Encoding": "gzip"}, "basic", None),
        ({"Content-Length": "6", "Content-Type": "text/csv"}, "cors", None),
        ({"Content-Length": "6", "Content-Type": "image/png"}, "cors", 6),
        ({}, "basic", None),
    ],
)
async def test_where_the_whole_is_not_known(
    face: Face, headers: dict[str, str], kind: str, total: int | None
) -> None:
    told: list[Progress] = []
    answer = respond(200, [b"abcdef"], headers=headers, kind=kind)
    await face(face.Session(transport=script(answer)).get(URL, progress=told.append))
    assert [p.total for p in told] == [total] * 3


@pytest.mark.parametrize("data", [b"x" * 100_000, io.BytesIO(b"x" * 100_000), [b"x" * 50_000] * 2])
async def test_an_upload(face: Face, data: Any) -> None:
    told: list[Progress] = []
    body = iter(data) if isinstance(data, list) else data
    if hasattr(data, "seek"):
        data.seek(0)
    session = face.Session(transport=script(respond(200, b"")))
    await face(session.post(URL, data=body, progress=told.append))
    up = [p for p in told if p.direction == "upload"]
    total = None if isinstance(data, list) else 100_000
    assert (up[0].done, up[0].total, up[-1].done, up[-1].ended) == (0, total, 100_000, True)
    assert [p.direction for p in told][-2:] == ["download", "download"]


async def test_a_session_has_a_default(face: Face) -> None:
    told: list[Progress] = []
    transport = script(*[respond(200, b"abc") for _ in range(3)])
    session = face.Session(transport=transport, progress=told.append)
    await face(session.get(URL))
    assert len(told) == 3
    await face(session.get(URL, progress=False))
    assert len(told) == 3

    base: Any = face.Session

    class Named(base):
        def progress(self, *_: object) -> None:
            raise AssertionError("is none of ours")

    await face(Named(transport=transport).get(URL))


async def test_what_is_no_function(face: Face) -> None:
    transport = script()
    with pytest.raises(exceptions.FetchOptionError, match="progress= takes a function"):
        await face(face.Session(transport=transport).get(URL, progress="yes"))
    with pytest.raises(exceptions.FetchOptionError, match="progress= takes a function"):
        await face(face.Session(transport=transport).download(URL, "a", progress="yes"))
    assert transport.requests == []


async def test_what_it_raises_ends_the_request(face: Face) -> None:
    def report(progress: Progress) -> None:
        if progress.done:
            raise ZeroDivisionError

    answer = respond(200, [b"abc", b"def"])
    with pytest.raises(ZeroDivisionError):
        await face(face.Session(transport=script(answer)).get(URL, progress=report))
    assert answer.body.closed  # type: ignore[attr-defined]


async def test_of_a_file_that_is_taken_up(face: Face, tmp_path: Path) -> None:
    cut = exceptions.ChunkedEncodingError("cut off")
    first = respond(200, [b"abc", cut], headers={"ETag": '"a"', **LENGTH})
    headers = {"ETag": '"a"', "Content-Range": "bytes 3-5/6", "Content-Length": "3"}
    second = respond(206, [b"def"], headers=headers)
    told: list[Progress] = []
    session = face.Session(transport=script(first, second), progress=told.append)
    await face(session.download(URL, tmp_path / "a"))
    assert [(p.done, p.total, p.resumed, p.ended) for p in told] == [
        (0, 6, 0, False),
        (3, 6, 0, False),
        (3, 6, 3, False),
        (6, 6, 3, False),
        (6, 6, 3, True),
    ]
    assert (tmp_path / "a").read_bytes() == b"abcdef"


async def test_a_redirect_on_the_way_is_not_counted(face: Face) -> None:
    told: list[Progress] = []
    answers = [respond(302, b"go there", headers={"Location": URL}), respond(200, b"abc")]
    await face(face.Session(transport=script(*answers)).get(URL, progress=told.append))
    assert [p.done for p in told] == [0, 3, 3]
