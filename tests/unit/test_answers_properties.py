"""Answers that no honest server gives: whatever they hold, failures are the documented ones."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfetch_requests import HTTPDigestAuth, Retry, sync
from pyfetch_requests.exceptions import RequestException
from pyfetch_requests.testing import MockTransport, respond

FIELD = st.characters(max_codepoint=255, exclude_characters="\0\r\n")


def value_of(*words: str) -> st.SearchStrategy[str]:
    """Header values in which these words come up often."""
    return st.lists(st.one_of(st.sampled_from(words), FIELD), max_size=15).map("".join)


PUNCTUATION = ("=", ";", ",", " ", '"', "'", "\\", "<", ">", "/", ":", "%", "1")
LOCATION = value_of(
    "http", "https", "://", "//", "@", "[", "]", "::1", "?", "#", "..", "é", "xn--", ".", "65536",
    "host.example", *PUNCTUATION,
)  # fmt: skip
COOKIE = value_of(
    "a=b", "Path", "Domain", ".example", "host.example", "Max-Age", "Expires", "Version", "Port",
    "Thu, 01 Jan 2099 00:00:00 GMT", "Thu, 99 Foo 0000 99:99:99 +9999", "Secure", *PUNCTUATION,
)  # fmt: skip
CHALLENGE = value_of(
    "Digest ", "Basic ", "nonce", "realm", "qop", "auth", "auth-int", "algorithm", "MD5-sess",
    "SHA-512", "sha", "opaque", "stale", *PUNCTUATION,
).map("Digest nonce=1, {}".format)  # fmt: skip
RETRY_AFTER = value_of(
    "0", "9" * 30, "²", "-", "+", ".", "e", "Thu, 01 Jan ", "2099", "99999", "00:00:00", " GMT",
    "+9999", "1", ":",
)  # fmt: skip
CHARSET = st.one_of(
    st.sampled_from(
        "utf-7 utf-8-sig idna punycode undefined unicode_escape raw_unicode_escape mbcs hex rot13 "
        "base64 zlib bz2 uu quopri oem utf_16 utf_32 hz iso2022_kr cp65001 _ - ..".split()
    ),
    st.text(FIELD, max_size=8),
)
LINK = value_of("</x>", "rel", "next", "title*", *PUNCTUATION)
BODY = st.one_of(
    st.binary(max_size=40),
    st.lists(
        st.sampled_from(
            [
                b"{",
                b"[",
                b'"a"',
                b":",
                b",",
                b"1",
                b"\xff",
                b"\\u",
                rb"\ud7ff".hex().encode(),
                b"null",
                b"NaN",
                b"\r",
                b"\n",
                b"\x00",
                b"\xfe\xff",
                b"]",
                b"}",
            ]
        )
    ).map(b"".join),
)


def ask(status: int, header: tuple[str, str] | None = None, body: Any = b"x") -> Any:
    """Ask a server whose first answer is this, and all further ones are empty."""
    first = respond(status, body, headers=[header] if header else [])
    answers = iter([first])
    transport = MockTransport(lambda request: next(answers, respond()))
    session = sync.Session(transport=transport, retries=Retry(2))
    return session.get("http://host.example:80/path", auth=HTTPDigestAuth("user", "password"))


@pytest.mark.parametrize("status", [301, 307])
@given(LOCATION)
def test_location(status: int, value: str) -> None:
    with suppress(RequestException):
        ask(status, ("Location", value))


@given(COOKIE)
def test_set_cookie(value: str) -> None:
    assert dict(ask(200, ("Set-Cookie", value)).cookies) is not None


@given(CHALLENGE)
def test_challenge(value: str) -> None:
    assert ask(401, ("WWW-Authenticate", value)).status_code in (200, 401)


@given(RETRY_AFTER)
def test_retry_after(value: str) -> None:
    assert ask(503, ("Retry-After", value)).status_code == 200


@given(LINK)
def test_link(value: str) -> None:
    assert isinstance(ask(200, ("Link", value)).links, dict)


@given(CHARSET, BODY)
def test_charset(charset: str, body: bytes) -> None:
    answer = ask(200, ("Content-Type", f"text/plain; charset={charset}"), body)
    assert isinstance(answer.text, str)
    with suppress(RequestException):
        answer.json()
    assert all(isinstance(line, bytes | str) for line in answer.iter_lines(decode_unicode=True))


@given(BODY)
def test_body(body: bytes) -> None:
    answer = ask(200, None, body)
    assert isinstance(answer.text, str)
    with suppress(RequestException):
        answer.json()
    with suppress(RequestException):
        list(answer.iter_json())
