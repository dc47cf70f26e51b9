"""Query strings, picked by hand."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import Any

from .cases import Case, Make, constant, table


class Several:
    """An iterable that is no list."""

    def __iter__(self) -> Iterator[Any]:
        return iter(["a", "b"])


PARAMS: list[Case] = table(
    "params",
    "params",
    [
        None,
        {},
        [],
        (),
        "",
        b"",
        {"a": "b"},
        {"a": "b", "c": "d"},
        {"b": "1", "a": "2"},
        {"a": 1, "b": 2.5, "c": True, "d": False},
        {"a": None, "b": "x"},
        {"a": None},
        {"a": ""},
        {"": "a"},
        {"a": ["b", "c"]},
        {"a": []},
        {"a": ["b", None, "c"]},
        {"a": [None]},
        {"a": ("b", "c")},
        {"a": [["b", "c"], ["d"]]},
        {"a": [[]]},
        {"a": {"b": "c"}},
        {"a": {"x"}},
        {"a": b"bytes \xff"},
        {b"a": b"b"},
        {"a": bytearray(b"xy")},
        {1: 2},
        {None: "x"},
        {("a", "b"): "x"},
        {"a b": "c d"},
        {"a&b": "c=d"},
        {"a+b": "c+d"},
        {"a": "é€😀"},
        {"é": "1"},
        {"a": "~-_.!*'()"},
        {"a": "/?:@#[]%"},
        {"a": "%41"},
        {"a": "line\nbreak\0"},
        {"a": "\ud800"},
        {"a[]": ["1", "2"]},
        {"a": 10**30},
        {"a": 1e400},
        {"a": object},
        [("a", "b")],
        [("a", "b"), ("a", "c")],
        [("a", ["b", "c"]), ("d", None)],
        [["a", "b"]],
        (("a", "b"), ("c", "d")),
        ("ab", "cd"),
        ["ab"],
        ["a"],
        ["abc"],
        [1],
        [("a",)],
        [("a", "b", "c")],
        "a=b",
        "a=b&c=d",
        "?a=b",
        "&a=b",
        "a b",
        "é=ü",
        "a=%20+",
        "a=%zz",
        "#fragment",
        b"a=b",
        b"a=%20",
        "é=1".encode(),
        b"\xff",
        0,
        False,
        0.0,
        1,
        True,
        1.5,
        object,
        OrderedDict([("z", "1"), ("y", "2")]),
        Make("an iterable value", lambda library: {"a": Several()}),
        Make("a generator of pairs", lambda library: (pair for pair in [("a", "b")])),
        Make("a generator as value", lambda library: {"a": (item for item in "xy")}),
        Make("items", lambda library: {"a": "b"}.items()),
        Make("a set of pairs", lambda library: {("a", "b")}),
    ],
    method="GET",
)
PARAMS += [
    constant(f"params {params!r} with {url}", method="GET", url=url, params=params)
    for params in ({"c": "d"}, "c=d", b"c=d", {}, "")
    for url in (
        "http://host.example",
        "http://host.example?a=b",
        "http://host.example?",
        "http://host.example/x#f",
        "http://host.example/x?a=b&#f",
        "mailto:user@host.example",
    )
]
