"""The cookie jar that is also a dict."""

from __future__ import annotations

import calendar
import copy
import pickle
from http.cookiejar import CookieJar, DefaultCookiePolicy
from http.cookies import SimpleCookie
from types import SimpleNamespace
from typing import Any

import pytest

from pyfetch_requests._nouns import cookies as _cookies
from pyfetch_requests._nouns.cookies import CookieConflictError, RequestsCookieJar, create_cookie
from pyfetch_requests._nouns.request import Request


@pytest.fixture
def jar() -> RequestsCookieJar:
    jar = RequestsCookieJar()
    jar.set("a", "1", domain="one.example", path="/x")
    jar.set("a", "2", domain="two.example")
    jar["b"] = "3"
    return jar


def test_jars_share_no_cookie(jar: RequestsCookieJar) -> None:
    """What one jar changes in a cookie must not show in the other."""
    for twin in (jar.copy(), _cookies.merge_cookies(RequestsCookieJar(), jar)):
        assert sorted(map(str, twin)) == sorted(map(str, jar))
        assert not {*map(id, twin)} & {*map(id, jar)}


def test_mapping(jar: RequestsCookieJar) -> None:
    assert sorted(jar.keys()) == ["a", "a", "b"]
    assert sorted(map(str, jar.values())) == ["1", "2", "3"]
    assert sorted(jar.items()) == [("a", "1"), ("a", "2"), ("b", "3")]
    assert jar["b"] == jar.get("b") == "3"
    assert "b" in jar
    assert "c" not in jar
    assert jar.get("c") is None
    assert jar.get("c", "default") == "default"
    with pytest.raises(KeyError, match="'c'"):
        jar["c"]
    del jar["b"]
    assert len(jar) == 2


def test_domains_and_paths(jar: RequestsCookieJar) -> None:
    assert jar.get("a", domain="two.example") == "2"
    assert jar.get("a", path="/x") == "1"
    assert sorted(jar.list_domains()) == ["", "one.example", "two.example"]
    assert sorted(jar.list_paths()) == ["/", "/x"]
    assert jar.get_dict(domain="one.example") == {"a": "1"}
    assert jar.get_dict(path="/") == {"a": "2", "b": "3"}
    assert not jar.multiple_domains()
    jar.set("c", "4", domain="one.example")
    assert jar.multiple_domains()


def test_conflict(jar: RequestsCookieJar) -> None:
    with pytest.raises(CookieConflictError, match="'a'"):
        jar["a"]
    with pytest.raises(CookieConflictError):
        jar.get("a")
    assert jar._find("a") in ("1", "2")
    with pytest.raises(KeyError):
        jar._find("c")


def test_removing(jar: RequestsCookieJar) -> None:
    jar.set("a", None, domain="one.example")
    assert jar.get("a") == "2"
    _cookies.remove_cookie_by_name(jar, "a")
    assert "a" not in jar


def test_quotes() -> None:
    jar = RequestsCookieJar()
    jar.set_cookie(create_cookie("a", '"x\\"y"'))
    assert jar["a"] == '"xy"'


def test_update_and_copy(jar: RequestsCookieJar) -> None:
    twin = jar.copy()
    twin.update({"b": "4"}, c="5")
    assert (jar["b"], twin["b"], twin["c"]) == ("3", "4", "5")
    twin.update(jar)
    assert twin["b"] == "3"
    assert copy.copy(jar).get_dict() == jar.get_dict()


def test_policy_is_kept() -> None:
    policy = DefaultCookiePolicy(allowed_domains=["a.example"])
    jar = RequestsCookieJar(policy=policy)
    assert jar.get_policy() is jar.copy().get_policy() is policy


def test_pickling(jar: RequestsCookieJar) -> None:
    twin = pickle.loads(pickle.dumps(jar))
    assert twin.items() == jar.items()
    twin["c"] = "4"  # its lock works


def test_morsel() -> None:
    parsed: Any = SimpleCookie()
    parsed.load("a=1; Domain=x.example; Path=/y; Secure; HttpOnly; Max-Age=60")
    parsed.load("b=2; Expires=Wed, 09-Jun-2199 10:18:14 GMT")
    jar = RequestsCookieJar()
    one = jar.set("a", parsed["a"])
    two = jar.set("b", parsed["b"])
    assert one is not None
    assert two is not None
    assert (one.domain, one.path, one.secure) == ("x.example", "/y", True)
    assert one.expires is not None
    assert two.expires == calendar.timegm((2199, 6, 9, 10, 18, 14))
    parsed["a"]["max-age"] = "soon"
    with pytest.raises(TypeError, match="soon must be integer"):
        _cookies.morsel_to_cookie(parsed["a"])


def test_create_cookie_names_what_it_does_not_know() -> None:
    with pytest.raises(TypeError, match="colour"):
        create_cookie("a", "1", colour="red")


