"""json() takes msgspec where it is installed, and has the value of json.loads all the same."""

from __future__ import annotations

import decimal
import json
import math
import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pyfetch_requests._nouns import json_values
from pyfetch_requests._nouns.json_lines import JSONLines
from pyfetch_requests.exceptions import JSONDecodeError

# By the kinds of RFC 8259, right and wrong, and what json.loads takes beyond it.
NUMBERS = """
0 -0 -0.0 0e5 -0e5 1E+5 1e5 0e99999999999 0.0e-99999999999 1e400 -1e400 1e-400 5e-324
9007199254740993 2.4703282292062327e-324 2.4703282292062328e-324
1.7976931348623158e308 1.7976931348623159e308
9223372036854775807 9223372036854775808 18446744073709551615 18446744073709551616
9007199254740993.0 -9223372036854775808 -9223372036854775809 1e1000000000000000000000
123456789012345678901234567890.5 NaN Infinity -Infinity -NaN nan 01 -01 1. .5 +1 1e 1e+ - --
0x1 1_000 1,5 \u0661 \uff11
""".split()
WORDS = r"""
true false null True nul tru nulll "" "abc "a'c" 'a' "\u0000" "\ud800" "\udc00" "\ud83d\ude00"
"\uD83D\uDE00" "\ud800\u0041" "\udc00\ud800" "\x41" "\/" "\u12" "\u00zz" "\" "\"" [] {} [[]]
[1,] [,1] [1 {"a":1,} {"a":1,"b":2,"a":3} {"\u0061":1,"a":2} {"a"1} {1:2} {"":1} {"a":1}{
[1]x [1}] {"a":1] /**/1 //1
""".split()
ODD = [
    "", " ", "1 2", "[1 2]", "\ufeff1", "\x0b1", "\x0c1", "\u00a01", "1\x00", "\r\n\t 1 \r\n\t",
    '"\x00"', '"\x1f"', '"\x7f"', '"\t"', '"\u2028"', '"\U0001f600"', "1" * 400, "1" * 4300,
    "1" * 4301, "1" * 400 + ".5", "1" + "0" * 400 + "e-400", "0." + "0" * 400 + "1",
    "1." + "1" * 800, "[" * 400 + "]" * 400,
]  # fmt: skip
BYTES = [
    b'"\xed\xa0\x80"', b'"\xff"', b'"\xc0\xaf"', b'"\xf4\x90\x80\x80"', b'"\xe4\xb8"',
    b'{"\xff":1}', b'"\\\xff"', b"\xef\xbb\xbf1", b"1\0\0\0", "[1]".encode("utf-16"),
    "[1]".encode("utf-32-be"),
    b'"\xe2\x82\xac\x01"',
]  # fmt: skip
# Structures by RFC 8259 sections 2, 4, 5 and 7, and each of their faults.
STRUCTURES = r"""
[ ] { } , : [[] [][] {}{} []] {}} [} {] [,] [,,] {,} {:} [:] {"a"} {"a":} {"a",1} {:1} {"a"::1}
{"a":1:2} {"a":1,,"b":2} {a:1} {'a':1} {null:1} {[]:1} {"a":1"b":2} ["a""b"] [1"a"] ["a"1] [1[]]
[[1]] [[],{},[{}]] {"a":{"b":{"c":[]}}} {"a":[{"b":null}]} {"":{"":""}} ["\\a"] ["\a"] ["\\"]
["\\\"] ["\u"] ["\u0"] ["\u000"] ["\u0000"] ["\uFFFF"] ["\u{61}"] ["\uD800\uD800"] ["\ud8"] ["\n"]
[\u0061] [a "a] a" [tru] [truefalse] [nul1] [TRUE] [undefined] [None] [1;2] [1.2.3] [1e1.5] [0e]
[0.] [0.0e] [-] [-a] [--1] [++1] [1+2] [0x1f] [1_0] [1e+] [00] [-00] [0.10e0010]
// /**/ #1 [1]#a [1]//a
""".split()
TEXTS = [*NUMBERS, *WORDS, *ODD, *STRUCTURES]


