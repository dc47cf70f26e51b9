"""The options of fetch that an answer is held to, where no browser does it."""

from __future__ import annotations

import base64
import hashlib

from .._text.urls import brief
from .._wire import BytesBody, WireRequest, WireResponse
from ..exceptions import FetchOptionError

_REDIRECTS = (301, 302, 303, 307, 308)
# From the weakest to the strongest, of which the strongest counts.
_HASHES = ("sha256", "sha384", "sha512")


async def obeyed(request: WireRequest, response: WireResponse) -> WireResponse:
    """Return a response that `redirect` and `integrity` allow.

    Raises:
        FetchOptionError: one of them does not. Source: WHATWG Fetch; W3C Subresource Integrity.
    """
    if request.options.get("redirect") == "error" and response.status in _REDIRECTS:
        raise FetchOptionError(
            f"{request.method} {brief(request.url)}: the answer is a redirect, which "
            "redirect='error' forbids"
        )
    integrity = request.options.get("integrity")
    if not isinstance(integrity, str) or not integrity.strip():
        return response
    parts = []
    while chunk := await response.body.read():
        parts.append(chunk)
    content = b"".join(parts)
    if not _fits(content, integrity):
        raise FetchOptionError(
            f"{request.method} {brief(request.url)}: the body is not the one that "
            f"integrity={integrity!r} asks for"
        )
    return response._replace(body=BytesBody(content))


def _fits(content: bytes, integrity: str) -> bool:
    wanted: dict[str, set[str]] = {}
    for item in integrity.split():
        name, _, value = item.partition("?")[0].partition("-")
        if name in _HASHES:
            wanted.setdefault(name, set()).add(value.rstrip("="))
    if not wanted:
        return True
    strongest = max(wanted, key=_HASHES.index)
    found = base64.b64encode(hashlib.new(strongest, content).digest()).decode().rstrip("=")
    return found in wanted[strongest]
