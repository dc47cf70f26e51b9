"""Methods, headers and hooks, picked by hand."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from .cases import Case, Make, constant, table

METHODS: list[Case] = [
    constant(f"method: {method!r} {body}", method=method, url="http://host.example/", **body)
    for method in (
        "GET", "get", "Head", "post", "PUT", "patch", "DELETE", "options", "PROPFIND", "x-é", "",
        b"get", b"\xff", None, "TRACE", "connect", "straße",
    )
    for body in ({}, {"data": "x"})
] + table("method", "method", [5, ["GET"]])  # fmt: skip

HEADERS: list[Case] = table(
    "headers",
    "headers",
    [
        None,
        {},
        {"A": "b"},
        {"a": "1", "A": "2"},
        {"b": "1", "a": "2"},
        {"A": ""},
        {"": "a"},
        {"A": "b c\td"},
        {"A": " b"},
        {"A": "b "},
        {"A": "\tb"},
        {"A": "b\n"},
        {"A": "b\r"},
        {"A": "b\r\n"},
        {"A": "b\r\nC: d"},
        {"A": "b\r\n c"},
        {"A": "b\nc"},
        {"A": "\n"},
        {"A": "b\0c"},
        {"A": "b\x7fc"},
        {"A": "b\x0bc"},
        {"A": "b\x85c"},
        {"A": "b\u2028c"},
        {"A": "\u00a0b"},
        {"A": "é"},
        {"A": "€"},
        {"A": "😀"},
        {"é": "a"},
        {"€": "a"},
        {" A": "b"},
        {"A ": "b"},
        {"A B": "c"},
        {"A:": "b"},
        {":A": "b"},
        {"A:B": "c"},
        {"A\n": "b"},
        {"A\r\nB": "c"},
        {"A\0": "b"},
        {"A\t": "b"},
        {"A(B)": "c"},
        {b"A": b"b"},
        {b"A": "b"},
        {"A": b"b"},
        {"A": b"\xff"},
        {b"\xff": "a"},
        {"A": b" b"},
        {"A": b"b\n"},
        {"A": b"b\r\nC: d"},
        {"A": b""},
        {b"": b"a"},
        {b"A:": b"a"},
        {b"a": "1", "A": "2"},
        {"A": 1},
        {"A": 1.5},
        {"A": True},
        {"A": None},
        {"A": ["b"]},
        {"A": ("b",)},
        {"A": bytearray(b"b")},
        {1: "a"},
        {None: "a"},
        {("A", "B"): "c"},
        [("A", "b")],
        [],
        "text",
        "",
        5,
        {"Host": "other.example"},
        {"User-Agent": "mine"},
        {"Authorization": "mine"},
        {"Cookie": "a=b"},
        {"Content-Length": "5"},
        {"Accept": "a/b", "accept": "c/d"},
        OrderedDict([("Z", "1"), ("A", "2")]),
        Make("case-insensitive dict", lambda library: library.Session().headers.__class__(A="b")),
        Make("items", lambda library: {"A": "b"}.items()),
    ],
)


def first(response: Any, **options: Any) -> None:
    """A hook."""


def second(response: Any, **options: Any) -> None:
    """Another hook."""


HOOKS: list[Case] = table(
    "hooks",
    "hooks",
    [
        None,
        {},
        {"response": first},
        {"response": [first]},
        {"response": [first, second]},
        {"response": (first, second)},
        {"response": []},
        {"response": None},
        {"response": 5},
        {"response": "text"},
        {"response": [first, 5, None]},
        {"response": {first: 1}},
        {"other": first},
        {"request": [first]},
        {"response": first, "other": second},
        [],
        [("response", first)],
        5,
    ],
)
