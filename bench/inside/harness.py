"""Runs one work of one subject inside Pyodide, and tells how long it took."""

from __future__ import annotations

import gc
import inspect
from time import perf_counter
from typing import Any

import js
import stream_subjects
import subjects

_made: dict[str, Any] = {}
_bodies: dict[str, Any] = {}


def subject(name: str) -> Any:
    """The subject of a name, made at its first work."""
    if name not in _made:
        module = subjects if hasattr(subjects, name) else stream_subjects
        _made[name] = getattr(module, name)()
    return _made[name]


def _arguments(work: str, given: tuple[Any, ...]) -> tuple[Any, ...]:
    """Make of the number of bytes to be sent those bytes, or a file with them."""
    if not work.startswith("uploaded"):
        return given
    if work not in _bodies:
        _bodies[work] = content = bytes(given[1])
        if work == "uploaded_file":
            _bodies[work] = "/tmp/upload"
            with open(_bodies[work], "wb") as file:
                file.write(content)
    return given[0], _bodies[work]


def _begin(stubbed: bool) -> None:
    gc.collect()
    if hasattr(js, "gc"):
        js.gc()
    js.benchmark.stub(stubbed)


def _end(start: float, received: int, expected: int) -> float:
    """Return the milliseconds since the start, if the result is right."""
    elapsed = perf_counter() - start  # first: nothing else is to be measured
    js.benchmark.stub(False)
    if received != expected:
        raise ValueError(f"received {received}, expected {expected}")
    return elapsed * 1000


def blocking(
    name: str, work: str, arguments: tuple[Any, ...], expected: int, stubbed: bool = False
) -> float:
    """Return the milliseconds of a work that blocks."""
    run = getattr(subject(name), work)
    arguments = _arguments(work, arguments)
    _begin(stubbed)
    start = perf_counter()
    return _end(start, run(*arguments), expected)


async def awaited(
    name: str, work: str, arguments: tuple[Any, ...], expected: int, stubbed: bool = False
) -> float:
    """Return the milliseconds of a work; one that blocks may switch stacks here."""
    run = getattr(subject(name), work)
    arguments = _arguments(work, arguments)
    _begin(stubbed)
    start = perf_counter()
    received = run(*arguments)
    if inspect.isawaitable(received):
        received = await received
    return _end(start, received, expected)
