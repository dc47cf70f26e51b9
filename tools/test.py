"""Set up what the tests need, and run them in one pytest run.

Usage: python tools/test.py [--coverage] [--workers N] [PYTEST ARGUMENT ...]

Decides what the chosen tests need: programs from Debian, folders with Pyodide, artefacts of the
Makefile. Never what the tests do; docs/testing.md explains the options of pytest.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools.programs import install_programs  # noqa: E402
from tools.pyodide_folder import make_test_folder, npm_versions  # noqa: E402

if TYPE_CHECKING:
    from tests.browser.targets import Target

COVERAGE = ROOT / "build" / "coverage"
# Percent of lines and branches, of CPython and all browsers together.
LEAST_COVERAGE = 97
# The engines by default; tests/browser/targets.py has the places.
USUAL_ENGINES = "chromium,firefox,webkit"
WITHOUT_BROWSER = ("tests/flow", "tests/inventory", "tests/server", "tests/typing", "tests/unit")
# Tests, and the targets of the Makefile that build what they use.
ARTEFACTS = {
    "tests/examples": (
        ".venv-lite-latest/.stamp",
        ".venv-marimo/.stamp",
        "wheelhouse/dist/.stamp",
    ),
    "tests/install": ("wheelhouse/dist/.stamp",),
    "tests/inventory": (".venv-inventory/.stamp",),
    "tests/thirdparty": (".venv-inventory/.stamp",),
    "tests/notebook": (
        "wheelhouse/dist/.stamp",
        "build/site/.stamp",
        ".venv-inventory/.stamp",
    ),
}


def chosen_folders(arguments: list[str]) -> list[str]:
    """The folders of tests/ that pytest's arguments name, all of them if they name none."""
    folders = sorted(f"tests/{path.name}" for path in (ROOT / "tests").iterdir() if path.is_dir())
    named = [argument for argument in arguments if (ROOT / argument.split("::")[0]).exists()]
    relative = [os.path.relpath(ROOT / name.split("::")[0], ROOT) for name in named]
    return [
        folder
        for folder in folders
        if not relative
        or any(f"{name}/".startswith(f"{folder}/") or name == "tests" for name in relative)
    ]


def set_up(folders: list[str], engines: str) -> None:
    targets = sorted({target for folder in folders for target in ARTEFACTS.get(folder, ())})
    if any(folder not in WITHOUT_BROWSER for folder in folders):
        install_programs(engines)
        for version in npm_versions():
            make_test_folder(version)
    if targets and subprocess.run(["make", *targets], cwd=ROOT, check=False).returncode:
        sys.exit(f"test: make {' '.join(targets)} failed; see its messages above")


def named_runs(description: str, runs: Sequence[tuple[Target, str]]) -> list[tuple[Target, str]]:
    """The runs whose engines the command line names, with their engines set up; all by default.

    Args:
        description: for `--help`.
        runs: (target, by which way); the engine "cpython" needs nothing.
    """
    parser = argparse.ArgumentParser(description=description)
    engines = [target.engine for target, _ in runs]
    parser.add_argument("engine", nargs="*", help=f"of {', '.join(engines)}; all if none is named")
    words = parser.parse_args().engine
    if unknown := set(words).difference(engines):
        parser.error(f"no engine {', '.join(unknown)}")
    chosen = [(target, way) for target, way in runs if not words or target.engine in words]
    programs = [target.engine for target, _ in chosen if target.engine != "cpython"]
    if programs:
        set_up(["tests/browser"], ",".join(programs))
    return chosen


def coverage(*arguments: object) -> int:
    command = [sys.executable, "-m", "coverage", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def run_with_coverage(arguments: list[str]) -> int:
    """Run pytest, then check the branch coverage of CPython and all browsers together."""
    shutil.rmtree(COVERAGE, ignore_errors=True)
    COVERAGE.mkdir(parents=True)
    rules = f"--rcfile={ROOT / 'tools' / 'coverage.toml'}"
    status = coverage("run", rules, "-m", "pytest", f"--pyodide-coverage={COVERAGE}", *arguments)
    coverage("combine", rules, "--quiet")
    coverage("html", rules, "--quiet", f"--directory={COVERAGE / 'html'}")
    least = f"--fail-under={LEAST_COVERAGE}"
    return coverage("report", rules, "--show-missing", "--skip-covered", least) or status


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], allow_abbrev=False)
    parser.add_argument(
        "--coverage",
        action="store_true",
        help=f"measure the branch coverage of the package; fail below {LEAST_COVERAGE} %%",
    )
    parser.add_argument("--workers", default="3", help="processes of pytest-xdist, 0 for none")
    engines = os.environ.get("TEST_ENGINE")
    parser.add_argument("--engine", default=engines, help="handed to pytest, see there")
    options, arguments = parser.parse_known_args()
    set_up(chosen_folders(arguments), options.engine or USUAL_ENGINES)
    if options.engine:
        arguments = [f"--engine={options.engine}", *arguments]
    processes = f"--numprocesses={options.workers}"
    # The order of the groups is that of tests/browser/plugin.py.
    spread = [processes, "--dist=loadgroup", "--no-loadscope-reorder"]
    arguments = [*spread, "--durations=15", *arguments]
    if options.coverage:
        return run_with_coverage(arguments)
    command = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
