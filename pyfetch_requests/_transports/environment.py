"""Where this interpreter runs: which transport a call can use, and what URLs are relative to.

Everything here is asked at the call, never at import: one interpreter can switch stacks in one
call and not in the next.
"""

from __future__ import annotations

import sys
from functools import cache
from typing import Any

from .._urls import origin_of
from .._wire import Transport
from ..exceptions import BrowserLimitError, ConnectionError

IN_BROWSER = sys.platform == "emscripten"
# Milliseconds, some 25 days: a timer of a browser that is set for longer goes off at once.
LONGEST_TIMER = (1 << 31) - 1

_override: Transport | None = None


def set_default_transport(transport: Transport | None) -> Transport | None:
    """Make every session without a transport of its own use this one; None ends it.

    Returns:
        The transport that was set before, None for none.
    """
    global _override
    before, _override = _override, transport
    return before


def async_transport() -> Transport:
    """Return the transport for a call that is awaited.

    Raises:
        ConnectionError: there is no browser here, and no transport was set.
    """
    if _override is not None:
        return _override
    _require_browser()
    from .fetch import fetch_transport

    return fetch_transport()


def blocking_transport() -> Transport:
    """Return the transport for a call that blocks: fetch where this call can switch stacks.

    Raises:
        ConnectionError: there is no browser here, and no transport was set.
        BrowserLimitError: no call like this one can block here.
    """
    if _override is not None:
        return _override
    _require_browser()
    from pyodide.ffi import can_run_sync

    if can_run_sync():
        from .fetch import blocking_fetch_transport

        return blocking_fetch_transport()
    if not _has_xhr():
        raise BrowserLimitError(
            "A blocking call is not possible here: this call cannot switch stacks (JSPI), and "
            "there is no XMLHttpRequest (Node, Deno, service workers). Await the async functions "
            "of pyfetch_requests, or start Python with runPythonAsync in a runtime that has JSPI: "
            "Deno, Node from 25 on, Node 22 to 24 with --experimental-wasm-jspi, Node 20 with "
            "--experimental-wasm-stack-switching."
        )
    from .xhr import xhr_transport

    return xhr_transport()


@cache
def _has_xhr() -> bool:
    import js

    return bool(getattr(js, "XMLHttpRequest", None))


def _require_browser() -> None:
    if not IN_BROWSER:
        raise ConnectionError(
            "pyfetch_requests sends requests with a browser's fetch, and this Python runs outside "
            "of Pyodide. Use requests here, or plug in a transport: "
            "Session(transport=...), or pyfetch_requests.testing.MockTransport in tests."
        )


def base_url() -> str | None:
    """Return what relative URLs are resolved against: the page, or the origin of a worker.

    None where there is neither: in Node, in Deno, and outside of Pyodide.
    """
    if not IN_BROWSER:
        return None
    import js

    document = getattr(js, "document", None)
    if document:
        return str(document.baseURI)
    location = getattr(js, "location", None)
    if not location:
        return None
    # A worker made from a blob: URL has no origin in its location, but one of its own.
    origin = str(location.origin)
    if origin == "null":
        origin = str(getattr(js, "origin", "null"))
    return f"{origin}/" if origin != "null" else None


@cache
def is_node() -> bool:
    """Tell whether the runtime shows redirects, Cookie and Set-Cookie, as Node and Deno do."""
    if not IN_BROWSER:
        return False
    import js

    process: Any = getattr(js, "process", None)
    return (
        bool(process)
        and not getattr(js, "document", None)
        and bool(getattr(process.versions, "node", None))
    )


def in_page() -> bool:
    """Tell whether this is the main thread of a page, and not a worker."""
    import js

    return bool(getattr(js, "document", None))


def diagnose(url: str) -> str:
    """Say what is known of a failed request without asking anybody; see `js_errors`."""
    import js

    if getattr(js.navigator, "onLine", True) is False:
        return "offline"
    base = base_url()
    if base is None or origin_of(url) == origin_of(base):
        return ""
    if base.startswith("https:") and url.startswith("http:") and not _is_local(url):
        return "mixed"
    return "unknown"


def _is_local(url: str) -> bool:
    return origin_of(url).split("//")[1].partition(":")[0] in ("localhost", "127.0.0.1", "[::1]")


def milliseconds(seconds: float | None) -> float | None:
    """Return a time limit as a timer takes it; None for no limit, or for one beyond all timers."""
    limit = None if seconds is None else seconds * 1000
    return None if limit is None or limit > LONGEST_TIMER else limit


def load_script(name: str) -> str:
    """Return the text of one of the JavaScript files beside this module."""
    path = f"{__file__.rpartition('/')[0]}/{name}"
    # The loader reads from wherever the package is: a folder, or a zip file on sys.path.
    data: bytes = __spec__.loader.get_data(path)  # type: ignore[union-attr]
    return data.decode("utf-8")
