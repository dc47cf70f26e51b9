"""How much load, on which targets, and the counts before and after."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.browser.devtools import DevTools
from tests.browser.interpreter import Interpreter
from tests.browser.targets import CHOICES
from tests.server import Server

from .balance import Balance

HERE = Path(__file__).parent
# Where a small load runs when no targets are named; the whole one runs on all of them.
SMALL = ("chromium-worker-314.0.7", "webkit-page-314.0.7", "node-process-314.0.7")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the targets that a small load does not need."""
    named = any(config.getoption(option) for option, *_ in CHOICES)
    if named or config.getoption("--load-scale") >= 1:
        return
    left_out = [item for item in items if item.path.parent == HERE and not _is_small(item)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def _is_small(item: pytest.Item) -> bool:
    callspec = getattr(item, "callspec", None)
    return callspec is None or str(callspec.params["pyodide"]) in SMALL


@pytest.fixture
def share(request: pytest.FixtureRequest) -> float:
    """The share of the whole load to run, 1 for all of it."""
    return float(request.config.getoption("--load-scale"))


@pytest.fixture
def balance(
    pyodide: Interpreter, server: Server, capsys: pytest.CaptureFixture[str]
) -> Iterator[Balance]:
    """Counts what is there before and after a load."""
    pyodide.runner.python("import remote; remote.package('tests.load')")
    with ExitStack() as stack:
        devtools = None
        if pyodide.target.engine == "chromium":
            devtools = DevTools(pyodide.runner.driver, pyodide.target.context)
            stack.enter_context(devtools)
        balance = Balance(pyodide, server, devtools, capsys)
        stack.callback(balance.close)
        yield balance
