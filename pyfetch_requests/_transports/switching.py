"""Waits for work in fetch.js by switching stacks, on the blocking face; see `settlement`."""

from __future__ import annotations

from collections.abc import Callable, Generator
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from ..exceptions import BrowserLimitError
from . import runtime
from .outcomes import values_of
from .settlement import WOKEN, buffers, completed, ids, pending

if TYPE_CHECKING:
    from .outcomes import Outcome
    from .settlement import Start


class SwitchedCall:
    """What `run_sync` waits for: a future that ends inside the JavaScript callback.

    `run_sync` takes an awaitable, and waits for what `asyncio.ensure_future` makes of it: of a
    promise a task of its own, and an asyncio future calls back through the queue of the loop. This
    is the duck type that both leave as it is: no task, and no turn of the loop.
    """

    __slots__ = ("_asyncio_future_blocking", "_callback", "outcome")

    def __init__(self) -> None:
        self._asyncio_future_blocking = False
        self._callback: Callable[[SwitchedCall], object] | None = None
        self.outcome: Outcome = ()

    def add_done_callback(self, callback: Callable[[SwitchedCall], object]) -> None:
        # Pyodide calls this some microtasks after it has suspended the call. The outcome may be
        # there already, as that of a fetch of the page's own.
        if self.outcome:
            callback(self)
        else:
            self._callback = callback

    def settle(self, outcome: Outcome) -> None:
        self.outcome = self.outcome or outcome
        callback, self._callback = self._callback, None
        if callback is not None:
            callback(self)

    def result(self) -> None:
        """Return nothing: a tuple would cross to JavaScript and back."""

    def __await__(self) -> Generator[object, None, None]:
        raise NotImplementedError  # it is an awaitable by name only
        yield


async def wait_by_switching(start: Start, abort: Callable[[int], None]) -> Outcome:
    """Switch stacks until the work is done; this coroutine never suspends.

    Raises:
        BaseException: what a signal handler raised (KeyboardInterrupt, unless the user has set
            another one) when the host interrupted; the work was aborted.
    """
    number = -next(ids)
    resume: Callable[[], object] = partial(start, number)
    buffers[number] = b""  # last: nothing that may be interrupted comes before `try`
    try:
        # After an interrupt whose handler returns, the same work is waited for again.
        while (outcome := _outcome_of(number, resume))[0] == WOKEN:
            _, signal, proceed = outcome
            found = proceed()
            if not signal:
                outcome = values_of(found)
                break
            resume = found
            _call_handler(signal)
        return completed(outcome, number)
    except BaseException:
        abort(number)
        raise
    finally:
        del buffers[number]


def _outcome_of(number: int, begin: Callable[[], object]) -> Outcome:
    """Begin to wait for the work with an id, and return when JavaScript calls back."""
    call = pending[number] = SwitchedCall()
    try:
        begin()
        _run_sync()(call)
    finally:
        del pending[number]
    return call.outcome


@cache  # an import statement in each request takes longer than this
def _run_sync() -> Callable[[SwitchedCall], None]:
    from pyodide.ffi import run_sync

    return run_sync


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
    runtime.check_signals()
