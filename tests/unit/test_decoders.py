"""The push parsers: what comes out never depends on where a chunk ends."""

from __future__ import annotations

import codecs
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pytest

from pyfetch_requests import testing
from pyfetch_requests._flow.drive import drive
from pyfetch_requests._nouns.raw import RawBase
from pyfetch_requests._text import decoders as _decoders
from pyfetch_requests._text.decoders import (
    DelimiterDecoder,
    LineDecoder,
    Pipeline,
    TextDecoder,
)


def run(parser: Any, chunks: Iterable[Any]) -> list[Any]:
    """All that a parser gives for some chunks."""
    found: list[Any] = []
    for chunk in chunks:
        found += parser.feed(chunk)
    return [*found, *parser.flush()]


def slices(size: int, chunks: Iterable[bytes]) -> list[bytes]:
    """What a raw body gives in pieces of a size; an empty chunk would be its end."""
    raw = RawBase(testing.respond(200, [chunk for chunk in chunks if chunk]))
    return list(iter(lambda: drive(raw.next_piece(size, wait=True)), b""))


def every_split(content: Any) -> list[list[Any]]:
    """The content whole, cut once at every place, cut twice at every pair, one by one."""
    places = range(len(content) + 1)
    once = [[content[:cut], content[cut:]] for cut in places]
    twice = [
        [content[:first], content[first:second], content[second:]]
        for first in places
        for second in range(first, len(content) + 1)
    ]
    ones = [content[place : place + 1] for place in range(len(content))]
    return [[content], *once, *twice, ones, [b"" if isinstance(content, bytes) else "", *ones]]


LINES = [
    b"",
    b"one",
    b"one\n",
    b"one\ntwo",
    b"a\r\nb\r\n\r\nc",
    b"a\rb\r\r\nc\n\rd",
    b"\r\n\r\n",
    b"\n\n\r\r",
    b"x\x0b\x0cy\x1cz\x85",
    "é\u2028b\u2029\x85c\x0b\x0cd\x1ce\r\nf",
    "a\r\n\nb\r",
    "",
]


@pytest.mark.parametrize("content", LINES)
def test_lines_are_those_of_the_whole(content: Any) -> None:
    for chunks in every_split(content):
        assert run(LineDecoder(), chunks) == content.splitlines(), chunks


def test_line_is_given_as_soon_as_it_is_complete() -> None:
    decoder: LineDecoder[bytes] = LineDecoder()
    assert decoder.feed(b"a\nb") == [b"a"]
    assert decoder.feed(b"c\r") == [b"bc"]
    assert decoder.feed(b"\n") == []
    assert decoder.feed(b"\n") == [b""]
    assert decoder.flush() == []
    assert decoder.flush() == []


def test_long_line_is_linear() -> None:
    """A line in many chunks is joined once, at its end."""
    decoder: LineDecoder[bytes] = LineDecoder()
    for _ in range(20_000):
        assert decoder.feed(b"0123456789") == []
    assert decoder.feed(b"\n") == [b"0123456789" * 20_000]


@pytest.mark.parametrize(
    ("content", "delimiter"),
    [
        (b"a||b||", b"||"),
        (b"|||", b"||"),
        (b"||||", b"||"),
        (b"", b"|"),
        (b"abc", b"|"),
        ("ab\u20acab\u20ac", "b\u20ac"),
        ("aXYbXYXc", "XY"),
        (b"abcab", b"abc"),
    ],
)
def test_pieces_are_those_of_the_whole(content: Any, delimiter: Any) -> None:
    expected = content.split(delimiter) if content else []
    for chunks in every_split(content):
        assert run(DelimiterDecoder(delimiter), chunks) == expected, chunks


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("a\u00fc\u20ac\U0001f600", "utf-8"),
        ("a\u20ac", "utf-8-sig"),
        ("a\U0001f600b", "utf-16"),
        ("a\U0001f600b", "utf-16-be"),
        ("a\U0001f600", "utf-32"),
        ("\u3042\u4e9c", "shift_jis"),
        ("\u00e9", "latin-1"),
    ],
)
def test_text_in_pieces(text: str, encoding: str) -> None:
    content = text.encode(encoding)
    for chunks in every_split(content):
        pieces = run(TextDecoder(encoding), chunks)
        assert "".join(pieces) == text
        assert "" not in pieces


