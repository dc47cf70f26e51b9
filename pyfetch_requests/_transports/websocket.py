"""The browser's own WebSocket: what it says, in a queue that can be awaited.

Source: WHATWG WebSockets, section 3. No function is evaluated: it works under every
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

if TYPE_CHECKING:
    from .js_values import JsValue

_EVENTS = ("open", "message", "close")
_BUFFERED = 1 << 20  # bytes that may wait to be sent
_LOOK_EVERY = 0.01  # seconds between two looks at how many do: no event tells


class BrowserSocket:
    """One connection.

    Args:
        url: ws: or wss:.
        protocols: that the server may choose from.
        limit: how many bytes may wait to be read.

    Attributes:
        protocol: what the server has chosen, "" for none.
        closed: (code, reason) once it is over, None before.
    """

    def __init__(self, url: str, protocols: Sequence[str], limit: int) -> None:
        self._url, self._protocols, self._limit = url, protocols, limit
        self._messages: deque[str | bytes] = deque()
        self._waiting = 0
        self._changed = asyncio.Event()
        self._socket: JsValue | None = None
        self._listener: JsValue | None = None
        self._is_open = False
        self.protocol = ""
        self.closed: tuple[int, str] | None = None

    async def open(self) -> None:
        """Connect.

        Raises:
            ConnectionError: the server is not there, or no WebSocket is.
            BrowserLimitError: this runtime has none.
        """
        from pyodide.ffi import JsException, create_proxy, to_js

        constructor = js_global("WebSocket")
        if constructor is None:
            raise BrowserLimitError("There is no WebSocket here: Node has one from 22 on.")
        policy.watch_policy()
        try:
            self._socket = socket = constructor.new(self._url, to_js(self._protocols))
        except JsException as error:
            name, message = promises.describe(error)
            raise ConnectionError(f"WebSocket {self._url}: {name}: {message}") from error
        socket.binaryType = "arraybuffer"
        self._listener = cast("JsValue", create_proxy(self._take))
        for name in _EVENTS:
            socket.addEventListener(name, self._listener)
        try:
            await self._until(lambda: self._is_open)
        except BaseException:
            self.drop()
            raise
        if not self._is_open:
            raise ConnectionError(f"WebSocket {self._url}: {await self._why()}")

    async def _why(self) -> str:
        import js

        await asyncio.sleep(0)  # violations of a policy are reported late
        if policy.is_forbidden_by_policy(js.URL.new(self._url)):
            return "the Content-Security-Policy of this page forbids it (connect-src)."
        return (
            "no connection (code 1006). A browser does not tell why: the server is not there, has "
            "refused, speaks no WebSocket, or has chosen a protocol that was not asked for."
        )

    def _take(self, event: JsValue) -> None:
        if event.type == "open":
            self.protocol = str(event.target.protocol)
            self._is_open = self.protocol in ("", *self._protocols)
            if not self._is_open:  # Deno does not look
                self.drop()
        elif event.type == "message":
            message = event.data if isinstance(event.data, str) else event.data.to_bytes()
            self._waiting += len(message)
            if self._waiting <= self._limit:
                self._messages.append(message)
            else:
                self.closed = (1009, f"more than {self._limit:,} bytes came that nobody read")
                self.drop()
        else:
            # Deno has 0 for an end that breaks the protocol, where the standard has 1006.
            self.closed = (event.code or 1006, str(event.reason))
            self._forget()
        self._changed.set()

    async def _until(self, done: Callable[[], object]) -> None:
        while not done() and self.closed is None:
            self._changed.clear()
            await self._changed.wait()

    async def next(self) -> str | bytes | None:
        """Return the next message, None when there is none any more."""
        await self._until(lambda: self._messages)
        if not self._messages:
            return None
        message = self._messages.popleft()
        self._waiting -= len(message)
        return message

    async def send(self, message: str | bytes) -> None:
        """Send a message, and wait while too many bytes wait to leave."""
        from pyodide.ffi import to_js

        socket = self._socket
        if socket is None or self.closed is not None:
            return
        socket.send(message if isinstance(message, str) else to_js(message))
        while self.closed is None and socket.bufferedAmount > _BUFFERED:
            await asyncio.sleep(_LOOK_EVERY)

    async def close(self, code: int, reason: str) -> None:
        """Say good-bye, and wait for the answer."""
        if self._socket is not None and self.closed is None:
            self._socket.close(code, reason)
            await self._until(lambda: False)

    def drop(self) -> None:
        """End it without waiting for anything."""
        self.closed = self.closed or (1006, "")
        if self._socket is not None:
            self._socket.close()
        self._forget()

    def _forget(self) -> None:
        socket, listener = self._socket, self._listener
        self._socket = self._listener = None
        if socket is None or listener is None:
            return
        for name in _EVENTS:
            socket.removeEventListener(name, listener)
        # Later: this may be a call of the very function.
        asyncio.get_running_loop().call_soon(listener.destroy)
