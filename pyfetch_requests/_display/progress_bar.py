"""The bar of `progress=True`: in a notebook in its place, in a terminal one line, else nothing."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    class Progress(Protocol):
        """What is drawn; see `pyfetch_requests.Progress`."""

        @property
        def direction(self) -> str: ...
        @property
        def done(self) -> int: ...
        @property
        def total(self) -> int | None: ...
        @property
        def seconds(self) -> float: ...
        @property
        def ended(self) -> bool: ...
        @property
        def rate(self) -> float | None: ...
        @property
        def fraction(self) -> float | None: ...
        @property
        def remaining(self) -> float | None: ...


_WIDTH = 30
_UNITS = ("B", "kB", "MB", "GB", "TB")


def bar() -> Callable[[Progress], None] | None:
    """Return what draws a bar here; None where nobody would see it."""
    shell = _notebook_shell()
    if shell is not None:
        return NotebookBar()
    stream = sys.stderr
    return TerminalBar(stream) if stream is not None and stream.isatty() else None


def _notebook_shell() -> Any:
    """Return the shell of a notebook: IPython's with a kernel, and none in a terminal."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell if shell is not None and not hasattr(shell, "pt_app") else None


def text_of(progress: Progress) -> str:
    """Say how far it is: "download 12.3 MB of 45.6 MB, 1.2 MB/s, 28 s left"."""
    done = size_text(progress.done)
    parts = [f"{progress.direction} {done}"]
    if progress.total is not None and not progress.ended:
        parts[0] += f" of {size_text(progress.total)}"
    if progress.rate is not None:
        parts.append(f"{size_text(progress.rate)}/s")
    if progress.ended:
        parts.append(f"{progress.seconds:.1f} s")
    elif progress.remaining is not None:
        parts.append(f"{progress.remaining:.0f} s left")
    return ", ".join(parts)


def size_text(count: float) -> str:
    """Write a number of bytes: 999 B, 1.5 MB; units are powers of 1,000."""
    power = 0
    while count >= 999.5 and power < len(_UNITS) - 1:
        count, power = count / 1000, power + 1
    unit = _UNITS[power]
    return f"{count:.0f} {unit}" if unit == "B" or count >= 99.95 else f"{count:.1f} {unit}"


class TerminalBar:
    """Draws one line, again and again.

    Args:
        stream: the terminal.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._width = 0

    def __call__(self, progress: Progress) -> None:
        """Draw how far it is."""
        line = text_of(progress)
        if progress.fraction is not None:
            full = round(_WIDTH * progress.fraction)
            line = f"[{'#' * full}{'.' * (_WIDTH - full)}] {line}"
        end = "\n" if progress.ended else ""
        self._stream.write(f"\r{line.ljust(self._width)}{end}")
        self._stream.flush()
        self._width = 0 if progress.ended else len(line)


class NotebookBar:
    """Draws into an output of its own, which is replaced each time."""

    def __init__(self) -> None:
        self._handles: dict[str, Any] = {}

    def __call__(self, progress: Progress) -> None:
        """Draw how far it is."""
        import IPython

        display: Any = IPython.display.display
        handle = self._handles.get(progress.direction)
        if handle is None:
            self._handles[progress.direction] = display(_Drawn(progress), display_id=True)
        else:
            handle.update(_Drawn(progress))


class _Drawn:
    """One look at a bar, as HTML and as text."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def __repr__(self) -> str:
        return text_of(self._progress)

    def _repr_html_(self) -> str:
        fraction = 1.0 if self._progress.ended else self._progress.fraction
        value = "" if fraction is None else f' value="{fraction:.4f}"'
        return f"<progress{value} max='1'></progress> {text_of(self._progress)}"
