"""Bodies into files: whole under their name or not at all, and taken up where they broke."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from pyfetch_requests import exceptions
from pyfetch_requests._flow import part_file
from pyfetch_requests._transports import runtime
from pyfetch_requests.testing import ChunkedBody, MockTransport, WireResponse, respond

from .faces import URL, Face, script, sent_headers

CUT = exceptions.ChunkedEncodingError("cut off")
STALLED = exceptions.BodyTimeout("silence")
DEAD = exceptions.ConnectionError("nobody there")
TAG = '"v1"'
WHOLE = bytes(range(256))


def part(start: int, body: Sequence[bytes | Exception], **headers: str) -> WireResponse:
    fields = {"Content-Range": f"bytes {start}-255/256", "ETag": TAG}
    fields.update({name.replace("_", "-"): text for name, text in headers.items()})
    return respond(206, body, headers=fields)


def whole(*chunks: bytes | Exception, tag: str = TAG, **headers: str) -> WireResponse:
    return respond(200, list(chunks), headers={"ETag": tag, "Content-Length": "256", **headers})


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def download(face: Face, transport: MockTransport, path: Path, **options: Any) -> Path:
    found: Path = await face(face.Session(transport=transport).download(URL, path, **options))
    assert not part_file._in_use
    return found


@pytest.mark.parametrize("stream", [True, False])
async def test_save(face: Face, tmp_path: Path, stream: bool) -> None:
    answer = respond(200, [b"ab", b"", b"c"] if not stream else [b"ab", b"c"])
    response = await face(face.Session(transport=script(answer)).get(URL, stream=stream))
    target = tmp_path / "a.bin"
    target.write_bytes(b"old")
    assert await face(response.save(str(target))) == target
    assert target.read_bytes() == (b"abc" if stream else b"ab")
    assert names(tmp_path) == ["a.bin"]
    if stream:
        assert answer.body.closed  # type: ignore[attr-defined]
        with pytest.raises(exceptions.StreamConsumedError):
            await face(response.save(target))
    assert target.read_bytes() == (b"abc" if stream else b"ab")


async def test_save_after_a_read(face: Face, tmp_path: Path) -> None:
    answer = respond(200, [b"abc", b"def"])
    response = await face(face.Session(transport=script(answer)).get(URL, stream=True))
    assert await face(response.raw.read(2)) == b"ab"
    await face(response.save(tmp_path / "rest"))
    assert (tmp_path / "rest").read_bytes() == b"cdef"


@pytest.mark.parametrize("error", [CUT, STALLED, KeyboardInterrupt()])
async def test_a_cut_body_leaves_no_file(face: Face, tmp_path: Path, error: BaseException) -> None:
    answer = respond(200, [b"abc", error])  # type: ignore[list-item]
    answer = answer._replace(body=Breaking(b"abc", error))
    response = await face(face.Session(transport=script(answer)).get(URL, stream=True))
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(type(error)):
        await face(response.save(tmp_path / "a"))
    assert names(tmp_path) == ["a"]
    assert (tmp_path / "a").read_bytes() == b"old"
    assert answer.body.closed  # type: ignore[attr-defined]


class Breaking(ChunkedBody):
    """A body that ends in an exception of any kind."""

    def __init__(self, chunk: bytes, error: BaseException) -> None:
        super().__init__([chunk])
        self._error = error

    async def read(self) -> bytes:
        chunk = await super().read()
        if not chunk:
            raise self._error
        return chunk


async def test_a_full_disk_leaves_nothing_open(
    face: Face, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    answers = [respond(200, [b"abc", b"d"]), whole(WHOLE[:100], WHOLE[100:])]
    session = face.Session(transport=script(*answers))
    response = await face(session.get(URL, stream=True))
    monkeypatch.setattr(part_file.PartFile, "write", full)
    with pytest.raises(OSError, match="No space left"):
        await face(response.save(tmp_path / "a"))
    assert names(tmp_path) == []
    with pytest.raises(OSError, match="No space left"):
        await face(session.download(URL, tmp_path / "a"))
    assert all(answer.body.closed for answer in answers)  # type: ignore[attr-defined]


async def test_save_refuses_before_it_reads(face: Face, tmp_path: Path) -> None:
    answer = respond(200, [b"abc"])
    response = await face(face.Session(transport=script(answer)).get(URL, stream=True))
    (tmp_path / "file").write_bytes(b"")
    for path, error in (
        (tmp_path / "no" / "a", FileNotFoundError),
        (tmp_path / "file" / "a", NotADirectoryError),
        (b"bytes", TypeError),
        (5, TypeError),
    ):
        with pytest.raises(error):
            await face(response.save(path))
    assert await face(response.read()) == b"abc"


async def test_a_name_that_the_server_proposes(face: Face, tmp_path: Path) -> None:
    disposition = {"Content-Disposition": 'attachment; filename="../../x/a b.txt"'}
    answers = [respond(200, b"abc", headers=disposition) for _ in range(2)]
    transport = script(*answers, respond(200, b"def"))
    session = face.Session(transport=transport)
    assert await face(session.download(URL, tmp_path)) == tmp_path / "a b.txt"
    with pytest.raises(FileExistsError, match="Pass a path with the file name"):
        await face(session.download(URL, tmp_path))
    assert (tmp_path / "a b.txt").read_bytes() == b"abc"
    url = URL.rstrip("/") + "/b%20c.csv?d=/e"
    assert await face(session.download(url, f"{tmp_path}/")) == tmp_path / "b c.csv"
    assert names(tmp_path) == ["a b.txt", "b c.csv"]


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not in a page, which sends other headers; tests/failures/test_downloads.py has those."""
    monkeypatch.setattr(runtime, "IN_PYODIDE", False)


