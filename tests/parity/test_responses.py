"""Responses made by hand: text, JSON and lines of bytes that no honest server would send."""

from __future__ import annotations

import asyncio
import codecs
import pickle
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .libraries import ASYNC, BLOCKING, ORACLE
from .outcome import attempt

LIBRARIES = [pytest.param(BLOCKING, id="blocking"), pytest.param(ASYNC, id="async")]


def make(library: Any, content: bytes, encoding: str | None = None, **fields: Any) -> Any:
    response = library.Response()
    response.status_code = 200
    response._content = content
    response._content_consumed = True
    response.encoding = encoding
    for name, value in fields.items():
        setattr(response, name, value)
    return response


def told(response: Any) -> Any:
    return attempt(lambda: response.text), attempt(lambda: repr(response.json()))


CODECS = """
ascii latin-1 iso8859-15 cp1252 cp437 koi8-r mac-roman utf-7 utf-8 utf-8-sig utf-16 utf-16-le
utf-16-be utf-32 utf-32-le utf-32-be shift_jis euc-jp iso2022-jp gb2312 gbk gb18030 big5 euc-kr
cp949 tis-620 cp1255 cp1256 hz punycode
""".split()
ODD_NAMES = ["UTF8", "Latin1", "no-such-codec", "base64", "rot13", "unicode_escape", "\x00"]
NAMES = [None, "", *CODECS, *ODD_NAMES]
JSON = '{"a": "é€😀", "b": [1, 2.5, null]}'
TEXTS = ["", "plain", "äöü €", "日本語", "привет", JSON, "[]", "1", "\ufeff{}"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("library", LIBRARIES)
def test_text_and_json_by_every_name(library: Any, name: str | None) -> None:
    """Each text in each encoding, under a name that is right or a lie."""
    for text in TEXTS:
        for codec in CODECS:
            content = text.encode(codec, "ignore")
            # Guessing is slow and is compared below; here it has little to guess from.
            if name is None and len(content) > 40:
                continue
            ours, theirs = (told(make(of, content, name)) for of in (library, ORACLE))
            if theirs[0][:1] == ("raises",):  # where the encoding is none for this
                assert ours[0] == content.decode("utf-8", "replace")
            else:
                assert ours == theirs


@pytest.mark.parametrize("library", LIBRARIES)
@settings(derandomize=True, database=None, deadline=None, max_examples=150)
@given(
    content=st.one_of(st.binary(max_size=40), st.text(max_size=20).map(str.encode)),
    name=st.sampled_from([None, "", "utf-8", "utf-16", "latin-1", "no-such-codec"]),
)
def test_text_and_json_generated(library: Any, content: bytes, name: str | None) -> None:
    theirs, ours = make(ORACLE, content, name), make(library, content, name)
    assert told(ours) == told(theirs)
    assert ours.apparent_encoding == theirs.apparent_encoding


JSON_TEXTS = """{}|[]|"é"|12|1234|{"a": "€😀"}|["ĀȀ"]|null| 1 |[\n]""".split("|")
MARKS = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}


@pytest.mark.parametrize("marked", [False, True])
@pytest.mark.parametrize("codec", MARKS)
@pytest.mark.parametrize("library", LIBRARIES)
def test_json_in_every_utf(library: Any, codec: str, marked: bool) -> None:
    for text in JSON_TEXTS:
        content = (MARKS[codec] if marked else b"") + text.encode(codec)
        assert told(make(library, content)) == told(make(ORACLE, content)), content


@pytest.mark.parametrize(
    "state",
    [
        {"status_code": 404, "reason": "Not Found", "url": "http://host.example/"},
        {"status_code": 404, "reason": b"nicht gef\xc3\xbcnden", "url": "http://host.example/"},
        {"status_code": 404, "reason": b"nicht gef\xfcnden", "url": "http://host.example/"},
        {"status_code": 500, "reason": None, "url": None},
        {"status_code": 600, "reason": "?"},
        {"status_code": 399},
        {"status_code": 0},
        {"status_code": 301, "headers": {"Location": "/x"}},
        {"status_code": 301, "headers": {"location": "/x"}},
        {"status_code": 300, "headers": {"Location": "/x"}},
        {"status_code": 308, "headers": {"Location": ""}},
        {"status_code": 302},
    ],
    ids=str,
)
@pytest.mark.parametrize("library", LIBRARIES)
def test_status(library: Any, state: dict[str, Any]) -> None:
    def told_of(response: Any) -> Any:
        def message() -> str | None:
            try:
                response.raise_for_status()
            except OSError as error:
                return f"{type(error).__name__}: {error}"
            return None

        redirects = response.is_redirect, response.is_permanent_redirect, response.next
        return repr(response), response.ok, bool(response), message(), redirects, response.links

    def build(source: Any) -> Any:
        response = make(source, b"", **{k: v for k, v in state.items() if k != "headers"})
        response.headers.update(state.get("headers", {}))
        return response

    assert told_of(build(library)) == told_of(build(ORACLE))


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_response_that_is_empty_of_all(library: Any) -> None:
    def told_of(response: Any) -> Any:
        names = "status_code url encoding history reason elapsed request raw _content next".split()
        return [getattr(response, name) for name in names], list(response.cookies), repr(response)

    assert told_of(library.Response()) == told_of(ORACLE.Response())


