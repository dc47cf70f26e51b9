"""Counts what is alive before and after a load, from inside and outside, and compares."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.devtools import DevTools
from tests.browser.interpreter import Interpreter
from tests.server import Server

CENSUS = Path(__file__).parent / "census.py"
# Browsers keep so many idle connections to a host.
IDLE = 6
# A browser keeps so many resource timings, unless a page asks for more.
TIMINGS = 250
PATIENCE = 60  # seconds
# Seconds that a batch may take inside; the script limit of the runners is a little longer.
BATCH = 55
# Pyodide's event loop keeps a timer that was cancelled until it is due: these are its objects. Each
# batch has one, for its time limit.
OF_A_TIMER = 6


class Balance:
    """The counts of one interpreter.

    Args:
        pyodide: the interpreter.
        server: the server that it asks.
        devtools: for Chromium; None for other engines, whose heap nobody can see.
        capsys: pytest's fixture.
    """

    def __init__(
        self,
        pyodide: Interpreter,
        server: Server,
        devtools: DevTools | None,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        self._pyodide = pyodide
        self._server = server
        self._devtools = devtools
        self._capsys = capsys
        self._batches = 0
        self._census = pyodide.load(CENSUS)
        self._inside("start()")

    def _inside(self, code: str) -> None:
        self._pyodide.runner.python(f"import sys; sys.modules[{self._census!r}].{code}")

    def close(self) -> None:
        """Leave the interpreter as it was."""
        self._inside("stop()")

    def run(self, function: Callable[..., Any], **arguments: Any) -> None:
        """Run one batch of a load inside; it may print nothing, and nothing may be logged."""
        self._batches += 1
        before = self._pyodide.runner.logs
        self._capsys.readouterr()
        self._pyodide.call(function, arguments, seconds=BATCH)
        assert self._pyodide.runner.logs == before
        assert self._capsys.readouterr() == ("", "")

    def take(self) -> dict[str, int]:
        """Count everything."""
        code = f"json.dumps(await sys.modules[{self._census!r}].take())"
        for _ in range(2):
            if self._devtools:
                # Twice: what the first round frees in Python may have held something here.
                self._devtools.collect()
            found: dict[str, int] = json.loads(self._pyodide.runner.python_async(code))
        if self._devtools:
            found |= self._devtools.heap()
        found["connections"] = self._server.connections
        return found

    def returned(self, before: dict[str, int], count: int) -> None:
        """Hold what is there now to what was there before a number of requests."""
        after = self.take()
        end = time.monotonic() + PATIENCE
        while after["connections"] - before["connections"] > IDLE and time.monotonic() < end:
            time.sleep(0.1)
            after = self.take()
        print({name: (before[name], after[name]) for name in before})
        grown = {name: after[name] - before[name] for name in before}
        limits = {
            "objects of Python": count // 10 + 100 + OF_A_TIMER * self._batches,
            # It grows by a fifth at a time: once, in a long load whose objects lie here and there.
            "memory of WebAssembly": before["memory of WebAssembly"] // 5 if count > 1000 else 0,
            "resource timings": max(0, TIMINGS - before["resource timings"]),
            "usedSize": 300_000 + 20 * count,
            "embedderHeapUsedSize": 500_000 + 20 * count,
            "backingStorageSize": 10_000,
            "connections": IDLE,
        }
        if not self._devtools:
            # Nobody can collect garbage here.
            del grown["signals and responses of fetch"]
        assert {name: by for name, by in grown.items() if by > limits.get(name, 0)} == {}
