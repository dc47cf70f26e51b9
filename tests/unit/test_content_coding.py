"""Content-Encoding of a body on the wire: cut anywhere, broken, and what is tolerated."""

from __future__ import annotations

import gzip
import zlib

import pytest

from pyfetch_requests._text.content_coding import ContentDecoder, accepted, codings_of
from pyfetch_requests.exceptions import ContentDecodingError

TEXT = b"".join(b"line %d\n" % number for number in range(500))


def raw_deflate(data: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return compressor.compress(data) + compressor.flush()


ENCODED = {
    "gzip": gzip.compress(TEXT),
    "deflate": zlib.compress(TEXT),
    "bare deflate": raw_deflate(TEXT),
    "two members": gzip.compress(TEXT[:1000]) + gzip.compress(TEXT[1000:]),
    "padding": gzip.compress(TEXT) + bytes(20),
}


def decoded(coding: str, data: bytes, size: int) -> bytes:
    decoder = ContentDecoder(codings_of(coding))
    pieces = [decoder.feed(data[start : start + size]) for start in range(0, len(data), size)]
    return b"".join([*pieces, decoder.flush()])


@pytest.mark.parametrize("size", [1, 2, 7, 1 << 20])
@pytest.mark.parametrize("kind", ENCODED)
def test_every_cut(kind: str, size: int) -> None:
    coding = "deflate" if "deflate" in kind else "gzip"
    assert decoded(coding, ENCODED[kind], size) == TEXT


def test_several_codings_and_other_names() -> None:
    assert decoded("gzip, deflate", zlib.compress(gzip.compress(TEXT)), 100) == TEXT
    assert decoded(" X-GZIP ", gzip.compress(TEXT), 100) == TEXT


@pytest.mark.parametrize("coding", ["", "identity", "unknown", "aws-chunked"])
def test_what_is_unknown_is_handed_on(coding: str) -> None:
    assert decoded(coding, b"abc", 1) == b"abc"


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
@pytest.mark.parametrize("data", [b"no coding at all", bytes(100)])
def test_what_is_not_in_its_coding(coding: str, data: bytes) -> None:
    with pytest.raises(ContentDecodingError, match=f"content-encoding: {coding}, but failed"):
        decoded(coding, data, 5)


@pytest.mark.parametrize("kind", ["gzip", "deflate"])
def test_a_body_that_is_damaged_in_the_middle(kind: str) -> None:
    data = bytearray(ENCODED[kind])
    data[40:50] = bytes(10)
    with pytest.raises(ContentDecodingError):
        decoded(kind, bytes(data), 16)


def test_a_body_that_is_not_there() -> None:
    """The answer to HEAD, and a 304, name a coding."""
    assert decoded("gzip", b"", 1) == b""


def test_a_chain_that_no_server_needs() -> None:
    assert codings_of("gzip, deflate, gzip, gzip, gzip") == ["gzip"] * 3 + ["deflate", "gzip"]
    with pytest.raises(ContentDecodingError, match="6 > 5"):
        codings_of(", ".join(["gzip"] * 6))


def test_what_is_asked_for_can_be_decoded() -> None:
    names = accepted().split(", ")
    assert names[:2] == ["gzip", "deflate"]
    assert codings_of(accepted()) == names[::-1]
