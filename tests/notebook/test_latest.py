"""The site with the newest JupyterLite: the tour, and the other doors, in one page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.inventory_process import ROOT, running_inventory
from tests.make import make
from tests.notebook.lab import Lab

# Sources, and a text of what each shows; one after the other in one kernel.
CELLS = {
    "import piplite\nawait piplite.install('pyfetch-requests')\n'there'": "'there'",
    "import pyfetch_requests.sync as blocking\nblocking.get('/system/ping').text": "'pong'",
    "import pyfetch_requests\npyfetch_requests.install('all')\n'installed'": "'installed'",
    "import requests\nrequests.get('/system/ping').text": "'pong'",
    "requests.__file__": "pyfetch_requests",
    "import urllib.request\n"
    "urllib.request.urlopen(requests.get('/system/ping').url).read()": "b'pong'",
    "answer = await pyfetch_requests.get('/system/ping', stream=True)\n"
    "[chunk async for chunk in answer.iter_content(99)]": "b'pong'",
    "model = await pyfetch_requests.get('/model', progress=True)\nmodel.ok": "download ",
    "await pyfetch_requests.get('/system/ping')": "<style>",
}


def shown(cell: dict[str, Any]) -> str:
    """All that a cell shows, in every form."""
    return str(cell["outputs"])


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    make("build/site-latest/.stamp")
    with (
        running_inventory(ROOT / "build" / "site-latest") as base,
        Lab(f"{base}/notebook") as running,
    ):
        running.open("requests.ipynb", address="")
        yield running


def test_every_cell_of_the_tour_runs(lab: Lab) -> None:
    cells = [cell for cell in lab.run_all() if cell["cell_type"] == "code"]

    assert [cell["source"] for cell in cells if cell["execution_count"] is None] == []
    assert [output for cell in cells for output in cell["outputs"] if "ename" in output] == []
    assert "pong" in shown(cells[1])


def test_the_other_doors(lab: Lab) -> None:
    code = [cell["id"] for cell in lab.cells() if cell["cell_type"] == "code"]
    for cell, source in zip(code, CELLS, strict=False):
        lab.set_source(cell, source)
    for cell in code[len(CELLS) :]:
        lab.set_source(cell, "")

    cells = [cell for cell in lab.run_all() if cell["source"] in CELLS]

    found = {cell["source"]: shown(cell) for cell in cells}
    assert list(found) == list(CELLS)
    for source, text in CELLS.items():
        assert text in found[source]
