"""Logins, picked by hand."""

from __future__ import annotations

import io
from typing import Any

from .cases import Case, Make, several, table


class Signature:
    """An auth scheme that signs and changes all parts."""

    def __call__(self, request: Any) -> Any:
        request.headers["X-Seen"] = f"{request.method} {request.url} {request.body!r}"
        request.url += "?signed=1"
        request.body = b"signed body"
        return request


def add_header(request: Any) -> Any:
    request.headers["X-Auth"] = "yes"
    return request


def empty_body(request: Any) -> Any:
    request.body = None
    return request


def no_request(request: Any) -> None:
    return None


class Falsy:
    """A scheme whose truth is False."""

    def __bool__(self) -> bool:
        return False

    def __call__(self, request: Any) -> Any:
        return add_header(request)


AUTH: list[Case] = table(
    "auth",
    "auth",
    [
        None,
        (),
        "",
        False,
        ("user", "password"),
        ("", ""),
        ("user", ""),
        ("", "password"),
        ("us:er", "pass:word"),
        ("usér", "pässword"),
        ("user", "€"),
        (b"user", b"\xff"),
        (b"user", "password"),
        ("user" * 50, "password" * 50),
        (5, 6),
        ("user", 5),
        ("user", None),
        (None, None),
        ("user",),
        ("user", "password", "more"),
        ["user", "password"],
        "user",
        5,
        Make("basic", lambda library: library.auth.HTTPBasicAuth("user", "password")),
        Make("proxy", lambda library: library.auth.HTTPProxyAuth("user", "password")),
        Make("digest", lambda library: library.auth.HTTPDigestAuth("user", "password")),
        Make("base", lambda library: library.auth.AuthBase()),
        Make("function", lambda library: add_header),
        Make("class", lambda library: Signature()),
        Make("returns nothing", lambda library: no_request),
        Make("removes the body", lambda library: empty_body),
        Make("falsy", lambda library: Falsy()),
    ],
    data="body",
)
AUTH += several(
    "auth with",
    url_credentials=lambda library: {"url": "http://u:p@host.example/", "auth": ("a", "b")},
    url_credentials_empty=lambda library: {"url": "http://u:p@host.example/", "auth": ()},
    url_credentials_false=lambda library: {"url": "http://u:p@host.example/", "auth": False},
    own_header=lambda library: {"auth": ("a", "b"), "headers": {"authorization": "mine"}},
    url_and_header=lambda library: {
        "url": "http://u:p@host.example/",
        "headers": {"Authorization": "mine"},
    },
    file_body=lambda library: {"auth": add_header, "data": io.BytesIO(b"content")},
    generator_body=lambda library: {"auth": add_header, "data": (c for c in [b"a"])},
    get=lambda library: {"method": "GET", "auth": ("a", "b")},
    other_scheme=lambda library: {"url": "ftp://u:p@host.example/"},
)