@pytest.mark.usefixtures("outside")
async def test_download(face: Face, tmp_path: Path) -> None:
    transport = script(whole(WHOLE[:100], WHOLE[100:]))
    target = tmp_path / "a"
    digits = hashlib.sha256(WHOLE).hexdigest()
    options = {"headers": {"X-A": "b"}, "params": {"q": "1"}, "hash": f"sha256:{digits}"}
    assert await download(face, transport, target, **options) == target
    assert target.read_bytes() == WHOLE
    assert names(tmp_path) == ["a"]
    [request] = transport.requests
    headers = sent_headers(request)
    assert (headers["x-a"], headers["accept-encoding"]) == ("b", "identity")
    assert request.stream
    assert request.url.endswith("?q=1")
    assert not headers.keys() & {"range", "if-range"}


@pytest.mark.usefixtures("outside")
@pytest.mark.parametrize("error", [CUT, STALLED, DEAD])
async def test_a_broken_body_goes_on(face: Face, tmp_path: Path, error: Exception) -> None:
    first, second = whole(WHOLE[:100], error), part(100, [WHOLE[100:200], error])
    transport = script(first, DEAD, second, part(200, [WHOLE[200:]]))
    digits = hashlib.md5(WHOLE).hexdigest()
    await download(face, transport, tmp_path / "a", hash=f"md5:{digits}")
    assert (tmp_path / "a").read_bytes() == WHOLE
    asked = [sent_headers(request) for request in transport.requests]
    assert [(h.get("range"), h.get("if-range")) for h in asked] == [
        (None, None),
        ("bytes=100-", TAG),
        ("bytes=100-", TAG),
        ("bytes=200-", TAG),
    ]
    assert transport.slept == [1, 2, 1]


async def test_every_place_to_break(face: Face, tmp_path: Path) -> None:
    for place in range(257):
        first = whole(*filter(None, [WHOLE[:place]]), CUT)
        again = part(place, [WHOLE[place:]]) if place < 256 else part(255, [WHOLE[255:]])
        transport = script(first, again if place else whole(WHOLE))
        await download(face, transport, tmp_path / "a")
        assert (tmp_path / "a").read_bytes() == WHOLE


async def left_over(face: Face, path: Path, url: str = URL, tag: str = TAG) -> None:
    """A first try that broke after 100 bytes."""
    session = face.Session(transport=script(whole(WHOLE[:100], CUT, tag=tag)))
    with pytest.raises(exceptions.ChunkedEncodingError):
        await face(session.download(url, path, max_retries=0))


