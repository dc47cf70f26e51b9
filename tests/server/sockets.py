"""WebSockets, honest and hostile: the path says what happens to a connection.

| path | what happens |
|---|---|
| /echo | every message comes back |
| /send/COUNT/SIZE | COUNT messages of SIZE bytes, then the end |
| /close/CODE/REASON | the end at once, with this code, even one that must not be sent |
| /abort | the connection breaks |
| /deaf | nothing is read for a while, and everything is discarded after it |
| /refuse | status 403 in place of a handshake |
| /wrong | a protocol is chosen that was not offered |
| /open | the number of other open connections, as text, then the end |
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Sequence
from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

if TYPE_CHECKING:
    from websockets.http11 import Request, Response
    from websockets.typing import Subprotocol

_open: set[ServerConnection] = set()


def parts_of(connection: ServerConnection) -> list[str]:
    assert connection.request is not None
    return connection.request.path.strip("/").split("/")


async def answer(connection: ServerConnection) -> None:
    """Serve one connection to its end."""
    what, *options = parts_of(connection)
    if what == "open":
        await connection.send(str(len(_open)))
        return
    _open.add(connection)
    try:
        with suppress(ConnectionClosed):
            await _serve(connection, what, options)
    finally:
        _open.discard(connection)


async def _serve(connection: ServerConnection, what: str, options: Sequence[str]) -> None:
    if what == "echo":
        async for message in connection:
            await connection.send(message)
    elif what == "send":
        for _ in range(int(options[0])):
            await connection.send(b"x" * int(options[1]))
    elif what == "close":
        code, reason = int(options[0]), "".join(options[1:])
        if code in (1001, 1011) or code >= 3000:
            await connection.close(code, reason)
            return
        payload = struct.pack(">H", code) + reason.encode()
        connection.transport.write(bytes((0x88, len(payload))) + payload)
        await asyncio.sleep(0.5)
        connection.transport.close()
    elif what == "abort":
        connection.transport.abort()
    elif what == "deaf":
        await asyncio.sleep(2.5)
        async for _ in connection:
            pass


def refusal(connection: ServerConnection, request: Request) -> Response | None:
    if request.path == "/refuse":
        return connection.respond(HTTPStatus.FORBIDDEN, "no")
    return None


def choice(connection: ServerConnection, offered: Sequence[Subprotocol]) -> Subprotocol | None:
    if parts_of(connection)[0] == "wrong":
        return "other"  # type: ignore[return-value]
    return offered[-1] if offered else None


async def start(host: str) -> Server:
    """Listen on a free port."""
    return await serve(
        answer, host, 0, process_request=refusal, select_subprotocol=choice, max_size=None
    )
