"""The server that README.md starts, the servers around it, and a browser."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from selenium.webdriver.support.wait import WebDriverWait

from tests.examples.browser import Browser
from tests.examples.outside import Outside

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
MODULES = ROOT / "node_modules"
PYODIDE = ROOT / "build" / "pyodide" / "314.0.7"
# What the examples take from a CDN, by the beginning of the path.
CDN = {
    "/pyodide/v314.0.7/full/": PYODIDE,
    # The version that PyScript loads by default.
    "/pyodide/v314.0.2/full/": PYODIDE,
    "/npm/@pyscript/core@0.7.31/": MODULES / "@pyscript" / "core",
    "/npm/@stlite/mountable@0.75.0/": MODULES / "@stlite" / "mountable",
}


@pytest.fixture(scope="session")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of examples/, in which sites can be built."""
    copy = tmp_path_factory.mktemp("project") / "examples"
    return Path(
        shutil.copytree(EXAMPLES, copy, ignore=shutil.ignore_patterns("site", "node_modules", ".*"))
    )


@pytest.fixture(scope="session")
def outside(package_wheel: Path) -> Iterator[Outside]:
    """The CDN and the package index."""
    with Outside(CDN, [package_wheel]) as server:
        yield server


@pytest.fixture(scope="session")
def served(examples: Path) -> Iterator[str]:
    """The address of examples/serve.py."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, str(examples / "serve.py"), str(port)]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, stdout=quiet, stderr=quiet)
    url = f"http://127.0.0.1:{port}"
    try:
        anything: Any = url
        WebDriverWait(anything, 60, 0.05, [requests.ConnectionError]).until(
            lambda url: requests.get(f"{url}/planets.json", timeout=60).ok
        )
        yield url
    finally:
        process.terminate()
        process.wait()


@pytest.fixture(scope="session")
def browser(outside: Outside) -> Iterator[Browser]:
    with Browser(outside.port) as running:
        yield running