@pytest.fixture(autouse=True)
def for_every_size() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_values, "_LARGE", -1)
        patch.setattr(json_values, "_WORTH_AN_IMPORT", -1)
        yield


def judged(content: bytes, encoding: str | None, fast: bool) -> tuple[str, Any]:
    """The value or the failure, by msgspec first or by json.loads alone."""
    extra: dict[str, object] = {} if fast else {"parse_constant": None}  # which is its default
    try:
        return "value", repr(json_values.decode(content, encoding, "python", extra))
    except (JSONDecodeError, RecursionError, ValueError) as error:
        return type(error).__name__, str(error)


def same(content: bytes) -> None:
    for encoding in (None, "utf-8", "UTF8", "latin-1", "utf-16"):
        assert judged(content, encoding, True) == judged(content, encoding, False)


def same_where_msgspec_reads(content: bytes) -> None:
    """The same as `same` says of UTF-8, and quick: what msgspec refuses json.loads reads anyway."""
    try:
        value = msgspec.json.decode(content)
    except (ValueError, RecursionError):
        return
    assert ("value", repr(value)) == judged(content, None, False), content


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
@pytest.mark.parametrize("around", ["{}", "[{}]", '{{"a": {}, "b": [{}, 1]}}'])
def test_every_kind_of_text(text: str, around: str) -> None:
    same(around.format(*[text] * around.count("{}")).encode())


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
@pytest.mark.parametrize("around", ["{}", "[{}]", '{{"a": {}, "b": [{}, 1]}}'])
def test_every_kind_of_text_as_a_line(text: str, around: str) -> None:
    line = around.format(*[text] * around.count("{}")).replace("\r\n", " ")
    lines = JSONLines({})

    def values() -> list[object]:
        return [*lines.feed(f"{line}\n".encode("utf-8", "surrogatepass")), *lines.flush()]

    if not line.strip(" "):
        assert values() == []
        return
    try:
        wanted = json.loads(line.removeprefix("\ufeff"))  # as json.loads does with bytes
    except ValueError as error:
        # As of json.loads: an integer of too many digits is JSON.
        kind = JSONDecodeError if isinstance(error, json.JSONDecodeError) else ValueError
        with pytest.raises(kind):
            values()
    else:
        assert repr(values()) == repr([wanted])


@pytest.mark.parametrize("content", BYTES, ids=range(len(BYTES)))
def test_what_is_no_utf8(content: bytes) -> None:
    same(content)


SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text()
    | st.sampled_from([2**63, 2**64, -(2**63) - 1, 10**30])
)  # fmt: skip
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20
)


@given(VALUES, st.booleans(), st.sampled_from([None, 0, 1, "\t"]))
def test_any_value(value: object, ascii_only: bool, indent: int | str | None) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    same(text.encode("utf-8", "surrogatepass"))


@given(VALUES, st.data())
def test_a_value_with_a_fault(value: object, data: st.DataObject) -> None:
    content = bytearray(json.dumps(value).encode())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place : place + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=2))
    same(bytes(content))


@given(st.from_regex(r"-?[0-9]{1,40}(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,4})?", fullmatch=True))
@example("179769313486231580793728971405303415079934132710037826936173778980444968292764750946649017977587"
         "207096330286416692887910946555547851940402630657488671505820681908902000708383676273854845817711"
         "531764475730270069855571366959622842914819860834936475292719074168444365510704342711559699508093"
         "042880.0")  # fmt: skip
def test_any_number(text: str) -> None:
    same(text.encode())


# Longer than the expansion of any number halfway between two floats.
EXACT = decimal.Context(prec=1100)


