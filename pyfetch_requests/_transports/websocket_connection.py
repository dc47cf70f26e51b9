"""What the two kinds of WebSocket connections have in common: their methods, and one code."""

from __future__ import annotations

from typing import Protocol

# (code, reason) of a connection that ended without a close frame. Source: RFC 6455, section 7.4.1.
ABNORMAL_CLOSURE = (1006, "")


class Connection(Protocol):
    """One WebSocket connection.

    Attributes:
        protocol: the subprotocol that the server has chosen, "" for none.
        closed: (code, reason) once it is closed, None before.
    """

    protocol: str
    closed: tuple[int, str] | None

    async def open(self) -> None:
        """Connect."""

    async def next(self) -> str | bytes | None:
        """Return the next message, None at the end."""

    async def send(self, message: str | bytes) -> None:
        """Send a message, and wait while too many bytes are buffered."""

    async def close(self, code: int, reason: str) -> None:
        """Perform the closing handshake."""

    def abort(self) -> None:
        """End the connection without the closing handshake."""
