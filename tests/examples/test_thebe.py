"""A page whose code blocks thebe makes cells, with JupyterLite's kernel in the browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.examples.browser import Browser
from tests.examples.outside import Outside
from tests.examples.sites import (
    THEBE_CDN,
    THEBE_ENDED,
    THEBE_KERNEL,
    install_thebe,
    thebe_pyodide,
)
from tests.examples.test_pages import PLANETS


@pytest.fixture(scope="module")
def page(
    browser: Browser,
    outside: Outside,
    examples: Path,
    served: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Browser:
    """A browser that shows the page, after its cells have run."""
    outside.folders[THEBE_KERNEL] = install_thebe(examples / "thebe")
    outside.folders[THEBE_CDN] = thebe_pyodide(tmp_path_factory.mktemp("thebe") / "pyodide")
    browser.driver.get(f"{served}/thebe/")
    browser.wait(lambda: browser.text(THEBE_ENDED).strip(), "the last cell has run")
    # What thebe draws formulas with, of which the page has none.
    outside.unknown[:] = [one for one in outside.unknown if not one.endswith("/MathJax.js")]
    return browser


def test_shows_the_planets_and_the_failure(page: Browser, served: str, outside: Outside) -> None:
    shown = [line for line in page.text(".thebe-output").splitlines() if line.strip()]
    expected = [f"{planet['name']}: {planet['moons']} moons" for planet in PLANETS]
    assert shown[: len(PLANETS)] == expected
    assert shown[len(PLANETS)] == f"GET {served}/planets.json 200 OK"
    # Of the blocking call, which switches stacks.
    assert (
        page.text(THEBE_ENDED)
        .strip()
        .startswith(f"Without data: 404 Client Error: File not found for url: {served}/comets.json")
    )
    assert outside.unknown == []
