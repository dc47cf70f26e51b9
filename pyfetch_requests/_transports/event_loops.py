"""The event loops that connections belong to, of asyncio or trio, and what other threads may do.

An event loop is not safe in threads: what belongs to it is only touched while it runs, by itself.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeAlias, cast

if TYPE_CHECKING:
    from types import ModuleType

Work: TypeAlias = "Callable[[], Coroutine[object, None, None]]"


def running_trio() -> ModuleType | None:
    """Return trio if one of its event loops is running here, else None."""
    # Not imported to find out: a program that runs under trio has imported it.
    if (trio := sys.modules.get("trio")) is not None:
        with suppress(RuntimeError):
            trio.lowlevel.current_trio_token()
            return trio
    return None


def current() -> object:
    """Return the event loop that is running here: asyncio's, or a token of trio's.

    Raises:
        RuntimeError: none is running.
    """
    if (trio := running_trio()) is not None:
        token: object = trio.lowlevel.current_trio_token()
        return token
    import asyncio

    return asyncio.get_running_loop()


def is_current(loop: object) -> bool:
    """Tell whether an event loop is the one that is running here."""
    try:
        return current() is loop
    except RuntimeError:
        return False


def is_over(loop: object) -> bool:
    """Tell whether an event loop will never run again."""
    if not _is_trio(loop):
        return cast("bool", cast("Any", loop).is_closed())
    try:
        cast("Any", loop).run_sync_soon(_nothing, idempotent=True)
    except RuntimeError:
        return True
    return False


def leave_to(loop: object, work: Work) -> None:
    """Let an event loop do something, from any thread; nothing happens if it is over."""
    with suppress(RuntimeError):
        if _is_trio(loop):
            cast("Any", loop).run_sync_soon(sys.modules["trio"].lowlevel.spawn_system_task, work)
        else:
            asyncio_loop = cast("Any", loop)
            asyncio_loop.call_soon_threadsafe(lambda: asyncio_loop.create_task(work()))


def _is_trio(loop: object) -> bool:
    return hasattr(loop, "run_sync_soon")


def _nothing() -> None:
    pass
