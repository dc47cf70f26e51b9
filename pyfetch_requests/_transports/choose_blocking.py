"""Chooses the transport of a call that blocks; see `choose`."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from .._wire import Transport
from ..exceptions import BrowserLimitError
from . import choose, runtime


def blocking_transport(owner: Any = None) -> Transport:
    """Return the transport for a call that blocks: `fetch` where this call can switch stacks.

    Args:
        owner: the adapter whose connections are used, where there are sockets.

    Raises:
        ConnectionError: there is neither a browser nor httpcore2, and no transport was set.
        BrowserLimitError: a call like this one cannot block here.
    """
    return choose.or_replaced(_real_blocking, owner)


def _real_blocking(owner: Any) -> Transport:
    if not runtime.IN_PYODIDE:
        transport: Transport = choose.sockets().blocking_transport(owner)
        return transport
    # Asked before the first byte is sent: a POST that has left cannot fall back to another way.
    if _can_run_sync()():
        return _over_fetch()
    if not runtime.has_xhr():
        raise BrowserLimitError(
            "A blocking call is not possible here: this call cannot switch stacks (JSPI), and "
            "there is no XMLHttpRequest (Node, Deno, service workers). Await the async functions "
            "of pyfetch_requests, or run Python by runPythonAsync in a runtime that has JSPI: "
            "Deno, Bun, Node from 24 on, Node 22 with --experimental-wasm-jspi, Node 20 with "
            "--experimental-wasm-stack-switching."
        )
    return _over_xhr()


# Cached: an import statement in each request would take longer than all the rest of this module.
@cache
def _can_run_sync() -> Callable[[], bool]:
    """Return Pyodide's function that tells whether a call can switch stacks."""
    try:
        from pyodide.ffi import can_run_sync
    except ImportError:  # Pyodide 0.25
        return lambda: False
    return can_run_sync


@cache
def _over_fetch() -> Transport:
    from .fetch import blocking_fetch_transport

    return blocking_fetch_transport()


@cache
def _over_xhr() -> Transport:
    from .xhr import xhr_transport

    return xhr_transport()
