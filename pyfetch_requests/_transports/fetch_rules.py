"""The fetch options `redirect` and `integrity`, checked against an answer where no browser does.

Over sockets nobody else checks them. In a browser they are checked here as well, because its own
check fails with the same words as a dead server.
"""

from __future__ import annotations

from .._text.integrity import mismatch
from .._text.urls import brief
from .._wire import REDIRECTS, BytesBody, WireRequest, WireResponse
from ..exceptions import FetchOptionError


async def check_options(request: WireRequest, response: WireResponse) -> WireResponse:
    """Return the response if `redirect` and `integrity` allow it.

    Source: WHATWG Fetch, HTTP fetch; W3C Subresource Integrity, section 3.3.

    Raises:
        FetchOptionError: one of them does not.
    """
    is_redirect = response.status in REDIRECTS
    if is_redirect and request.options.get("redirect") == "error":
        raise FetchOptionError(
            f"{request.method} {brief(request.url)}: the answer is a redirect, which "
            "redirect='error' forbids"
        )
    # The hash is that of the final answer, not of a redirect on the way.
    if request.options.get("integrity") and not (is_redirect and request.follow):
        return await check_integrity(request, response)
    return response


async def check_integrity(request: WireRequest, response: WireResponse) -> WireResponse:
    """Return the response, with its body read, if the body has one of the requested hashes.

    Raises:
        FetchOptionError: the body has another hash, or is hidden.
    """
    what, wanted = f"{request.method} {brief(request.url)}", str(request.options["integrity"])
    # "Is response eligible for integrity validation": an opaque one never is.
    if response.kind in ("opaque", "opaqueredirect"):
        raise FetchOptionError(
            f"{what}: integrity= cannot be checked, because the browser hides the body."
        )
    chunks = []
    while chunk := await response.body.read():
        chunks.append(chunk)
    content = b"".join(chunks)
    actual = mismatch(content, wanted)
    if actual is not None:
        raise FetchOptionError(
            f"{what}: integrity={wanted!r} does not match: the body ({len(content)} bytes, status "
            f"{response.status}) has {actual}. It was discarded."
        )
    return response._replace(body=BytesBody(content))
