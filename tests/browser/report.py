"""The results of the tests of one target, as a JSON file for tools/matrix.py."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from .interpreter import Interpreter
from .targets import chosen, is_for_its_target, target_of


class Report:
    """Counts outcomes, and writes them when pytest ends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.left_out: list[str] = []
        self.failures: dict[str, None] = {}
        self.passes: list[str] = []
        self.engine = ""
        self.transports: list[str] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Leave out tests without a target, or of their own ones: no matter which row this is."""
        targets = chosen(config)
        if others := [item for item in items if target_of(item) not in targets]:
            items[:] = [item for item in items if target_of(item) in targets]
            config.hook.pytest_deselected(items=others)

    def pytest_deselected(self, items: Sequence[pytest.Item]) -> None:
        self.left_out += (item.nodeid for item in items if not is_for_its_target(item))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failures[report.nodeid] = None
        elif report.when == "call" and report.passed:
            self.passes.append(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        found: dict[str, Any] = {"engine": self.engine, "transports": self.transports}
        # A test whose fixtures fail after it has passed is a failure, and no more.
        passes = [name for name in self.passes if name not in self.failures]
        found |= {"failures": [*self.failures], "passes": passes, "passed": len(passes)}
        found |= {"left_out": self.left_out, "not_applicable": len(self.left_out)}
        self.path.write_text(json.dumps(found))


def add_option(parser: pytest.Parser) -> None:
    text = "file for the number of tests that passed, failed and are not for the target"
    parser.getgroup("pyodide targets").addoption("--target-report", type=Path, help=text)


def configure(config: pytest.Config) -> None:
    if path := config.getoption("--target-report"):
        config.pluginmanager.register(Report(path), "target-report")


def note(config: pytest.Config, interpreter: Interpreter) -> None:
    """Add the name of the engine and its transports, from an interpreter that was closed."""
    report = config.pluginmanager.get_plugin("target-report")
    if report:
        report.engine = interpreter.engine_name
        report.transports = interpreter.transports
