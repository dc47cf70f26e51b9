"""The options of fetch that an answer is held to, where no browser does it."""

from __future__ import annotations

from .._text.integrity import mismatch
from .._text.urls import brief
from .._wire import REDIRECTS, BytesBody, WireRequest, WireResponse
from ..exceptions import FetchOptionError


async def obeyed(request: WireRequest, response: WireResponse) -> WireResponse:
    """Return a response that `redirect` and `integrity` allow.

    Raises:
        FetchOptionError: one of them does not. Source: WHATWG Fetch; W3C Subresource Integrity.
    """
    is_redirect = response.status in REDIRECTS
    if is_redirect and request.options.get("redirect") == "error":
        raise FetchOptionError(
            f"{request.method} {brief(request.url)}: the answer is a redirect, which "
            "redirect='error' forbids"
        )
    if request.options.get("integrity") and not (is_redirect and request.follow):
        return await with_integrity(request, response)
    return response


async def with_integrity(request: WireRequest, response: WireResponse) -> WireResponse:
    """Return a response whose body has the hash that the request asks for.

    Raises:
        FetchOptionError: it has another one, or is hidden.
    """
    what, wanted = f"{request.method} {brief(request.url)}", str(request.options["integrity"])
    if response.kind in ("opaque", "opaqueredirect"):
        raise FetchOptionError(f"{what}: integrity= cannot be checked, the browser hides the body.")
    chunks = []
    while chunk := await response.body.read():
        chunks.append(chunk)
    content = b"".join(chunks)
    actual = mismatch(content, wanted)
    if actual is not None:
        raise FetchOptionError(
            f"{what}: integrity={wanted!r} does not match: the body, of {len(content)} bytes and "
            f"with status {response.status}, has {actual}. It is not handed out."
        )
    return response._replace(body=BytesBody(content))
