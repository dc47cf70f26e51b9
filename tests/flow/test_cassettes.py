"""vcrpy's cassettes: what is sent is recorded and played, on both faces, whatever the transport."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import vcr
import vcr.errors
import vcr.request

from pyfetch_requests.testing import MockTransport, respond

from .faces import URL, Face


@pytest.fixture
def transport() -> MockTransport:
    """Answers with the number of the request, in two pieces, as if it had been in gzip."""
    coded = [("Content-Encoding", "gzip"), ("Content-Length", "99"), ("X-A", "b"), ("X-A", "c")]

    def handler(request: object) -> object:
        number = b"%d" % len(made.requests)
        return respond(201, [b"body ", number], headers=coded, reason="Made")

    made = MockTransport(handler)  # type: ignore[arg-type]
    return made


async def test_recorded_and_played(face: Face, transport: MockTransport, tmp_path: Path) -> None:
    session = face.Session(transport=transport)
    for played in (0, 2):
        with vcr.use_cassette(f"{tmp_path}/a.yaml") as cassette:
            response = await face(session.post(URL, data="one", stream=True))
            assert (response.status_code, response.reason) == (201, "Made")
            assert response.headers == {"X-A": "b, c", "Content-Length": "6"}
            assert await face.list(response.iter_content(3)) == [b"bod", b"y 1"]
            response = await face(session.get(URL, params={"q": 1}))
            assert response.text == "body 2"
            assert response.url == f"{URL}?q=1"
        assert cassette.play_count == played
    assert len(transport.requests) == 2
    assert (await face(session.get(URL))).text == "body 3"  # outside of the block


async def test_body_in_pieces(face: Face, transport: MockTransport, tmp_path: Path) -> None:
    """A generator is sent, and written down."""

    async def pieces() -> AsyncIterator[bytes]:
        yield b"ab"
        yield b"c"

    data = iter([b"ab", b"c"]) if face.blocking else pieces()
    with vcr.use_cassette(f"{tmp_path}/a.yaml") as cassette:
        await face(face.Session(transport=transport).post(URL, data=data))
    assert cassette.requests[0].body == transport.requests[0].body == b"abc"


async def test_what_may_not_be_sent(face: Face, transport: MockTransport, tmp_path: Path) -> None:
    session = face.Session(transport=transport)
    with (
        vcr.use_cassette(f"{tmp_path}/a.yaml", record_mode="none"),
        pytest.raises(vcr.errors.CannotOverwriteExistingCassetteException),
    ):
        await face(session.get(URL))
    assert transport.requests == []


async def test_cassette_of_real_requests(face: Face, tmp_path: Path) -> None:
    """It has the body as it was on the wire, and redirects step by step."""
    where: dict[str, Any] = {"method": "GET", "uri": URL, "body": None, "headers": {}}
    moved = {"status": {"code": 302, "message": "Found"}, "headers": {"Location": ["/next"]}}
    coded = {"status": {"code": 200, "message": None}, "headers": {"Content-Encoding": "gzip"}}
    path = tmp_path / "a.yaml"
    with vcr.use_cassette(str(path)) as cassette:
        request = vcr.request.Request(**where)
        cassette.append(request, {**moved, "body": {"string": b""}})
        following = vcr.request.Request(**{**where, "uri": URL.replace("things", "next")})
        body = {"string": gzip.compress(b"content")}
        cassette.append(
            following, {**coded, "headers": {"Content-Encoding": ["gzip"]}, "body": body}
        )
    transport = MockTransport(lambda request: respond(500))
    with vcr.use_cassette(str(path)):
        response = await face(face.Session(transport=transport).get(URL))
    assert (response.text, [each.status_code for each in response.history]) == ("content", [302])
    assert transport.requests == []


async def test_retries_wait(face: Face, tmp_path: Path) -> None:
    """A policy waits by the transport below."""
    answers = [respond(503), respond(200, "fine")]
    transport = MockTransport(lambda request: answers.pop(0))
    retry = face.Retry(1, status_forcelist=[503], backoff_factor=1)
    session = face.Session(transport=transport, retries=retry)
    with vcr.use_cassette(f"{tmp_path}/a.yaml"):
        assert (await face(session.get(URL))).text == "fine"
    assert len(transport.slept) == 1
