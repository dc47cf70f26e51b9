"""A page with Pyodide, and PyScript."""

from __future__ import annotations

import json

import pytest

from tests.examples.browser import Browser
from tests.examples.conftest import EXAMPLES
from tests.examples.outside import Outside

PLANETS = json.loads((EXAMPLES / "planets.json").read_text())


@pytest.mark.parametrize("page", ["page/", "pyscript/", "pyscript/worker.html"])
def test_shows_the_planets_and_the_failure(
    browser: Browser, outside: Outside, served: str, page: str
) -> None:
    browser.open(f"{served}/{page}")

    shown = browser.text("#planets li").splitlines()
    assert shown == [f"{planet['name']}: {planet['moons']} moons" for planet in PLANETS]
    assert browser.text("#failure").startswith(
        f"404 Client Error: File not found for url: {served}/comets.json"
    )
    assert outside.unknown == []
