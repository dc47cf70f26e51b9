"""A site that `jupyter lite build` makes with the wheel in it: JupyterLite as it is released."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.examples.outside import Outside
from tests.examples.sites import JUPYTERLITE_CDN, build_jupyterlite, jupyterlite_pyodide
from tests.examples.test_pages import PLANETS
from tests.examples.test_tracebacks import KINDS, PROGRAMS, source_of
from tests.notebook.lab import Lab
from tests.server import Server

# The kernel looks through a cell before it runs it.
ONE_CELL = """import pyfetch_requests
pyfetch_requests.install()
import requests
requests.__name__, requests.get("/planets.json").json()[0]["name"]"""
# What of the real one lies there.
REAL = """from pathlib import Path
[path.name for path in Path(pyfetch_requests.__file__).parents[1].glob("requests-*")]"""
UNINSTALL = "pyfetch_requests.uninstall()"


@pytest.fixture(scope="module")
def lab(
    examples: Path,
    served: str,
    outside: Outside,
    package_wheel: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Lab]:
    """A browser that has the site."""
    build_jupyterlite(examples / "jupyterlite", package_wheel)
    pyodide = jupyterlite_pyodide(tmp_path_factory.mktemp("jupyterlite") / "pyodide")
    outside.folders[JUPYTERLITE_CDN] = pyodide
    site = f"{served}/jupyterlite/site"
    with Lab(site, outside=outside.port) as running:
        running.open("planets.ipynb")
        assert running.run("install", "%pip install -q pyfetch-requests") == ""
        yield running


def printed(cell: dict[str, Any]) -> str:
    """What a cell has printed."""
    streams = (o for o in cell["outputs"] if o["output_type"] == "stream")
    return "".join("".join(output["text"]) for output in streams)


def test_shows_the_planets_and_the_failure(lab: Lab, served: str, outside: Outside) -> None:
    _, _, planets, failure = lab.run_all()
    expected = [f"{planet['name']}: {planet['moons']} moons" for planet in PLANETS]
    assert printed(planets).splitlines() == expected
    assert planets["outputs"][-1]["data"]["text/plain"] == "<Response [200]>"
    assert printed(failure).startswith(
        f"404 Client Error: File not found for url: {served}/comets.json"
    )
    assert outside.unknown == []


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_failure_shows_the_line_of_the_user_and_the_message(
    name: str, lab: Lab, server: Server
) -> None:
    source = source_of(name, server.urls, f"{server.urls.page}/echo")
    lines = lab.run("failure", source).strip().splitlines()

    assert len(lines) <= 12
    frames = [line for line in lines if line.startswith(("Cell In[", "File "))]
    assert len(frames) == 1
    last = source.splitlines()[-1] if name != "iteration" else source.splitlines()[-2]
    [arrow] = [line for line in lines if line.startswith("---->")]
    assert arrow.endswith(last)
    assert lines[-1].startswith(f"{KINDS[name]}: ")


def test_install_and_import_in_one_cell(lab: Lab) -> None:
    assert lab.run("failure", ONE_CELL) == "('pyfetch_requests._stand_in.requests', 'Mercury')"
    # It was fetched, and is not used.
    assert lab.run("failure", REAL) == "['requests-2.34.2.dist-info']"
    assert lab.run("failure", UNINSTALL) == ""