async def test_a_later_call_goes_on(face: Face, tmp_path: Path) -> None:
    await left_over(face, tmp_path / "a")
    assert names(tmp_path) == ["a.part", "a.part.json"]
    assert URL not in (tmp_path / "a.part.json").read_text()
    transport = script(part(100, [WHOLE[100:]]))
    digits = hashlib.sha256(WHOLE).hexdigest()
    await download(face, transport, tmp_path / "a", hash=f"sha256:{digits}")
    assert (tmp_path / "a").read_bytes() == WHOLE
    assert names(tmp_path) == ["a"]
    assert sent_headers(transport.requests[0])["range"] == "bytes=100-"


async def test_a_later_call_into_a_folder_goes_on(face: Face, tmp_path: Path) -> None:
    url = f"{URL}/a.bin"
    session = face.Session(transport=script(whole(WHOLE[:100], CUT)))
    with pytest.raises(exceptions.ChunkedEncodingError):
        await face(session.download(url, tmp_path, max_retries=0))
    first = whole(WHOLE)
    transport = script(first, part(100, [WHOLE[100:]]))
    found = await face(face.Session(transport=transport).download(url, tmp_path))
    assert found.read_bytes() == WHOLE
    assert first.body.closed  # type: ignore[attr-defined]
    # A file that has changed meanwhile is not asked for twice.
    (tmp_path / "a.bin").unlink()
    session = face.Session(transport=script(whole(WHOLE[:100], CUT)))
    with pytest.raises(exceptions.ChunkedEncodingError):
        await face(session.download(url, tmp_path, max_retries=0))
    transport = script(whole(b"new", tag='"v2"', **{"Content-Length": "3"}))
    found = await face(face.Session(transport=transport).download(url, tmp_path))
    assert found.read_bytes() == b"new"


