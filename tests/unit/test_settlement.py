"""The future that JavaScript settles, in the loop of CPython: the duck type that tasks accept."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

import pytest

from pyfetch_requests._transports import settlement
from pyfetch_requests._transports.settlement import Settlement, settled, wait_in_loop
from pyfetch_requests._transports.switching import SwitchedCall


def in_loop(test: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    def run() -> None:
        asyncio.run(test())
        assert settlement.pending == {}

    run.__name__ = test.__name__
    return run


class Work:
    """What a transport starts; the test settles it."""

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.aborted: list[int] = []

    def start(self, number: int) -> None:
        self.numbers.append(number)

    def abort(self, number: int) -> None:
        self.aborted.append(number)

    def task(self) -> asyncio.Task[Any]:
        return asyncio.create_task(wait_in_loop(self.start, self.abort))


async def turn() -> None:
    """Let the loop run what is ready."""
    for _ in range(3):
        await asyncio.sleep(0)


async def settle(number: int, *outcome: Any) -> None:
    """As JavaScript does: from the loop, while no task is running."""
    asyncio.get_running_loop().call_soon(settled, number, *outcome)
    await turn()


@in_loop
async def test_result() -> None:
    work = Work()
    task = work.task()
    await turn()
    assert not task.done()
    await settle(work.numbers[0], 0, "body")
    assert await task == (0, "body")
    assert work.aborted == []


@in_loop
async def test_task_goes_on_in_the_callback_itself() -> None:
    """That is why it exists: no further turn of the loop."""
    work = Work()
    task = work.task()
    await turn()
    seen: list[bool] = []

    def callback() -> None:
        settled(work.numbers[0], 0)
        seen.append(task.done())

    asyncio.get_running_loop().call_soon(callback)
    await task
    assert seen == [True]


@in_loop
async def test_settled_while_it_starts() -> None:
    work = Work()

    def start(number: int) -> None:
        settled(number, 0, "at once")

    assert await wait_in_loop(start, work.abort) == (0, "at once")


@in_loop
async def test_many_in_any_order() -> None:
    work = Work()
    tasks = [work.task() for _ in range(100)]
    await turn()
    for number in reversed(work.numbers):
        await settle(number, number)
    assert await asyncio.gather(*tasks) == [(number,) for number in work.numbers]


@in_loop
async def test_settled_twice() -> None:
    work = Work()
    task = work.task()
    await turn()
    await settle(work.numbers[0], "first")
    await settle(work.numbers[0], "second")
    assert await task == ("first",)


@in_loop
async def test_unknown_number() -> None:
    await settle(-1, 0)


@in_loop
async def test_cancelled() -> None:
    work = Work()
    task = work.task()
    await turn()
    task.cancel("no longer wanted")
    with pytest.raises(asyncio.CancelledError):
        await task
    assert task.cancelled()
    assert work.aborted == work.numbers
    await settle(work.numbers[0], "late")


@in_loop
async def test_cancelled_before_it_starts() -> None:
    work = Work()
    task = work.task()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (work.numbers, work.aborted) == ([], [])


@in_loop
async def test_cancelled_twice() -> None:
    work = Work()
    task = work.task()
    await turn()
    task.cancel()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(work.aborted) == 1


@in_loop
async def test_cancelled_after_it_was_settled() -> None:
    work = Work()
    task = work.task()
    await turn()
    await settle(work.numbers[0], 0)
    assert not task.cancel()
    assert await task == (0,)
    assert work.aborted == []


@in_loop
async def test_time_limit() -> None:
    work = Work()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(wait_in_loop(work.start, work.abort), 0)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.001):
            await wait_in_loop(work.start, work.abort)
    assert work.aborted == work.numbers[-1:]


@in_loop
async def test_group() -> None:
    work = Work()

    async def fails() -> None:
        await turn()
        raise LookupError

    async def both() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(wait_in_loop(work.start, work.abort))
            group.create_task(fails())

    with pytest.raises(ExceptionGroup):
        await both()
    assert work.aborted == work.numbers


@in_loop
async def test_start_that_fails() -> None:
    def start(number: int) -> None:
        raise LookupError("nothing was started")

    with pytest.raises(LookupError):
        await wait_in_loop(start, Work().abort)


@in_loop
async def test_context_of_the_task() -> None:
    variable = contextvars.ContextVar("variable", default="outside")
    work = Work()

    async def inside() -> str:
        variable.set("inside")
        await wait_in_loop(work.start, work.abort)
        return variable.get()

    task = asyncio.create_task(inside())
    await turn()
    await settle(work.numbers[0], 0)
    assert await task == "inside"
    assert variable.get() == "outside"


@in_loop
async def test_an_interrupt_before_the_task_was_woken() -> None:
    """JavaScript calls once more, and the task gets the interrupt."""
    work = Work()

    async def interrupted() -> None:
        with pytest.raises(KeyboardInterrupt):
            await wait_in_loop(work.start, work.abort)

    task = asyncio.create_task(interrupted())
    await turn()
    number = work.numbers[0]
    waiting = settlement.pending[number]
    assert isinstance(waiting, Settlement)
    waiting._outcome = (0, "body")  # as far as the first call came
    await settle(number, -1)
    await task
    assert work.aborted == [number]


@in_loop
async def test_an_interrupt_after_the_task_was_woken() -> None:
    work = Work()
    task = work.task()
    await turn()
    await settle(work.numbers[0], 0, "body")
    await settle(work.numbers[0], -1)
    assert await task == (0, "body")
    assert work.aborted == []


class Interrupt(BaseException):
    """For KeyboardInterrupt, which would end the tests."""


class InterruptedDict(dict[int, Any]):
    """A dict in whose calls an interrupt comes: Python looks for one after each call."""

    def pop(self, *arguments: Any) -> Any:
        super().pop(*arguments)
        raise Interrupt

    def clear(self) -> None:
        super().clear()
        raise Interrupt


def test_an_interrupt_at_the_end_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settlement, "pending", InterruptedDict())
    monkeypatch.setattr(settlement, "buffers", InterruptedDict())

    async def story() -> None:
        work = Work()
        task = work.task()
        await turn()
        await settle(work.numbers[0], 0, "body")
        with suppress(Interrupt):
            assert await task == (0, "body")

    asyncio.run(story())
    assert not settlement.pending
    assert not settlement.buffers


@in_loop
async def test_future_by_itself() -> None:
    aborted: list[bool] = []
    future = Settlement(lambda: aborted.append(True))
    seen: list[Any] = []
    assert future.get_loop() is asyncio.get_running_loop()
    assert not future.done()
    future.add_done_callback(seen.append)
    future.settle((1,))
    assert seen == [future]
    assert future.done()
    assert future.result() == (1,)
    assert await future == (1,)
    future.settle((2,))
    assert future.result() == (1,)
    assert not future.cancel()
    assert aborted == []


@in_loop
async def test_callback_that_comes_late() -> None:
    future = Settlement(lambda: None)
    future.settle((1,))
    seen: list[Any] = []
    future.add_done_callback(seen.append, context=contextvars.copy_context())
    assert seen == []
    await turn()
    assert seen == [future]


@in_loop
async def test_cancelled_by_itself() -> None:
    aborted: list[bool] = []
    future = Settlement(lambda: aborted.append(True))
    assert future.cancel("why")
    future.settle((1,))
    await turn()
    assert aborted == [True]
    with pytest.raises(asyncio.CancelledError, match="why"):
        future.result()


def test_a_blocking_call_that_was_answered_before_it_waits() -> None:
    call = SwitchedCall()
    call.settle((0, "body"))
    called: list[object] = []
    call.add_done_callback(called.append)
    call.settle((-1,))  # again, after an interrupt
    assert called == [call]
    assert call.outcome == (0, "body")
