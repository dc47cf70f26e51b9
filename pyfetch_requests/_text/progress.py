"""How far a body is on its way: what a `progress=` callable gets, and when.

Decides when to tell. Never touches a body: the flow and the transports do.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Literal, NamedTuple, TypeAlias

from .structures import close_unawaited

Direction: TypeAlias = Literal["download", "upload"]
Report: TypeAlias = "Callable[[Progress], object]"

PERIOD = 0.1
"""Seconds between two reports, at least; the first and the last one come in any case."""


class Progress(NamedTuple):
    """How far a body is.

    Attributes:
        direction: "download" or "upload".
        done: bytes that were handed over: to the program, or to the network.
        total: bytes of the whole body; None where nobody knows it, as of a compressed one.
        seconds: since it began.
        resumed: bytes that were there before it began, and are in `done`.
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
        """Bytes in a second, None before there are any."""
        fresh = self.done - self.resumed
        return fresh / self.seconds if self.seconds > 0 and fresh > 0 else None

    @property
    def fraction(self) -> float | None:
        """What part of the whole is done, from 0 to 1; None where the whole is not known."""
        if self.total is None:
            return None
        return self.done / self.total if self.total else 1.0

    @property
    def remaining(self) -> float | None:
        """Seconds until the end at this rate, None where that cannot be told."""
        rate = self.rate
        if self.total is None or rate is None:
            return None
        return (self.total - self.done) / rate


class Meter:
    """Counts the bytes of one body, and reports: at the start, at the end, and now and then.

    Args:
        report: what is called with a `Progress`.
        direction: "download" or "upload".
        total: bytes of the whole, None where they are not known.
        resumed: bytes that are there already.

    Raises:
        TypeError: the callable returned something to be awaited.
    """

    def __init__(
        self, report: Report, direction: Direction, total: int | None, resumed: int = 0
    ) -> None:
        self._report = report
        self._direction: Direction = direction
        self._total = total
        self._done = self._resumed = resumed
        self._start = self._told = perf_counter()
        self._ended = False
        self._tell(self._start, False)

    def add(self, count: int) -> None:
        """Count bytes."""
        self.reached(self._done + count)

    def reached(self, done: int) -> None:
        """Take the number of bytes that are done; more than there were to be makes that unknown."""
        self._done = done
        if self._total is not None and done > self._total:
            self._total = None
        now = perf_counter()
        if now - self._told >= PERIOD:
            self._tell(now, False)

    def end(self) -> None:
        """Report the end of a body that is whole."""
        if not self._ended:
            self._ended = True
            self._tell(perf_counter(), True)

    def _tell(self, now: float, ended: bool) -> None:
        self._told = now
        progress = Progress(
            self._direction, self._done, self._total, now - self._start, self._resumed, ended
        )
        if close_unawaited(self._report(progress)):
            raise TypeError("progress= takes a plain function: nobody awaits what it returns.")


def reporter(value: Report | bool | None) -> Report | None:
    """Return what is to be called for the value of `progress=`; None for nothing."""
    if value is True:
        from .._display.progress_bar import bar

        return bar()
    return value or None
