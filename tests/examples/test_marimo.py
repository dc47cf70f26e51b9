"""A notebook of marimo, exported for the browser: one cell awaits, one blocks."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.examples.browser import Browser
from tests.examples.outside import Outside
from tests.examples.sites import (
    MARIMO_CDN,
    MARIMO_ENDED,
    MARIMO_LOCK,
    build_marimo,
    marimo_pyodide,
)
from tests.examples.test_pages import PLANETS


@pytest.fixture(scope="module")
def notebook(
    examples: Path,
    browser: Browser,
    outside: Outside,
    served: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Browser:
    """A browser that shows the notebook, all of whose cells have run."""
    build_marimo(examples / "marimo")
    pyodide = marimo_pyodide(tmp_path_factory.mktemp("marimo") / "pyodide")
    outside.folders[MARIMO_CDN] = pyodide
    outside.folders[MARIMO_LOCK] = pyodide / "pyodide-lock.json"
    browser.open(f"{served}/marimo/site/", ended=MARIMO_ENDED)
    return browser


def test_shows_the_planets_and_the_failure(
    notebook: Browser, outside: Outside, served: str
) -> None:
    expected = [f"{planet['name']}: {planet['moons']} moons" for planet in PLANETS]
    assert notebook.text("#root li").splitlines() == expected
    assert notebook.text(MARIMO_ENDED).startswith(
        f"Without data: 404 Client Error: File not found for url: {served}/comets.json"
    )
    assert outside.unknown == []
