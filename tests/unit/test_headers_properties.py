"""Received headers, against what requests makes of them; generated, the same ones in every run."""

from __future__ import annotations

import copy
import pickle
import string
from collections.abc import Callable

import pytest
import requests
from hypothesis import assume, given
from hypothesis import strategies as st

from pyfetch_requests._text import field_lists
from pyfetch_requests._text import headers as _headers
from pyfetch_requests._transports.outcomes import header_text

# What matters to fields comes up often; all the rest is what a header can hold.
ODD = "\"'\\,;=<> \t/ab1-é\x80"
FIELD = st.text(
    st.one_of(st.sampled_from(ODD), st.characters(max_codepoint=255, exclude_characters="\0\r\n")),
    max_size=40,
)
WORDS = [
    "text/html",
    "charset",
    "utf-8",
    "rel",
    "next",
    "qop",
    "nonce",
    "realm",
    '"',
    "\\",
    ",",
    ";",
    "=",
    " ",
    "<",
    ">",
    "/x",
]
SENTENCE = st.lists(st.sampled_from(WORDS), max_size=20).map("".join)
VALUE = st.one_of(FIELD, SENTENCE)


@given(VALUE)
def test_content_type(value: str) -> None:
    assert _headers.parse_content_type(value) == requests.utils._parse_content_type_header(value)


@given(VALUE)
def test_encoding(value: str) -> None:
    theirs = requests.structures.CaseInsensitiveDict({"content-type": value})
    ours = _headers.encoding_from_headers({"content-type": value})
    assert ours == requests.utils.get_encoding_from_headers(theirs)


TOKEN = st.text(string.ascii_letters + string.digits + "-_/", min_size=1, max_size=5)
QUOTED = FIELD.map(lambda text: '"{}"'.format(text.replace("\\", "\\\\").replace('"', '\\"')))
ITEM = st.one_of(TOKEN, st.tuples(TOKEN, st.one_of(TOKEN, QUOTED, st.just(""))).map("=".join))


@given(st.lists(ITEM), st.sampled_from([",", ", ", " , ", ",\t"]))
def test_dict(items: list[str], comma: str) -> None:
    value = comma.join(items)
    assert field_lists.parse_dict(value) == requests.utils.parse_dict_header(value)


@given(VALUE)
def test_dict_of_anything(value: str) -> None:
    for name, text in field_lists.parse_dict(value).items():
        assert name.strip() == name != ""
        assert text is None or len(text) < len(value)


def test_quotes_without_end_take_no_time() -> None:
    """It was quadratic: such a header took minutes."""
    assert len(field_lists.parse_dict('a="' + '\\"' * 100_000)) == 1


@given(VALUE)
def test_links(value: str) -> None:
    # requests stops at a parameter with a = in its value.
    assume(all(part.count("=") < 2 for part in value.split(";")))
    assert field_lists.parse_links(value) == requests.utils.parse_header_links(value)


NAMES = ("content-type", "content-length", "x", "x-a", "a", "etag", "set-cookie")
CHANGES = {
    "set": lambda headers: headers.update({"X-A": "changed"}),
    "deleted": lambda headers: [headers.pop(name) for name in list(headers)[:1]],
}


def all_at_once(pairs: list[tuple[str, str]]) -> _headers.HeaderLines:
    return _headers.HeaderLines(header_text(pairs))


def common_ones_first(pairs: list[tuple[str, str]]) -> _headers.HeaderLines:
    common = [pair for pair in pairs if pair[0] in _headers.COMMON]
    return _headers.HeaderLines(header_text(common), pairs, lambda _: header_text(pairs))


@pytest.mark.parametrize("lines_of", [all_at_once, common_ones_first])
@given(
    st.dictionaries(st.sampled_from(NAMES), st.one_of(FIELD, st.sampled_from(NAMES)), max_size=7),
    st.lists(FIELD, max_size=3),
    st.sampled_from(sorted(CHANGES)),
)
def test_one_text_is_the_mapping_that_it_becomes(
    lines_of: Callable[[list[tuple[str, str]]], _headers.HeaderLines],
    found: dict[str, str],
    cookies: list[str],
    change: str,
) -> None:
    """What is found in the text of all headers is what the mapping of them has, in any order."""
    pairs = [pair for pair in found.items() if pair[0] != "set-cookie"]
    pairs += [("set-cookie", cookie) for cookie in cookies]
    lines = lines_of(pairs)
    late, early = _headers.join_headers(lines), _headers.join_headers(pairs)
    odd = ("nothing", "", ":", "x:a", "x\nx-a", "\n", 'content-type:a"')
    for name in (*NAMES, "X-A", "Content-TYPE", *odd):
        assert late.get(name) == early.get(name)
        assert (name in late) == (name in early)
        assert late.getlist(name) == early.getlist(name)
    assert (list(lines_of(pairs)), len(lines)) == (pairs, len(pairs))
    assert list(pickle.loads(pickle.dumps(lines_of(pairs)))) == pairs
    for again in (late, copy.copy(late), pickle.loads(pickle.dumps(late)), copy.deepcopy(late)):
        assert again == early
        assert list(again.items()) == list(early.items())
    for headers in (late, early):
        CHANGES[change](headers)
    assert late == early
    assert [late.get(name) for name in NAMES] == [early.get(name) for name in NAMES]
