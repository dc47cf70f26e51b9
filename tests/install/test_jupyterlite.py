"""A JupyterLite site of a user's own, whose kernel installs the package from the wheelhouse.

The kernel's Pyodide offers what the kernel itself needs and nothing more, so the package can come
from nowhere but the index.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from tests.install.static_server import StaticServer
from tests.notebook.lab import Lab
from tools.pyodide_folder import make_pyodide_folder

ROOT = Path(__file__).resolve().parents[2]
KERNEL = Path(sys.prefix) / "share/jupyter/labextensions/@jupyterlite/pyodide-kernel-extension"
PLUGIN = "@jupyterlite/pyodide-kernel-extension:kernel"
INSTALL = {
    "magic": "%pip install -q pyfetch-requests",
    "piplite": "import piplite\nawait piplite.install('pyfetch-requests')",
    "micropip": "import micropip\n"
    "await micropip.install('pyfetch-requests', index_urls='{url}/simple')",
}
ABSENT = "import importlib.util\nimportlib.util.find_spec('pyfetch_requests')"
USE = "import pyfetch_requests\n\n(await pyfetch_requests.get('/ping')).text"


def kernel_wheels(wheelhouse: Path) -> list[Path]:
    """The wheels that the kernel loads at its start, by the headings of the wheelhouse's list."""
    text = (ROOT / "wheelhouse" / "wheels.in").read_text()
    section = text.partition("# what the kernel needs\n")[2].partition("\n\n")[0]
    names = re.findall(r"^[\w.-]+", section, re.MULTILINE)
    patterns = [re.sub(r"[-_.]", "[-_.]", name) + "-[0-9]*" for name in [*names, "ssl", "sqlite3"]]
    own = [*KERNEL.glob("static/pypi/[!w]*.whl")]  # all but the stand-ins for widgetsnbextension
    return own + [next(wheelhouse.glob(f"{pattern}.whl")) for pattern in patterns]


def write_sources(folder: Path, url: str) -> None:
    """What a user writes: a notebook for each way to install, and where the index is."""
    for name, source in INSTALL.items():
        cells = [new_code_cell(cell) for cell in (ABSENT, source.format(url=url), USE)]
        notebook = new_notebook(cells=cells)
        notebook.metadata["kernelspec"] = {"name": "python", "display_name": "Python"}
        nbformat.write(notebook, folder / f"{name}.ipynb")
    options = json.loads((ROOT / "lite" / "jupyter-lite.json").read_text())
    settings = options["jupyter-config-data"]["litePluginSettings"][PLUGIN]
    settings["pipliteUrls"] = [f"{url}/all.json"]
    (folder / "jupyter-lite.json").write_text(json.dumps(options))


@pytest.fixture(scope="module")
def site(wheelhouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of the site, on a server that has the wheelhouse at its root."""
    work = tmp_path_factory.mktemp("lite")
    with StaticServer({"/": wheelhouse, "/lite": work / "site"}) as server:
        write_sources(work, server.url)
        build = [sys.executable, "-m", "jupyterlite_core", "build", "--apps", "lab"]
        command = [*build, "--contents", ".", "--output-dir", "site"]
        subprocess.run(command, cwd=work, check=True, capture_output=True)
        runtime = ROOT / "node_modules" / "pyodide-0.27.8"
        make_pyodide_folder(runtime, kernel_wheels(wheelhouse), work / "site/static/pyodide")
        yield f"{server.url}/lite"


@pytest.fixture(scope="module")
def lab(site: str) -> Iterator[Lab]:
    with Lab(site) as running:
        yield running


@pytest.mark.parametrize("way", INSTALL)
def test_the_kernel_installs_the_package(lab: Lab, way: str) -> None:
    lab.open(f"{way}.ipynb")

    absent, install, use = lab.run_all()
    assert absent["outputs"] == []
    assert [output for output in install["outputs"] if output["output_type"] == "error"] == []
    [result] = use["outputs"]
    assert result["data"]["text/plain"] == "'pong'"
