"""Waits for work in fetch.js: in the event loop, or by switching stacks.

Both ways take a function that starts the work with an id, and one that aborts the work with an id.
Ids of blocking calls are negative. Both return the outcome as a tuple.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, TypeAlias

from ..exceptions import BrowserLimitError
from .outcomes import values_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Generator
    from contextvars import Context

    from .js_values import JsValue
    from .outcomes import Outcome

    # Starts the work with an id; returns a promise if the id is that of a blocking call.
    Start: TypeAlias = Callable[[int], JsValue]
    Wait: TypeAlias = Callable[[Start, Callable[[int], None]], Awaitable[Outcome]]

_WOKEN = -1

_ids = count(1)
# Plain dicts of numbers: JavaScript keeps no reference to Python objects, so nothing can leak.
_pending: dict[int, Settlement] = {}
# The memory that a body is written into, by id; b"" until JavaScript asks for it.
_buffers: dict[int, bytes] = {}


class Settlement:
    """A future that wakes its task inside the JavaScript callback.

    An asyncio future would schedule the task in the queue of the loop first (90 to 110 µs), which
    costs more than all the rest of a small request (65 µs). This is the duck type that
    `asyncio.Task` accepts: `_asyncio_future_blocking`, `add_done_callback`, `result` and so on.
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
    settlement = _pending.get(number)
    if settlement is not None:
        settlement.settle(outcome)


def allocate(number: int, size: int) -> bytes | None:
    """Return memory for the body of the work with an id, None if there is none to give."""
    if number not in _buffers:  # cancelled in the meantime
        return None
    try:
        # `bytes` are immutable for Python only: nobody has seen these before JavaScript writes.
        buffer = _buffers[number] = bytes(size)
    except MemoryError:
        return None
    return buffer


def _completed(outcome: Outcome, number: int) -> Outcome:
    """Return an outcome with the memory that its body was written into, if it was."""
    filled = not outcome[0] and outcome[-1] is None and _buffers[number]
    return (*outcome[:-1], filled) if filled else outcome


async def wait_in_loop(start: Callable[[int], object], abort: Callable[[int], None]) -> Outcome:
    """Suspend the task until the work is done; cancelling the task aborts it."""
    number = next(_ids)
    settlement = Settlement(lambda: abort(number))
    _pending[number], _buffers[number] = settlement, b""
    try:
        start(number)
        outcome = await settlement
        if outcome[0] == _WOKEN:
            abort(number)
            raise KeyboardInterrupt
        return _completed(outcome, number)
    finally:
        # No call: after one Python looks for an interrupt, which would leave the second entry.
        del _pending[number], _buffers[number]


async def wait_by_switching(start: Start, abort: Callable[[int], None]) -> Outcome:
    """Switch stacks until the work is done; this coroutine never suspends.

    Raises:
        BaseException: what a signal handler raised (KeyboardInterrupt, unless the user has set
            another one) when the host interrupted; the work was aborted.
    """
    from pyodide.ffi import run_sync

    number = -next(_ids)
    resume: Callable[[], JsValue] = partial(start, number)
    _buffers[number] = b""  # last: nothing that may be interrupted comes before `try`
    try:
        # After an interrupt whose handler returns, the same promise is waited for again.
        while (outcome := values_of(run_sync(resume())))[0] == _WOKEN:
            _, signal, proceed = outcome
            found = proceed()
            if not signal:
                outcome = values_of(found)
                break
            resume = found
            _call_handler(signal)
        return _completed(outcome, number)
    except BaseException:
        abort(number)
        raise
    finally:
        del _buffers[number]


def require_switching() -> None:
    """Refuse to read on in a call that cannot switch stacks, unlike the one that sent the request.

    Raises:
        BrowserLimitError: this call cannot switch stacks.
    """
    from pyodide.ffi import can_run_sync

    if not can_run_sync():
        raise BrowserLimitError(
            "The rest of this body is still to come, and this call cannot wait for it: unlike the "
            "call that sent the request it cannot switch stacks (JSPI). Read on there, or in "
            "Python started by runPythonAsync or in a task; nothing of the body is lost."
        )


def _call_handler(signal: Any) -> None:
    """Do what Python does when a signal arrives."""
    from _thread import interrupt_main

    interrupt_main(signal)
    check_signals()


def check_signals() -> None:
    """Call the handlers of pending signals now, and not at some later bytecode."""
    import pyodide_js

    pyodide_js.checkInterrupt()
