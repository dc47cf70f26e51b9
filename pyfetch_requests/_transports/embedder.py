"""What a Cross-Origin-Embedder-Policy hides, and how some browsers tell of it.

A page or worker with the policy `require-corp`, as cross-origin isolated ones have it, is handed an
answer of another origin in mode `no-cors` only if its headers say so. A probe is held back like
every other request, so a server that is there looks dead; but some browsers report what they held
back.

Source: WHATWG HTML, section 7.1.4 (cross-origin embedder policies).
"""

from __future__ import annotations

from typing import Any

from . import promises
from .runtime import in_page, is_webkit, js_global, js_object, js_property

# Milliseconds between two looks. Reports come within some ten of them; a page may be busy.
_LOOKS = (0, 5, 10, 20, 40, 80, 160, 320)


def is_isolated() -> bool:
    """Tell whether this page or worker is cross-origin isolated."""
    return bool(js_global("crossOriginIsolated"))


def is_always_reported() -> bool:
    """Tell whether this browser reports all that the policy holds back, so that silence tells, too.

    Chromium does. Firefox and WebKit's workers have the observer and are never told, and WebKit's
    pages are not where a service worker is between. There is nothing else to know them by.
    """
    # It is there where the context is secure, as all that are isolated.
    agent = js_property(js_global("navigator"), "userAgentData")
    return bool(js_global("ReportingObserver") and agent)


def _may_be_reported() -> bool:
    observed = is_webkit() and in_page() and js_global("ReportingObserver")
    return bool(is_always_reported() or observed)


class Watch:
    """Listens for reports of what is held back from now on, until it is closed."""

    def __init__(self) -> None:
        import js

        self._batches = js.Array.new()  # filled by a function of its own: no proxy is left behind
        self._observer: Any = None
        if _may_be_reported():
            push = js.Reflect.get(js.Array.prototype, "push").bind(self._batches)
            options = js_object({"types": ["coep"]})
            self._observer = js.ReportingObserver.new(push, options)
            self._observer.observe()

    async def has_held_back(self, url: str, settle: promises.Settle) -> bool:
        """Tell whether the answer of an address, in the browser's own writing, was held back.

        A report comes a little later than the failure that it explains.
        """
        if self._observer is None:
            return False
        for milliseconds in _LOOKS:
            await settle(promises.pause(milliseconds))
            if url in self._urls():
                return True
        return False

    def _urls(self) -> list[str]:
        entries = self._batches.flat(2)
        bodies = [js_property(entry, "body") for entry in entries]
        return [str(body.toJSON().blockedURL) for body in bodies if body]

    def close(self) -> None:
        """Listen no longer."""
        if self._observer is not None:
            self._observer.disconnect()
            self._observer = None
