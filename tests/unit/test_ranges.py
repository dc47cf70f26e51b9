"""Content-Range, validators, and the length of a body."""

from __future__ import annotations

import hashlib

import pytest

from pyfetch_requests._text.checksums import Checksum
from pyfetch_requests._text.ranges import body_length, content_range, shows, validator
from pyfetch_requests._text.structures import CaseInsensitiveDict
from pyfetch_requests.exceptions import HashMismatchError

DATE = "Sun, 06 Nov 1994 08:49:37 GMT"


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("bytes 0-9/10", (0, 9, 10)),
        (" Bytes 5-9/* ", (5, 9, None)),
        ("bytes */10", (None, None, 10)),
        ("bytes */*", (None, None, None)),
        ("bytes 5-4/10", None),
        ("bytes 0-10/10", None),
        ("bytes 0-9", None),
        ("items 0-9/10", None),
        ("bytes -1-9/10", None),
        ("", None),
        (None, None),
    ],
)
def test_content_range(
    value: str | None, found: tuple[int | None, int | None, int | None] | None
) -> None:
    assert content_range(value) == found


def headers(**fields: str) -> CaseInsensitiveDict[str]:
    return CaseInsensitiveDict({name.replace("_", "-"): text for name, text in fields.items()})


def test_validators() -> None:
    assert validator(headers(etag='"a"', last_modified=DATE)) == '"a"'
    assert validator(headers(last_modified=DATE)) == DATE
    assert validator(headers(etag='W/"a"', last_modified=DATE)) is None
    assert validator(headers(etag="a")) is None
    assert validator(headers(last_modified=DATE, date=DATE)) is None
    assert validator(headers(last_modified=DATE, date=DATE.replace("37", "38"))) == DATE
    assert validator(headers()) is None


def test_what_an_answer_shows() -> None:
    assert shows(headers(etag='"a"'), '"a"') is True
    assert shows(headers(etag='"b"'), '"a"') is False
    assert shows(headers(etag='W/"a"'), '"a"') is False
    assert shows(headers(last_modified=DATE), '"a"') is None
    assert shows(headers(last_modified=DATE), DATE) is True


@pytest.mark.parametrize(
    ("fields", "length", "hidden_length"),
    [
        ({"content_length": "5"}, 5, None),
        ({"content_length": "5", "content_type": "application/zip"}, 5, 5),
        ({"content_length": "5", "content_type": "application/json"}, 5, None),
        ({"content_length": "5", "content_encoding": "identity"}, 5, 5),
        ({"content_length": "5", "content_encoding": "gzip"}, None, None),
        ({"content_length": "-5", "content_type": "image/png"}, None, None),
        ({"content_type": "image/png"}, None, None),
    ],
)
def test_length_of_a_body(
    fields: dict[str, str], length: int | None, hidden_length: int | None
) -> None:
    assert body_length(headers(**fields)) == length
    assert body_length(headers(**fields), hidden=True) == hidden_length


def test_checksum() -> None:
    digits = hashlib.sha256(b"abc").hexdigest()
    checksum = Checksum(f"sha256:{digits.upper()}")
    checksum.add(b"x")
    checksum.start()
    checksum.add(b"ab")
    checksum.add(b"c")
    assert checksum.count == 3
    checksum.check("it")
    checksum.add(b"d")
    with pytest.raises(HashMismatchError, match=f"it: .* sha256:{digits.upper()} was expected"):
        checksum.check("it")
    nothing = Checksum(None)
    nothing.add(b"abc")
    nothing.check("it")
    assert nothing.count == 3


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "sha256:",
        "sha256:12",
        "crc:12",
        "shake_128:12",
        "shake_128:",
        "sha256:" + "g" * 64,
    ],
)
def test_what_is_no_hash(text: str) -> None:
    with pytest.raises(ValueError, match="hash="):
        Checksum(text)
