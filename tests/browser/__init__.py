"""Tests that run inside Pyodide, in real browser engines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

if TYPE_CHECKING:
    from tests.server import Server

    from .interpreter import Interpreter

Test = TypeVar("Test", bound=Callable[..., object])


def in_pyodide(function: Test) -> Test:
    """Run the body of this test inside Pyodide, once for each chosen engine, place and version.

    An `async def` runs under `runPythonAsync` (where the engine can switch stacks, blocking calls
    may, too), a `def` under `runPython`. Arguments are fixtures and parameters as usual; their
    values travel as source text, so they must be literals or `Urls`. The whole module is executed
    in Pyodide, so that its helpers are there; `in_pyodide` does nothing there.
    """
    return pytest.mark.usefixtures("pyodide")(pytest.mark.in_pyodide(function))


def script(text: str) -> Any:
    """Return the value of a JavaScript expression; inside of Pyodide only.

    As `pyodide.code.run_js`, but also where a policy forbids that. The text has to be a literal, or
    a constant of the module, and may not depend on anything else.
    """
    raise RuntimeError("there is no JavaScript outside of Pyodide")


def pyodide_in(special: str) -> Any:
    """Return a fixture `pyodide` for a module: an interpreter of its own, in a special place.

    Args:
        special: the name of a class in `runners`, which makes the place.
    """

    @pytest.fixture(scope="session", name="pyodide")
    def pyodide(
        request: pytest.FixtureRequest, server: Server, package_wheel: Path
    ) -> Iterator[Interpreter]:
        from . import runners
        from .interpreter import own_interpreter

        place = getattr(runners, special)
        with own_interpreter(request.param, server, package_wheel, special=place) as interpreter:
            yield interpreter

    return pyodide
