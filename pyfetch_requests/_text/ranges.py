"""Ranges of a file: what a response says about one, and how to tell that the file is the same.

Pure. Source: RFC 9110, sections 8.8 (validators), 13.1.5 (If-Range) and 14.4 (Content-Range).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

_CONTENT_RANGE = re.compile(r"bytes\s+(?:(\d+)-(\d+)|\*)/(?:(\d+)|\*)", re.IGNORECASE)
_STRONG_TAG = re.compile(r'"[^"]*"')  # a weak one begins with W/


class ContentRange(NamedTuple):
    """A parsed `Content-Range`.

    Attributes:
        first, last: positions of the first and the last byte; None if no part was sent (416).
        total: bytes of the whole file, None if the server does not know.
    """

    first: int | None
    last: int | None
    total: int | None


def content_range(value: str | None) -> ContentRange | None:
    """Parse `Content-Range`; None if it is missing or invalid."""
    match = _CONTENT_RANGE.fullmatch((value or "").strip())
    if match is None:
        return None
    first, last, total = (None if text is None else int(text) for text in match.groups())
    if first is None or last is None:
        return ContentRange(None, None, total)
    if first > last or (total is not None and last >= total):
        return None  # section 14.4: invalid, and must not be combined with what is there
    return ContentRange(first, last, total)


def validator(headers: Mapping[str, str]) -> str | None:
    """Return the validator for `If-Range` by which a later response shows the same file, or None.

    A strong ETag, else a Last-Modified.
    """
    tag = (headers.get("etag") or "").strip()
    if _STRONG_TAG.fullmatch(tag):
        return tag
    modified = (headers.get("last-modified") or "").strip()
    # Section 8.8.2.2: a date is strong only if the response is later, because the file may change
    # again within that second. Section 13.1.5: it may be sent only if there is no ETag at all.
    return modified if modified and not tag and modified != headers.get("date") else None


def shows(headers: Mapping[str, str], expected: str) -> bool | None:
    """Tell whether a response has the expected validator; None if it has none of that kind."""
    name = "etag" if expected.startswith('"') else "last-modified"
    shown = (headers.get(name) or "").strip()
    return shown == expected if shown else None


def body_length(headers: Mapping[str, str], hidden: bool = False) -> int | None:
    """Return the number of bytes that reading a body will give, None if unknown.

    Args:
        headers: of the response.
        hidden: True if a browser may have hidden its Content-Encoding. The length then counts only
            for types that are not usually compressed.
    """
    length = (headers.get("content-length") or "").strip()
    if not (length.isascii() and length.isdigit()):
        return None
    # Content-Length is that of the coded body; how long the decoded one is, no header tells.
    coding = (headers.get("content-encoding") or "identity").strip().lower()
    if coding != "identity":
        return None
    if hidden and "content-encoding" not in headers and _is_text(headers.get("content-type")):
        return None
    return int(length)


def _is_text(content_type: str | None) -> bool:
    # What servers compress by default. Without a type it may be text, so the length is unknown.
    kind = (content_type or "text/plain").partition(";")[0].strip().lower()
    words = ("json", "xml", "javascript", "wasm", "yaml", "x-www-form")
    return kind.startswith("text/") or any(word in kind for word in words)
