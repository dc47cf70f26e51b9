"""Bounds the informational answers (1xx) that a server sends before the answer itself.

httpcore2 skips them, and each has the whole time limit for itself: a server that never stops
sending them would be waited for without end.
"""

from __future__ import annotations

import time
from typing import Any

import h11
import httpcore2

from .socket_bodies import state_of

_MOST = 100  # as many as http.client allows headers; honest servers send one or two


class _Bounded(h11.Connection):
    """The state that h11 keeps for a connection, which counts informational answers.

    Attributes:
        limit: seconds from the first of them to the last, None for no limit.
    """

    limit: float | None = None
    _count = 0
    _first = 0.0

    def next_event(self) -> Any:
        """Return what came next; see `h11.Connection`.

        Raises:
            RemoteProtocolError: there were too many informational answers.
            ReadTimeout: they came for too long.
        """
        event = super().next_event()
        if isinstance(event, h11.InformationalResponse):
            self._bound()
        return event

    def _bound(self) -> None:
        now = time.monotonic()
        # From the first of them: when the body of the request was sent, they were not read yet.
        self._first = self._first if self._count else now
        self._count += 1
        if self._count > _MOST:
            raise h11.RemoteProtocolError(f"more than {_MOST} informational answers came before it")
        if self.limit is not None and now - self._first > self.limit:
            raise httpcore2.ReadTimeout("only informational answers came")

    def start_next_cycle(self) -> None:
        """Begin the next exchange; see `h11.Connection`."""
        super().start_next_cycle()
        self._count = 0


def bound(connection: object, limit: float | None) -> bool:
    """Bound the informational answers of a connection; tell whether it has been connected.

    Args:
        connection: of httpcore2, of any kind.
        limit: seconds from the first of them to the last, None for no limit.
    """
    state = state_of(connection)
    if state is not None:
        # h11 creates the state inside of httpcore2; a subclass changes the methods alone.
        state.__class__ = _Bounded
        vars(state)["limit"] = limit
    return state is not None
