"""A JupyterLite site of a user's own, whose kernel installs the package from the wheelhouse.

The kernel's Pyodide offers what the kernel itself needs and nothing more, so the package can come
from nowhere but the index.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from lite.build import PLACEHOLDERS, PLUGIN, kernel_wheels, own_wheels
from tests.install.static_server import StaticServer
from tests.notebook.lab import Lab
from tools.pyodide_folder import make_pyodide_folder

ROOT = Path(__file__).resolve().parents[2]
INSTALL = {
    "magic": "%pip install -q pyfetch-requests",
    "piplite": "import piplite\nawait piplite.install('pyfetch-requests')",
    "micropip": "import micropip\n"
    "await micropip.install('pyfetch-requests', index_urls='{url}/simple')",
}
ABSENT = "import importlib.util\nimportlib.util.find_spec('pyfetch_requests')"
USE = "import pyfetch_requests\n\n(await pyfetch_requests.get('/ping')).text"
# The package that depends on ours.
CLIENT = {
    "client-magic": "%pip install -q resotonotebook-fetch",
    "client-piplite": "import piplite\nawait piplite.install('resotonotebook-fetch')",
    # Where nothing is there before, which examples/resotonotebook/README.md tells how to begin.
    "client-alone": "{readme}",
}
USE_CLIENT = """
import resotonotebook_fetch
client = resotonotebook_fetch.FetchClient()
(await client.session.get("/ping")).text
"""
# Nothing installs anything in here.
AT_ONCE = """
import requests, urllib.request, pyodide_http
pyodide_http.patch_all()
answer = requests.get("/ping")
[answer.text, urllib.request.urlopen(answer.url).read(), requests.Session.__module__]
"""


def foreign_wheels(wheelhouse: Path) -> list[Path]:
    """The wheels that are there, the kernel's own, but none of our two packages."""
    ours = {*wheelhouse.glob("pyfetch_requests-*"), *wheelhouse.glob("resotonotebook_fetch-*")}
    return own_wheels() + [wheel for wheel in wheelhouse.glob("*.whl") if wheel not in ours]


def first_step(url: str) -> str:
    """The block of code with micropip in the README of the package that depends on ours."""
    text = (ROOT / "examples" / "resotonotebook" / "README.md").read_text()
    [code] = re.findall(r"```python\n(import micropip\n.*?)```", text, re.DOTALL)
    return str(code).replace("https://wheels.example", url)


def write_sources(folder: Path, url: str) -> None:
    """What a user writes: a notebook for each way to install, and where the index is."""
    sources = {name: (ABSENT, source.format(url=url), USE) for name, source in INSTALL.items()}
    for name, source in CLIENT.items():
        sources[name] = (ABSENT, source.format(readme=first_step(url)), USE_CLIENT)
    for name, texts in {**sources, "at-once": (AT_ONCE,)}.items():
        cells = [new_code_cell(text) for text in texts]
        notebook = new_notebook(cells=cells)
        notebook.metadata["kernelspec"] = {"name": "python", "display_name": "Python"}
        nbformat.write(notebook, folder / f"{name}.ipynb")
    options = json.loads((ROOT / "lite" / "jupyter-lite.json").read_text())
    settings = options["jupyter-config-data"]["litePluginSettings"][PLUGIN]
    settings["pipliteUrls"] = [f"{url}/all.json"]
    (folder / "jupyter-lite.json").write_text(json.dumps(options))


def make_ready(file: Path, url: str, wheelhouse: Path) -> None:
    """What docs/install.md says of a site whose kernels have everything installed."""
    [wheel] = wheelhouse.glob("pyfetch_requests-*.whl")
    options = json.loads(file.read_text())
    kernel = options["jupyter-config-data"]["litePluginSettings"][PLUGIN]
    kernel["loadPyodideOptions"]["packages"].append(f"{url}/{wheel.name}")
    startup = "/lib/python3.12/site-packages/pyfetch_requests/startup.py"
    kernel["loadPyodideOptions"]["env"] = {"PYTHONSTARTUP": startup}
    file.write_text(json.dumps(options))


@pytest.fixture(scope="module")
def site(wheelhouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a server that has the wheelhouse at its root, and the site in three forms.

    As it is; with a start-up; and with a Pyodide that offers all but our own packages.
    """
    work = tmp_path_factory.mktemp("lite")
    folders = {f"/{name}": work / name for name in ("lite", "ready", "full")} | {"/": wheelhouse}
    with StaticServer(folders) as server:
        write_sources(work, server.url)
        build = [sys.executable, "-m", "jupyterlite_core", "build", "--apps", "lab"]
        command = [*build, "--contents", ".", "--output-dir", "lite"]
        subprocess.run(command, cwd=work, check=True, capture_output=True)
        runtime = ROOT / "node_modules" / "pyodide-0.27.8"
        wheels = kernel_wheels(wheelhouse, *PLACEHOLDERS)
        make_pyodide_folder(runtime, wheels, work / "lite/static/pyodide")
        for name in ("ready", "full"):
            shutil.copytree(work / "lite", work / name)
        make_ready(work / "ready" / "jupyter-lite.json", server.url, wheelhouse)
        make_pyodide_folder(runtime, foreign_wheels(wheelhouse), work / "full/static/pyodide")
        yield server.url


@pytest.fixture(scope="module")
def lab(site: str) -> Iterator[Lab]:
    with Lab(f"{site}/lite") as running:
        yield running


def check_installation(lab: Lab, name: str) -> None:
    """Run a notebook that installs a package, and lets it send a request with ours."""
    lab.open(f"{name}.ipynb")
    absent, install, use = lab.run_all()
    assert absent["outputs"] == []
    assert [output for output in install["outputs"] if output["output_type"] == "error"] == []
    [result] = use["outputs"]
    assert result["data"]["text/plain"] == "'pong'"


@pytest.mark.parametrize("way", INSTALL)
def test_the_kernel_installs_the_package(lab: Lab, way: str) -> None:
    check_installation(lab, way)


def test_a_package_that_depends_on_ours_brings_it_from_the_index(site: str) -> None:
    with Lab(f"{site}/full") as lab:
        check_installation(lab, "client-magic")
        check_installation(lab, "client-piplite")


def test_a_package_that_depends_on_ours_where_all_comes_from_the_index(lab: Lab) -> None:
    check_installation(lab, "client-alone")


def test_a_kernel_that_starts_with_everything_installed(site: str) -> None:
    with Lab(f"{site}/ready") as lab:
        lab.open("at-once.ipynb")
        [cell] = lab.run_all()
    [result] = cell["outputs"]
    assert result["data"]["text/plain"] == "['pong', b'pong', 'pyfetch_requests._faces.blocking']"
