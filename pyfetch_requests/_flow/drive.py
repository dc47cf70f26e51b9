"""Run a coroutine that never suspends, as a plain call.

Decides nothing, and never waits: a coroutine that has to wait is a mistake here, and is refused.
"""

from __future__ import annotations

from collections.abc import Coroutine
from typing import TypeVar

T = TypeVar("T")


class WouldSuspend(RuntimeError):
    """A coroutine on the blocking face tried to wait in the event loop: a bug, never a branch.

    By the time it shows a request may have left, so there is nothing to fall back to.
    """


def drive(coroutine: Coroutine[object, None, T]) -> T:
    """Return the result of a coroutine whose transport blocks instead of suspending.

    Raises:
        WouldSuspend: it awaited something that only an event loop can finish.
    """
    try:
        coroutine.send(None)
    except StopIteration as stop:
        result: T = stop.value
        return result
    coroutine.close()
    raise WouldSuspend(
        "a blocking call met something that has to be awaited; "
        "use the async functions of pyfetch_requests for it"
    )
