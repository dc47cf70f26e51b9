"""A server for the whole session, the data it was filled with, and a graph to change."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.inventory.api import Api
from tests.inventory.estate import Estate
from tests.inventory_process import running_inventory

KEY = "a key that both sides know"


# `INVENTORY_STORES=file,memory` runs the tests by both ways to keep the graph
_STORES = os.environ.get("INVENTORY_STORES", "file").split(",")


@pytest.fixture(scope="session", params=_STORES)
def inventory_server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Base URL of a running inventory server without login."""
    data = tmp_path_factory.mktemp("data") if request.param == "file" else None
    with running_inventory(data=data) as url:
        yield url


@pytest.fixture(scope="session")
def estate() -> Estate:
    """What the server was filled with, read from the generator."""
    return Estate.generated()


@pytest.fixture(scope="session")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """A second server, with a key and a one-page site; tests may leave traces in it."""
    site = tmp_path_factory.mktemp("site")
    (site / "index.html").write_text("the site")
    with running_inventory(site=site, psk=KEY) as url:
        yield Api(url)


@pytest.fixture(scope="session")
def api(inventory_server: str) -> Api:
    """Requests to the graph that every test may read."""
    return Api(inventory_server)


@pytest.fixture
def scratch(inventory_server: str) -> Iterator[Api]:
    """Requests to a copy of the graph that one test may change."""
    api = Api(inventory_server, graph="scratch")
    api.command("graph copy resoto scratch").raise_for_status()
    yield api
    api.delete("/graph/scratch").raise_for_status()
