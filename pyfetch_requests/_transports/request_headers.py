"""What a browser makes of a request: headers that it drops, said aloud, and its cache."""

from __future__ import annotations

from .._text.headers import HeaderLines, is_forbidden
from .._warn import warn_once
from .._wire import WireRequest, WireResponse
from . import runtime

# Written by requests itself; the browser computes the same from the body.
_AUTOMATIC = ("content-length", "transfer-encoding")
_CACHED_METHODS = ("GET", "HEAD")
# How often an address is being asked for at this moment, in a way that the cache takes part in.
_under_way: dict[str, int] = {}
# Node's fetch overwrites the first in silence, and fails with the others.
_NOT_IN_NODE = ("host", "expect", "keep-alive", "upgrade")


def sendable(request: WireRequest) -> list[tuple[str, str]]:
    """Return the headers without those that a browser forbids; warn once about each of them.

    Node and Deno allow nearly all of them. Those that a body has are left to `fetch` everywhere: a
    Transfer-Encoding makes Node's fail.
    """
    node = runtime.is_node()
    headers = []
    for name, value in request.headers:
        lower = name.lower()
        if lower in _AUTOMATIC:
            continue
        if _is_sent(lower, node):
            headers.append((name, value))
        else:
            warn_once(f"header:{lower}", _reason(name, node))
    return headers


def _is_sent(lower: str, node: bool) -> bool:
    if node:
        return lower not in _NOT_IN_NODE
    if lower == "user-agent":
        return runtime.keeps_user_agent()
    return not is_forbidden(lower)


def _reason(name: str, node: bool) -> str:
    if node:
        return f"The fetch of Node and Deno writes the header {name!r} itself: it is dropped."
    if name.lower() == "cookie":
        return (
            "A browser sends its own cookies only: cookies= and the Cookie header are dropped. "
            "With credentials='include' the browser adds what it has for the site."
        )
    if name.lower() == "user-agent":
        return (
            "This browser writes the header 'User-Agent' itself, as Chromium does: the one that "
            "was set is dropped."
        )
    return f"The browser does not let a program set the header {name!r}: it is dropped."


def may_be_kept(answer: WireResponse) -> bool:
    """Tell whether a browser's cache may hold an answer that can be asked after; True in doubt.

    Not one that says no-store, and not one of the page's own origin that shows nothing to be known
    by. Another origin hides its ETag.
    """
    headers = answer.headers
    if type(headers) is not HeaderLines:
        return True
    if "no-store" in (headers.value("cache-control") or ""):
        return False
    known = answer.kind != "basic" or headers.value("etag") or headers.value("last-modified")
    return bool(known)


class CacheTurn:
    """The use of the browser's cache by one request, until its answer is there as a whole.

    requests asks the server each time, so that is the default: by "no-cache", with which a file
    that has not changed is not sent twice. But equal requests wait for each other in the cache (in
    Firefox until the body has been read): one that comes meanwhile goes past it, by "no-store".

    Attributes:
        mode: the cache mode for fetch; None where the request names one itself, or has none.
    """

    __slots__ = ("_url", "mode")

    def __init__(self, request: WireRequest) -> None:
        self.mode: str | None = None
        self._url: str | None = None
        if request.method not in _CACHED_METHODS or runtime.is_node():
            return
        url, given = request.url, request.options.get("cache")
        if given is None:
            self.mode = "no-store" if url in _under_way else "no-cache"
        if (given or self.mode) != "no-store":
            self._url = url
            _under_way[url] = _under_way.get(url, 0) + 1

    def end(self) -> None:
        """Let equal requests use the cache again; more than once does no harm."""
        url, self._url = self._url, None
        if url is None:
            return
        left = _under_way.pop(url) - 1
        if left:
            _under_way[url] = left
