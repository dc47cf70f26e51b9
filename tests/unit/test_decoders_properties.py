"""The push parsers, on content and cuts that nobody thought of."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pyfetch_requests._text.decoders import (
    DelimiterDecoder,
    LineDecoder,
    Pipeline,
    TextDecoder,
)

from .test_decoders import run, slices

NAMES = (
    "utf-8 utf-16 utf-16-le utf-16-be utf-32 utf-8-sig utf-7 latin-1 cp932 gb18030 big5 hz euc-kr "
    "iso2022_jp cp1252 koi8-r mac-roman"
).split()
ENDS = "ab\r\n\x0b\x0c\x1c\x85\u2028é€"
texts = st.text(st.sampled_from(ENDS), max_size=40)
contents = st.one_of(texts, texts.map(str.encode))


@st.composite
def cut(draw: st.DrawFn, of: st.SearchStrategy[Any]) -> tuple[Any, list[Any]]:
    """A content, and the same in chunks, empty ones among them."""
    content = draw(of)
    places = sorted(draw(st.lists(st.integers(0, len(content)), max_size=8)))
    ends = [*places, len(content)]
    return content, [content[a:b] for a, b in zip([0, *places], ends, strict=True)]


@given(cut(contents))
def test_lines(case: tuple[Any, list[Any]]) -> None:
    content, chunks = case
    assert run(LineDecoder(), chunks) == content.splitlines()


@given(cut(st.text("ab|", max_size=30)), st.text("ab|", min_size=1, max_size=3))
def test_delimiter(case: tuple[str, list[str]], delimiter: str) -> None:
    content, chunks = case
    assert run(DelimiterDecoder(delimiter), chunks) == (content.split(delimiter) if content else [])


@given(cut(st.binary(max_size=40)), st.sampled_from(NAMES))
def test_text(case: tuple[bytes, list[bytes]], encoding: str) -> None:
    content, chunks = case
    assert "".join(run(TextDecoder(encoding), chunks)) == content.decode(encoding, "replace")


@given(cut(st.binary(max_size=60)), st.integers(1, 70))
def test_slices(case: tuple[bytes, list[bytes]], size: int) -> None:
    content, chunks = case
    pieces = slices(size, chunks)
    assert b"".join(pieces) == content
    assert all(len(piece) == size for piece in pieces[:-1])
    assert all(0 < len(piece) <= size for piece in pieces[-1:])


@given(cut(texts.map(str.encode)), st.integers(1, 9))
def test_pipeline(case: tuple[bytes, list[bytes]], size: int) -> None:
    content, chunks = case
    pipeline = Pipeline(TextDecoder("utf-8"), LineDecoder())
    assert run(pipeline, slices(size, chunks)) == content.decode().splitlines()
