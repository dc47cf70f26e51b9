"""Coverage measured inside Pyodide says the same as coverage.py on CPython."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from coverage import Coverage, CoverageData

from tests.browser.interpreter import HERE, ROOT, Interpreter

SAMPLE = HERE / "branches.py"
SHOWN = str(SAMPLE.relative_to(ROOT))


def report(data_file: Path) -> dict[str, Any]:
    """What coverage.py makes of a data file: lines and branches that were missed."""
    coverage = Coverage(data_file=str(data_file), branch=True, config_file=False)
    coverage.load()
    outfile = data_file.with_suffix(".json")
    coverage.json_report(outfile=str(outfile))
    (found,) = json.loads(outfile.read_text())["files"].values()
    return {key: found[key] for key in ("missing_lines", "missing_branches")}


def expected(data_file: Path) -> dict[str, Any]:
    """The sample, run here under coverage.py."""
    coverage = Coverage(
        data_file=str(data_file), branch=True, config_file=False, include=[str(SAMPLE)]
    )
    sample: dict[str, Any] = {"__name__": "sample"}
    with coverage.collect():
        exec(compile(SAMPLE.read_text(), str(SAMPLE), "exec"), sample)
        asyncio.run(sample["main"]())
    coverage.save()
    return report(data_file)


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
