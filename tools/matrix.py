"""Run the tests of targets, and write what became of them to docs/matrix.json and docs/matrix.md.

Usage: python tools/matrix.py [--workers N] [--again] [ENGINE, PLACE OR VERSION ...]

Each target is a pytest of its own, so that an engine that dies takes no other with it. Words choose
targets: `firefox plain worker` runs three of them, `webkit strict page 314` one. All other rows
stay as they were, with their dates. `--again` runs what failed in the chosen targets, and nothing
else.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.browser.targets import ENGINES, TARGETS, Target  # noqa: E402
from tools.matrix_page import Result, page, read, summary, write  # noqa: E402
from tools.test import set_up  # noqa: E402

REPORTS = ROOT / "build" / "matrix"
RESULTS = ROOT / "docs" / "matrix.json"
PAGE = ROOT / "docs" / "matrix.md"
NAMES = [str(target) for target in TARGETS]
# All that runs in targets; what is added here later is run as soon as it is there.
TESTS = ("tests/browser", "tests/failures", "tests/parity/test_browser.py", "tests/thirdparty")
# These start an engine or a server for each test, and do not depend on the engine.
LEFT_OUT = (
    "--deselect=tests/browser/test_interpreter.py::test_lost_interpreters_are_replaced",
    "--ignore=tests/thirdparty/test_resotoclient.py",
    "--ignore=tests/thirdparty/test_resotonotebook.py",
)
# How many requests tests/failures/test_probes.py makes by each way, unless TEST_PROBES says.
PROBES = os.environ.get("TEST_PROBES", "1000")
TIME_LIMIT = 60 * 60  # seconds, for one target
WRITING = Lock()


def run(target: Target) -> None:
    """Run all of one target's tests, and keep what became of them."""
    begun = now()
    found = run_tests(target, [*LEFT_OUT, *existing_tests()])
    del found["passes"], found["left_out"]
    keep(target, Result(*begun, **found, probes=PROBES) if found["engine"] else Result(*begun))


def run_again(target: Target) -> None:
    """Run those tests that failed in one target, and keep which of them pass or are left out."""
    old = read(RESULTS)[str(target)]
    when = ", ".join(now())
    found = run_tests(target, old.failed)
    # What is no longer there has done neither, and stays a failure.
    passed = {name: when for name in old.failed if name in found["passes"]}
    left_out = {name: when for name in old.failed if name in found["left_out"]}
    new = dataclasses.replace(
        old,
        passed_again={**old.passed_again, **passed},
        left_out_since={**old.left_out_since, **left_out},
    )
    keep(target, new)


def now() -> tuple[str, str]:
    """The date of a result, and its commit."""
    return time.strftime("%Y-%m-%d %H:%M", time.gmtime()), commit()


def commit() -> str:
    """What is checked out, with a `+` if it was changed since."""

    def git(*arguments: str) -> str:
        command = ["git", *arguments]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    own = [f":!{path.relative_to(ROOT)}" for path in (RESULTS, PAGE)]
    changed = git("status", "--porcelain", "--", ".", *own)
    return git("rev-parse", "--short=7", "HEAD") + ("+" if changed else "")


def run_tests(target: Target, tests: Sequence[str]) -> dict[str, Any]:
    """Run these, and give what is reported of them; no engine where pytest did not get so far."""
    report = report_of(target)
    report.unlink(missing_ok=True)
    # A line for each test: whoever waits sees which one that is for.
    command = [sys.executable, "-m", "pytest", "-v", "--durations=20", "-p", "no:cacheprovider"]
    command += ["--numprocesses=0", f"--engine={target.engine}", f"--place={target.place}"]
    command += [f"--pyodide={target.version}", f"--target-report={report}", f"--probes={PROBES}"]
    with report.with_suffix(".log").open("w") as log:
        process = subprocess.Popen([*command, *tests], cwd=ROOT, stdout=log, stderr=log)
        end(process)
    nothing = {"engine": "", "passes": [], "left_out": []}
    return nothing | (json.loads(report.read_text()) if report.is_file() else {})


def report_of(target: Target) -> Path:
    return REPORTS / f"{target}.json"


def existing_tests() -> list[str]:
    return [name for name in TESTS if (ROOT / name).exists()]


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


def keep(target: Target, result: Result) -> None:
    """Write down what became of a target beside the other results, and tell who waits."""
    with WRITING:
        results = read(RESULTS) | {str(target): result}
        write(RESULTS, results, NAMES)
        write_page()
    if result.engine:
        failures = "".join(f"\n    {name}" for name in result.failed)
        text = f"{result.passed} passed, {len(result.failed)} failed{failures}"
    else:
        log = report_of(target).with_suffix(".log").relative_to(ROOT)
        text = f"did not come to an end, see {log}"
    print(f"{target}, begun at {result.date}: {text}", flush=True)


def write_page() -> None:
    PAGE.write_text(page(read(RESULTS), NAMES, existing_tests()))


def choose(words: Sequence[str]) -> list[Target]:
    """The targets that all words fit: their engine, place, version or its beginning."""
    return [target for target in TARGETS if {*words} <= words_of(target)]


def words_of(target: Target) -> set[str]:
    plain = set() if target.strict or target.isolated else {"plain"}
    return target.traits | plain | {target.version.rpartition(".")[0], target.version.split(".")[0]}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--again", action="store_true", help="run only the tests that failed")
    parser.add_argument("word", nargs="*", help="engines, places and versions to run")
    options = parser.parse_args()
    chosen = choose(options.word)
    if not chosen:
        parser.error(f"no target is {' '.join(options.word)}")
    if options.again:
        old = read(RESULTS)
        chosen = [target for target in chosen if str(target) in old and old[str(target)].failed]
    set_up(["tests/browser", "tests/thirdparty"], ",".join(ENGINES))
    REPORTS.mkdir(parents=True, exist_ok=True)
    print(f"{len(chosen)} targets, {options.workers} at a time", flush=True)
    with ThreadPoolExecutor(options.workers) as pool:
        list(pool.map(run_again if options.again else run, chosen))
    results = read(RESULTS)
    print(summary(results, NAMES))
    found = [results[str(target)] for target in chosen]
    return 0 if all(each.engine and not each.failed for each in found) else 1


if __name__ == "__main__":
    sys.exit(main())
