"""What a Cross-Origin-Embedder-Policy (COEP) blocks, and which browsers report it.

A page or worker with the policy `require-corp`, as cross-origin isolated ones have it, gets a
cross-origin answer in mode `no-cors` only if its Cross-Origin-Resource-Policy allows that. A probe
is blocked like any other request, so a live server looks dead; but some browsers report what they
blocked.

Source: WHATWG HTML, section 7.1.4 (cross-origin embedder policies).
"""

from __future__ import annotations

from typing import Any

from . import promises
from .runtime import in_page, is_webkit, js_global, js_object, js_property

# Milliseconds between polls. A report comes within tens of them; on a busy page it takes longer.
_POLL_DELAYS = (0, 5, 10, 20, 40, 80, 160, 320)


def is_isolated() -> bool:
    """Tell whether this page or worker is cross-origin isolated."""
    return bool(js_global("crossOriginIsolated"))


def is_always_reported() -> bool:
    """Tell whether this browser reports everything the policy blocks, so that silence is an answer.

    Chromium does. Firefox and the workers of WebKit have the observer and never get a report, and
    the pages of WebKit get none if a service worker handled the request. No feature tells them
    apart, hence the name of the browser.
    """
    # Chromium alone has userAgentData, in secure contexts; isolated ones always are.
    agent = js_property(js_global("navigator"), "userAgentData")
    return bool(js_global("ReportingObserver") and agent)


def _may_be_reported() -> bool:
    observed = is_webkit() and in_page() and js_global("ReportingObserver")
    return bool(is_always_reported() or observed)


class ReportWatch:
    """Collects COEP reports from its creation until it is closed."""

    def __init__(self) -> None:
        import js

        # The callback is Array.prototype.push itself: no Python proxy has to be destroyed later.
        self._batches = js.Array.new()
        self._observer: Any = None
        if _may_be_reported():
            push = js.Reflect.get(js.Array.prototype, "push").bind(self._batches)
            options = js_object({"types": ["coep"]})
            self._observer = js.ReportingObserver.new(push, options)
            self._observer.observe()

    async def has_blocked(self, url: str, settle: promises.Settle) -> bool:
        """Tell whether the answer from a URL, as the browser writes it, was blocked.

        A report arrives shortly after the failure that it explains.
        """
        if self._observer is None:
            return False
        for milliseconds in _POLL_DELAYS:
            await settle(promises.pause(milliseconds))
            if url in self._urls():
                return True
        return False

    def _urls(self) -> list[str]:
        entries = self._batches.flat(2)  # push(reports, observer): arrays of reports, and observers
        bodies = [js_property(entry, "body") for entry in entries]
        return [str(body.toJSON().blockedURL) for body in bodies if body]

    def close(self) -> None:
        """Stop listening."""
        if self._observer is not None:
            self._observer.disconnect()
            self._observer = None