@pytest.mark.parametrize(
    "answer",
    [
        part(100, [b"other"], ETag='"v2"'),
        part(99, [b"other"]),
        part(100, [b"other"], Content_Range="bytes 100-299/300"),
        part(100, [b"other"], Content_Range="bytes 100-104/300"),
        part(100, [b"other"], Content_Range="none"),
        part(100, [b"other"], Content_Encoding="gzip"),
        respond(416, [b"other"], headers={"Content-Range": "bytes */50"}),
        exceptions.CORSError("Range is not allowed"),
    ],
)
async def test_what_is_not_gone_on_with(
    face: Face, tmp_path: Path, answer: WireResponse | Exception
) -> None:
    await left_over(face, tmp_path / "a")
    transport = script(answer, whole(WHOLE))
    await download(face, transport, tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == WHOLE
    assert "range" not in sent_headers(transport.requests[1])


def test_notes_of_other_bytes_are_gone(tmp_path: Path) -> None:
    with part_file.PartFile(tmp_path / "a") as file:
        file.start(URL, TAG, 10)
        file.write(b"12345")
    with part_file.PartFile(tmp_path / "a") as file:
        left = file.partial(URL)
        assert left is not None
        assert (left.size, left.validator, left.total) == (5, TAG, 10)
        file.start(URL, None, None)
        file.write(b"678")
        file.close()
        assert file.partial(URL) is None


async def test_a_file_that_changed_is_begun_anew(face: Face, tmp_path: Path) -> None:
    await left_over(face, tmp_path / "a")
    transport = script(whole(b"new", tag='"v2"', **{"Content-Length": "3"}))
    digits = hashlib.sha256(b"new").hexdigest()
    await download(face, transport, tmp_path / "a", hash=f"sha256:{digits}")
    assert (tmp_path / "a").read_bytes() == b"new"


async def test_what_an_earlier_call_left_is_of_no_use(face: Face, tmp_path: Path) -> None:
    target = tmp_path / "a"
    for spoil in (
        lambda: (tmp_path / "a.part.json").write_text("no json"),
        lambda: (tmp_path / "a.part.json").write_text(json.dumps([1])),
        (tmp_path / "a.part").unlink,
        lambda: (tmp_path / "a.part").write_bytes(b""),
    ):
        await left_over(face, target)
        spoil()
        transport = script(whole(WHOLE))
        await download(face, transport, target)
        assert "range" not in sent_headers(transport.requests[0])
    await left_over(face, target, url=f"{URL}/other")
    transport = script(whole(WHOLE), whole(WHOLE))
    await download(face, transport, target)
    await left_over(face, target)
    await download(face, transport, target, resume=False)
    assert all("range" not in sent_headers(request) for request in transport.requests)


async def test_the_last_byte_is_asked_for_again(face: Face, tmp_path: Path) -> None:
    """A file that came whole, and did not get its name: there is no range behind its end."""
    await left_over(face, tmp_path / "a")
    (tmp_path / "a.part").write_bytes(WHOLE)
    transport = script(part(255, [WHOLE[255:]]))
    await download(face, transport, tmp_path / "a")
    assert sent_headers(transport.requests[0])["range"] == "bytes=255-"
    assert (tmp_path / "a").read_bytes() == WHOLE


async def test_without_a_validator_it_begins_anew(face: Face, tmp_path: Path) -> None:
    transport = script(*[respond(200, [b"ab", CUT]) for _ in range(3)])
    with pytest.raises(exceptions.ChunkedEncodingError):
        await download(face, transport, tmp_path / "a", max_retries=2)
    assert transport.slept == [1, 2]
    assert names(tmp_path) == []


async def test_a_short_body_is_not_whole(face: Face, tmp_path: Path) -> None:
    transport = script(whole(WHOLE[:100]), part(100, [WHOLE[100:]]))
    await download(face, transport, tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == WHOLE


@pytest.mark.parametrize("last", [255, 200])
async def test_a_part_that_is_longer_than_it_says(face: Face, tmp_path: Path, last: int) -> None:
    odd = respond(
        206,
        [WHOLE[100 : last + 1], b"ZZZ"],
        headers={"Content-Range": f"bytes 100-{last}/256", "ETag": TAG},
    )
    transport = script(whole(WHOLE[:100], CUT), odd, whole(WHOLE))
    await download(face, transport, tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == WHOLE
    assert "range" not in sent_headers(transport.requests[2])
    assert names(tmp_path) == ["a"]


async def test_another_hash(face: Face, tmp_path: Path) -> None:
    with pytest.raises(exceptions.HashMismatchError, match="The file was deleted"):
        await download(face, script(whole(WHOLE)), tmp_path / "a", hash="md5:" + "0" * 32)
    assert names(tmp_path) == []


@pytest.mark.parametrize("status", [204, 304, 404, 500])
async def test_what_is_no_file(face: Face, tmp_path: Path, status: int) -> None:
    answer = respond(status, [b"why"])
    with pytest.raises(exceptions.HTTPError) as caught:
        await download(face, script(answer), tmp_path / "a")
    assert caught.value.response.content == b"why"
    assert names(tmp_path) == []
    assert answer.body.closed  # type: ignore[attr-defined]


async def test_a_dead_host_fails_at_once(face: Face, tmp_path: Path) -> None:
    transport = script(DEAD)
    with pytest.raises(exceptions.ConnectionError):
        await download(face, transport, tmp_path / "a")
    assert transport.slept == []
    assert names(tmp_path) == []


async def test_what_stays_refused_is_not_asked_for_again(face: Face, tmp_path: Path) -> None:
    """A policy, a network that the user denied: the connection broke, and nobody may come back."""
    refused = exceptions.ConnectionError("the policy of the page")
    refused.is_final = True
    transport = script(whole(WHOLE[:100], CUT), refused)
    with pytest.raises(exceptions.ConnectionError, match="policy"):
        await download(face, transport, tmp_path / "a")
    assert (len(transport.requests), transport.slept) == (2, [1])
    assert (tmp_path / "a.part").read_bytes() == WHOLE[:100]


@pytest.mark.parametrize(
    "options",
    [
        {"hash": "sha256:12"},
        {"headers": {"RANGE": "bytes=1-"}},
        {"headers": {"if-range": TAG}},
        {"path": "no/such/folder/a"},
        {"url": "host.example/a"},
    ],
)
async def test_nothing_is_sent_for_bad_input(
    face: Face, tmp_path: Path, options: dict[str, Any]
) -> None:
    transport = script()
    options = {"url": URL, "path": tmp_path / "a", **options}
    with pytest.raises((ValueError, OSError)):
        await face(face.Session(transport=transport).download(**options))
    assert transport.requests == []
    assert names(tmp_path) == []


async def test_two_writers_of_one_file(face: Face, tmp_path: Path) -> None:
    with (
        part_file.PartFile(tmp_path / "a"),
        pytest.raises(FileExistsError, match="is writing"),
    ):
        await face(face.Session(transport=script()).download(URL, tmp_path / "a"))
    await download(face, script(whole(WHOLE)), tmp_path / "a")
