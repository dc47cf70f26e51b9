"""A server for the whole session, the data it was filled with, and a graph to change."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.inventory.api import Api
from tests.inventory.estate import Estate
from tests.inventory.forks import ForkServer

KEY = "a key that both sides know"


# `INVENTORY_STORES=file,memory` runs the tests with both stores of the graph.
_STORES = os.environ.get("INVENTORY_STORES", "file").split(",")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of this folder in one process of pytest-xdist: its servers start once."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.xdist_group("inventory"))


@pytest.fixture(scope="session")
def forks() -> Iterator[ForkServer]:
    """Starts servers quickly, by forking one."""
    server = ForkServer()
    yield server
    server.close()


@pytest.fixture(scope="session")
def first_start(forks: ForkServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that a server has filled and left; to be copied."""
    folder = tmp_path_factory.mktemp("first")
    with forks.running(data=folder):
        pass
    return folder


@pytest.fixture
def filled(first_start: Path, tmp_path: Path) -> Path:
    """A copy of that folder, which a test may change and damage."""
    return Path(shutil.copytree(first_start, tmp_path / "filled"))


@pytest.fixture(scope="session", params=_STORES)
def inventory_server(
    request: pytest.FixtureRequest, forks: ForkServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Base URL of a running inventory server without login."""
    data = None
    if request.param == "file":
        filled = request.getfixturevalue("first_start")
        data = Path(shutil.copytree(filled, tmp_path_factory.mktemp("data") / "data"))
    with forks.running(data=data) as server:
        yield server.api.url


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small site, with a file next to it that must not be served."""
    folder = tmp_path_factory.mktemp("site") / "site"
    (folder / "lab").mkdir(parents=True)
    (folder / "empty").mkdir()
    (folder / "index.html").write_text("<p>index</p>")
    (folder / "lab" / "index.html").write_text("<p>lab</p>")
    (folder / "a.wasm").write_bytes(b"\0asm")
    (folder / "a.mjs").write_text("export {}")
    (folder / "a b.json").write_text("{}")
    (folder / "link").symlink_to(folder.parent)
    (folder.parent / "secret.txt").write_text("secret")
    return folder


@pytest.fixture(scope="session")
def served(forks: ForkServer, inventory_server: str, site: Path) -> Iterator[Api]:
    """The site in front of another server: a quick start, and the way to a real resotocore."""
    with forks.running("--site", site, "--resotocore", inventory_server) as server:
        yield server.api


@pytest.fixture(scope="session")
def estate() -> Estate:
    """What the server was filled with, read from the generator."""
    return Estate.generated()


@pytest.fixture(scope="session")
def locked(forks: ForkServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """A second server, with a key and a one-page site; tests may leave traces in it."""
    site = tmp_path_factory.mktemp("site")
    (site / "index.html").write_text("the site")
    with forks.running("--site", site, "--psk", KEY) as server:
        yield server.api


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
