"""Cookies, picked by hand."""

from __future__ import annotations

from collections.abc import Callable
from http.cookiejar import Cookie, CookieJar, DefaultCookiePolicy
from http.cookies import SimpleCookie
from typing import Any

from .cases import Case, Make, several, table


def cookie(name: str = "a", value: Any = "b", **fields: Any) -> Cookie:
    """A cookie for every host and path."""
    values = {
        "version": 0, "name": name, "value": value, "port": None, "port_specified": False,
        "domain": "", "domain_specified": False, "domain_initial_dot": False, "path": "/",
        "path_specified": True, "secure": False, "expires": None, "discard": True,
        "comment": None, "comment_url": None, "rest": {}, **fields,
    }  # fmt: skip
    return Cookie(**values)


def jar(*cookies: Cookie, policy: Any = None) -> CookieJar:
    found = CookieJar(policy)
    for item in cookies:
        found.set_cookie(item)
    return found


def requests_jar(fill: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A jar of the library's own class, filled by a function."""

    def build(library: Any) -> Any:
        found = library.Session().cookies
        fill(found)
        return found

    return build


COOKIES: list[Case] = table(
    "cookies",
    "cookies",
    [
        None,
        {},
        {"a": "b"},
        {"a": "b", "c": "d"},
        {"c": "d", "a": "b"},
        {"a": ""},
        {"": "a"},
        {"a": "b c"},
        {"a": "b;c"},
        {"a": "b,c"},
        {"a": 'say "b"'},
        {"a": '"b"'},
        {"a": '"b\\"c"'},
        {"a": "é"},
        {"a b": "c"},
        {"a": "b\r\nX: y"},
        {"a": None},
        {"a": 1},
        {"a": b"b"},
        {1: "b"},
        [],
        [("a", "b")],
        "a=b",
        5,
        Make("jar", lambda library: jar(cookie())),
        Make("empty jar", lambda library: jar()),
        Make("jar with another host", lambda library: jar(cookie(domain="other.example"))),
        Make("jar with the host", lambda library: jar(cookie(domain="host.example"))),
        Make("jar with the domain", lambda library: jar(cookie(domain=".example"))),
        Make("jar with the path", lambda library: jar(cookie(path="/path"))),
        Make("jar with another path", lambda library: jar(cookie(path="/other"))),
        Make("jar with a secure cookie", lambda library: jar(cookie(secure=True))),
        Make("jar with an old cookie", lambda library: jar(cookie(expires=1))),
        Make("jar with a port", lambda library: jar(cookie(port="80", port_specified=True))),
        Make("jar with version 1", lambda library: jar(cookie(version=1))),
        Make(
            "jar that blocks",
            lambda library: jar(cookie(), policy=DefaultCookiePolicy(allowed_domains=[])),
        ),
        Make("jar order", lambda library: jar(cookie("z"), cookie("a"), cookie("m", path="/path"))),
        Make("own jar", requests_jar(lambda found: found.set("a", "b"))),
        Make("own jar, item", requests_jar(lambda found: found.__setitem__("a", "b"))),
        Make("own jar, quotes", requests_jar(lambda found: found.set("a", '"b\\"c"'))),
        Make("own jar, morsel", requests_jar(lambda jar: jar.set("a", SimpleCookie("a=b")["a"]))),
        Make("own jar, None", requests_jar(lambda jar: (jar.set("a", "b"), jar.set("a", None)))),
        Make(
            "own jar, domain and path",
            requests_jar(lambda found: found.set("a", "b", domain="host.example", path="/path")),
        ),
        Make("own jar, other domain", requests_jar(lambda jar: jar.set("a", "b", domain="x.y"))),
        Make("own jar, update", requests_jar(lambda found: found.update({"a": "b", "c": "d"}))),
        Make("own jar, update by a jar", requests_jar(lambda found: found.update(jar(cookie())))),
        Make("own jar, number", requests_jar(lambda found: found.set("a", 5))),
        Make("simple cookie", lambda library: SimpleCookie("a=b")),
    ],
)  # fmt: skip
COOKIES += several(
    "cookies with",
    header=lambda library: {"cookies": {"a": "b"}, "headers": {"Cookie": "c=d"}},
    empty_header=lambda library: {"cookies": {"a": "b"}, "headers": {"cookie": ""}},
    host_header=lambda library: {
        "cookies": jar(cookie(domain="other.example")),
        "headers": {"Host": "other.example"},
    },
    bytes_host=lambda library: {
        "cookies": jar(cookie(domain="other.example")),
        "headers": {"Host": b"other.example"},
    },
    secure=lambda library: {"url": "https://host.example/", "cookies": jar(cookie(secure=True))},
    port=lambda library: {"url": "http://host.example:81/", "cookies": {"a": "b"}},
    address=lambda library: {
        "url": "http://127.0.0.1:81/",
        "cookies": jar(cookie(domain="127.0.0.1")),
    },
    localhost=lambda library: {
        "url": "http://localhost:81/",
        "cookies": jar(cookie(domain="localhost.local")),
    },
    userinfo=lambda library: {
        "url": "http://u:p@host.example/",
        "cookies": jar(cookie(domain="host.example")),
    },
    long_path=lambda library: {
        "url": "http://host.example/path/below?x",
        "cookies": jar(cookie(path="/path")),
    },
    relative=lambda library: {"url": "mailto:x", "cookies": {"a": "b"}},
)
