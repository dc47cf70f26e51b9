"""One owner of a body: whoever reads gets first what was left over, and no byte is lost."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import pytest

from pyfetch_requests import exceptions
from pyfetch_requests.testing import ChunkedBody, respond

from .faces import URL, Face, script

WHOLE = b"abcdefghij"
CUTS: list[list[bytes]] = [
    [WHOLE],
    [b"ab", b"cdefg", b"hij"],
    [WHOLE[i : i + 1] for i in range(10)],
]


async def streamed(face: Face, chunks: Sequence[bytes | Exception], length: bool = True) -> Any:
    headers = {"Content-Length": "10"} if length else {}
    answer = respond(200, chunks, headers=headers)
    return await face(face.Session(transport=script(answer)).get(URL, stream=True))


@pytest.mark.parametrize("chunks", CUTS, ids=len)
@pytest.mark.parametrize("amount", [0, 1, 3, 9, 10, 50])
class TestAfterRawRead:
    async def test_content(self, face: Face, chunks: list[bytes], amount: int) -> None:
        response = await streamed(face, chunks)
        assert await face(response.raw.read(amount)) == WHOLE[:amount]
        assert await face(response.read()) == WHOLE[amount:]
        assert response.raw.tell() == 10

    @pytest.mark.parametrize("length", [True, False])
    @pytest.mark.parametrize("size", [1, 4, 99, None])
    async def test_pieces(
        self, face: Face, chunks: list[bytes], amount: int, size: int | None, length: bool
    ) -> None:
        response = await streamed(face, chunks, length)
        assert await face(response.raw.read(amount)) == WHOLE[:amount]
        pieces = await face.list(response.iter_content(size))
        assert b"".join(pieces) == WHOLE[amount:]
        if size and length:
            assert all(len(piece) == size for piece in pieces[:-1])

    async def test_raw_stream(self, face: Face, chunks: list[bytes], amount: int) -> None:
        raw = (await streamed(face, chunks)).raw
        assert await face(raw.read(amount)) == WHOLE[:amount]
        assert b"".join(await face.list(raw.stream(4))) == WHOLE[amount:]


async def step(face: Face, pieces: Any) -> Any:
    return next(pieces) if face.blocking else await anext(pieces)


@pytest.mark.parametrize("chunks", CUTS, ids=len)
@pytest.mark.parametrize("length", [True, False])
async def test_everybody_by_turns(face: Face, chunks: list[bytes], length: bool) -> None:
    response = await streamed(face, chunks, length)
    pieces = response.iter_content(2)
    found = [await step(face, pieces), await face(response.raw.read(3)), await step(face, pieces)]
    found.append(await face(response.raw.read(1)))
    found.append(await face(response.read()))
    assert b"".join(found) == WHOLE
    assert response.content == found[-1]
    assert await face.list(pieces) == []
    assert await face.list(response.iter_content(99)) == ([found[-1]] if found[-1] else [])


@pytest.mark.parametrize("iterate", ["iter_lines", "iter_json"])
async def test_what_a_parser_holds_is_not_taken_for_read(face: Face, iterate: str) -> None:
    response = await streamed(face, [b"1\n2\n3", b"\n4\n"], length=False)
    lines = getattr(response, iterate)()
    assert await step(face, lines) in (b"1", 1)
    with pytest.raises(RuntimeError, match="already consumed"):
        await face(response.read())


async def test_failure_while_reading_is_not_an_empty_body(face: Face) -> None:
    broken = exceptions.ChunkedEncodingError("cut off")
    response = await streamed(face, [b"abc", broken])
    body = response.raw._body
    assert isinstance(body, ChunkedBody)
    assert await face(response.raw.read(1)) == b"a"
    with pytest.raises(face.ChunkedEncodingError):
        await face(response.read())
    assert body.closed
    for _ in range(2):
        with pytest.raises(RuntimeError, match="already consumed"):
            await face(response.read())


@pytest.mark.parametrize("taken", [0, 1])
async def test_a_call_that_cannot_wait_takes_nothing(face: Face, taken: int) -> None:
    """A later call, which may switch stacks, reads on as if it had not been."""
    limit = exceptions.BrowserLimitError("this call cannot wait")
    response = await streamed(face, [WHOLE[:3], WHOLE[3:6], limit, WHOLE[6:]])
    assert await face(response.raw.read(taken)) == WHOLE[:taken]
    for read in (response.raw.read, response.read):
        with pytest.raises(exceptions.BrowserLimitError):
            await face(read())
        assert response.raw.tell() == taken
        response.raw._body._chunks.insert(0, limit)
    response.raw._body._chunks.pop(0)
    assert await face(response.read()) == WHOLE[taken:]
    assert response.raw.tell() == len(WHOLE)


async def test_file_in_the_place_of_raw(face: Face) -> None:
    whole, pieces = [await streamed(face, [b"old"]) for _ in range(2)]
    for response in (whole, pieces):
        response.raw = io.BytesIO(b"new things")
    assert await face(whole.read()) == b"new things"
    assert await face.list(pieces.iter_content(4)) == [b"new ", b"thin", b"gs"]


async def test_content_may_be_set_and_forgotten(face: Face) -> None:
    response = await streamed(face, [b"old"])
    assert (response._content, response._content_consumed) == (False, False)
    response._content = b"set"
    assert (response.content, response.text) == (b"set", "set")
    assert await face.list(response.iter_content(2)) == [b"se", b"t"]
    response._content = False
    assert not response._content_consumed
    response._content_consumed = True
    with pytest.raises(face.StreamConsumedError):
        response.iter_content()
    response._content_consumed = False
    response.raw = io.BytesIO(b"again")
    assert await face(response.read()) == b"again"