class TestMerging:
    def test_mapping_does_not_replace(self, jar: RequestsCookieJar) -> None:
        merged = _cookies.merge_cookies(jar, {"b": "9", "c": "4"})
        assert merged is jar
        assert (jar["b"], jar["c"]) == ("3", "4")
        _cookies.cookiejar_from_dict({"b": "9"}, jar)
        assert jar["b"] == "9"

    def test_jar_replaces(self, jar: RequestsCookieJar) -> None:
        other = _cookies.cookiejar_from_dict({"b": "9"})
        _cookies.merge_cookies(jar, other)
        assert jar["b"] == "9"

    def test_jars_of_the_standard_library(self, jar: RequestsCookieJar) -> None:
        plain = CookieJar()
        plain.set_cookie(create_cookie("c", "4"))
        _cookies.merge_cookies(jar, plain)
        assert jar["c"] == "4"
        _cookies.merge_cookies(plain, jar)
        assert len(plain) == 4

    def test_nothing(self, jar: RequestsCookieJar) -> None:
        assert len(_cookies.merge_cookies(jar, None)) == 3
        assert len(_cookies.cookiejar_from_dict(None)) == 0

    def test_no_jar(self) -> None:
        with pytest.raises(ValueError, match="CookieJar"):
            _cookies.merge_cookies({}, {})  # type: ignore[arg-type]


class TestCopyJar:
    def test_none(self) -> None:
        assert _cookies.copy_jar(None) is None

    def test_of_the_standard_library(self) -> None:
        plain = CookieJar()
        plain.set_cookie(create_cookie("a", "1"))
        twin = _cookies.copy_jar(plain)
        assert twin is not None
        twin.clear()
        assert len(plain) == 1

    def test_own_copy(self) -> None:
        class Own(CookieJar):
            def copy(self) -> CookieJar:
                return copied

        copied = CookieJar()
        assert _cookies.copy_jar(Own()) is copied


class TestRequests:
    def request(self, **headers: str) -> Any:
        return Request("GET", "https://a.example/x", headers=headers).prepare()

    def test_what_is_sent(self) -> None:
        jar = RequestsCookieJar()
        jar.set("a", "1")
        jar.set("b", "2", domain="a.example", path="/x")
        jar.set("c", "3", domain="b.example")
        jar.set("d", "4", path="/y")
        header = _cookies.get_cookie_header(jar, self.request())
        assert header is not None
        assert sorted(header.split("; ")) == ["a=1", "b=2"]
        assert _cookies.get_cookie_header(RequestsCookieJar(), self.request()) is None

    def test_host_header_names_the_site(self) -> None:
        jar = RequestsCookieJar()
        jar.set("c", "3", domain="b.example")
        assert _cookies.get_cookie_header(jar, self.request(Host="b.example")) == "c=3"
        request = self.request()
        request.headers["Host"] = b"b.example"
        assert _cookies.get_cookie_header(jar, request) == "c=3"

    def test_what_is_taken(self) -> None:
        jar = RequestsCookieJar()
        pairs = [
            ("Set-Cookie", "a=1; Path=/"),
            ("set-cookie", "b=2; Domain=evil.example"),
            ("Other", "c=3"),
        ]
        _cookies.extract_cookies(jar, self.request(), pairs)
        assert jar.get_dict() == {"a": "1"}

    def test_of_a_raw_response(self) -> None:
        jar = RequestsCookieJar()
        ours = SimpleNamespace(header_pairs=[("Set-Cookie", "a=1")])
        _cookies.extract_cookies_to_jar(jar, self.request(), ours)
        assert jar.get_dict() == {"a": "1"}
        from email.message import Message

        message = Message()
        message["Set-Cookie"] = "b=2"
        theirs = SimpleNamespace(_original_response=SimpleNamespace(msg=message))
        _cookies.extract_cookies_to_jar(jar, self.request(), theirs)
        assert jar.get_dict() == {"a": "1", "b": "2"}
        _cookies.extract_cookies_to_jar(jar, self.request(), SimpleNamespace())

    def test_request_as_the_standard_library_sees_it(self) -> None:
        mock = _cookies.MockRequest(self.request(A="1"))
        assert (mock.get_type(), mock.get_host()) == ("https", "a.example")
        assert mock.get_origin_req_host() == "a.example"
        assert mock.get_full_url() == "https://a.example/x"
        assert mock.is_unverifiable()
        assert mock.has_header("a")
        assert not mock.has_header("b")
        mock.add_unredirected_header("b", "2")
        assert mock.has_header("b")
        assert (mock.get_header("a"), mock.get_header("b")) == ("1", "2")
        assert mock.get_header("c", "default") == "default"


def test_what_is_no_cookie() -> None:
    with pytest.raises(TypeError, match="cookie 'a': the value must be str, not int"):
        create_cookie("a", 1)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="a mapping or a cookie jar, not str"):
        _cookies.cookiejar_from_dict("a=1")  # type: ignore[arg-type]


def test_morsel_of_the_session() -> None:
    parsed: Any = SimpleCookie("a=1")
    assert _cookies.morsel_to_cookie(parsed["a"]).expires is None
