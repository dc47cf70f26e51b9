"""Waiting for JavaScript: in the event loop, or by switching stacks.

Both ways take a function that starts the work for an id, which is negative for a blocking call, and
one that ends the work with an id. They give the outcome as a list.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, TypeAlias

from ..exceptions import BrowserLimitError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Generator
    from contextvars import Context

    from .js_values import JsValue
    from .outcomes import Outcome

    # Starts the work for an id, and gives a promise to a call that switches stacks.
    Start: TypeAlias = Callable[[int], JsValue]
    Wait: TypeAlias = Callable[[Start, Callable[[int], None]], Awaitable[Outcome]]

_INTERRUPTED = -1

_ids = count(1)
_pending: dict[int, Settlement] = {}
# What a body is being written into, for the work that waits for one; b"" until it asks for memory.
_buffers: dict[int, bytes] = {}


class Settlement:
    """A future that wakes its task in the JavaScript callback itself.

    An asyncio future would go through the queue of the loop once more, which costs as much as
    all the rest of a small request. This is the duck type that `asyncio.Task` accepts.
    """

    __slots__ = ("_abort", "_asyncio_future_blocking", "_cancelled", "_loop", "_outcome", "_waiter")

    def __init__(self, abort: Callable[[], None]) -> None:
        self._abort = abort
        self._asyncio_future_blocking = False
        self._cancelled: tuple[object, ...] | None = None
        self._loop = asyncio.get_running_loop()
        self._outcome: Any = None
        self._waiter: tuple[Callable[[Settlement], object], Context | None] | None = None

    def get_loop(self) -> asyncio.AbstractEventLoop:
        return self._loop

    def done(self) -> bool:
        return self._outcome is not None or self._cancelled is not None

    def add_done_callback(
        self, callback: Callable[[Settlement], object], *, context: Context | None = None
    ) -> None:
        self._waiter = (callback, context)
        if self.done():
            self._loop.call_soon(self._wake)

    def cancel(self, msg: object = None) -> bool:
        """Abort the work in JavaScript; the task sees CancelledError in its next step."""
        if self.done():
            return False
        self._cancelled = (msg,) if msg is not None else ()
        self._abort()
        self._loop.call_soon(self._wake)
        return True

    def settle(self, outcome: Outcome) -> None:
        if self.done():
            return
        self._outcome = outcome
        self._wake()

    def _wake(self) -> None:
        if self._waiter is None:
            return
        (callback, context), self._waiter = self._waiter, None
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
        if not self.done():
            self._asyncio_future_blocking = True
            yield self
        return self.result()


def settled(number: int, *outcome: object) -> None:
    """Take the outcome of the work with a number; what was cancelled meanwhile is dropped."""
    settlement = _pending.pop(number, None)
    if settlement is not None:
        settlement.settle(outcome)


def allocate(number: int, size: int) -> bytes | None:
    """Return new memory for the body that the work with a number brings; None where it cannot be.

    Nobody but JavaScript sees the bytes before they are written.
    """
    if number not in _buffers:
        return None
    try:
        buffer = _buffers[number] = bytes(size)
    except MemoryError:
        return None
    return buffer


def _completed(outcome: Outcome, number: int) -> Outcome:
    """Put the memory that a body was written into in its place."""
    filled = not outcome[0] and outcome[-1] is None and _buffers[number]
    return (*outcome[:-1], filled) if filled else outcome


async def wait_in_loop(start: Callable[[int], object], abort: Callable[[int], None]) -> Outcome:
    """Suspend the task until the work is done; cancelling the task aborts the work."""
    number = next(_ids)
    settlement = Settlement(lambda: abort(number))
    _pending[number], _buffers[number] = settlement, b""
    try:
        start(number)
        return _completed(await settlement, number)
    finally:
        _pending.pop(number, None)
        del _buffers[number]


async def wait_by_switching(start: Start, abort: Callable[[int], None]) -> Outcome:
    """Switch stacks until the work is done; this coroutine never suspends.

    Raises:
        BaseException: what the handler of a signal raised (KeyboardInterrupt, unless the user has
            set another one) when the host interrupted; the work is aborted then.
    """
    from pyodide.ffi import run_sync

    number = -next(_ids)
    _buffers[number] = b""
    resume: Callable[[], JsValue] = partial(start, number)
    try:
        while (outcome := tuple(run_sync(resume())))[0] == _INTERRUPTED:
            _, signal, resume = outcome
            _call_handler(signal)
        return _completed(outcome, number)
    except BaseException:
        abort(number)
        raise
    finally:
        del _buffers[number]


def require_switching() -> None:
    """Refuse to wait in a call that cannot switch stacks, other than the one that began.

    Raises:
        BrowserLimitError: it cannot.
    """
    from pyodide.ffi import can_run_sync

    if not can_run_sync():
        raise BrowserLimitError(
            "The rest of this body has to be waited for, and this call cannot switch stacks "
            "(JSPI), as the one could that sent the request. Read on there, or in Python that "
            "runPythonAsync or a task has started; nothing of the body is lost."
        )


def _call_handler(signal: Any) -> None:
    """Do what Python does when a signal has arrived."""
    from _thread import interrupt_main

    interrupt_main(signal)
    check_signals()


def check_signals() -> None:
    """Call the handlers of signals that have arrived, which Python would do a little later."""
    import pyodide_js

    pyodide_js.checkInterrupt()
