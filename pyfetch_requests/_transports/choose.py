"""Chooses the transport of each call.

Decided at the call and never at import, because the same interpreter can switch stacks (JSPI) in
one call and not in the next: not below a plain JavaScript callback or `runPython`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from .._wire import Transport
from ..exceptions import BrowserLimitError, ConnectionError
from . import runtime

if TYPE_CHECKING:
    from .websocket_connection import Connection

# Takes a function that returns the real transport of a call; returns the transport to use.
Layer: TypeAlias = Callable[[Callable[[], Transport]], Transport]

_override: Transport | None = None
_layer: Layer | None = None


def set_default_transport(transport: Transport | None) -> Transport | None:
    """Make every session without a transport of its own use this one; None undoes it.

    Returns:
        The transport that was set before, or None.
    """
    global _override
    before, _override = _override, transport
    return before


def set_layer(layer: Layer | None) -> Layer | None:
    """Put a layer in front of the real transports; None removes it.

    Unlike a default transport it does not change what a request may ask for.

    Returns:
        The layer that was set before, or None.
    """
    global _layer
    before, _layer = _layer, layer
    return before


def over_sockets(transport: Any = None) -> bool:
    """Tell whether requests go over sockets: outside of a browser, without another transport.

    Args:
        transport: that of an adapter; None if it has none of its own.
    """
    own = transport is not None and not getattr(transport, "is_default", False)
    return not (runtime.IN_PYODIDE or own or _override is not None)


def async_transport(owner: Any = None) -> Transport:
    """Return the transport for a call that is awaited.

    Args:
        owner: the adapter whose connections are used, where there are sockets.

    Raises:
        ConnectionError: there is neither a browser nor httpcore2, and no transport was set.
    """
    if _override is not None:
        return _override
    return _layer(partial(_real_async, owner)) if _layer else _real_async(owner)


def _real_async(owner: Any) -> Transport:
    if not runtime.IN_PYODIDE:
        transport: Transport = _sockets().async_transport(owner)
        return transport
    # Imported late: a worker that only blocks by XMLHttpRequest never needs it, nor the reverse.
    from .fetch import fetch_transport

    return fetch_transport()


def blocking_transport(owner: Any = None) -> Transport:
    """Return the transport for a call that blocks: `fetch` where this call can switch stacks.

    Args:
        owner: the adapter whose connections are used, where there are sockets.

    Raises:
        ConnectionError: there is neither a browser nor httpcore2, and no transport was set.
        BrowserLimitError: a call like this one cannot block here.
    """
    if _override is not None:
        return _override
    return _layer(partial(_real_blocking, owner)) if _layer else _real_blocking(owner)


def _real_blocking(owner: Any) -> Transport:
    if not runtime.IN_PYODIDE:
        transport: Transport = _sockets().blocking_transport(owner)
        return transport
    # Asked before the first byte is sent: a POST that has left cannot fall back to another way.
    if _can_switch_stacks():
        from .fetch import blocking_fetch_transport

        return blocking_fetch_transport()
    if not runtime.has_xhr():
        raise BrowserLimitError(
            "A blocking call is not possible here: this call cannot switch stacks (JSPI), and "
            "there is no XMLHttpRequest (Node, Deno, service workers). Await the async functions "
            "of pyfetch_requests, or run Python by runPythonAsync in a runtime that has JSPI: "
            "Deno, Bun, Node from 24 on, Node 22 with --experimental-wasm-jspi, Node 20 with "
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


def websocket_connection(url: str, protocols: Sequence[str], limit: int) -> Connection:
    """Return a WebSocket that is not connected yet: the browser's, or one of `websockets`."""
    # The limit is of unread bytes; outside of a browser it is that of one message.
    if runtime.IN_PYODIDE:
        from .websocket import BrowserSocket

        return BrowserSocket(url, protocols, limit)
    from .websocket_library import LibrarySocket

    return LibrarySocket(url, protocols, limit)


def close_connections(owner: Any) -> None:
    """Close the idle connections of an adapter, and those in use as soon as they are free."""
    # Where no request was sent over sockets there is nothing to close, and nothing to import.
    module = sys.modules.get(f"{__package__}.sockets")
    if module is not None:
        module.close(owner)


def _sockets() -> Any:
    try:
        from . import sockets
    except ImportError as error:
        # A failed import inside of this package is a bug of ours, and must not look like advice.
        if (error.name or "").partition(".")[0] == __name__.partition(".")[0]:
            raise
        raise ConnectionError(
            f"{error.name} is not installed, and outside of a browser pyfetch_requests sends "
            "requests by httpcore2: pip install 'httpcore2[asyncio]'. Or pass a transport of your "
            "own: Session(transport=...), or pyfetch_requests.testing.mocked in tests."
        ) from error
    return sockets
