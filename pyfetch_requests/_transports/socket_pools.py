"""Connection pools over httpcore2's connections: which are in use, and which are idle.

httpcore2's own pool looks at all of its connections for each request, so the time grows with the
square of the number of concurrent requests. Here a request costs the same among hundreds.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any, TypeAlias

from . import event_loops
from .socket_bodies import state_of

if TYPE_CHECKING:
    import httpcore2

    Connection: TypeAlias = httpcore2.ConnectionInterface | httpcore2.AsyncConnectionInterface


# Seconds between two looks at all idle connections: servers may have closed some.
_LOOK_EVERY = 1.0


class Pool:
    """The connections to one server with the same settings (TLS, proxy, event loop).

    Args:
        make: creates a connection, which connects when it gets its first request.
        limit: a semaphore that a request holds while it has a connection, None for no limit.
        place: the event loop, None for blocking connections.
        fingerprint: that the certificate of the server has to have, "" if it may have any.
        is_proxied: whether a proxy is between.
    """

    def __init__(
        self,
        make: Callable[[], Connection],
        limit: Any,
        place: object = None,
        fingerprint: str = "",
        is_proxied: bool = False,
    ) -> None:
        self.make = make
        self.place = place
        self.limit = limit
        self.fingerprint = fingerprint
        self.is_proxied = is_proxied
        self.idle: list[Connection] = []
        self.users = 0
        self.is_of_parent = False


class Pools:
    """The pools of a transport, with a common limit of idle connections.

    Args:
        kept: number of idle connections to keep; those that have been idle longest go first.
        close: closes an idle connection of a place without waiting, from any thread.
    """

    def __init__(self, kept: int, close: Callable[[Any, object], None]) -> None:
        self._kept = kept
        self._close = close
        self._retired = False
        self._look_again = 0.0
        self._pools: dict[tuple[Hashable, ...], Pool] = {}
        self._idle: dict[Connection, Pool] = {}  # the longest idle first
        # Reentrant: the garbage collector may run in here, and a dropped body gives its connection
        # back in the same thread.
        self._lock = threading.RLock()

    def enter(self, key: tuple[Hashable, ...], new: Callable[[], Pool]) -> Pool:
        """Return the pool of a key, and count one more user until `leave`.

        Args:
            key: what its connections have in common; its first item is the event loop.
            new: creates the pool.
        """
        with self._lock:
            pool = self._pools.get(key)
            if pool is None:
                self._clear()
                pool = self._pools[key] = new()
            pool.users += 1
            return pool

    def leave(self, pool: Pool) -> None:
        """Count one user of a pool less."""
        with self._lock:
            pool.users -= 1

    def take(self, pool: Pool) -> Connection:
        """Return the connection that was used last, or a new one."""
        # The last one is the least likely to have been closed by the server.
        while connection := self._last_of(pool):
            # An idle socket with data to read was closed. It is asked outside of the lock: that is
            # a call of the system.
            if not connection.has_expired():
                return connection
            self._close(connection, pool.place)
        return pool.make()

    def _last_of(self, pool: Pool) -> Connection | None:
        with self._lock:
            if not pool.idle:
                return None
            connection = pool.idle.pop()
            del self._idle[connection]
            return connection

    def give_back(self, pool: Pool, connection: Connection) -> None:
        """Keep a connection if it can be used again, else close it."""
        # Closed outside of the lock, which other threads wait for.
        surplus = {connection: pool}
        with self._lock:
            if _is_usable(connection) and not (self._retired or pool.is_of_parent):
                surplus = self._after_keeping(pool, connection)
        for each, owner in surplus.items():
            if not each.is_closed():
                self._close(each, owner.place)

    def retire(self) -> None:
        """Close all idle connections, and from now on every one that becomes idle."""
        with self._lock:
            self._retired = True
            ended, self._idle = self._idle, {}
            for pool in self._pools.values():
                pool.idle.clear()
        for connection, pool in ended.items():
            self._close(connection, pool.place)

    def forget(self) -> None:
        """Start anew in a process that was forked: all connections are those of its parent."""
        self._lock = threading.RLock()  # another thread may have held it
        for pool in self._pools.values():
            pool.is_of_parent = True
        self._pools, self._idle = {}, {}

    def _after_keeping(self, pool: Pool, connection: Connection) -> dict[Connection, Pool]:
        """Keep a connection; return those that have to be closed: one too many, or ended."""
        pool.idle.append(connection)
        self._idle[connection] = pool
        ended: list[Connection] = []
        now = time.monotonic()
        if now >= self._look_again:
            self._look_again = now + _LOOK_EVERY
            # Of a copy: while they are asked, the garbage collector may give others back.
            others = list(self._idle)
            ended = [each for each in others if each is not connection and each.has_expired()]
        surplus: dict[Connection, Pool] = {}
        while ended or len(self._idle) > self._kept:
            each = ended.pop() if ended else next(iter(self._idle))
            if owner := self._idle.pop(each, None):
                owner.idle.remove(each)
                surplus[each] = owner
        return surplus

    def _clear(self) -> None:
        """Forget unused pools, and close those of event loops that are over."""
        # Only when a pool is added: a program that asks thousands of hosts must not keep them all.
        for key, pool in list(self._pools.items()):
            if pool.place is not None and event_loops.is_over(pool.place):
                for connection in pool.idle:
                    del self._idle[connection]
                    self._close(connection, pool.place)
            elif pool.users or pool.idle:
                continue
            del self._pools[key]


def _is_usable(connection: Connection) -> bool:
    """Tell whether a connection can be used again: it is open, and nothing followed the response.

    Bytes after the end of a response would be read as the response to the next request. h11 keeps
    them, and httpcore2 does not look.
    """
    if connection.is_closed() or not connection.is_idle():
        return False
    state = state_of(connection)
    return state is None or not state.trailing_data[0]


class Held:
    """What one request holds: a count in a pool, a connection, and a slot of the limit.

    Args:
        transport: the `SocketTransport`.
        pool: the pool that was entered.
    """

    def __init__(self, transport: Any, pool: Pool) -> None:
        self.transport = transport
        self.pool = pool
        self.connection: Connection | None = None
        self._limit: Any = None

    async def take(self) -> Any:
        """Return a connection; wait for one if there is a limit."""
        if limit := self.pool.limit:
            await self.transport.acquire(limit)
            self._limit = limit
        self.connection = self.transport.pools.take(self.pool)
        return self.connection

    async def finish(self, stream: Any, chunks: Any) -> None:
        """Close a body and the iterator over it, and release everything."""
        try:
            await self.transport.close_stream(stream, chunks)
        finally:
            self.end()

    def end(self) -> None:
        """Release everything."""
        if self.connection:
            self.transport.pools.give_back(self.pool, self.connection)
        if self._limit:
            self._limit.release()
        self.transport.pools.leave(self.pool)
