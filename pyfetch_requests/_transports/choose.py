"""Which transport serves a call: asked at the call, never at import.

One interpreter can switch stacks in one call and not in the next.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

from .._wire import Transport
from ..exceptions import BrowserLimitError, ConnectionError
from . import runtime

# Takes what gives the real transport of a call, and returns the one that is used.
Layer: TypeAlias = Callable[[Callable[[], Transport]], Transport]

_override: Transport | None = None
_layer: Layer | None = None


def set_default_transport(transport: Transport | None) -> Transport | None:
    """Make every session without a transport of its own use this one; None ends it.

    Returns:
        The transport that was set before, None for none.
    """
    global _override
    before, _override = _override, transport
    return before


def set_layer(layer: Layer | None) -> Layer | None:
    """Put something in front of the real transports; None ends it.

    Unlike a default transport it changes nothing of what may be asked for.

    Returns:
        What was set before, None for nothing.
    """
    global _layer
    before, _layer = _layer, layer
    return before


def over_sockets(transport: Any = None) -> bool:
    """Tell whether requests go over sockets: outside of a browser, and no other way was chosen.

    Args:
        transport: that of an adapter, None for one that has none of its own.
    """
    own = transport is not None and not getattr(transport, "is_default", False)
    return not (runtime.IN_BROWSER or own or _override is not None)


def async_transport(owner: Any = None) -> Transport:
    """Return the transport for a call that is awaited.

    Args:
        owner: whose connections are used, where there are sockets: an adapter.

    Raises:
        ConnectionError: there are neither a browser nor sockets here, and no transport was set.
    """
    if _override is not None:
        return _override
    return _layer(partial(_real_async, owner)) if _layer else _real_async(owner)


def _real_async(owner: Any) -> Transport:
    if not runtime.IN_BROWSER:
        transport: Transport = _sockets().async_transport(owner)
        return transport
    from .fetch import fetch_transport

    return fetch_transport()


def blocking_transport(owner: Any = None) -> Transport:
    """Return the transport for a call that blocks: fetch where this call can switch stacks.

    Args:
        owner: whose connections are used, where there are sockets: an adapter.

    Raises:
        ConnectionError: there are neither a browser nor sockets here, and no transport was set.
        BrowserLimitError: no call like this one can block here.
    """
    if _override is not None:
        return _override
    return _layer(partial(_real_blocking, owner)) if _layer else _real_blocking(owner)


def _real_blocking(owner: Any) -> Transport:
    if not runtime.IN_BROWSER:
        transport: Transport = _sockets().blocking_transport(owner)
        return transport
    if _can_switch_stacks():
        from .fetch import blocking_fetch_transport

        return blocking_fetch_transport()
    if not runtime.has_xhr():
        raise BrowserLimitError(
            "A blocking call is not possible here: this call cannot switch stacks (JSPI), and "
            "there is no XMLHttpRequest (Node, Deno, service workers). Await the async functions "
            "of pyfetch_requests, or start Python with runPythonAsync in a runtime that has JSPI: "
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


def close_connections(owner: Any) -> None:
    """Close the connections that an adapter has kept; those in use are closed after it."""
    module = sys.modules.get(f"{__package__}.sockets")
    if module is not None:
        module.close(owner)


def _sockets() -> Any:
    try:
        from . import sockets
    except ImportError as error:
        if (error.name or "").partition(".")[0] == __name__.partition(".")[0]:
            raise
        raise ConnectionError(
            "Outside of a browser pyfetch_requests sends requests by httpcore2, and "
            f"{error.name} is missing: pip install 'httpcore2[asyncio]'. Or plug in a transport of "
            "your own: Session(transport=...), or pyfetch_requests.testing.mocked in tests."
        ) from error
    return sockets
