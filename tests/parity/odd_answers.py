"""Answers that are allowed and odd, or simply wrong: bodies, codings, charsets, headers, JSON."""

from __future__ import annotations

from typing import Any

from .recipes import Call, coded, respond, typed

CODINGS = ("gzip", "deflate", "br")
LONG = b"0123456789" * 1000


# b"abc" in gzip, and 100 times b"abc" in bare deflate; compressors differ in what they make of it.
ABC = b"\x1f\x8b\x08\0\0\0\0\0\x02\x03KLJ\x06\0\xc2A$5\x03\0\0\0"
BARE = b"KLJN\x1cE\xc4!\0"
HEADERS = {
    "a tab": "a\tb",
    "spaces": "a   b",
    "nothing": "",
    "quotes": '"a, b"; c=\'d',
    "commas": "a,b,,c",
    "a colon": ":",
    "latin-1": "é",
    "percents": "%0d%0a",
    "much": "x" * 20000,
}
HEADS: dict[str, dict[str, Any]] = {
    "of a body": {},
    "of chunks": {"framing": "chunked"},
    "of gzip": {"encoding": "gzip"},
    "of an error": {"status": 404},
}
MARKED = {"text": b"\xef\xbb\xbf\xc3\xa9 \xe2\x82\xac", "alone": b"\xef\xbb\xbf"}
BAD_JSON = (
    "", " ", "{", "[1,]", "{'a': 1}", "nul", "[1] 2", '"\\x"', '"a', "\x00", "[1", '{"a"}', "01",
    "+1",
)  # fmt: skip
NOTHING: dict[str, Any] = {"headers": [("Content-Length", "0")], "framing": "close"}

ODD_ANSWERS: dict[str, Call] = {
    **{f"header of {name}": respond("", headers=[("X-A", text)]) for name, text in HEADERS.items()},
    "many headers": respond("", headers=[(f"X-{n}", str(n)) for n in range(90)]),
    **{f"HEAD {name}": respond(LONG, "HEAD", **options) for name, options in HEADS.items()},
    **{f"length of {status}": respond("", status=status, **NOTHING) for status in (204, 205, 304)},
    "205 with a body": respond("abc", status=205),
    **{f"empty, {how}": respond("", framing=how) for how in ("length", "chunked", "close")},
    **{f"empty, {coding}": respond("", encoding=coding) for coding in CODINGS},
    **{
        f"{coding} in pieces": respond(LONG, encoding=coding, framing="chunked", sizes=[7, 100])
        for coding in CODINGS
    },
    "unknown coding": coded("no-such", "abc"),
    "identity": coded("identity", "abc"),
    "raw deflate": coded("deflate", BARE),
    "two members of gzip": coded("gzip", ABC * 2),
    "garbage after gzip": coded("gzip", ABC + b"garbage"),
    "gzip cut by its maker": coded("gzip", ABC[:-9]),
    "gzip and br": respond(ABC, encoding="br", headers=[("Content-Encoding", "gzip")]),
    "invalid utf-8": typed("text/plain; charset=utf-8", b"a\xff\xc3\xe2\x82b\xed\xa0\x80"),
    "lying utf-16": typed("text/plain; charset=utf-16", "plain é"),
    "lying utf-8": typed("text/plain; charset=utf-8", "é".encode("utf-16")[2:]),
    **{f"mark, {name}": typed("text/x; charset=utf-8", body) for name, body in MARKED.items()},
    **{f"bad JSON {text!r}": typed("text/json; charset=utf-8", text) for text in BAD_JSON},
    "JSON 900 deep": respond("[" * 900 + "]" * 900),
}
