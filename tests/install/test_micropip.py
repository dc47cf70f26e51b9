"""`micropip.install` in a page, from every form of the wheelhouse's index, on every Pyodide."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser import runners
from tests.browser.targets import VERSIONS, Target
from tests.install.static_server import StaticServer
from tools.pyodide_folder import make_test_folder
from wheelhouse.index import write_simple_index

ROOT = Path(__file__).resolve().parents[2]

SCRIPT = """
import micropip

try:
    import pyfetch_requests
except ModuleNotFoundError:
    await micropip.install("pyfetch-requests", index_urls={index!r})
else:
    raise AssertionError("it was there before it was installed")

import pyfetch_requests

(await pyfetch_requests.get("/ping")).text
"""


@pytest.fixture(scope="module")
def server(
    wheelhouse: Path, our_wheel: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[StaticServer]:
    """The wheelhouse at the root, and one under /elsewhere whose links were given their base."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    shutil.copy(our_wheel, elsewhere)
    folders = {
        "/": wheelhouse,
        "/elsewhere": elsewhere,
        "/browser": ROOT / "tests" / "browser" / "static",
        "/pyodide": ROOT / "build" / "pyodide",
    }
    with StaticServer(folders) as running:
        write_simple_index(elsewhere, base=f"{running.url}/elsewhere/")
        yield running


@pytest.fixture(scope="module", params=VERSIONS)
def runner(request: pytest.FixtureRequest, server: StaticServer) -> Iterator[runners.OurRunner]:
    """A browser with one version of Pyodide."""
    make_test_folder(request.param)
    running = runners.start(Target("chromium", "page", request.param), server.url)
    yield running
    running.kill()


@pytest.fixture
def page(runner: runners.OurRunner) -> runners.OurRunner:
    """A page that just started Pyodide, with micropip."""
    runner.refresh()
    runner.load_pyodide()
    runner.run_js("await pyodide.loadPackage('micropip')")
    return runner


@pytest.mark.parametrize(
    "index",
    [
        pytest.param("/simple", id="folder"),
        pytest.param("/simple/{package_name}/index.html", id="html"),
        pytest.param("/elsewhere/simple/{package_name}/index.html", id="html-with-base"),
        pytest.param("/elsewhere/simple/{package_name}/index.json", id="json-with-base"),
    ],
)
def test_micropip_installs_the_package(
    page: runners.OurRunner, server: StaticServer, our_wheel: Path, index: str
) -> None:
    before = len(server.asked)
    code = json.dumps(SCRIPT.format(index=server.url + index))

    assert page.run_js(f"return await pyodide.runPythonAsync({code})") == "pong"
    files = {path.rpartition("/")[2] for path in server.asked[before:]}
    assert our_wheel.name in files
    # What it needs outside of a browser is not even asked for.
    assert not [path for path in server.asked[before:] if "httpcore2" in path]
