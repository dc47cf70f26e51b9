"""Runs a coroutine that never suspends, as a plain call.

Decides nothing, and never waits: a coroutine that suspends is a bug, and is refused.
"""

from __future__ import annotations

from collections.abc import Coroutine
from typing import TypeVar

T = TypeVar("T")


class WouldSuspend(RuntimeError):
    """A coroutine on the blocking face tried to wait in the event loop, which is a bug.

    It is not a condition to be handled: by then the request may have been sent, so there is
    nothing to fall back to.
    """


def drive(coroutine: Coroutine[object, None, T]) -> T:
    """Return the result of a coroutine whose transport blocks instead of suspending.

    Raises:
        WouldSuspend: it awaited something that only an event loop can finish.
    """
    # One step runs it to its end: the transport blocks in a call, or switches stacks inside it.
    try:
        coroutine.send(None)
    except StopIteration as stop:
        result: T = stop.value
        return result
    coroutine.close()
    raise WouldSuspend(
        "a blocking call met something that has to be awaited: use the async functions of "
        "pyfetch_requests for it"
    )
