"""Hashes that a body must have. Pure functions.

Source: W3C Subresource Integrity, sections 3.1 (metadata) and 3.3 (matching).
"""

from __future__ import annotations

import base64
import hashlib
import re

_STRENGTH = ("sha256", "sha384", "sha512")
_HASH = re.compile(r"(sha256|sha384|sha512)-([A-Za-z0-9+/_-]+={0,2})(?:\?[\x21-\x7e]*)?", re.I)


def hashes(metadata: str) -> list[tuple[str, str]]:
    """List the hashes of the metadata as (algorithm, base64); words that are none count nothing."""
    found = map(_HASH.fullmatch, metadata.split())
    return [(match[1].lower(), match[2]) for match in found if match]


def mismatch(content: bytes, metadata: str) -> str | None:
    """Return the hash that the content has instead, None where it has one that is allowed.

    Of several algorithms the strongest counts alone; metadata without a hash allow all.
    """
    listed = hashes(metadata)
    if not listed:
        return None
    strongest = max((name for name, _ in listed), key=_STRENGTH.index)
    digest = hashlib.new(strongest, content).digest()
    actual = base64.b64encode(digest).decode()
    allowed = [_plain(text) for name, text in listed if name == strongest]
    return None if _plain(actual) in allowed else f"{strongest}-{actual}"


def _plain(text: str) -> str:
    return text.replace("-", "+").replace("_", "/").rstrip("=")
