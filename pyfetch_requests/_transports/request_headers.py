"""Which request headers a browser lets through, said aloud instead of dropped in silence."""

from __future__ import annotations

from .._text.headers import is_forbidden
from .._warn import warn_once
from .._wire import WireRequest
from . import runtime

# Written by requests itself; the browser computes the same from the body.
_AUTOMATIC = ("content-length", "transfer-encoding")
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
