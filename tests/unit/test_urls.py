"""URLs: what is shown of them, and the parts that no request shows."""

from __future__ import annotations

import pytest

from pyfetch_requests._text import params as _params
from pyfetch_requests._text import url_rules
from pyfetch_requests._text import urls as _urls
from pyfetch_requests.exceptions import InvalidURL


@pytest.mark.parametrize(
    ("url", "space"),
    [
        ("http://localhost", "loopback"),
        ("http://LOCALHOST:8000/x", "loopback"),
        ("http://a.b.localhost/", "loopback"),
        ("http://127.0.0.1:8000?x", "loopback"),
        ("http://127.255.0.3#x", "loopback"),
        ("http://[::1]:80/", "loopback"),
        ("https://10.0.0.1/", "local"),
        ("https://192.168.1.1", "local"),
        ("https://169.254.1.1/", "local"),
        ("https://172.16.0.1/", "local"),
        ("https://172.31.0.1:1/", "local"),
        ("http://[fd00::1]/", "local"),
        ("http://[fe80::1]:8080/", "local"),
        ("https://172.15.0.1/", ""),
        ("https://172.32.0.1/", ""),
        ("https://192.169.1.1/", ""),
        ("https://1.10.0.1/", ""),
        ("https://127.example/", ""),
        ("https://10.0.0.1.example/", ""),
        ("https://notlocalhost/", ""),
        ("https://localhost.example/", ""),
        ("https://a.example/?u=http://localhost/", ""),
        ("https://a.example/localhost/", ""),
        ("http://[2001:db8::1]/", ""),
        ("null", ""),
        ("", ""),
    ],
)
def test_address_space(url: str, space: str) -> None:
    assert _urls.address_space(url) == space


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a.example/x", "https://a.example/x"),
        ("https://u:p@a.example/x", "https://a.example/x"),
        ("https://u@a.example", "https://a.example"),
        ("https://u:p@q@a.example:1/?m=a@b", "https://a.example:1/?m=a@b"),
        ("https://a.example/u:p@b", "https://a.example/u:p@b"),
        ("https://a.example?u:p@b", "https://a.example?u:p@b"),
        ("https://a.example#u:p@b", "https://a.example#u:p@b"),
        ("ftp://u:p@a.example", "ftp://a.example"),
        ("//u:p@a.example/x", "//a.example/x"),
        ("u:p@a.example/x", "a.example/x"),
        ("https://", "https://"),
        ("", ""),
    ],
)
def test_without_userinfo(url: str, shown: str) -> None:
    assert _urls.without_userinfo(url) == shown


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://a.example/x", "https://a.example"),
        ("https://u:p@A.example:443/x", "https://a.example"),
        ("http://a.example:443", "http://a.example:443"),
        ("http://a.example:80", "http://a.example"),
        ("http://[::1]:8000/x", "http://[::1]:8000"),
        ("https://[::1]/", "https://[::1]"),
    ],
)
def test_origin(url: str, origin: str) -> None:
    assert url_rules.origin_of(url) == origin


@pytest.mark.parametrize(
    ("url", "relative"),
    [
        ("/x", True),
        ("./x", True),
        ("../x", True),
        ("?x", True),
        ("//a/x", True),
        ("x", False),
        ("data.csv", False),
        ("https://a", False),
        ("", False),
        ("#x", False),
    ],
)
def test_relative(url: str, relative: bool) -> None:
    assert _urls.is_relative(url) is relative


@pytest.mark.parametrize(
    ("path", "resolved"),
    [
        ("/a/b/../c", "/a/c"),
        ("/a/./b", "/a/b"),
        ("/../a", "/a"),
        ("/a/..", "/"),
        ("/a/b/.", "/a/b/"),
        ("/a/b/..", "/a/"),
        ("a/../b", "b"),
        ("/..", "/"),
        ("/a//../b", "/a/b"),
    ],
)
def test_dot_segments(path: str, resolved: str) -> None:
    assert url_rules.remove_dot_segments(path) == resolved


@pytest.mark.parametrize(
    "host",
    [
        "a b",
        "a\x00b",
        "a\x7f",
        "%00",
        "[zz]",
        "a..\u00fc.\u2024x",
        "-\u00fc",
        "\u00fc-",
        "\u00fc" * 60,
    ],
)
def test_host_that_is_none(host: str) -> None:
    with pytest.raises(InvalidURL):
        url_rules.normalize_host(host)


@pytest.mark.parametrize(
    ("host", "normal"),
    [
        ("A.Example", "a.example"),
        ("b\u00fccher.Example", "xn--bcher-kva.example"),
        ("stra\u00dfe.example", "xn--strae-oqa.example"),
        ("127.0.0.1", "127.0.0.1"),
        ("[2001:DB8::1]", "[2001:db8::1]"),
        ("[fe80::1%25eth0]", "[fe80::1%eth0]"),
        ("%41.example", "a.example"),
        ("a%2fb", "a%2Fb"),
    ],
)
def test_host(host: str, normal: str) -> None:
    assert url_rules.normalize_host(host) == normal


@pytest.mark.parametrize(
    ("url", "quoted"),
    [
        ("https://a/%7Ex", "https://a/~x"),
        ("https://a/%2f x", "https://a/%2f%20x"),
        ("https://a/100%", "https://a/100%"),
        ("https://a/%zz", "https://a/%25zz"),
        ("https://a/%e9\u00fc", "https://a/%e9%C3%BC"),
    ],
)
def test_requote(url: str, quoted: str) -> None:
    assert url_rules.requote(url) == quoted


@pytest.mark.parametrize(
    ("url", "login"),
    [
        ("https://a/", None),
        ("https://u:p@a/", ("u", "p")),
        ("https://u%40x:p%3Aw@a/", ("u@x", "p:w")),
    ],
)
def test_credentials(url: str, login: object) -> None:
    assert url_rules.credentials_of(url) == login


@pytest.mark.parametrize("value", ["ab", b"ab", 5, True])
def test_pairs_of_what_has_none(value: object) -> None:
    with pytest.raises(ValueError, match="2-tuples"):
        _params.pairs_of(value)


@pytest.mark.parametrize(
    ("params", "query"),
    [
        (None, ""),
        (b"a=1", "a=1"),
        ({"a": [1, "\u00fc", None, b"\xff"], "b": None, "c": ""}, "a=1&a=%C3%BC&a=%FF&c="),
        ([("a", ("1", "2"))], "a=1&a=2"),
        ({"a": {"x": 1, "y": 2}}, "a=x&a=y"),
    ],
)
def test_params(params: object, query: str) -> None:
    assert _params.encode_params(params) == query


def test_params_of_another_type() -> None:
    with pytest.raises(TypeError, match="not float"):
        _params.encode_params(1.5)