@given(st.floats(allow_nan=False, allow_infinity=False, max_value=1e308))
def test_numbers_halfway_between_two_floats(value: float) -> None:
    """The last of hundreds of digits decides which of the two a parser has to take."""
    above = decimal.Decimal(math.nextafter(value, math.inf))
    halfway = EXACT.divide(EXACT.add(decimal.Decimal(value), above), decimal.Decimal(2))
    numbers = {halfway, EXACT.next_plus(halfway), EXACT.next_minus(halfway)}
    for digits in (15, 16, 17, 18, 19, 20, 21, 38, 39, 300, 700, 767, 768, 769):
        for rounding in (decimal.ROUND_DOWN, decimal.ROUND_UP):
            numbers.add(decimal.Context(digits, rounding).plus(halfway))
    for text in {text for number in numbers for text in (f"{number:E}", f"{number:f}")}:
        same_where_msgspec_reads(text.encode())


@given(st.text(alphabet='[]{}:,"\\ue+-.0123456789dDtruefalsnN \n\té😀'))
def test_any_text(text: str) -> None:
    same(text.encode())


# What an edit puts into a text: every byte with a meaning in JSON, and some that have none there.
EDITS = b'[]{}:,"\\/ \t\n\r\x00\x1f\x7f\x80\xbf\xc3\xef\xff+-.0159eEaAbBfFnNuUtrlsdDI'
FRAGMENTS = [text for text in TEXTS if len(text) < 40]
DOCUMENTS = (
    VALUES.map(json.dumps)
    | VALUES.map(lambda value: json.dumps(value, ensure_ascii=False))
    | st.lists(st.sampled_from(FRAGMENTS), max_size=5).map("".join)
    | st.lists(st.sampled_from(FRAGMENTS), max_size=5).map(lambda found: f"[{','.join(found)}]")
).map(lambda text: text.encode("utf-8", "surrogatepass")[:60])


def edited(content: bytes) -> set[bytes]:
    """All texts that are one edit away: cut, a byte left out, put in, replaced, or swapped."""
    texts = {content}
    for place in range(len(content) + 1):
        before, after = content[:place], content[place:]
        texts |= {before, after, before + after[1:], before + after[1:2] + after[:1] + after[2:]}
        for byte in EDITS:
            texts |= {b"%b%c%b" % (before, byte, after), b"%b%c%b" % (before, byte, after[1:])}
    return texts


@settings(max_examples=settings().max_examples // 4)
@given(DOCUMENTS)
@example(rb'[true, false, null, -1.5e-7, 18446744073709551615, "\u00e9\/"]')  # of every kind
def test_every_edit_of_a_text(content: bytes) -> None:
    for text in edited(content):
        same_where_msgspec_reads(text)


def test_msgspec_is_what_reads() -> None:
    def spy(content: bytes) -> object:
        return "msgspec"

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "msgspec", SimpleNamespace(json=SimpleNamespace(decode=spy)))
        assert json_values.decode(b"[1]", None, "python", {}) == "msgspec"
        assert json_values.decode(b"[1]", "latin-1", "python", {}) == [1]
        assert json_values.decode(b"[1]", None, "python", {"parse_int": str}) == ["1"]
        patch.setattr(json_values, "_LARGE", 3)
        assert json_values.decode(b"[1]", None, "python", {}) == [1]


def test_import_is_tried_once() -> None:
    json_values.to_text(b"[1, 2]", None)  # imports what decoding needs
    tried = []

    class Finder:
        def find_spec(self, name: str, *_: object) -> None:
            tried.append(name)

    with pytest.MonkeyPatch.context() as patch:
        patch.delitem(sys.modules, "msgspec", raising=False)
        patch.setattr(sys, "meta_path", [Finder()])
        json_values._imported_msgspec.cache_clear()
        for _ in range(3):
            assert json_values.decode(b"[1]", None, "python", {}) == [1]
        assert tried.count("msgspec") == 1
    json_values._imported_msgspec.cache_clear()
