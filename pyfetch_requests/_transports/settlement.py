"""Waits for work in fetch.js in the event loop; `switching` does so by switching stacks.

Both ways take a function that starts the work with an id, and one that aborts the work with an id.
Ids of blocking calls are negative. Both return the outcome as a tuple.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import count
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Awaitable, Generator
    from contextvars import Context
    from typing import Protocol

    from .outcomes import Outcome

    # Starts the work with an id.
    Start: TypeAlias = Callable[[int], object]
    Wait: TypeAlias = Callable[[Start, Callable[[int], None]], Awaitable[Outcome]]

    class Waiting(Protocol):
        """What waits for an outcome."""

        def settle(self, outcome: Outcome) -> None: ...


WOKEN = -1

ids = count(1)  # of both ways
# Plain dicts of numbers: JavaScript keeps no reference to Python objects, so nothing can leak.
pending: dict[int, Waiting] = {}
# The memory that a body is written into, by id; b"" until JavaScript asks for it.
buffers: dict[int, bytes] = {}


# An asyncio future would schedule the task in the queue of the loop first: 90 to 110 µs.
class Settlement:
    """A future that wakes its task inside the JavaScript callback.

    This is the duck type that `asyncio.Task` accepts.
    """

    __slots__ = (
        "_abort", "_asyncio_future_blocking", "_cancelled", "_is_done", "_loop", "_outcome",
        "_waiter",
    )  # fmt: skip

    def __init__(self, abort: Callable[[], None]) -> None:
        self._abort = abort
        self._asyncio_future_blocking = False
        self._cancelled: tuple[object, ...] | None = None
        self._is_done = False
        self._loop = asyncio.get_running_loop()
        self._outcome: Any = None
        self._waiter: tuple[Callable[[Settlement], object], Context | None] | None = None

    def get_loop(self) -> asyncio.AbstractEventLoop:
        return self._loop

    def done(self) -> bool:
        return self._is_done

    def add_done_callback(
        self, callback: Callable[[Settlement], object], *, context: Context | None = None
    ) -> None:
        self._waiter = (callback, context)
        if self._is_done:  # never in the call itself: the task is still running its step
            self._loop.call_soon(self._wake)

    def cancel(self, msg: object = None) -> bool:
        """Abort the work in JavaScript; the task gets CancelledError in its next step."""
        if self._is_done:
            return False
        # Before the abort, whose outcome may arrive at once: it must not count any more.
        self._is_done = True
        self._cancelled = (msg,) if msg is not None else ()
        self._abort()
        self._loop.call_soon(self._wake)
        return True

    def settle(self, outcome: Outcome) -> None:
        # A second outcome counts only if the first has woken nobody: see `settled`.
        if self._cancelled is None and (not self._is_done or self._waiter is not None):
            self._outcome = outcome
            self._is_done = True  # last: interrupted before it, the next outcome counts
            self._wake()

    def _wake(self) -> None:
        waiter = self._waiter
        if waiter is None:
            return
        callback, context = waiter
        # Until the call Python looks for no interrupt: the task is woken once, not more, not less.
        self._waiter = None
        if context is None:
            callback(self)
        else:
            context.run(callback, self)

    def result(self) -> Outcome:
        if self._cancelled is not None:
            raise asyncio.CancelledError(*self._cancelled)
        outcome: Outcome = self._outcome
        return outcome

    def __await__(self) -> Generator[Settlement, None, Outcome]:
        if not self._is_done:
            # asyncio's protocol: the task waits for a yielded object only if this is set.
            self._asyncio_future_blocking = True
            yield self
        return self.result()


def settled(number: int, *outcome: object) -> None:
    """Take the outcome of the work with an id; called by JavaScript."""
    # An interrupt may be raised anywhere in here: then JavaScript calls again, with -1.
    # None: the work was cancelled in the meantime.
    settlement = pending.get(number)
    if settlement is not None:
        settlement.settle(outcome)


def allocate(number: int, size: int) -> bytes | None:
    """Return memory for the body of the work with an id, None if there is none to give."""
    if number not in buffers:  # cancelled in the meantime
        return None
    from .blank import blank

    try:
        buffer = buffers[number] = blank(size)
    except MemoryError:
        return None
    return buffer


def completed(outcome: Outcome, number: int) -> Outcome:
    """Return an outcome with the memory that its body was written into, if it was."""
    filled = not outcome[0] and outcome[-1] is None and buffers[number]
    return (*outcome[:-1], filled) if filled else outcome


async def wait_in_loop(start: Callable[[int], object], abort: Callable[[int], None]) -> Outcome:
    """Suspend the task until the work is done; cancelling the task aborts it."""
    number = next(ids)
    settlement = Settlement(lambda: abort(number))
    pending[number], buffers[number] = settlement, b""
    try:
        start(number)
        outcome = await settlement
        if outcome[0] == WOKEN:
            abort(number)
            raise KeyboardInterrupt
        return completed(outcome, number)
    finally:
        # No call: after one Python looks for an interrupt, which would leave the second entry.
        del pending[number], buffers[number]
