"""Parts of a representation: what a server says of one, and by what to tell that it is the same.

Pure. Source: RFC 9110, sections 8.8 (validators), 13.1.5 (If-Range) and 14.4 (Content-Range).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

_CONTENT_RANGE = re.compile(r"bytes\s+(?:(\d+)-(\d+)|\*)/(?:(\d+)|\*)", re.IGNORECASE)
_STRONG_TAG = re.compile(r'"[^"]*"')


class ContentRange(NamedTuple):
    """What `Content-Range` says.

    Attributes:
        first, last: positions of the first and the last byte; None where no part was sent.
        total: bytes of the whole, None where the server does not know them.
    """

    first: int | None
    last: int | None
    total: int | None


def content_range(value: str | None) -> ContentRange | None:
    """Read `Content-Range`; None for none, or for one that makes no sense."""
    match = _CONTENT_RANGE.fullmatch((value or "").strip())
    if match is None:
        return None
    first, last, total = (None if text is None else int(text) for text in match.groups())
    if first is None or last is None:
        return ContentRange(None, None, total)
    if first > last or (total is not None and last >= total):
        return None
    return ContentRange(first, last, total)


def validator(headers: Mapping[str, str]) -> str | None:
    """Return by what a later answer is told to be the same, for `If-Range`; None for nothing.

    A strong ETag, else a Last-Modified. One of the very second of the answer is too weak: the file
    may change once more within it.
    """
    tag = (headers.get("etag") or "").strip()
    if _STRONG_TAG.fullmatch(tag):
        return tag
    modified = (headers.get("last-modified") or "").strip()
    return modified if modified and not tag and modified != headers.get("date") else None


def shows(headers: Mapping[str, str], expected: str) -> bool | None:
    """Tell whether an answer shows the expected validator; None where it shows none of its kind."""
    name = "etag" if expected.startswith('"') else "last-modified"
    shown = (headers.get(name) or "").strip()
    return shown == expected if shown else None


def body_length(headers: Mapping[str, str], hidden: bool = False) -> int | None:
    """Return the number of bytes that a body gives when it is read, None where nobody knows it.

    The Content-Length of a coded body is that of its coded form.

    Args:
        headers: of the answer.
        hidden: True where a browser may have hidden its Content-Encoding. Then the length is
            believed of types that are not usually coded.
    """
    length = (headers.get("content-length") or "").strip()
    if not (length.isascii() and length.isdigit()):
        return None
    coding = (headers.get("content-encoding") or "identity").strip().lower()
    if coding != "identity":
        return None
    if hidden and "content-encoding" not in headers and _is_text(headers.get("content-type")):
        return None
    return int(length)


def _is_text(content_type: str | None) -> bool:
    kind = (content_type or "text/plain").partition(";")[0].strip().lower()
    words = ("json", "xml", "javascript", "wasm", "yaml", "x-www-form")
    return kind.startswith("text/") or any(word in kind for word in words)
