"""How deeply a JSON text is nested: too deep a text ends Pyodide. Pure.

Decides which texts are refused before a parser starts. Python's parsers call themselves for each
level, and Pyodide has only the engine's stack for that, whose overflow nobody can catch.
"""

from __future__ import annotations

import re
import sys
from itertools import accumulate

# Levels. The smallest stack that was found ends at some 2,200, and a call may begin far down in it.
DEEPEST = 1000
_IN_PYODIDE = sys.platform == "emscripten"
_BLOCK = 1 << 14  # bytes that are always looked at
_PASSES = 40  # more than usual texts have levels
_BRACKETS = b'[]{}"'
_OTHERS = bytes(set(range(256)) - set(_BRACKETS))
_STEPS = bytes.maketrans(b"[]{}", b"\1\xff\1\xff")  # as signed bytes: 1 and -1


def refuse_deep(text: str | bytes) -> None:
    """Refuse JSON that is nested too deeply for Pyodide; elsewhere Python does so by itself.

    Looking at everything would take a tenth of the time that `json.loads` takes. So the rest of a
    long text is only looked at if the levels so far, going on like this, could become too many.

    Args:
        text: JSON as str, or in UTF-8.

    Raises:
        RecursionError: there are too many levels.
    """
    size = len(text)
    if not _IN_PYODIDE or size <= DEEPEST or (size <= _BLOCK and _openers(text) <= DEEPEST):
        return
    end = _BLOCK
    while True:
        start = text[:end]
        found = depth(start.encode("utf-8", "replace") if isinstance(start, str) else start)
        if found > DEEPEST:
            raise RecursionError(
                f"the JSON is nested {found} levels deep or more, and parsing more than {DEEPEST} "
                "could end Pyodide"
            )
        if end >= size or found * size <= DEEPEST * end:
            return
        end *= 4


def _openers(text: str | bytes) -> int:
    if isinstance(text, str):
        return text.count("[") + text.count("{")
    return text.count(b"[") + text.count(b"{")


def depth(content: bytes) -> int:
    """Return how many brackets of JSON in UTF-8 are open at once, at most.

    Up to forty it may be twice as many as there are. Where JSON ends, anything may be counted.
    """
    # Brackets alone, without those in strings. A pair of quotes that meet is an empty string, or
    # joins two strings: either way what is outside stays outside.
    if b"\\" in content:
        content = content.replace(rb"\\", b"").replace(rb"\"", b"")
    left = content.translate(None, _OTHERS).replace(b'""', b"")
    if b'"' in left:
        left = re.sub(rb'"[^"]*"?', b"", left)
    inner, passes = left, 0
    # Each pass takes one or two levels away, which is much faster than to count each bracket.
    while inner and passes < _PASSES:
        fewer = inner.replace(b"[]", b"").replace(b"{}", b"")
        if len(fewer) == len(inner):
            break
        inner, passes = fewer, passes + 1
    if 2 * passes + len(inner) <= _PASSES:
        return 2 * passes + len(inner)
    return max(accumulate(memoryview(left.translate(_STEPS)).cast("b")), default=0)
