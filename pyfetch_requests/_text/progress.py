"""How much of a body has been transferred: what a `progress=` callable is told, and when.

Decides when to report. Never touches a body: the flow and the transports do.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Literal, NamedTuple, TypeAlias

from .structures import close_unawaited

Direction: TypeAlias = Literal["download", "upload"]
Report: TypeAlias = "Callable[[Progress], object]"

PERIOD = 0.1
"""Seconds, the shortest time between two reports; the first and the last are made in any case."""


class Progress(NamedTuple):
    """How much of a body has been transferred.

    Attributes:
        direction: "download" or "upload".
        done: bytes handed to the program (download) or to the network (upload).
        total: bytes of the whole body, None if unknown, as for a compressed one.
        seconds: since the transfer began.
        resumed: bytes of `done` that an earlier attempt had left.
        ended: True in the last report.
    """

    direction: Direction
    done: int
    total: int | None
    seconds: float
    resumed: int = 0
    ended: bool = False

    @property
    def rate(self) -> float | None:
        """Bytes per second, None before there are any."""
        fresh = self.done - self.resumed  # what was on disk already took no time
        return fresh / self.seconds if self.seconds > 0 and fresh > 0 else None

    @property
    def fraction(self) -> float | None:
        """The share that is done, from 0 to 1; None if `total` is unknown."""
        if self.total is None:
            return None
        return self.done / self.total if self.total else 1.0  # an empty body is done at once

    @property
    def remaining(self) -> float | None:
        """Seconds until the end at this rate, None if unknown."""
        rate = self.rate
        if self.total is None or rate is None:
            return None
        return (self.total - self.done) / rate


class Meter:
    """Counts the bytes of one body, and reports at the start, at the end, and every `PERIOD`.

    Args:
        report: called with a `Progress`.
        direction: "download" or "upload".
        total: bytes of the whole body, None if unknown.
        resumed: bytes that are there already.

    Raises:
        TypeError: the callable returned an awaitable.
    """

    def __init__(
        self, report: Report, direction: Direction, total: int | None, resumed: int = 0
    ) -> None:
        self._report = report
        self._direction: Direction = direction
        self._total = total
        self._done = self._resumed = resumed
        self._start = self._reported_at = perf_counter()
        self._ended = False
        self._tell(self._start, False)

    def add(self, count: int) -> None:
        """Count bytes."""
        self.reached(self._done + count)

    def reached(self, done: int) -> None:
        """Set the number of bytes that are done."""
        self._done = done
        # A browser may hide a Content-Encoding, and the length is that of the coded body: better no
        # total than more than 100 %.
        if self._total is not None and done > self._total:
            self._total = None
        now = perf_counter()
        if now - self._reported_at >= PERIOD:
            self._tell(now, False)

    def end(self) -> None:
        """Report the end of a complete body."""
        if not self._ended:
            self._ended = True
            self._tell(perf_counter(), True)

    def _tell(self, now: float, ended: bool) -> None:
        self._reported_at = now
        progress = Progress(
            self._direction, self._done, self._total, now - self._start, self._resumed, ended
        )
        if close_unawaited(self._report(progress)):
            raise TypeError("progress= takes a plain function: an awaitable would not be awaited.")


def reporter(value: Report | bool | None) -> Report | None:
    """Return what to call for a value of `progress=`, None for nothing."""
    if value is True:
        from .._display.progress_bar import bar

        return bar()
    return value or None