def test_wrong_and_cut_characters_are_marked() -> None:
    assert "".join(run(TextDecoder("utf-8"), [b"a\xff", b"b\xe2\x82"])) == "a\ufffdb\ufffd"


@pytest.mark.parametrize("size", range(1, 12))
def test_slices(size: int) -> None:
    content = bytes(range(10))
    expected = [content[start : start + size] for start in range(0, len(content), size)]
    for chunks in every_split(content):
        assert slices(size, chunks) == expected
    assert slices(size, []) == []


def test_slices_are_bytes_of_their_own() -> None:
    assert all(type(piece) is bytes for piece in slices(2, [b"abc", b"de"]))


@pytest.mark.parametrize("content", ["\u00e9\r\n\u20acb\n", "\u20ac" * 3, "a\r\nb\r\nc"])
def test_pipeline(content: str) -> None:
    data = content.encode()
    for chunks in every_split(data):
        pipeline = Pipeline(TextDecoder("utf-8"), LineDecoder())
        assert run(pipeline, slices(2, chunks)) == content.splitlines()


def test_pipeline_without_stages_lets_chunks_through() -> None:
    assert run(Pipeline(), [b"a", b"b"]) == [b"a", b"b"]


def without_charset_normalizer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "charset_normalizer", None)


TEXT = "Grüße aus Köln, dear reader: plain words. "


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"", "utf-8"),
        (b"plain", "ascii"),
        (TEXT.encode(), "utf-8"),
        (TEXT.encode("latin-1"), "iso-8859-1"),
        (TEXT.encode("utf-8-sig"), "utf-8-sig"),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "utf-16"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16"),
        (codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"), "utf-32"),
        (codecs.BOM_UTF32_BE + TEXT.encode("utf-32-be"), "utf-32"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("utf-32-le"), "utf-32-le"),
        (TEXT.encode("utf-32-be"), "utf-32-be"),
        (TEXT.encode("utf-16-le") * 200, "utf-16-le"),
        (b"\x00\xd8\x00\xd8" + b"a\x00" * 9, "iso-8859-1"),  # lone surrogates
        (b"abc\0def", "utf-8"),
        (b"\xff\x00\x01", "iso-8859-1"),
    ],
)
def test_guess_without_help(data: bytes, encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    without_charset_normalizer(monkeypatch)
    assert _decoders.detect_encoding(data) == encoding
    data.decode(encoding)


def guesser(answer: str | None) -> Callable[[bytes], dict[str, Any]]:
    return lambda data: {"encoding": answer, "confidence": 1.0, "language": ""}


@pytest.mark.parametrize("answer", ["KOI8-R", None])
def test_guess_of_charset_normalizer(answer: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    class Module:
        detect = staticmethod(guesser(answer))

    monkeypatch.setitem(sys.modules, "charset_normalizer", Module)
    assert _decoders.detect_encoding(b"x") == answer
    assert _decoders.detect_encoding(b"") == "utf-8"


ENCODINGS: Sequence[str] = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("text", ['{"a": 1}', "[12]", '"ab"'])
def test_encoding_of_json(encoding: str, text: str) -> None:
    assert _decoders.detect_json_encoding(text.encode(encoding)) == encoding


def test_encoding_of_json_with_a_mark() -> None:
    for encoding in ("utf-8-sig", "utf-16", "utf-32"):
        assert _decoders.detect_json_encoding('"a"'.encode(encoding)) == encoding


def test_encoding_that_is_none_of_json() -> None:
    assert _decoders.detect_json_encoding(b"\0\0\0\0") is None
