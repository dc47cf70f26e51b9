"""The bar of `progress=True`: an output in a notebook, one line in a terminal, else nothing.

Decides what is drawn. Never counts, and never decides when to draw: `Meter` does.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    class Progress(Protocol):
        """What is drawn: `pyfetch_requests.Progress`, which this room may not import."""

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
    """Return what draws a bar here, None if nobody would see it."""
    shell = _notebook_shell()
    if shell is not None:
        return NotebookBar()
    # stderr, so that a program's output can be redirected; it is None under pythonw.
    stream = sys.stderr
    return TerminalBar(stream) if stream is not None and stream.isatty() else None


def _notebook_shell() -> Any:
    """Return IPython's shell if it runs in a notebook, else None."""
    # Not imported: in a notebook it is there already, elsewhere importing it takes long.
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    # Only the shell for terminals has a prompt_toolkit application.
    return shell if shell is not None and not hasattr(shell, "pt_app") else None


def text_of(progress: Progress) -> str:
    """Return text such as "download 12.3 MB of 45.6 MB, 1.2 MB/s, 28 s left"."""
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
    """Return a number of bytes as text: 999 B, 1.5 MB; units are powers of 1,000."""
    # Not `markup.size`, which leaves out zeros: a number that changes must not jump in width.
    power = 0
    while count >= 999.5 and power < len(_UNITS) - 1:
        count, power = count / 1000, power + 1
    unit = _UNITS[power]
    return f"{count:.0f} {unit}" if unit == "B" or count >= 99.95 else f"{count:.1f} {unit}"


class TerminalBar:
    """Draws one line over and over.

    Args:
        stream: the terminal.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._width = 0

    def __call__(self, progress: Progress) -> None:
        """Draw the progress."""
        line = text_of(progress)
        if progress.fraction is not None:
            full = round(_WIDTH * progress.fraction)
            line = f"[{'#' * full}{'.' * (_WIDTH - full)}] {line}"
        end = "\n" if progress.ended else ""
        # Spaces cover what is left of a longer line.
        self._stream.write(f"\r{line.ljust(self._width)}{end}")
        self._stream.flush()
        self._width = 0 if progress.ended else len(line)


class NotebookBar:
    """Draws into one output of a cell, which is replaced each time."""

    def __init__(self) -> None:
        self._handles: dict[str, Any] = {}

    def __call__(self, progress: Progress) -> None:
        """Draw the progress."""
        import IPython

        display: Any = IPython.display.display
        # One output for each direction: a request may have an upload and then a download.
        handle = self._handles.get(progress.direction)
        if handle is None:
            self._handles[progress.direction] = display(_Drawn(progress), display_id=True)
        else:
            handle.update(_Drawn(progress))


class _Drawn:
    """A bar at one moment, as HTML and as text."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def __repr__(self) -> str:
        return text_of(self._progress)

    def _repr_html_(self) -> str:
        fraction = 1.0 if self._progress.ended else self._progress.fraction
        # Without a value, <progress> shows that something goes on.
        value = "" if fraction is None else f' value="{fraction:.4f}"'
        bar = f"<progress{value} max='1' style='vertical-align:middle'></progress>"
        return f"{bar} {text_of(self._progress)}"
