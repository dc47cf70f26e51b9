"""Waits for work in fetch.js by switching stacks, on the blocking face; see `settlement`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from ..exceptions import BrowserLimitError
from . import runtime
from .outcomes import values_of
from .settlement import WOKEN, buffers, completed, ids

if TYPE_CHECKING:
    from .js_values import JsValue
    from .outcomes import Outcome
    from .settlement import Start


async def wait_by_switching(start: Start, abort: Callable[[int], None]) -> Outcome:
    """Switch stacks until the work is done; this coroutine never suspends.

    Raises:
        BaseException: what a signal handler raised (KeyboardInterrupt, unless the user has set
            another one) when the host interrupted; the work was aborted.
    """
    from pyodide.ffi import run_sync

    number = -next(ids)
    resume: Callable[[], JsValue] = partial(start, number)
    buffers[number] = b""  # last: nothing that may be interrupted comes before `try`
    try:
        # After an interrupt whose handler returns, the same promise is waited for again.
        while (outcome := values_of(run_sync(resume())))[0] == WOKEN:
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
