"""The locked libraries inside Pyodide, and inventory servers for the clients among them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.utils import parse_wheel_filename

from tests.browser.interpreter import Interpreter, own_interpreter
from tests.browser.targets import PLACES, Target
from tests.inventory.conftest import KEY
from tests.inventory.estate import INSTANCES, Estate
from tests.inventory_process import ROOT, environment_python, running_inventory
from tests.server import Server
from tests.thirdparty.libraries import archive
from tests.thirdparty.relay import relay
from tools.wheels import build_wheel, download

LOCK = ROOT / "requirements" / "thirdparty.txt"
# Not loaded, but found in the index: what the test of micropip installs.
APART = ("charset-normalizer", "hvac", "requests")
SCRIPT = ROOT / "tests" / "inventory" / "drive_client.py"


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory, server: Server) -> list[str]:
    """URLs of the wheels, with the stand-in for cryptography that the wheelhouse has."""
    locked = download(LOCK, "3.12", ROOT / ".cache")
    project = ROOT / "wheelhouse" / "stand-ins" / "cryptography"
    stand_in = build_wheel(project, tmp_path_factory.mktemp("stand-in"))
    server.mount("/thirdparty", locked[0].parent)
    server.mount("/stand-in", stand_in.parent)
    return [
        *(f"{server.urls.page}/thirdparty/{wheel.name}" for wheel in locked),
        f"{server.urls.page}/stand-in/{stand_in.name}",
    ]


@pytest.fixture(scope="session")
def index(wheels: list[str], tmp_path_factory: pytest.TempPathFactory, server: Server) -> str:
    """A package index for micropip with all wheels, as the pattern of its pages' URLs."""
    target = tmp_path_factory.mktemp("index")
    for url in wheels:
        file = url.rpartition("/")[2]
        page = f'<a href="{url}">{file}</a>'
        (target / f"{parse_wheel_filename(file)[0]}.html").write_text(page)
    server.mount("/index", target)
    return f"{server.urls.page}/index/{{package_name}}.html"


@pytest.fixture
def with_micropip(pyodide: Interpreter) -> None:
    """Micropip loaded, and modules of this folder importable."""
    pyodide.runner.load_package("micropip")
    pyodide.runner.python("import remote; remote.package('tests.thirdparty')")


@pytest.fixture
def libraries(pyodide: Interpreter, wheels: list[str]) -> Iterator[None]:
    """The wheels loaded, and `requests` replaced during the test."""
    load(pyodide, wheels)
    pyodide.runner.python("import pyfetch_requests; pyfetch_requests.install()")
    yield
    pyodide.runner.python("pyfetch_requests.uninstall()")


def load(pyodide: Interpreter, wheels: list[str]) -> None:
    """Load wheels into an interpreter that does not have them, or was restarted."""
    if not hasattr(pyodide.runner, "thirdparty"):
        names = {url: parse_wheel_filename(url.rpartition("/")[2])[0] for url in wheels}
        pyodide.runner.load_package([url for url in wheels if names[url] not in APART])
        pyodide.runner.python("import remote; remote.package('tests.thirdparty')")
        pyodide.runner.thirdparty = True


@pytest.fixture(scope="session")
def archive_url(server: Server) -> str:
    """URL of the file with the libraries that have jobs, see `libraries.archive`."""
    file = archive()
    server.mount("/libraries", file.parent)
    return f"{server.urls.page}/libraries/{file.name}"


@pytest.fixture(scope="session")
def script() -> str:
    """A program that calls every method of resotoclient and prints the results as JSON."""
    return SCRIPT.read_text()


@pytest.fixture(scope="session")
def expected() -> str:
    """What the program prints on CPython, with real requests, against a server of its own."""
    lock = SCRIPT.with_name("client.txt")
    python = environment_python(ROOT / ".cache" / "resotoclient", lock)
    with running_inventory() as url:
        done = subprocess.run([python, SCRIPT, url], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)) > 40
    return done.stdout


@pytest.fixture
def inventory(server: Server) -> Iterator[str]:
    """A fresh inventory server, on the origin of the page."""
    with running_inventory() as url:
        server.serve("/inventory", relay("/inventory", url))
        yield f"{server.urls.page}/inventory"


@pytest.fixture(scope="session")
def other_inventory() -> Iterator[str]:
    """An inventory server on its own origin, to be read only."""
    with running_inventory() as url:
        yield url


@pytest.fixture(scope="session")
def locked_elsewhere() -> Iterator[str]:
    """An inventory server that asks for a key, on its own origin, to be read only."""
    with running_inventory(psk=KEY) as url:
        yield url


@pytest.fixture(scope="session")
def locked_inventory(server: Server, locked_elsewhere: str) -> str:
    """The same, on the origin of the page."""
    server.serve("/locked", relay("/locked", locked_elsewhere))
    return f"{server.urls.page}/locked"


@pytest.fixture(scope="session")
def key() -> str:
    """The key of `locked_inventory`."""
    return KEY


@pytest.fixture(scope="session")
def pandas() -> list[Path]:
    """The wheels of pandas and numpy for Pyodide 0.27, from the wheelhouse."""
    subprocess.run(["make", "--silent", "wheelhouse/dist/.stamp"], cwd=ROOT, check=True)
    dist = ROOT / "wheelhouse" / "dist"
    return [next(dist.glob(f"{name}-*.whl")) for name in ("numpy", "pandas")]


@pytest.fixture(
    scope="session",
    params=[
        Target(engine, place, "0.27.8") for engine in ("chromium", "webkit") for place in PLACES
    ],
    ids=str,
)
def notebook(
    request: pytest.FixtureRequest,
    server: Server,
    package_wheel: Path,
    wheels: list[str],
    pandas: list[Path],
) -> Iterator[Interpreter]:
    """Pyodide 0.27 with the notebook's libraries, and `requests` replaced."""
    server.mount("/pandas", pandas[0].parent)
    further = [f"{server.urls.page}/pandas/{each.name}" for each in pandas]
    with own_interpreter(request.param, server, package_wheel) as interpreter:
        load(interpreter, [*wheels, *further])
        interpreter.runner.python("import pyfetch_requests; pyfetch_requests.install()")
        yield interpreter


@pytest.fixture(scope="session")
def instances() -> int:
    """How many instances the inventory has."""
    return len(Estate.generated().keys(INSTANCES))
