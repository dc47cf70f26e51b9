"""Coverage measured inside Pyodide says the same as coverage.py on CPython."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from coverage import CoverageData

from tests.browser.interpreter import HERE, ROOT, Interpreter

SAMPLE = HERE / "branches.py"
SHOWN = str(SAMPLE.relative_to(ROOT))


def run_coverage(*arguments: object) -> None:
    """Run coverage.py's command in a process of its own: this one may be measured itself."""
    name, *rest = map(str, arguments)
    command = [sys.executable, "-m", "coverage", name, "--rcfile=", *rest]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    subprocess.run(command, env=clean, check=True)


def report(data_file: Path) -> dict[str, Any]:
    """What coverage.py makes of a data file: lines and branches that were missed."""
    outfile = data_file.with_suffix(".json")
    run_coverage("json", "--quiet", f"--data-file={data_file}", "-o", outfile)
    (found,) = json.loads(outfile.read_text())["files"].values()
    return {key: found[key] for key in ("missing_lines", "missing_branches")}


def expected(data_file: Path) -> dict[str, Any]:
    """The sample, run on CPython under coverage.py."""
    script = data_file.with_suffix(".py")
    script.write_text(
        "import asyncio, runpy\n"
        f"asyncio.run(runpy.run_path({str(SAMPLE)!r}, run_name='sample')['main']())\n"
    )
    run_coverage("run", "--branch", f"--include={SAMPLE}", f"--data-file={data_file}", script)
    return report(data_file)


@pytest.mark.usually_on("worker and not 0.29.5")
def test_same_as_on_cpython(pyodide: Interpreter, tmp_path: Path) -> None:
    arcs = f"sys.modules[{pyodide.load(HERE / 'arcs.py')!r}]"
    pyodide.runner.python(f"{arcs}.start({SHOWN!r})")
    sample = f"sys.modules[{pyodide.load(SAMPLE)!r}]"
    pyodide.runner.python_async(f"await {sample}.main()")
    found = json.loads(pyodide.runner.python(f"{arcs}.take()"))
    data = CoverageData(str(tmp_path / "there"))
    data.add_arcs({str(SAMPLE): [tuple(arc) for arc in found[SHOWN]]})
    data.write()
    here = expected(tmp_path / "here")
    assert here["missing_lines"]
    assert here["missing_branches"]
    assert report(tmp_path / "there") == here
