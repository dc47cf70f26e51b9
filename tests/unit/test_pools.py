"""Which connection a request gets, and which ones are closed: with connections that only tell."""

from __future__ import annotations

from typing import Any

import pytest

from pyfetch_requests._transports import socket_pools
from pyfetch_requests._transports.socket_pools import Pool, Pools

KEY, OTHER = ("loop", "a.example"), ("loop", "b.example")


class Connection:
    """A connection that is idle and open, until it is told otherwise."""

    def __init__(self) -> None:
        self.idle, self.closed, self.expired = True, False, False

    def is_idle(self) -> bool:
        return self.idle

    def is_closed(self) -> bool:
        return self.closed

    def has_expired(self) -> bool:
        return self.expired

    def close(self) -> None:
        self.closed = True


class Clock:
    """What the module takes for the time, in seconds."""

    now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(socket_pools, "time", made)
    return made


def new_pools(kept: int = 10) -> Any:
    return Pools(kept, lambda connection, place: connection.close())


def new_pool() -> Any:
    return Pool(Connection, None)  # type: ignore[arg-type]


def idle(pools: Any, pool: Any, count: int) -> list[Any]:
    """Connections that were given back in this order."""
    made = [pools.take(pool) for _ in range(count)]
    for connection in made:
        pools.give_back(pool, connection)
    return made


def test_the_last_one_is_taken_first() -> None:
    pools = new_pools()
    pool = pools.enter(KEY, new_pool)
    first, second = idle(pools, pool, 2)
    assert pools.take(pool) is second
    assert pools.take(pool) is first
    assert pools.take(pool) not in (first, second)


def test_one_that_the_server_has_closed_is_not_taken() -> None:
    pools = new_pools()
    pool = pools.enter(KEY, new_pool)
    first, second = idle(pools, pool, 2)
    second.expired = True
    assert pools.take(pool) is first
    assert second.closed


def test_the_one_that_was_idle_longest_goes() -> None:
    pools = new_pools(kept=2)
    first, second = (pools.enter(key, new_pool) for key in (KEY, OTHER))
    made = [*idle(pools, first, 1), *idle(pools, second, 2)]
    assert [each.closed for each in made] == [True, False, False]
    assert pools.take(first) is not made[0]


@pytest.mark.parametrize(("seconds", "closed"), [(0.5, False), (1.5, True)])
def test_idle_ones_are_looked_at_once_a_second(clock: Clock, seconds: float, closed: bool) -> None:
    pools = new_pools()
    first, second = (pools.enter(key, new_pool) for key in (KEY, OTHER))
    [old] = idle(pools, first, 1)
    old.expired = True
    clock.now += seconds
    [fresh] = idle(pools, second, 1)
    assert (old.closed, fresh.closed) == (closed, False)


@pytest.mark.parametrize("attribute", ["idle", "closed"])
def test_what_cannot_be_used_again_is_not_kept(attribute: str) -> None:
    pools = new_pools()
    pool = pools.enter(KEY, new_pool)
    connection = pools.take(pool)
    setattr(connection, attribute, not getattr(connection, attribute))
    pools.give_back(pool, connection)
    assert connection.closed
    assert pools.take(pool) is not connection


def test_a_child_closes_what_its_parent_has_opened() -> None:
    pools = new_pools()
    pool = pools.enter(KEY, new_pool)
    [left] = idle(pools, pool, 1)
    used = pools.take(pool)
    assert used is left
    pools.forget()
    pools.give_back(pool, used)
    assert used.closed
    assert pools.enter(KEY, new_pool) is not pool


def test_after_the_end_nothing_is_kept() -> None:
    pools = new_pools()
    pool = pools.enter(KEY, new_pool)
    used, left = pools.take(pool), pools.take(pool)
    pools.give_back(pool, left)
    pools.retire()
    assert (left.closed, used.closed) == (True, False)
    pools.give_back(pool, used)
    assert used.closed


def test_a_pool_lives_while_somebody_uses_it() -> None:
    pools = new_pools()
    pool = pools.enter(KEY, new_pool)
    pools.enter(OTHER, new_pool)
    assert pools.enter(KEY, new_pool) is pool
    for _ in range(2):
        pools.leave(pool)
    pools.enter(("loop", "c.example"), new_pool)
    assert pools.enter(KEY, new_pool) is not pool


def test_the_pools_of_a_closed_loop_are_forgotten() -> None:
    class Loop:
        closed = False

        def is_closed(self) -> bool:
            return self.closed

    loop, pools = Loop(), new_pools(kept=1)
    pool = pools.enter((loop, "a.example"), lambda: Pool(Connection, None, loop))  # type: ignore[arg-type]
    [old] = idle(pools, pool, 1)
    loop.closed = True
    other = pools.enter(OTHER, new_pool)
    [fresh] = idle(pools, other, 1)
    assert (old.closed, fresh.closed) == (True, False)
