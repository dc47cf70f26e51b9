"""Warnings: shown at the user's line, and once if a notebook would repeat them.

Decides where and how often. Never what is worth a warning.
"""

from __future__ import annotations

import sys
import warnings
from types import FrameType

from .exceptions import RequestsWarning

_PACKAGE = __name__.partition(".")[0]
_PYODIDE = ("pyodide", "_pyodide", "pyodide_js")

_warned: set[str] = set()


def warn(message: str, category: type[Warning] = RequestsWarning) -> None:
    """Warn at the line that called this package, however deep inside it the cause is."""
    # Level 1 is this function. Not `skip_file_prefixes`, which is new in Python 3.12.
    warnings.warn(message, category, stacklevel=1 + _distance(sys._getframe()))


def warn_once(key: str, message: str) -> None:
    """Warn the first time a key is given; a notebook runs its cells again and again."""
    if key not in _warned:
        _warned.add(key)
        warn(message)


def _distance(frame: FrameType) -> int:
    """Count the calls from the user's line to a frame of this package."""
    # A task that runs one of our coroutines directly has no line of the user's on its stack: then
    # it counts to the first frame outside of the package, in the event loop.
    level, first = 0, 0
    outer: FrameType | None = frame
    while outer is not None:
        top = str(outer.f_globals.get("__name__", "")).partition(".")[0]
        if top != _PACKAGE:
            # contextlib, functools and asyncio may call us for the user.
            if top not in sys.stdlib_module_names and top not in _PYODIDE:
                return level
            first = first or level
        level, outer = level + 1, outer.f_back
    return first
