"""Bodies that are still on their way: in chunks, cut, left early, read twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from pyfetch_requests import exceptions
from pyfetch_requests.testing import ChunkedBody, respond

from .faces import URL, Face, script

CUT = exceptions.ChunkedEncodingError("cut off")


async def streamed(
    face: Face, chunks: Sequence[bytes | Exception], **options: Any
) -> tuple[Any, ChunkedBody]:
    answer = respond(200, chunks, **options)
    response = await face(face.Session(transport=script(answer)).get(URL, stream=True))
    assert isinstance(answer.body, ChunkedBody)
    return response, answer.body


@pytest.mark.parametrize(
    ("size", "pieces"),
    [
        (None, [b"ab", b"cde", b"f"]),
        (1, [b"a", b"b", b"c", b"d", b"e", b"f"]),
        (2, [b"ab", b"cd", b"ef"]),
        (4, [b"abcd", b"ef"]),
        (99, [b"abcdef"]),
        (0, [b"ab", b"cde", b"f"]),
        (-1, [b"ab", b"cde", b"f"]),
    ],
)
async def test_pieces(face: Face, size: int | None, pieces: list[bytes]) -> None:
    headers = {"Content-Length": "6"}
    response, body = await streamed(face, [b"ab", b"cde", b"f"], headers=headers)
    assert await face.list(response.iter_content(size)) == pieces
    assert body.closed


@pytest.mark.parametrize(
    ("size", "pieces"),
    [(2, [b"ab", b"cd", b"e", b"f"]), (4, [b"ab", b"cde", b"f"]), (99, [b"ab", b"cde", b"f"])],
)
async def test_pieces_of_unknown_length_do_not_wait(
    face: Face, size: int, pieces: list[bytes]
) -> None:
    response, _ = await streamed(face, [b"ab", b"cde", b"f"])
    assert await face.list(response.iter_content(size)) == pieces


@pytest.mark.parametrize("size", ["2", 1.5, b""])
async def test_size_that_is_none(face: Face, size: Any) -> None:
    response, _ = await streamed(face, [b"ab"])
    with pytest.raises(TypeError, match="chunk_size must be an int"):
        response.iter_content(size)


async def test_iteration(face: Face) -> None:
    response, _ = await streamed(face, [b"a" * 200])
    assert list(map(len, await face.list(response))) == [128, 72]


async def test_text_in_pieces(face: Face) -> None:
    headers = {"Content-Type": "text/plain; charset=utf-8"}
    response, _ = await streamed(
        face, [b"\xc3", b"\xbc\xe2\x82", b"\xac", b"\xff"], headers=headers
    )
    assert "".join(await face.list(response.iter_content(None, decode_unicode=True))) == "ü€\ufffd"


async def test_text_without_a_known_encoding_stays_bytes(face: Face) -> None:
    response, _ = await streamed(face, [b"\xc3\xbc"])
    assert await face.list(response.iter_content(None, decode_unicode=True)) == [b"\xc3\xbc"]


async def test_lines(face: Face) -> None:
    response, body = await streamed(face, [b"one\r", b"\ntwo\n", b"\nthr", b"ee\rfour"])
    assert await face.list(response.iter_lines()) == [b"one", b"two", b"", b"three", b"four"]
    assert body.closed


async def test_lines_as_text(face: Face) -> None:
    headers = {"Content-Type": "application/json"}
    response, _ = await streamed(face, ["é\né".encode()[:1], "é\né".encode()[1:]], headers=headers)
    assert await face.list(response.iter_lines(decode_unicode=True)) == ["é", "é"]


async def test_lines_with_a_delimiter(face: Face) -> None:
    response, _ = await streamed(face, [b"a|", b"|b|c", b"||"])
    assert await face.list(response.iter_lines(delimiter=b"||")) == [b"a", b"b|c", b""]


async def test_line_is_given_as_soon_as_it_is_complete(face: Face) -> None:
    response, body = await streamed(face, [b"first\nsec", CUT])
    assert await face.first(response.iter_lines()) == b"first"
    assert body.closed


async def test_leaving_early_gives_the_connection_back(face: Face) -> None:
    response, body = await streamed(face, [b"a", b"b"])
    assert await face.first(response.iter_content(1)) == b"a"
    assert body.closed
    with pytest.raises(face.StreamConsumedError, match="consumed"):
        response.iter_content()


async def test_read_twice(face: Face) -> None:
    response, _ = await streamed(face, [b"a", b"b"])
    await face.list(response.iter_content(1))
    for again in (response.iter_content, response.iter_lines):
        with pytest.raises(face.StreamConsumedError):
            again()
    for read in (lambda: response.content, lambda: response.text, response.json):
        with pytest.raises(RuntimeError, match="already consumed"):
            read()
    with pytest.raises(RuntimeError, match="already consumed"):
        await face(response.read())


async def test_error_of_a_second_reading_is_requests_own(face: Face) -> None:
    response, _ = await streamed(face, [b"a"])
    await face.list(response.iter_content(1))
    with pytest.raises(TypeError) as caught:
        response.iter_content()
    assert isinstance(caught.value, face.RequestException)


async def test_read(face: Face) -> None:
    response, _ = await streamed(face, [b'{"a"', b": 1}"])
    assert await face(response.read()) == b'{"a": 1}'
    assert response.content == b'{"a": 1}'
    assert response.json() == {"a": 1}
    assert await face(response.read()) == b'{"a": 1}'
    assert await face.list(response.iter_content(4)) == [b'{"a"', b": 1}"]
    assert await face.list(response.iter_lines()) == [b'{"a": 1}']


async def test_read_of_an_empty_body(face: Face) -> None:
    response, _ = await streamed(face, [])
    assert await face(response.read()) == b""
    assert response.content == b""


async def test_content_of_an_unread_body(face: Face) -> None:
    response, _ = await streamed(face, [b"a", b"b"])
    if face.blocking:
        assert response.content == b"ab"
    else:
        with pytest.raises(RuntimeError, match=r"await response\.read\(\)"):
            response.content  # noqa: B018
        assert await response.read() == b"ab"


class TestCut:
    """What arrived is never taken for the whole."""

    async def test_at_once(self, face: Face) -> None:
        transport = script(respond(200, [b"a", CUT]))
        with pytest.raises(face.ChunkedEncodingError) as caught:
            await face(face.Session(transport=transport).get(URL))
        assert caught.value.request.url == URL

    async def test_read(self, face: Face) -> None:
        response, _ = await streamed(face, [b"a", CUT])
        with pytest.raises(face.ChunkedEncodingError):
            await face(response.read())
        with pytest.raises((RuntimeError, face.RequestException)):
            response.content  # noqa: B018

    @pytest.mark.parametrize("size", [None, 1, 10])
    async def test_pieces(self, face: Face, size: int | None) -> None:
        response, body = await streamed(face, [b"abc", CUT])
        with pytest.raises(face.ChunkedEncodingError):
            await face.list(response.iter_content(size))
        assert body.closed

    async def test_lines(self, face: Face) -> None:
        response, body = await streamed(face, [b"a\nb", CUT])
        with pytest.raises(face.ChunkedEncodingError):
            await face.list(response.iter_lines())
        assert body.closed

    async def test_raw(self, face: Face) -> None:
        response, _ = await streamed(face, [b"abc", CUT])
        assert await face(response.raw.read(2)) == b"ab"
        with pytest.raises(face.ChunkedEncodingError):
            await face(response.raw.read())

    async def test_raw_stream(self, face: Face) -> None:
        response, _ = await streamed(face, [b"abc", CUT])
        with pytest.raises(face.ChunkedEncodingError):
            await face.list(response.raw.stream(2))

    async def test_on_the_way_of_a_redirect(self, face: Face) -> None:
        moved = respond(302, [b"mo", CUT], headers={"Location": "/next"})
        transport = script(moved, respond())
        with pytest.raises(face.ChunkedEncodingError):
            await face(face.Session(transport=transport).get(URL, stream=True))


class TestRaw:
    async def test_attributes(self, face: Face) -> None:
        headers = [("X-A", "1"), ("x-a", "2")]
        response, _ = await streamed(face, [b"abcdef"], headers=headers, reason="Fine")
        raw = response.raw
        assert (raw.status, raw.reason, raw.version) == (200, "Fine", 11)
        assert raw.headers["X-A"] == raw.getheader("x-a") == "1, 2"
        assert raw.getheader("none", "default") == "default"
        assert raw.header_pairs == headers

    async def test_headers_of_a_decoded_body(self, face: Face) -> None:
        """What `raw` gives is not coded: who writes it down with its headers decodes nothing."""
        headers = [("Content-Encoding", "gzip"), ("Content-Length", "23"), ("X-A", "1")]
        response, _ = await streamed(face, [b"abc"], headers=headers)
        assert dict(response.raw.headers) == {"X-A": "1"}
        assert dict(response.headers) == dict(headers)
        assert await face(response.raw.read()) == b"abc"

    async def test_read(self, face: Face) -> None:
        response, body = await streamed(face, [b"ab", b"cdef", b"gh"])
        raw = response.raw
        assert await face(raw.read(3)) == b"abc"
        assert raw.tell() == 3
        assert await face(raw.read(0)) == b""
        assert await face(raw.read(decode_content=True)) == b"defgh"
        assert raw.tell() == 8
        assert await face(raw.read()) == b""
        await face(raw.close())
        assert body.closed

    async def test_stream(self, face: Face) -> None:
        response, _ = await streamed(face, [b"ab", b"cdef", b"g"])
        assert await face.list(response.raw.stream(3)) == [b"abc", b"def", b"g"]


class TestClose:
    async def test_unread(self, face: Face) -> None:
        response, body = await streamed(face, [b"a", b"b"])
        await face(response.close())
        assert body.closed
        await face(response.close())

    async def test_context_manager(self, face: Face) -> None:
        response, body = await streamed(face, [b"a", b"b"])
        async with face.entered(response) as entered:
            assert entered is response
            assert not body.closed
        assert body.closed

    async def test_context_manager_around_an_error(self, face: Face) -> None:
        response, body = await streamed(face, [b"a", b"b"])
        with pytest.raises(LookupError):
            async with face.entered(response):
                raise LookupError
        assert body.closed

    async def test_response_made_by_hand(self, face: Face) -> None:
        await face(face.Response().close())

    async def test_read_body_stays(self, face: Face) -> None:
        response, _ = await streamed(face, [b"a", b"b"])
        async with face.entered(response):
            await face(response.read())
        assert response.content == b"ab"


async def test_json_lines(face: Face) -> None:
    chunks = [b'{"a": 1', b".0}\n\n", '{"b": "é"}\n[2'.encode(), b"]"]
    response, body = await streamed(face, chunks)
    assert await face.list(response.iter_json()) == [{"a": 1.0}, {"b": "é"}, [2]]
    assert body.closed


async def test_value_is_given_as_soon_as_its_line_is_complete(face: Face) -> None:
    response, body = await streamed(face, [b"1\n2", CUT])
    assert await face.first(response.iter_json()) == 1
    assert body.closed


async def test_line_that_is_not_json_carries_the_response(face: Face) -> None:
    response, body = await streamed(face, [b"1\n1,2\n"])
    with pytest.raises(face.exceptions.JSONDecodeError, match="line 2") as caught:
        await face.list(response.iter_json())
    assert caught.value.response is response
    assert caught.value.request is response.request
    assert body.closed


async def test_json_lines_of_a_body_that_broke_off(face: Face) -> None:
    response, _ = await streamed(face, [b"1\n2", CUT])
    with pytest.raises(face.exceptions.ChunkedEncodingError):
        await face.list(response.iter_json())


async def test_lines_of_a_body_that_is_kept_take_little_memory(face: Face) -> None:
    import tracemalloc

    body = b"%s\n" % (b"x" * 79) * 100_000
    response = await face(face.Session(transport=script(respond(200, body))).get(URL))
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        count = 0
        if face.blocking:
            for line in response.iter_lines():
                count += len(line) == 79
        else:
            async for line in response.iter_lines():
                count += len(line) == 79
        peak = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
    assert count == 100_000
    assert peak < len(body) // 2
