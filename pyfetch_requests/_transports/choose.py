"""Chooses the transport of each call.

Decided at the call and never at import, because the same interpreter can switch stacks (JSPI) in
one call and not in the next: not below a plain JavaScript callback or `runPython`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING, Any, TypeAlias

from .._wire import Transport
from ..exceptions import ConnectionError
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
    return or_replaced(_real_async, owner)


def or_replaced(real: Callable[[Any], Transport], owner: Any) -> Transport:
    """Return the real transport of an adapter, or what was set instead of or in front of it."""
    if _override is not None:
        return _override
    return _layer(partial(real, owner)) if _layer else real(owner)


def _real_async(owner: Any) -> Transport:
    if not runtime.IN_PYODIDE:
        transport: Transport = sockets().async_transport(owner)
        return transport
    return _fetch()


@cache  # an import statement in each request takes longer than this
def _fetch() -> Transport:
    # Imported late: a worker that only blocks by XMLHttpRequest never needs it, nor the reverse.
    from .fetch import fetch_transport

    return fetch_transport()


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


def sockets() -> Any:
    """Return the module of the transports over sockets.

    Raises:
        ConnectionError: httpcore2 is not installed.
    """
    try:
        from . import sockets as module
    except ImportError as error:
        # A failed import inside of this package is a bug of ours, and must not look like advice.
        if (error.name or "").partition(".")[0] == __name__.partition(".")[0]:
            raise
        raise ConnectionError(
            f"{error.name} is not installed, and outside of a browser pyfetch_requests sends "
            "requests by httpcore2: pip install 'httpcore2[asyncio]'. Or pass a transport of your "
            "own: Session(transport=...), or pyfetch_requests.testing.mocked in tests."
        ) from error
    return module
