"""Which request headers a browser lets through, said aloud instead of dropped in silence."""

from __future__ import annotations

from .._headers import is_forbidden
from .._settings import warn_once
from .._wire import WireRequest
from . import environment

# Written by requests itself; the browser computes the same from the body.
_AUTOMATIC = ("content-length", "transfer-encoding")


def sendable(request: WireRequest) -> list[tuple[str, str]]:
    """Return the headers without those that a browser forbids; warn once about each of them.

    Node allows them, but for the two that it computes itself: a Transfer-Encoding makes its
    fetch fail.
    """
    node = environment.is_node()
    headers = []
    for name, value in request.headers:
        lower = name.lower()
        if lower in _AUTOMATIC:
            continue
        if node or not is_forbidden(name):
            headers.append((name, value))
        elif lower == "cookie":
            warn_once(
                "header:cookie",
                "A browser sends its own cookies only: cookies= and the Cookie header are "
                "dropped. With credentials='include' the browser adds what it has for the site.",
            )
        else:
            warn_once(
                f"header:{lower}",
                f"The browser does not let a program set the header {name!r}: it is dropped.",
            )
    return headers
