"""Branch coverage inside Pyodide: notes which line of a file follows which (coverage.py's arcs).

Why not coverage.py itself: it needs sqlite3, which not every Pyodide brings, and its Python tracer
keeps one stack of frames, which goes wrong when JSPI switches stacks. Here each frame keeps its own
last line; coverage.py takes the result on the host.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from opcode import opmap
from types import FrameType
from typing import Any

RESUME, YIELD_VALUE = opmap["RESUME"], opmap["YIELD_VALUE"]
PUSH_EXC_INFO = opmap["PUSH_EXC_INFO"]

parts: list[str] = []
arcs: dict[str, set[tuple[int, int]]] = {}


def start(part: str) -> None:
    """Trace from now on the files that have this part in their path, too."""
    parts.append(part)
    sys.settrace(_begin_frame)


def _begin_frame(frame: FrameType, _event: str, _argument: Any) -> Callable[..., Any] | None:
    path = frame.f_code.co_filename
    if any(part in path for part in parts):
        return _frame_tracer(frame, arcs.setdefault(path, set()))
    return None


def _frame_tracer(frame: FrameType, found: set[tuple[int, int]]) -> Callable[..., Any]:
    """The tracer of one run of a frame, from its start or resumption to its end or suspension."""
    code = frame.f_code.co_code
    first = frame.f_code.co_firstlineno
    # The lowest two bits of RESUME's argument are 0 at the start of a function only.
    last = frame.f_lineno if code[frame.f_lasti + 1] & 3 else -first

    def trace(frame: FrameType, event: str, _argument: Any) -> Callable[..., Any]:
        nonlocal last
        opcode = code[frame.f_lasti]
        # Unwinding reports lines once more that coverage.py's analysis does not expect.
        if event == "line" and opcode != PUSH_EXC_INFO:
            found.add((last, frame.f_lineno))
            last = frame.f_lineno
        elif event == "return" and opcode not in (RESUME, YIELD_VALUE):
            if frame.f_lineno != last:  # 3.14 may report a line only here
                found.add((last, frame.f_lineno))
            found.add((frame.f_lineno, -first))
        return trace

    return trace


def take() -> str:
    """What was found so far: JSON, {path: [[line, next line], …]}."""
    return json.dumps({path: sorted(found) for path, found in arcs.items()})
