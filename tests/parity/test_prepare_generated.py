"""Prepared requests that nobody thought of: generated, the same ones in every run."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .differences import excused
from .libraries import BLOCKING, ORACLE
from .outcome import attempt, of_prepared

generated = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=max(300, settings().max_examples),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

TEXT = st.text(max_size=8)
NO_NUL = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
SEGMENTS = st.lists(st.sampled_from(["", ".", "..", "a", "%2e", "b%"]))
# Text in which what matters to URLs and forms comes up often.
TRICKY = st.text(st.one_of(st.sampled_from("%/?#&=+;:@[]\\ ab2Fé€"), st.characters()), max_size=12)
SCALAR = st.one_of(TEXT, st.binary(max_size=8), st.integers(), st.floats(), st.booleans())
VALUE = st.one_of(
    st.none(), SCALAR, st.lists(st.one_of(st.none(), SCALAR), max_size=3), st.tuples(TEXT, TEXT)
)
KEY = st.one_of(TRICKY, st.binary(max_size=5), st.integers())
FIELDS = st.one_of(
    st.dictionaries(KEY, VALUE, max_size=4), st.lists(st.tuples(KEY, VALUE), max_size=4)
)
LABEL = st.one_of(
    st.from_regex(r"[a-zA-Z0-9_-]{1,8}", fullmatch=True),
    st.text(st.characters(categories=["L", "N", "M"]), min_size=1, max_size=6),
    st.text(
        st.sampled_from("àäßçéñøœž·ёйжяάςωאבגالم中文字ひカー・한국ไทहन्"), min_size=1, max_size=6
    ),
)
URL = st.builds(
    "{}{}{}{}{}{}{}".format,
    st.sampled_from(["http://", "https://", "HTTP://", "http:/", "http:", "//", ""]),
    st.one_of(st.just(""), TRICKY.map("{}@".format)),
    st.one_of(
        st.lists(LABEL, min_size=1, max_size=3).map(".".join),
        st.ip_addresses(v=4).map(str),
        st.ip_addresses(v=6).map("[{}]".format),
        TRICKY,
    ),
    st.one_of(st.just(""), st.integers(-1, 70000).map(":{}".format)),
    st.one_of(
        st.just(""),
        TRICKY.map("/{}".format),
        SEGMENTS.map("/".join).map("/{}".format),
    ),
    st.one_of(st.just(""), TRICKY.map("?{}".format)),
    st.one_of(st.just(""), TRICKY.map("#{}".format)),
)  # fmt: skip
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXT),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.one_of(TEXT, st.integers()), inner)
    ),
    max_leaves=8,
)
HEADERS = st.dictionaries(
    st.one_of(st.from_regex(r"[A-Za-z-]{1,8}", fullmatch=True), NO_NUL, st.just(b"Bytes")),
    st.one_of(
        NO_NUL, st.binary(max_size=6).filter(lambda value: b"\0" not in value), st.integers()
    ),
    max_size=4,
)
CONTENT = st.one_of(TEXT, st.binary(max_size=8), st.binary(max_size=8).map(bytearray))
FILE = st.one_of(
    CONTENT,
    st.none(),
    st.tuples(st.one_of(st.none(), TEXT), CONTENT),
    st.tuples(TEXT, CONTENT, st.sampled_from([None, "", "text/plain"])),
    st.tuples(TEXT, CONTENT, st.just("a/b"), st.dictionaries(TEXT, TEXT, max_size=2)),
)
FILES = st.one_of(
    st.dictionaries(TEXT, FILE, max_size=3), st.lists(st.tuples(TEXT, FILE), max_size=3)
)
COOKIES = st.dictionaries(TEXT, TEXT, max_size=4)
LOGIN = st.tuples(*[st.one_of(st.text(st.characters(max_codepoint=255)), st.binary())] * 2)
METHOD = st.one_of(st.sampled_from(["GET", "head", "Post", "PUT", "delete"]), TEXT)


def compare(**arguments: Any) -> None:
    """Hold our request to the one of requests."""

    def prepare(library: Any) -> Any:
        request = {"method": "POST", "url": "http://host.example/path", **arguments}
        return attempt(lambda: of_prepared(library.Request(**request).prepare()))

    theirs, ours = prepare(ORACLE), prepare(BLOCKING)
    assert ours == theirs or excused(theirs, ours)


@generated
@given(url=URL)
def test_urls(url: str) -> None:
    compare(method="GET", url=url)


@generated
@given(path=TRICKY, query=TRICKY, fragment=TRICKY)
def test_paths(path: str, query: str, fragment: str) -> None:
    compare(method="GET", url=f"http://host.example/{path}?{query}#{fragment}")


@generated
@given(url=st.sampled_from(["http://h.example", "http://h.example/x?a=b#c"]), params=FIELDS)
def test_params(url: str, params: Any) -> None:
    compare(method="GET", url=url, params=params)


@generated
@given(params=TRICKY)
def test_params_as_text(params: str) -> None:
    compare(method="GET", params=params)


@generated
@given(data=st.one_of(FIELDS, TEXT, st.binary(max_size=20)), method=METHOD)
def test_data(data: Any, method: str) -> None:
    compare(method=method, data=data)


@generated
@given(value=JSON)
def test_json(value: Any) -> None:
    compare(json=value)


@generated
@given(headers=HEADERS)
def test_headers(headers: Any) -> None:
    compare(headers=headers)


@generated
@given(files=FILES, data=FIELDS)
def test_files(files: Any, data: Any) -> None:
    compare(files=files, data=data)


@generated
@given(cookies=COOKIES, login=st.one_of(st.none(), LOGIN))
def test_cookies_and_login(cookies: Any, login: Any) -> None:
    compare(cookies=cookies, auth=login)


@generated
@given(
    arguments=st.fixed_dictionaries(
        {"method": METHOD, "url": URL},
        optional={
            "params": FIELDS,
            "data": FIELDS,
            "json": JSON,
            "files": FILES,
            "headers": HEADERS,
            "cookies": COOKIES,
            "auth": LOGIN,
        },
    )
)
def test_everything_at_once(arguments: dict[str, Any]) -> None:
    compare(**arguments)
