"""Run the tests on every target, and write the results to docs/matrix.md.

Usage: python tools/matrix.py [--workers N] [ENGINE, PLACE OR VERSION ...]

Arguments choose targets: `firefox worker` runs three of them; the rows of the others are kept.
Decides which tests run, and when to stop waiting. Each target is a pytest of its own, so that an
engine that crashes does not affect the others.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.browser.targets import ENGINES, TARGETS, Target  # noqa: E402
from tools.test import set_up  # noqa: E402

REPORTS = ROOT / "build" / "matrix"
PAGE = ROOT / "docs" / "matrix.md"
# All tests that run in targets; a folder that does not exist yet is skipped.
TESTS = ("tests/browser", "tests/failures", "tests/parity/test_browser.py", "tests/thirdparty")
# These start an engine or a server for each test, and do not depend on the engine.
LEFT_OUT = (
    "--deselect=tests/browser/test_interpreter.py::test_lost_interpreters_are_replaced",
    "--ignore=tests/thirdparty/test_resotoclient.py",
    "--ignore=tests/thirdparty/test_resotonotebook.py",
)
# How many requests tests/failures/test_probes.py makes by each way, unless TEST_PROBES is set.
PROBES = 1000
TIME_LIMIT = 60 * 60  # seconds, for one target
WRITING = Lock()
HEAD = """# The matrix

Written by `make test-matrix`, which runs {tests} on every target
(see [testing](testing.md)).

*Not applicable* are tests for what a target does not have: another origin in Node, a synchronous
XMLHttpRequest in Deno. *Transports* are those that were in use: `fetch`, `fetch with JSPI` for
blocking calls that switch stacks, and a synchronous `XMLHttpRequest` for those that cannot.

| engine | place | Pyodide | passed | failed | not applicable | transports |
|---|---|---|---:|---:|---:|---|
"""


def run(target: Target) -> None:
    """Run the tests of a target; they write the report, and the log is beside it."""
    report = REPORTS / f"{target}.json"
    report.unlink(missing_ok=True)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "--durations=20",
        "-p",
        "no:cacheprovider",
        "--numprocesses=0",
    ]
    command += [f"--engine={target.engine}", f"--place={target.place}"]
    command += [f"--pyodide={target.version}", f"--target-report={report}"]
    command += [f"--probes={os.environ.get('TEST_PROBES', PROBES)}"]
    command += [*LEFT_OUT, *existing_tests()]
    start = time.monotonic()
    with report.with_suffix(".log").open("w") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
        end(process)
    seconds = time.monotonic() - start
    with WRITING:
        print(f"{target}: {summary(report)} in {seconds:.0f} s", flush=True)
        write_page()


def existing_tests() -> list[str]:
    return [name for name in TESTS if (ROOT / name).exists()]


def write_page() -> None:
    tests = ", ".join(f"`{name}`" for name in existing_tests())
    PAGE.write_text(HEAD.format(tests=tests) + "".join(rows()))


def end(process: subprocess.Popen[Any]) -> None:
    """Wait for pytest; after the limit terminate it, and kill it if that does not help."""
    # Terminated it can still close its engines; killed it leaves them running.
    try:
        process.wait(TIME_LIMIT)
    except subprocess.TimeoutExpired:
        process.terminate()
        try:
            process.wait(120)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def summary(report: Path) -> str:
    """The result of a target, for the terminal."""
    found = read(report)
    if found is None:
        return f"did not finish, see {report.with_suffix('.log').relative_to(ROOT)}"
    failures = "".join(f"\n    {name}" for name in found["failures"])
    return f"{found['passed']} passed, {len(found['failures'])} failed{failures}\n   "


def read(report: Path) -> dict[str, Any] | None:
    """The report, None if pytest did not get that far or the engine did not start."""
    found: dict[str, Any] | None = json.loads(report.read_text()) if report.is_file() else None
    return found if found and found["engine"] else None


def rows() -> Iterator[str]:
    """The table, and below it what failed."""
    failures = []
    for target in TARGETS:
        found = read(REPORTS / f"{target}.json")
        if found is None:
            yield f"| {target.engine} | {target.place} | {target.version} | did not run | | | |\n"
            continue
        failures += found["failures"]
        engine = found["engine"].replace("/", " ")
        cells = [engine, target.place, target.version, found["passed"], len(found["failures"])]
        cells += [found["not_applicable"], ", ".join(found["transports"])]
        yield f"| {' | '.join(map(str, cells))} |\n"
    if failures:
        yield "\nFailed:\n\n"
        yield from (f"- `{name}`\n" for name in failures)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("word", nargs="*", help="engines, places and versions to run")
    options = parser.parse_args()
    chosen = [target for target in TARGETS if {*options.word} <= target.traits]
    if not chosen:
        parser.error(f"no target is {' '.join(options.word)}")
    set_up(["tests/browser", "tests/thirdparty"], ",".join(ENGINES))
    REPORTS.mkdir(parents=True, exist_ok=True)
    print(f"{len(chosen)} targets, {options.workers} at a time", flush=True)
    with ThreadPoolExecutor(options.workers) as pool:
        list(pool.map(run, chosen))
    found = [read(REPORTS / f"{target}.json") for target in chosen]
    return 0 if all(each and not each["failures"] for each in found) else 1


if __name__ == "__main__":
    sys.exit(main())
