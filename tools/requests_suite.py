"""Run requests' own tests in every engine, and write the results to docs/requests-suite.md.

Usage: python tools/requests_suite.py [ENGINE ...]

Arguments choose engines; the rows of the others are kept. Decides how results are shown. Never
which tests can pass: tests/requests_suite/limits.py does.
"""

from __future__ import annotations

import json
import platform
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.browser.targets import Target  # noqa: E402
from tests.requests_suite import cpython  # noqa: E402
from tests.requests_suite.engine import suite  # noqa: E402
from tests.requests_suite.limits import LIMITS, ON_CPYTHON  # noqa: E402
from tests.requests_suite.sdist import VERSION  # noqa: E402
from tests.requests_suite.verdict import judge  # noqa: E402
from tools.test import named_runs  # noqa: E402
from tools.wheels import build_wheel  # noqa: E402

REPORTS = ROOT / "build" / "requests-suite"
PAGE = ROOT / "docs" / "requests-suite.md"
# Engines, and the way of their blocking calls: "switch" where they can switch stacks.
RUNS = (
    (Target("chromium", "worker", "314.0.7"), "switch"),
    (Target("firefox", "worker", "314.0.7"), "xhr"),
    (Target("webkit", "worker", "314.0.7"), "xhr"),
    (Target("node-jspi", "process", "314.0.7"), "switch"),
    (Target("cpython", "process", ""), "sockets"),
)
WAYS = {"switch": "fetch with JSPI", "xhr": "XMLHttpRequest", "sockets": "sockets"}
HEAD = f"""# The tests of requests

Written by `make test-requests`. It runs requests {VERSION}'s own tests, unchanged from its source
distribution, in Pyodide, after `pyfetch_requests.install()`. They use an httpbin on another origin
than the page's, which allows CORS: a 401 from the page's own origin would make a browser show a
login dialog. One test that needs the browser's own cookies uses the page's origin. On CPython the
tests run over our sockets; what is possible there with requests itself, but not with this package,
is listed below.

*Have to pass* counts the tests that can pass if Python runs in a browser; *by a guess* counts those
for which the package could invent a result that is right most of the time. *Left out* are tests
that requests itself skips, most of them for Windows. Tests that cannot pass are listed below, with
the reasons.

"""
COLUMNS = (
    "engine", "place", "blocking calls by", "have to pass", "passed", "of these, on the network",
    "passed", "impossible", "by a guess", "left out",
)  # fmt: skip


def run(target: Target, way: str, wheel: Path) -> None:
    """Run all tests in an engine; its report has the outcome of each."""
    if target.engine == "cpython":
        with tempfile.TemporaryDirectory() as folder:
            outcomes = cpython.run(Path(folder), ["tests"])
        engine = f"CPython {platform.python_version()}"
    else:
        with suite(target, wheel, way) as running:
            outcomes = running.run(list(running.collect()))
            engine = running.interpreter.engine_name
    report_of(target).write_text(json.dumps({"engine": engine, "outcomes": outcomes}, indent=1))
    print(f"{target} by {WAYS[way]}: {summary(read(target, way))}", flush=True)


def report_of(target: Target) -> Path:
    return REPORTS / f"{target}.json"


def read(target: Target, way: str) -> dict[str, Any]:
    """The report of an engine, judged by the present limits."""
    report: dict[str, Any] = json.loads(report_of(target).read_text())
    return report | asdict(judge(report["outcomes"], target, way))


def summary(report: dict[str, Any]) -> str:
    """The result of an engine, for the terminal: counts, and the last line of each failure."""
    lines = [f"{len(report['passed'])} passed, {len(report['failed'])} failed"]
    for test in report["failed"]:
        text = report["outcomes"][test]["text"].strip() or "no message"
        lines.append(f"    {test}: {text.splitlines()[-1]}")
    lines += [f"    {test} passed, but is listed as impossible" for test in report["surprises"]]
    return "\n".join(lines)


def reports() -> Iterator[tuple[Target, str, dict[str, Any]]]:
    for target, way in RUNS:
        if report_of(target).is_file():
            yield target, way, read(target, way)


def page() -> str:
    """The document."""
    return "".join([HEAD, *rows(), *exceptions(), *reasons()])


def rows() -> Iterator[str]:
    yield f"| {' | '.join(COLUMNS)} |\n|---|---|---|{'---:|' * (len(COLUMNS) - 3)}\n"
    for target, way, report in reports():
        there, passed = report["network"]
        numbers = [len(report["passed"]) + len(report["failed"]), len(report["passed"])]
        numbers += [there, passed]
        numbers += [len(report[name]) for name in ("impossible", "guesses", "skipped")]
        cells = [report["engine"].replace("/", " "), target.place, WAYS[way], *numbers]
        yield f"| {' | '.join(map(str, cells))} |\n"


def exceptions() -> Iterator[str]:
    """The tests that did not end as expected."""
    for name, title in (("failed", "Failed"), ("surprises", "Passed, though listed below")):
        found = [
            f"- {report['engine'].replace('/', ' ')}: `{test}`\n"
            for _, _, report in reports()
            for test in report[name]
        ]
        if found:
            yield f"\n## {title}\n\n"
            yield from found


def reasons() -> Iterator[str]:
    yield "\n## What cannot pass\n"
    for guess, title in ((False, "Impossible"), (True, "By a guess")):
        yield f"\n### {title}\n\n| reason | where | tests |\n|---|---|---|\n"
        for limit in (*LIMITS, *ON_CPYTHON):
            if limit.guess == guess:
                names = ", ".join(f"`{shown(name)}`" for name in limit.tests)
                where = "in Pyodide" if limit.where == "browser or process" else limit.where
                yield f"| {limit.reason} | {where} | {names} |\n"


def shown(name: str) -> str:
    """The name of a test without its class."""
    file = name.partition("::")[0] if name.startswith("test_") else ""
    test = name.rpartition("::")[2]
    return test if file in ("", test) else f"{file}::{test}"


def main() -> int:
    chosen = named_runs(__doc__.splitlines()[0], RUNS)
    REPORTS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        wheel = build_wheel(ROOT, Path(folder))
        for target, way in chosen:
            report_of(target).unlink(missing_ok=True)
            run(target, way, wheel)
            PAGE.write_text(page())
    found = [report for target, _, report in reports() if target in dict(chosen)]
    return 0 if not any(report["failed"] or report["surprises"] for report in found) else 1


if __name__ == "__main__":
    sys.exit(main())
