"""Fixtures that every layer shares."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.plugin import *  # noqa: F403 - hooks and fixtures for every layer
from tests.server import Server

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = {
    "/pyodide": ROOT / "build" / "pyodide",
    "/browser": ROOT / "tests" / "browser" / "static",
}


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The loopback server of the tests, with the folders that pages load Pyodide from."""
    with Server(FOLDERS) as running:
        yield running
