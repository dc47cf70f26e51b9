"""The browser's WebSocket, with its events in a queue that can be awaited.

Source: WHATWG WebSockets, section 3. No source is evaluated, so it works under every
Content-Security-Policy.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, cast

from ..exceptions import BrowserLimitError, ConnectionError
from . import policy, promises
from .runtime import js_global
from .websocket_connection import ABNORMAL_CLOSURE

if TYPE_CHECKING:
    from .js_values import JsValue

_EVENTS = ("open", "message", "close")  # "error" says no more than the "close" that follows it
_MAX_BUFFERED = 1 << 20  # bytes that may be buffered before `send` waits
_BUFFER_POLL = 0.01  # seconds; no event says that bufferedAmount has become less


class BrowserSocket:
    """One connection; see `websocket_connection.Connection`.

    Args:
        url: ws: or wss:.
        protocols: the subprotocols that the server may choose from.
        limit: how many bytes may be queued that nobody has read.
    """

    def __init__(self, url: str, protocols: Sequence[str], limit: int) -> None:
        self._url, self._protocols, self._limit = url, protocols, limit
        self._messages: deque[str | bytes] = deque()
        self._queued = 0  # bytes (characters of text) in _messages
        self._changed = asyncio.Event()
        self._socket: JsValue | None = None
        self._listener: JsValue | None = None
        self._is_open = False
        self.protocol = ""
        self.closed: tuple[int, str] | None = None

    async def open(self) -> None:
        """Connect.

        Raises:
            ConnectionError: there is no server, or it does not accept a WebSocket.
            BrowserLimitError: this runtime has no WebSocket.
        """
        from pyodide.ffi import JsException, create_proxy, to_js

        constructor = js_global("WebSocket")
        if constructor is None:
            raise BrowserLimitError("There is no WebSocket here. Node has one from version 22 on.")
        policy.watch_policy()
        try:
            self._socket = socket = constructor.new(self._url, to_js(self._protocols))
        except JsException as error:
            name, message = promises.describe(error)
            raise ConnectionError(f"WebSocket {self._url}: {name}: {message}") from error
        socket.binaryType = "arraybuffer"  # the default, "blob", would have to be awaited
        self._listener = cast("JsValue", create_proxy(self._on_event))
        for name in _EVENTS:
            socket.addEventListener(name, self._listener)
        try:
            await self._wait_for(lambda: self._is_open)
        except BaseException:
            self.abort()
            raise
        if not self._is_open:
            raise ConnectionError(f"WebSocket {self._url}: {await self._failure_reason()}")

    async def _failure_reason(self) -> str:
        import js

        await asyncio.sleep(0)  # policy violations are reported by a later task
        if policy.is_forbidden_by_policy(js.URL.new(self._url)):
            return "the Content-Security-Policy of this page forbids it (connect-src)."
        return (
            "no connection (code 1006). The browser does not say why: the server cannot be "
            "reached, refused, does not speak WebSocket, or chose a protocol that was not offered, "
            "or the Content-Security-Policy of this page forbids it (connect-src)."
        )

    def _on_event(self, event: JsValue) -> None:
        if event.type == "open":
            self.protocol = str(event.target.protocol)
            # RFC 6455, section 4.1: a client fails the connection. Deno does not.
            self._is_open = self.protocol in ("", *self._protocols)
            if not self._is_open:
                self.abort()
        elif event.type == "message":
            message = event.data if isinstance(event.data, str) else event.data.to_bytes()
            self._queued += len(message)
            # A WebSocket has no backpressure: whatever the server sends arrives here.
            if self._queued <= self._limit:
                self._messages.append(message)
            else:
                self.closed = (1009, f"more than {self._limit:,} unread bytes")
                self.abort()
        else:
            # Deno has the code 0 for a protocol error, where the standard has 1006.
            self.closed = (event.code or ABNORMAL_CLOSURE[0], str(event.reason))
            self._detach()
        self._changed.set()

    async def _wait_for(self, condition: Callable[[], object]) -> None:
        """Wait until a condition holds, or the connection is closed."""
        while not condition() and self.closed is None:
            self._changed.clear()
            await self._changed.wait()

    async def next(self) -> str | bytes | None:
        """Return the next message, None at the end."""
        # What was queued before the end is delivered first.
        await self._wait_for(lambda: self._messages)
        if not self._messages:
            return None
        message = self._messages.popleft()
        self._queued -= len(message)
        return message

    async def send(self, message: str | bytes) -> None:
        """Send a message, and wait while too many bytes are buffered."""
        from pyodide.ffi import to_js

        socket = self._socket
        if socket is None or self.closed is not None:
            return
        socket.send(message if isinstance(message, str) else to_js(message))
        while self.closed is None and socket.bufferedAmount > _MAX_BUFFERED:
            await asyncio.sleep(_BUFFER_POLL)

    async def close(self, code: int, reason: str) -> None:
        """Perform the closing handshake."""
        if self._socket is not None and self.closed is None:
            self._socket.close(code, reason)
            await self._wait_for(lambda: False)

    def abort(self) -> None:
        """End the connection without waiting for the closing handshake."""
        self.closed = self.closed or ABNORMAL_CLOSURE
        if self._socket is not None:
            self._socket.close()  # there is no abort(); the browser ends it in the background
        self._detach()

    def _detach(self) -> None:
        socket, listener = self._socket, self._listener
        self._socket = self._listener = None
        if socket is None or listener is None:
            return
        for name in _EVENTS:
            socket.removeEventListener(name, listener)
        # Later, because this may run inside a call of the listener.
        asyncio.get_running_loop().call_soon(listener.destroy)
