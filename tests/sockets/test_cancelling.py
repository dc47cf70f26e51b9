"""A request that is cancelled at each point where it waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator
from itertools import chain, count
from typing import Any

import pytest
import trio

import pyfetch_requests
from tests.server import Server, Urls

from .callers import Caller
from .secure import Secure
from .test_connections import all_closed

Session = Any
Work = Callable[[Session, str], Coroutine[Any, Any, Any]]


class Stepwise:
    """Waits for a coroutine, and does something at one of the points where that waits.

    Args:
        coroutine: What to wait for.
        number: Of the point, from 0 on.
        act: Takes what is waited for.
    """

    def __init__(
        self, coroutine: Coroutine[Any, Any, Any], number: int, act: Callable[[Any], object]
    ) -> None:
        self._coroutine = coroutine
        self._left = number
        self._act = act

    @property
    def came_so_far(self) -> bool:
        """Whether there was such a point."""
        return self._left < 0

    def __await__(self) -> Generator[Any, Any, Any]:
        step: Callable[[], Any] = lambda: self._coroutine.send(None)  # noqa: E731
        while True:
            try:
                waited = step()
            except StopIteration as stop:
                return stop.value
            if self._left == 0:
                self._act(waited)
            self._left -= 1
            step = yield from self._passed_on(waited)

    def _passed_on(self, waited: Any) -> Generator[Any, Any, Callable[[], Any]]:
        try:
            given = yield waited
        except BaseException as error:  # noqa: BLE001 - it is the coroutine's
            thrown = error
            return lambda: self._coroutine.throw(thrown)
        return lambda: self._coroutine.send(given)


async def small(session: Session, origin: str) -> None:
    await session.get(f"{origin}/echo?cut")


async def uploaded(session: Session, origin: str) -> None:
    await session.post(f"{origin}/echo?cut", data=b"x" * 3_000_000)


async def redirected(session: Session, origin: str) -> None:
    await session.get(f"{origin}/redirect?to=/echo?cut")


async def streamed(session: Session, origin: str) -> None:
    url = f"{origin}/respond?framing=chunked&sizes=10&pause=0.001&body64={'eHh4' * 12}"
    async with await session.get(url, stream=True) as answer:
        async for _ in answer.iter_content(10):
            pass


async def started_anew(session: Session, origin: str) -> None:
    session.close()  # so that it connects
    await session.get(f"{origin}/echo?cut")


async def cut_asyncio(work: Coroutine[Any, Any, Any], number: int, late: bool) -> bool:
    """Cancel work at a point, or in the moment when it would go on there; whether it had one."""

    async def run() -> None:
        await steps

    def cancel(waited: Any) -> None:
        if late and waited is not None:
            # It is called before the task is woken, which finds both: a result and the wish to end.
            waited.add_done_callback(lambda _: task.cancel())
        else:
            task.cancel()

    steps = Stepwise(work, number, cancel)
    task = asyncio.create_task(run())
    await asyncio.wait([task])
    assert task.cancelled() or not steps.came_so_far, task
    return steps.came_so_far


async def cut_trio(work: Coroutine[Any, Any, Any], number: int) -> bool:
    with trio.CancelScope() as scope:
        steps = Stepwise(work, number, lambda _: scope.cancel())
        await steps
    return steps.came_so_far


async def still_works(caller: Caller, session: Session, origin: str, number: int) -> None:
    """Each request gets its own answer, over the one connection that may be used at once."""
    asked = [f"/echo?{number}-{n}" for n in range(2)]
    answers = await caller.gather(
        *[lambda target=target: session.get(origin + target, timeout=10) for target in asked]
    )
    assert [answer.json()["target"] for answer in answers] == asked


@pytest.mark.parametrize("how", ["asyncio", "asyncio, late", "trio"])
@pytest.mark.parametrize("work", [small, uploaded, redirected, streamed, started_anew])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_every_point(
    server: Server, urls: Urls, secure: Secure, how: str, work: Work, scheme: str
) -> None:
    caller = Caller(how.partition(",")[0])
    origin = urls.page if scheme == "http" else secure.open

    async def story() -> int:
        async with pyfetch_requests.Session() as session:
            session.verify = str(secure.ca)
            adapter = pyfetch_requests.HTTPAdapter(pool_maxsize=1, pool_block=True)
            session.mount(scheme, adapter)
            await session.get(f"{origin}/echo")
            # A long upload waits hundreds of times, always at the same two places.
            for number in chain(range(20), count(20, 17)):
                cut = work(session, origin)
                if caller.name == "trio":
                    came = await cut_trio(cut, number)
                else:
                    came = await cut_asyncio(cut, number, "late" in how)
                await still_works(caller, session, origin, number)
                if not came:
                    break
            assert server.connections <= 2  # one that was cut may end after its successor began
        assert await all_closed(caller, server)
        return number

    assert caller.run(story) >= 1
