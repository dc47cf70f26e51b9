"""Hashes that a body must have: which count, and which ones a body has."""

from __future__ import annotations

import base64
import hashlib

import pytest

from pyfetch_requests._text.integrity import hashes, mismatch

BODY = b"some bytes"


def of(algorithm: str, content: bytes = BODY) -> str:
    return f"{algorithm}-{base64.b64encode(hashlib.new(algorithm, content).digest()).decode()}"


@pytest.mark.parametrize("algorithm", ["sha256", "sha384", "sha512"])
def test_each_algorithm(algorithm: str) -> None:
    right, wrong = of(algorithm), of(algorithm, b"other bytes")
    assert mismatch(BODY, right) is None
    assert mismatch(BODY, f" {wrong}\t{right} ") is None
    assert mismatch(BODY, wrong) == right
    assert mismatch(BODY, right.upper()[:6] + right[6:]) is None
    assert mismatch(BODY, right.replace("+", "-").replace("/", "_").rstrip("=")) is None


def test_the_strongest_counts_alone() -> None:
    assert mismatch(BODY, f"{of('sha256', b'')} {of('sha384')}") is None
    assert mismatch(BODY, f"{of('sha256')} {of('sha384', b'')}") == of("sha384")


@pytest.mark.parametrize("metadata", ["", " ", "md5-AAAA", "sha1-AAAA", "sha256", "sha256-", "?"])
def test_what_is_no_hash(metadata: str) -> None:
    assert hashes(metadata) == []
    assert mismatch(BODY, metadata) is None


def test_options_are_left_out() -> None:
    assert hashes("sha256-QUJD?ct=text sha512-QQ== x") == [("sha256", "QUJD"), ("sha512", "QQ==")]
