"""The hashes of `integrity=`: which the metadata list, and whether a body has one. Pure.

Source: W3C Subresource Integrity, sections 3.1 (metadata) and 3.3 (matching).
"""

from __future__ import annotations

import base64
import hashlib
import re

_STRENGTH = ("sha256", "sha384", "sha512")  # the weakest first; the standard allows no others
# Both alphabets of base64 are accepted, and options after a "?" are ignored, as browsers do.
_HASH = re.compile(r"(sha256|sha384|sha512)-([A-Za-z0-9+/_-]+={0,2})(?:\?[\x21-\x7e]*)?", re.I)


def hashes(metadata: str) -> list[tuple[str, str]]:
    """Return the hashes in the metadata as (algorithm, base64); other words are ignored."""
    found = map(_HASH.fullmatch, metadata.split())
    return [(match[1].lower(), match[2]) for match in found if match]


def mismatch(content: bytes, metadata: str) -> str | None:
    """Return the hash that the content has if it is not among those allowed, else None.

    If several algorithms are listed, only the strongest counts.
    """
    listed = hashes(metadata)
    if not listed:
        return None  # by the standard, metadata without a valid hash allow everything
    strongest = max((name for name, _ in listed), key=_STRENGTH.index)
    digest = hashlib.new(strongest, content).digest()
    actual = base64.b64encode(digest).decode()
    allowed = [_standard_base64(text) for name, text in listed if name == strongest]
    return None if _standard_base64(actual) in allowed else f"{strongest}-{actual}"


def _standard_base64(text: str) -> str:
    return text.replace("-", "+").replace("_", "/").rstrip("=")