def test_pickle_of_a_loaded_response() -> None:
    for library in (BLOCKING, ASYNC):
        copy = pickle.loads(pickle.dumps(make(library, b"content", "utf-8")))
        assert (copy.content, copy.text, copy.status_code) == (b"content", "content", 200)


# --- lines -----------------------------------------------------------------------------------


class Raw:
    """What urllib3 would give: the chunks as they arrived."""

    def __init__(self, chunks: list[bytes]) -> None:
        self._chunks = chunks

    def stream(self, amount: int | None, decode_content: bool = True) -> Iterator[bytes]:
        yield from self._chunks


def lines(library: Any, chunks: list[bytes], **options: Any) -> list[Any]:
    response = library.Response()
    response.status_code = 200
    response.encoding = "utf-8"
    response.raw = Raw(chunks)
    return list(response.iter_lines(**options))


def splits(data: bytes) -> Iterator[list[bytes]]:
    """Every way to receive it in one, two or three chunks."""
    for count in (0, 1, 2):
        for points in combinations(range(1, len(data)), count):
            ends = [0, *points, len(data)]
            yield [data[start:end] for start, end in pairwise(ends)]


LINES = [
    b"", b"\n", b"\r\n", b"a", b"a\n", b"a\r\nb", b"a\r\n\r\nb\r\n", b"a\rb\r", b"\r\r\n\n",
    b"a\n\nb\n", b"one\r\ntwo\nthree\r", "é\n€\r\nü".encode(), b"a\x0bb\x0cc\x1cd\n",
    "a\u2028b\x85c\n".encode(), b"\r\n\r\n\r\n",
]  # fmt: skip


@pytest.mark.parametrize("data", LINES)
def test_lines_wherever_the_chunks_end(data: bytes) -> None:
    """The lines of the whole: requests gives them where it got the whole in one chunk."""
    assert lines(ORACLE, [data] if data else []) == data.splitlines()
    for chunks in splits(data):
        assert lines(BLOCKING, chunks) == data.splitlines()
        text = data.decode()
        assert lines(BLOCKING, chunks, decode_unicode=True) == text.splitlines()


@pytest.mark.parametrize("data", LINES)
def test_lines_differ_from_requests_inside_line_ends_only(data: bytes) -> None:
    """The one difference: requests takes a CRLF that is cut in two for two line ends."""
    for chunks in splits(data):
        cut = any(one.endswith(b"\r") and two.startswith(b"\n") for one, two in pairwise(chunks))
        if not cut:
            assert lines(BLOCKING, chunks) == lines(ORACLE, chunks)


@pytest.mark.parametrize("delimiter", [b"\n", b"||", b"\r\n", b"aa"])
@pytest.mark.parametrize("data", b",\n,a\nb\n,a||b||,||,|||,a\r\nb,aaa".split(b","))
def test_delimiters_wherever_the_chunks_end(data: bytes, delimiter: bytes) -> None:
    """The pieces of the whole, as requests gives them of the whole."""
    whole = lines(ORACLE, [data] if data else [], delimiter=delimiter)
    for chunks in splits(data):
        assert lines(BLOCKING, chunks if data else [], delimiter=delimiter) == whole


@pytest.mark.parametrize("name", ["iter_content", "iter_lines"])
@pytest.mark.parametrize(
    "size",
    [
        3,
        10**30,
        None,
        True,
        "3",
        b"3",
        2.5,
        3.0,
        Decimal(3),
        float("nan"),
        [],
        Fraction(3),
        range(3),
    ],
    ids=repr,
)
@pytest.mark.parametrize("library", LIBRARIES)
def test_sizes_of_pieces(library: Any, name: str, size: Any) -> None:
    """What is no int is refused by both, in lines too, where ours has no use for it."""

    def pieces(of: Any) -> Any:
        found = getattr(make(of, b"a\nbb\nccc"), name)(size)
        return attempt(lambda: list(found)) if of is not ASYNC else asyncio.run(collected(found))

    async def collected(found: Any) -> Any:
        return [piece async for piece in found]

    assert attempt(lambda: pieces(library)) == attempt(lambda: pieces(ORACLE))
