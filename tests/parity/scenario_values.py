"""Random scenarios: what a caller may write, in a random environment."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from .scenario_answers import PLACES, REPLIES
from .scenarios import Call, Scenario

ANSWERS = 4
NAME = st.sampled_from(("X-A", "x-a", "Accept", "X-B", "Authorization", "Cookie", "Host",
    "Connection",
    "User-Agent", "Accept-Encoding", "Content-Type", "Content-Length", "Expect", "Range",
    "Referer"))  # fmt: skip
VALUE = {
    "Host": st.sampled_from(("other.example", "localhost")),
    "Content-Length": st.none(),
    "Connection": st.sampled_from(("close", "keep-alive", None)),
    "Expect": st.sampled_from(("100-continue", None)),
    "Accept-Encoding": st.sampled_from(("gzip", "identity", None, "")),
    "User-Agent": st.sampled_from(("mine", "é", "")),
}
TEXT_VALUE = st.sampled_from(("1", "", "é", b"bytes", "a b", None, "a, b", "x\ty", b"\xff"))
HEADERS = st.lists(
    NAME.flatmap(lambda name: st.tuples(st.just(name), VALUE.get(name, TEXT_VALUE))), max_size=3
).map(dict)
WORD = st.sampled_from(("a", "b", "", "é", "a b", "&=", "%20", "+", "\U0001f600", "/?#"))
FIELDS = st.one_of(
    st.dictionaries(
        WORD, st.one_of(WORD, st.none(), st.integers(0, 9), st.lists(WORD, max_size=2)), max_size=2
    ),
    st.lists(st.tuples(WORD, WORD), max_size=2),
)
COOKIES = st.dictionaries(
    st.sampled_from(("a", "b", "c", "A")),
    st.sampled_from(("own", "", '"q"', "é", "a b")),
    max_size=2,
)
JAR = st.lists(
    st.tuples(
        st.sampled_from("abc"),
        st.sampled_from(("jar", '"j"')),
        st.sampled_from(
            ("", "localhost", ".localhost", "127.0.0.1", "localhost.local", "other.example")
        ),
        st.sampled_from(("/", "/x", "/0")),
        st.booleans(),
    ),
    max_size=2,
).map(lambda cookies: ("jar", cookies))
AUTH = st.sampled_from((
    ("basic", "user", "pass"), ("basic", "ü", "é"), ("basic", b"user", b"pass"), ("digest",
    "user", "pass"),
    ("digest", "ü", "é"), ("callable",), ("proxy", "user", "pass"), ("swap",), ("none",),
))  # fmt: skip
FILE = st.one_of(
    st.sampled_from(("text", b"bytes")),
    st.tuples(st.just("file"), st.sampled_from((b"", b"content", b"x" * 100))),
    st.tuples(
        st.just("named"),
        st.sampled_from(("n.txt", "é.txt", 'q"q', None)),
        st.sampled_from((b"", b"c")),
    ),
)
BODY = st.one_of(
    st.just({}),
    st.just({}),
    st.builds(lambda fields: {"data": fields}, FIELDS),
    st.sampled_from(("text", "é", b"\x00\xff", "", "a=b")).map(lambda data: {"data": data}),
    st.sampled_from((("generator", ("a", b"b", "")), ("generator", ()), ("file", b"content"),
    ("file", b""), ("seeked", b"content"))).map(
        lambda data: {"data": data}
    ),
    st.sampled_from((None, {}, [], {"é": [1, None, 1.5]}, "x", 0,
    False)).map(lambda value: {"json": value}),
    st.builds(lambda files, fields: {"files": files, "data": fields}, st.dictionaries(WORD, FILE,
    max_size=2), FIELDS),
)  # fmt: skip
URL = st.builds(
    "{}{}{}{}".format,
    st.sampled_from((*PLACES, PLACES[0], "http://u:p@localhost:{a}", "http://u%40:@127.0.0.1:{a}",
    "HTTP://LocalHost:{a}")),
    st.sampled_from(("/0", "/1", "/2", "/3", "/x/0", "/x/../1", "/a b/0", "/é/1", "/%zz/2",
    "/./1", "//0")),
    st.sampled_from(("", "", "?q=1", "?", "?q=é", "?a=1&a=2", "?q=%20+")),
    st.sampled_from(("", "", "#frag")),
)  # fmt: skip
METHOD = st.sampled_from(
    ("GET", "GET", "GET", "POST", "POST", "PUT", "HEAD", "DELETE", "OPTIONS", "PATCH", "get", "ODD")
)
PROXIES = st.sampled_from((
    {}, {"http": "http://127.0.0.1:{b}"}, {"http://localhost": "http://pu:pp@127.0.0.1:{b}"},
    {"all": "127.0.0.1:{b}"},
    {"http": None}, {"no_proxy": "localhost"}, {"https": "http://127.0.0.1:{b}"}, {"http": ""},
))  # fmt: skip
OPTIONS = st.builds(
    lambda body, rest: {**body, **rest},
    BODY,
    st.fixed_dictionaries(
        {},
        optional={
            "params": st.one_of(FIELDS, st.sampled_from(("raw", "a=b&c", b"bytes=1", "é"))),
            "headers": HEADERS,
            "cookies": st.one_of(COOKIES, JAR),
            "auth": AUTH,
            "allow_redirects": st.booleans(),
            "stream": st.booleans(),
            "timeout": st.sampled_from((3, (3, 3), 3.5, (None, 3))),
            "hooks": st.sampled_from(("mark", "read")),
            "proxies": PROXIES,
            "verify": st.sampled_from((False, "/no/such/file", None)),
        },
    ),
)
CALL = st.builds(
    Call,
    METHOD,
    URL,
    OPTIONS,
    st.sampled_from(
        ("content", "content", "content", "chunks", "lines", "text", "close", "nothing", "raw")
    ),
)
SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        "headers": HEADERS,
        "params": FIELDS,
        "cookies": JAR,
        "auth": AUTH,
        "max_redirects": st.integers(0, 4),
        "trust_env": st.booleans(),
        "stream": st.booleans(),
        "hooks": st.sampled_from(("mark", "read")),
        "proxies": PROXIES,
        "verify": st.sampled_from((False, True)),
    },
)
ENVIRONMENT = st.dictionaries(
    st.sampled_from(
        (
            "HTTP_PROXY",
            "http_proxy",
            "ALL_PROXY",
            "NO_PROXY",
            "no_proxy",
            "REQUESTS_CA_BUNDLE",
            "HTTPS_PROXY",
        )
    ),
    st.just(""),
    max_size=2,
).flatmap(lambda names: st.fixed_dictionaries({name: environment_value(name) for name in names}))


def environment_value(name: str) -> Any:
    """Values of a variable."""
    kind = name.lower().rpartition("_")
    if kind[2] == "bundle":
        return st.sampled_from(("/no/such/file", ""))
    if kind[0] == "no":
        return st.sampled_from(
            (
                "",
                "localhost",
                "*",
                "127.0.0.0/8",
                "localhost:{a}",
                "::1",
                "[::1]",
                ".0.0.1",
                "localhost, 127.0.0.1",
                "host",
                "127.0.0.1:{a}",
                "127.0.0.1/33",
            )
        )
    return st.sampled_from(
        (
            "http://127.0.0.1:{b}",
            "127.0.0.1:{b}",
            "http://pu:pp@127.0.0.1:{b}",
            "http://pu:@127.0.0.1:{b}",
            "",
            "http://p%40u:p%3Ap@localhost:{b}",
            "http://[::1]:{six}",
            "http://",
            "ftp://127.0.0.1:{b}",
            "http://127.0.0.1:x",
        )
    )


NETRC = st.sampled_from((
    "", "", "", "machine localhost login nu password np\n",
    "machine 127.0.0.1 login nu password np\n",
    "default login du password dp\n", "machine ::1 login n6 password p6\n",
    "machine localhost login",
))  # fmt: skip
MOUNTS = st.lists(
    st.tuples(
        st.sampled_from(
            (
                "http://127.0.0.1:{a}/1",
                "http://localhost",
                "http://",
                "HTTP://127.0.0.1:{b}",
                "http://[::1]",
            )
        ),
        st.sampled_from(("plain", "retries", "marking", "policy", "block")),
    ),
    max_size=2,
).map(tuple)
SCENARIO = st.builds(
    Scenario,
    SETTINGS,
    st.one_of(st.just({}), st.just({}), ENVIRONMENT),
    NETRC,
    MOUNTS,
    st.lists(CALL, min_size=1, max_size=4).map(tuple),
    st.fixed_dictionaries({str(number): REPLIES for number in range(ANSWERS)}),
)
