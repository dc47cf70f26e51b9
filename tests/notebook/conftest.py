"""The site, a server that serves it, and the notebooks after a run in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.inventory.api import Api
from tests.inventory_process import ROOT, running_inventory
from tests.make import make
from tests.notebook.record import Record, run


@pytest.fixture(scope="session")
def site() -> Path:
    """The folder of the notebook site, built if it is not there or older than its sources."""
    make("build/site/.stamp")
    return ROOT / "build" / "site"


@pytest.fixture(scope="session")
def url(site: Path) -> Iterator[str]:
    """Base URL of an inventory server with the site and without login."""
    with running_inventory(site) as base:
        yield base


@pytest.fixture(scope="session")
def api(url: str) -> Api:
    """Direct questions to the server that the notebooks ask."""
    return Api(url)


@pytest.fixture(scope="session")
def example(url: str, tmp_path_factory: pytest.TempPathFactory) -> Record:
    """example.ipynb after a run."""
    return run(f"{url}/notebook", "example.ipynb", tmp_path_factory.mktemp("example") / "net.json")


@pytest.fixture(scope="session")
def tour(url: str, tmp_path_factory: pytest.TempPathFactory) -> Record:
    """requests.ipynb after a run."""
    return run(f"{url}/notebook", "requests.ipynb", tmp_path_factory.mktemp("tour") / "net.json")
