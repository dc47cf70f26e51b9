"""Which addresses a Content-Security-Policy has forbidden, as the page's reports tell."""

from __future__ import annotations

from collections import deque
from functools import cache
from typing import TYPE_CHECKING

from . import runtime

if TYPE_CHECKING:
    from .js_values import JsValue

# Reports are looked at soon after they come; a page that polls for days must not gather them.
_forbidden: deque[str] = deque(maxlen=1000)


@cache
def watch_policy() -> None:
    """Take note from now on of addresses that a Content-Security-Policy forbids."""
    from pyodide.ffi import create_proxy

    if listen := runtime.js_global("addEventListener"):
        # The proxy is never destroyed: the listener stays as long as the page.
        listen("securitypolicyviolation", create_proxy(_note_violation))


def _note_violation(event: JsValue) -> None:
    if event.effectiveDirective == "connect-src":
        _forbidden.append(str(event.blockedURI))


def is_forbidden_by_policy(target: JsValue) -> bool:
    """Tell whether a violation was reported for an address, a URL object of JavaScript.

    Some reports name the whole URL, others its origin only.
    """
    return any(target.href.startswith(url) or target.origin == url for url in _forbidden)
