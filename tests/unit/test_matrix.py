"""The table of the matrix is made of runs of different days, and says so."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.browser.report import Report
from tests.browser.targets import TARGETS
from tools import matrix
from tools.matrix_page import Result, page, read, summary, write

TARGET = "chromium-strict-page-314.0.7"
OTHER = "node-jspi-process-0.27.8"
NEVER = "webkit-worker-0.29.5"
NAMES = (TARGET, NEVER, OTHER)
RESULT = Result(
    "2026-11-26 10:30",
    "abc1234",
    "Chrome 156.0",
    10,
    2,
    ["a.py::a", "a.py::b"],
    {},
    "100",
    ["fetch"],
)
DIED = Result("2026-11-27 11:00", "abc1234+")


def test_results_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "matrix.json"
    assert read(file) == {}
    write(file, {OTHER: DIED, TARGET: RESULT}, NAMES)
    assert read(file) == {TARGET: RESULT, OTHER: DIED}
    assert [line.strip()[:10] for line in file.read_text().splitlines()[1:-1]] == [
        '"chromium-',
        '"node-jspi',
    ]


def test_each_row_says_when_it_was_run() -> None:
    text = page({TARGET: RESULT, OTHER: DIED}, NAMES, ["tests/browser"])
    rows = [line for line in text.splitlines() if line.startswith("| ")][1:]
    assert rows == [
        "| Chrome 156.0 | strict page | 314.0.7 | 2026-11-26 10:30, abc1234 | 10 | 2 | 2 | 100"
        " | fetch |",
        "| webkit | worker | 0.29.5 | never |  |  |  |  |  |",
        "| node with JSPI | process | 0.27.8 | 2026-11-27 11:00, abc1234+: did not come to an end"
        " |  |  |  |  |  |",
    ]
    assert text.endswith("\nFailed:\n\n- `a.py::a`\n- `a.py::b`\n")


def test_what_passed_again_is_told_from_what_passed() -> None:
    mended = dataclasses.replace(RESULT, passed_again={"a.py::b": "2026-11-27 12:00, abc1235"})
    text = page({TARGET: mended}, NAMES, ["tests/browser"])
    assert "| 11 | 1 | 2 |" in text
    assert "Failed:\n\n- `a.py::a`\n\n" in text
    assert text.endswith("run again:\n\n- `a.py::b`: 2026-11-27 12:00, abc1235\n")


def test_what_is_left_out_since_is_told_from_what_failed() -> None:
    since = dataclasses.replace(RESULT, left_out_since={"a.py::b": "2026-11-27 12:00, abc1235"})
    text = page({TARGET: since}, NAMES, ["tests/browser"])
    assert "| 10 | 1 | 3 |" in text
    assert "Failed:\n\n- `a.py::a`\n\n" in text
    assert text.endswith("the reason):\n\n- `a.py::b`: 2026-11-27 12:00, abc1235\n")


@pytest.mark.parametrize(
    ("found", "passed_again", "left_out_since", "failed"),
    [
        ({"passes": ["a.py::a"], "left_out": []}, ["a.py::a"], [], ["a.py::b"]),
        ({"passes": [], "left_out": ["a.py::b"]}, [], ["a.py::b"], ["a.py::a"]),
        ({"passes": [], "left_out": []}, [], [], ["a.py::a", "a.py::b"]),
    ],
    ids=["passes", "left out", "no longer there"],
)
def test_what_is_run_again(
    monkeypatch: pytest.MonkeyPatch,
    found: dict[str, list[str]],
    passed_again: list[str],
    left_out_since: list[str],
    failed: list[str],
) -> None:
    kept = []
    monkeypatch.setattr(matrix, "read", lambda _: {TARGET: RESULT})
    monkeypatch.setattr(matrix, "run_tests", lambda *_: found)
    monkeypatch.setattr(matrix, "keep", lambda _, result: kept.append(result))
    [target] = matrix.choose(["chromium", "strict", "page", "314"])
    matrix.run_again(target)
    [result] = kept
    assert [*result.passed_again] == passed_again
    assert [*result.left_out_since] == left_out_since
    assert result.failed == failed


def test_what_fails_after_its_call_has_not_passed(tmp_path: Path) -> None:
    report = Report(tmp_path / "report.json")
    for name, when, outcome in (
        ("a", "call", "passed"),
        ("a", "teardown", "failed"),
        ("b", "call", "passed"),
        ("b", "teardown", "passed"),
    ):
        kind: Any = {"when": when, "outcome": outcome}
        report.pytest_runtest_logreport(
            pytest.TestReport(name, ("", None, ""), {}, longrepr=None, **kind)
        )
    report.pytest_sessionfinish()
    found = json.loads(report.path.read_text())
    assert (found["passed"], found["failures"], found["passes"]) == (1, ["a"], ["b"])


def test_a_row_has_the_tests_of_its_target_alone(tmp_path: Path) -> None:
    """Those of pandas choose four targets themselves, and two of them are not these."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "--numprocesses=0"]
    command += ["--engine=webkit", "--place=page,strict-page", "--pyodide=0.27.8"]
    command += [f"--target-report={tmp_path / 'report'}", "tests/thirdparty/test_pandas.py"]
    found = subprocess.run(
        command, cwd=matrix.ROOT, env={**os.environ, "PYTEST_ADDOPTS": ""}, check=True,
        capture_output=True, text=True,
    )  # fmt: skip
    names = [line.partition("[")[2] for line in found.stdout.splitlines() if "::" in line]
    assert names == ["webkit-page-0.27.8-by_switching_stacks]", "webkit-page-0.27.8-by_xhr]"]


def test_summary() -> None:
    assert summary({TARGET: RESULT, OTHER: DIED}, NAMES) == (
        "**Of 3 targets 1 have run to their end, 0 without a failure: 10 tests passed, 2 failed.**"
        " 1 did not come to an end. 1 never ran. Rows: 1 of 2026-11-27, 1 of 2026-11-26."
    )


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("", len(TARGETS)),
        ("firefox plain worker", 3),
        ("webkit strict page 314", 1),
        ("chromium isolated 0.29", 2),
        ("process 0.27.8", 3),
        ("netscape", 0),
    ],
)
def test_words_choose_targets(words: str, number: int) -> None:
    assert len(matrix.choose(words.split())) == number


def test_page_is_that_of_its_results() -> None:
    results = read(matrix.RESULTS)
    assert {*results} <= {*matrix.NAMES}
    assert matrix.PAGE.read_text() == page(results, matrix.NAMES, matrix.existing_tests())
    assert json.loads(matrix.RESULTS.read_text())
