"""requests.ipynb on a desktop kernel: over sockets, and from a cassette without the server.

The notebook is the one of the site, unchanged.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from tests.inventory_process import ROOT, running_inventory

NOTEBOOK = ROOT / "lite" / "files" / "requests.ipynb"
Shown = dict[str, str]


def run(folder: Path, wheel: Path, base: str, first: str = "", last: str = "") -> Shown:
    """What its cells show: the id of each cell, and its output as text, but for what pip says.

    Args:
        folder: Where `%pip install` puts our wheel.
        wheel: Ours; pip finds nothing else.
        base: The page.
        first, last: Code of cells before and after those of the notebook.
    """
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    cells = [nbformat.v4.new_code_cell(text) for text in (first, last)]
    notebook.cells[:] = [cells[0], *notebook.cells, cells[1]]
    environment = {
        **os.environ,
        "PIP_TARGET": str(folder / "site"),
        "PIP_NO_INDEX": "1",
        "PIP_NO_DEPS": "1",  # they are here already
        "PIP_FIND_LINKS": str(wheel.parent),
        "PYTHONPATH": str(folder / "site"),
        "PYFETCH_REQUESTS_BASE_URL": base,
        "IPYTHONDIR": str(folder / "ipython"),
        "JUPYTER_PLATFORM_DIRS": "1",
    }
    (folder / "site").mkdir(parents=True)
    client = NotebookClient(
        notebook,
        timeout=120,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
    )
    client.execute(env=environment)
    return {
        cell.id: "".join(map(text_of, cell.outputs))
        for cell in notebook.cells[1:-1]
        if cell.cell_type == "code" and cell.id != "install"
    }


def text_of(output: nbformat.NotebookNode) -> str:
    """What is shown, without the figures that no two runs have in common."""
    shown = str(output.get("text") or output.get("data", {}).get("text/plain", ""))
    return re.sub(r", [\d.]+ .?B/s, [\d.]+ s", "", shown)


def site_of(folder: Path) -> Path:
    """Make a site with as much as the notebook asks it for."""
    stdlib = ROOT / "node_modules" / "pyodide-0.27.8" / "python_stdlib.zip"
    events = NOTEBOOK.with_name("greeting.sse")
    for source, place in ((stdlib, "static/pyodide"), (events, "files")):
        (folder / place).mkdir(parents=True)
        shutil.copy(source, folder / place)
    (folder / "index.html").touch()
    return folder


def test_with_the_server_and_from_its_cassette(tmp_path: Path, package_wheel: Path) -> None:
    # The package is there before the first cell of the notebook installs it.
    start = f"""
import sys
sys.path.append({str(package_wheel)!r})
from pyfetch_requests import testing
cassette = testing.cassette({str(tmp_path / "tour.json")!r}, MODE).start()
"""
    with running_inventory(site_of(tmp_path / "site")) as base:
        first = start.replace("MODE", "'record'")
        shown = run(tmp_path / "with", package_wheel, base, first, "cassette.stop()")
    assert shown["ping"] == "<Response [200]>"
    assert "The server knows" in shown["json-in"]
    assert "delete: 204 No Content" in shown["json-out"]
    assert shown["events-code"] == "['Hello,', 'you']"
    assert "The Zen of Python, by Tim Peters" in shown["part-code"]
    assert "nothing listens at http://127.0.0.1:59999" in shown["connection-error"]
    names = [line.split()[0] for line in shown["other-errors"].splitlines()]
    assert names == ["MissingSchema", "InvalidSchema", "InvalidHeader", "JSONDecodeError"]

    # The server has ended: what it said is in the cassette.
    first = start.replace("MODE", "'replay'")
    last = "assert cassette.unused == []"
    assert run(tmp_path / "without", package_wheel, base, first, last) == shown
