"""A WebSocket outside of a browser, by the library `websockets`, with the methods of the browser's.

Imported on CPython only. The library answers pings and checks frames by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from ..exceptions import ConnectionError
from .websocket_connection import ABNORMAL_CLOSURE

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection
    from websockets.exceptions import ConnectionClosed
    from websockets.typing import Subprotocol


class LibrarySocket:
    """One connection; see `websocket_connection.Connection`."""

    def __init__(self, url: str, protocols: Sequence[str], limit: int) -> None:
        self._url, self._protocols, self._limit = url, protocols, limit
        self._connection: ClientConnection | None = None
        self.protocol = ""
        self.closed: tuple[int, str] | None = None

    async def open(self) -> None:
        """Connect.

        Raises:
            ImportError: the library is not installed.
            ConnectionError: there is no server, or it does not accept a WebSocket.
        """
        try:
            from websockets.asyncio.client import connect
            from websockets.exceptions import WebSocketException
        except ImportError as error:
            raise ImportError(
                "websocket() needs the library websockets outside of a browser, version 14 or "
                "newer: pip install websockets"
            ) from error
        offered = cast("list[Subprotocol]", list(self._protocols))
        try:
            # max_size limits one message; a slow reader stops the server by TCP's flow control.
            connecting = connect(self._url, subprotocols=offered or None, max_size=self._limit)
            self._connection = await connecting
        except (OSError, WebSocketException) as error:
            raise ConnectionError(f"WebSocket {self._url}: no connection: {error}") from error
        self.protocol = self._connection.subprotocol or ""

    async def next(self) -> str | bytes | None:
        """Return the next message, None at the end."""
        from websockets.exceptions import ConnectionClosed

        if self._connection is None or self.closed is not None:
            return None
        try:
            return await self._connection.recv()
        except ConnectionClosed as error:
            self._end(error)
            return None

    async def send(self, message: str | bytes) -> None:
        """Send a message, and wait while too many bytes are buffered."""
        from websockets.exceptions import ConnectionClosed

        # Silently dropped, as a browser does once the connection is closing: `next` tells the end.
        if self._connection is None or self.closed is not None:
            return
        if isinstance(message, str) and not message.isascii():
            # As in a browser: U+FFFD for half of a pair, at which the library breaks off.
            message = message.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        try:
            await self._connection.send(message)
        except ConnectionClosed as error:
            self._end(error)

    async def close(self, code: int, reason: str) -> None:
        """Perform the closing handshake."""
        if self._connection is not None and self.closed is None:
            await self._connection.close(code, reason)
            self.closed = (code, reason)

    def _end(self, error: ConnectionClosed) -> None:
        # `sent` alone where the library closed the connection, as for a message above max_size.
        frame = error.rcvd or error.sent
        self.closed = (frame.code, frame.reason) if frame else ABNORMAL_CLOSURE

    def abort(self) -> None:
        """End the connection without the closing handshake."""
        if self._connection is not None:
            # `close()` of the library waits for the handshake, up to its own time limit.
            self._connection.transport.abort()
        self.closed = self.closed or ABNORMAL_CLOSURE
