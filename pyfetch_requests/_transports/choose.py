"""Which transport serves a call: asked at the call, never at import.

One interpreter can switch stacks in one call and not in the next.
"""

from __future__ import annotations

from functools import cache

from .._wire import Transport
from ..exceptions import BrowserLimitError, ConnectionError
from . import runtime

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
    if _can_switch_stacks():
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


def _can_switch_stacks() -> bool:
    try:
        from pyodide.ffi import can_run_sync
    except ImportError:  # Pyodide 0.25
        return False
    return bool(can_run_sync())


@cache
def _has_xhr() -> bool:
    import js

    return bool(getattr(js, "XMLHttpRequest", None))


def _require_browser() -> None:
    if not runtime.IN_BROWSER:
        raise ConnectionError(
            "pyfetch_requests sends requests with a browser's fetch, and this Python runs outside "
            "of Pyodide. Use requests here, or plug in a transport: "
            "Session(transport=...), or pyfetch_requests.testing.MockTransport in tests."
        )
