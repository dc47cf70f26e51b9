"""The package that depends on ours, examples/resotonotebook: on a desktop, by plain pip."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.install.client_questions import expected, program, settled
from tests.install.desktop import fresh_environment
from tests.install.static_server import StaticServer
from tests.inventory.api import Api
from tests.inventory_process import running_inventory

KEY = "a key"


@pytest.fixture(scope="module")
def python(wheelhouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter for which pip has installed the client from the wheelhouse."""
    folder = tmp_path_factory.mktemp("desktop") / "environment"
    with StaticServer({"/": wheelhouse}) as server:
        index = f"--index-url={server.url}/simple"
        python = fresh_environment(folder, index, "resotonotebook-fetch")
        wheels = [path for path in server.asked if path.endswith(".whl")]
    names = sorted(path.strip("/").partition("-")[0] for path in wheels)
    assert names == ["pyfetch_requests", "resotonotebook_fetch"]
    return python


def run(python: Path, call: str, **environment: str) -> dict:
    """What the questions print; AssertionError with what else they say."""
    command = [str(python), "-c", program(call)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def api() -> Iterator[Api]:
    with running_inventory() as url:
        yield Api(url)


def test_its_answers_are_those_of_direct_questions(python: Path, api: Api) -> None:
    shown = run(python, f"asyncio.run(ask({api.url!r}))")
    assert settled(shown) == settled(expected(api))
    assert len(shown["nodes"]) > 5
    assert shown["drawn"] > 5


def test_without_an_address_it_asks_the_page(python: Path, api: Api) -> None:
    shown = run(python, "asyncio.run(ask())", PYFETCH_REQUESTS_BASE_URL=f"{api.url}/notebook/")
    assert settled(shown) == settled(expected(api))


def test_it_logs_in(python: Path, api: Api) -> None:
    with running_inventory(psk=KEY) as url:
        shown = run(python, f"asyncio.run(ask({url!r}, {KEY!r}))")
        with pytest.raises(AssertionError, match="HTTPError: 401 Client Error: Unauthorized"):
            run(python, f"asyncio.run(ask({url!r}, 'another key'))")
    assert sorted(shown["table"]) == sorted(expected(api)["table"])
