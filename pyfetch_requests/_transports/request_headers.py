"""What a browser changes in a request: headers that it drops, with a warning, and its cache."""

from __future__ import annotations

from .._text.headers import HeaderLines, is_forbidden
from .._text.urls import has_local_scheme
from .._warn import warn_once
from .._wire import WireRequest, WireResponse
from . import runtime

# Set by requests; a browser computes the same from the body, so dropping them needs no warning.
_AUTOMATIC = ("content-length", "transfer-encoding")
_CACHED_METHODS = ("GET", "HEAD")
# For each URL the number of requests in flight that use the cache.
_in_flight: dict[str, int] = {}
# Node's fetch silently overwrites the first, and fails with the others.
_NOT_IN_NODE = ("host", "expect", "keep-alive", "upgrade")


def sendable(request: WireRequest) -> list[tuple[str, str]]:
    """Return the headers without those that a browser forbids; warn once about each of them."""
    # Node and Deno allow nearly all. Content-Length and Transfer-Encoding are dropped there, too:
    # the second makes Node's fetch fail.
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
    # Fetch took it off the list of forbidden headers; Chromium still drops it.
    if lower == "user-agent":
        return runtime.allows_user_agent()
    return not is_forbidden(lower)


def _reason(name: str, node: bool) -> str:
    if node:
        return f"The header {name!r} is dropped: fetch in Node and Deno sets it itself."
    if name.lower() == "cookie":
        return (
            "cookies= and the Cookie header are dropped: a browser sends only its own cookies. "
            "With credentials='include' it sends those that it has for the site."
        )
    if name.lower() == "user-agent":
        return (
            "The header 'User-Agent' is dropped: this browser, like Chromium, always sends its own."
        )
    return f"The header {name!r} is dropped: the browser does not let a program set it."


def may_be_kept(answer: WireResponse) -> bool:
    """Tell whether a browser's cache may have a use for an answer; True in doubt."""
    # It holds none that says no-store. One without a validator it cannot ask after; but if that is
    # fresh for a while, it stays, and other cache modes find it. Another origin may hide its ETag.
    headers = answer.headers
    if type(headers) is not HeaderLines:
        return True
    control = headers.value("cache-control") or ""
    if "no-store" in control:
        return False
    if answer.kind != "basic" or "max-age" in control:
        return True
    return any(map(headers.value, ("etag", "last-modified", "expires")))


class CacheUse:
    """How one request uses the browser's cache, until its answer is complete.

    Attributes:
        mode: the cache mode for fetch; None if the request has its own, or is not cached.
    """

    # requests asks the server each time, so that is the default here: "no-cache", which revalidates
    # and does not load an unchanged file twice. But Chromium and Firefox let equal requests wait
    # for each other in the cache (Firefox until the body has been read). So a request that starts
    # while an equal one is in flight bypasses the cache by "no-store".

    __slots__ = ("_url", "mode")

    def __init__(self, request: WireRequest) -> None:
        self.mode: str | None = None
        self._url: str | None = None
        url, given = request.url, request.options.get("cache")
        # A data: URL may itself have megabytes, and is not remembered.
        if request.method not in _CACHED_METHODS or runtime.is_node() or has_local_scheme(url):
            return
        if given is None:
            self.mode = "no-store" if url in _in_flight else "no-cache"
        # "no-store" does not touch the cache, so nobody waits for such a request.
        if (given or self.mode) != "no-store":
            self._url = url
            _in_flight[url] = _in_flight.get(url, 0) + 1

    def end(self) -> None:
        """Let equal requests use the cache again; may be called more than once."""
        url, self._url = self._url, None
        if url is None:
            return
        left = _in_flight.pop(url) - 1
        if left:  # no zero is kept: a program may ask for any number of URLs
            _in_flight[url] = left
