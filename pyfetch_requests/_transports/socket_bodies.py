"""Reads a body of known length past h11, which copies each piece three times.

h11 decides how long a body is, and is told at its end how much of it was read past it, so its state
is the one it would have reached by itself. Nothing behind the end of the body is ever read here: it
stays in the socket, where it is found before the connection is used again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import h11
import httpcore2

_PIECE = 1 << 18  # bytes to read at once; asyncio reads as many


def state_of(connection: object) -> h11.Connection | None:
    """Return the state that h11 keeps for a connection of httpcore2, None for HTTP/2."""
    state: h11.Connection | None = _innermost(connection).get("_h11_state")
    return state


def network_of(connection: object) -> Any:
    """Return the stream below a connection, None before it is connected."""
    return _innermost(connection).get("_network_stream")


def _innermost(connection: object) -> dict[str, Any]:
    """Return the attributes of the connection that speaks HTTP, inside of those to a proxy."""
    parts = vars(connection)
    while inside := parts.get("_connection"):
        parts = vars(inside)
    return parts


def chunks_of(connection: object, answer: httpcore2.Response, limit: float | None) -> Any:
    """Return an iterable over a body, of the kind that the face needs.

    Args:
        connection: what the answer came from.
        answer: httpcore2's.
        limit: seconds to wait for each chunk, None for ever.
    """
    state = state_of(connection)
    reader = getattr(state, "_reader", None)
    # Other readers, such as that of a body in chunks, have no such number.
    if state is None or getattr(reader, "_remaining", None) is None:
        return answer.stream
    return _KnownLength(state, reader, answer.extensions["network_stream"], limit)


class _KnownLength:
    def __init__(
        self, state: h11.Connection, reader: Any, network: Any, limit: float | None
    ) -> None:
        self._state, self._reader = state, reader
        self._network, self._limit = network, limit
        self._left = 0
        self._is_over = False  # asked once more, h11 would read what follows the response

    def __iter__(self) -> Iterator[bytes]:
        if chunk := self._start():
            yield chunk
        while self._left:
            yield self._counted(self._network.read(min(self._left, _PIECE), self._limit))
        self._end()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if chunk := self._start():
            yield chunk
        while self._left:
            yield self._counted(await self._network.read(min(self._left, _PIECE), self._limit))
        self._end()

    def _start(self) -> bytes:
        """Return what came along with the headers."""
        event = self._state.next_event()
        self._is_over = isinstance(event, h11.EndOfMessage)
        self._left = self._reader._remaining
        return bytes(event.data) if isinstance(event, h11.Data) else b""

    def _counted(self, chunk: bytes) -> bytes:
        if not chunk:
            self._end()
        self._left -= len(chunk)
        return chunk

    def _end(self) -> None:
        """Let h11 come to the end of the body.

        Raises:
            RemoteProtocolError: the connection ended before.
        """
        if self._is_over:
            return
        self._reader._remaining = self._left
        if self._left:
            self._state.receive_data(b"")
        try:
            self._state.next_event()
        except h11.RemoteProtocolError as error:
            raise httpcore2.RemoteProtocolError(error) from error
