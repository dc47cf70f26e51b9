"""Connections and their pools at moments that a request seldom meets."""

from __future__ import annotations

import asyncio
import gc
import socket
import ssl
import struct
import time
from typing import Any
from urllib.parse import urlsplit

import httpcore2
import pytest

from pyfetch_requests._transports import asyncio_streams, socket_pools
from pyfetch_requests._transports.socket_pools import Pool, Pools

from .secure import Secure


def test_a_secure_connection_is_asked_while_it_ends(secure: Secure) -> None:
    async def story() -> None:
        port = urlsplit(secure.open).port or 0
        context = ssl.create_default_context(cafile=secure.ca)
        plain = await asyncio_streams.Backend().connect_tcp("127.0.0.1", port)
        stream = await plain.start_tls(context, "127.0.0.1")
        await stream.aclose()
        for _ in range(5):
            await asyncio.sleep(0)
            stream.get_extra_info("is_readable")
        assert stream.get_extra_info("is_readable")

    asyncio.run(story())


@pytest.mark.parametrize("copies", [True, False])
def test_a_large_body_ends_with_its_connection(
    copies: bool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(asyncio_streams, "_COPIES", copies)

    async def story() -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
            stream = await asyncio_streams.Backend().connect_tcp("127.0.0.1", port)
            connection, _ = listener.accept()
            # Closed by RST, which the event loop does not see before it writes.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()
            time.sleep(0.05)

            async def exchange() -> None:
                await stream.write(bytes(20_000_000))
                await stream.read(1)

            with pytest.raises((httpcore2.WriteError, httpcore2.ReadError)):
                await exchange()

    asyncio.run(story())
    assert caplog.messages == []


class Connection:
    """An idle one, which drops a body when it is asked whether it has expired."""

    def __init__(self, pools: Pools, pool: Pool, bodies: list[Connection]) -> None:
        self._give_back = lambda each: pools.give_back(pool, each)
        self._bodies = bodies

    def is_closed(self) -> bool:
        return False

    def is_idle(self) -> bool:
        return True

    def has_expired(self) -> bool:
        if self._bodies:
            body = Body(self._give_back, self._bodies.pop())
            body.cycle = body
            del body
            gc.collect()
        return False


class Body:
    """One in a cycle, which only the garbage collector finds."""

    cycle: Any = None

    def __init__(self, give_back: Any, connection: Connection) -> None:
        self._give_back = give_back
        self._connection = connection

    def __del__(self) -> None:
        self._give_back(self._connection)


@pytest.mark.parametrize("kept", [1, 2, 10])
def test_garbage_gives_back_while_idle_connections_are_asked(
    kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket_pools, "_LOOK_EVERY", 0)
    closed: list[Any] = []
    pools = Pools(kept, lambda connection, _: closed.append(connection))
    pool = pools.enter((None,), lambda: Pool(lambda: None, None))  # type: ignore[arg-type,return-value]
    bodies: list[Connection] = []
    connections = [Connection(pools, pool, bodies) for _ in range(4)]
    bodies.append(connections[3])
    for connection in connections[:3]:
        pools.give_back(pool, connection)  # type: ignore[arg-type]
    assert len(set(closed)) == len(closed) == max(0, 4 - kept)
    assert {*closed, *pool.idle} == {*connections}
