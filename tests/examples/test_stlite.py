"""An app of Streamlit in the browser, by stlite: it blocks in a cached function, and awaits."""

from __future__ import annotations

import re

import pytest

from tests.examples.browser import Browser
from tests.examples.outside import Outside
from tests.examples.sites import STLITE_CDN, STLITE_ENDED, stlite_pyodide
from tests.examples.test_pages import PLANETS


@pytest.fixture(scope="module")
def app(
    browser: Browser, outside: Outside, served: str, tmp_path_factory: pytest.TempPathFactory
) -> Browser:
    """A browser that shows the app."""
    outside.folders[STLITE_CDN] = stlite_pyodide(tmp_path_factory.mktemp("stlite") / "pyodide")
    browser.open(f"{served}/stlite/", ended=STLITE_ENDED)
    return browser


def lines(fewest: int) -> list[str]:
    """What is to be read of the planets that have so many moons."""
    shown = (planet for planet in PLANETS if planet["moons"] >= fewest)
    return [f"{planet['name']}: {planet['moons']} moons" for planet in shown]


def logged(browser: Browser) -> list[tuple[str, str]]:
    """Path and transport of the requests that the package has logged since it was last asked."""
    pattern = r"pyfetch_requests:GET http://[^/]+(\S+) .* by (\w+)"
    return re.findall(pattern, browser.console())


def test_shows_the_planets_and_the_failure(app: Browser, served: str, outside: Outside) -> None:
    assert app.text("[data-testid=stMarkdown] li").splitlines() == lines(0)
    assert app.text(STLITE_ENDED).startswith(
        f"Without data: 404 Client Error: File not found for url: {served}/comets.json"
    )
    # The blocking call as well: it switches stacks.
    assert logged(app) == [("/planets.json", "Fetch"), ("/comets.json", "Fetch")]
    assert outside.unknown == []


def test_a_click_runs_the_app_anew_and_asks_only_for_what_is_not_cached(app: Browser) -> None:
    app.script("document.querySelector('[data-testid=stCheckbox] label').click()")

    app.wait(
        lambda: app.text("[data-testid=stMarkdown] li").splitlines() == lines(1),
        "the app shows fewer planets",
    )
    # The failure comes after them.
    asked = app.wait(lambda: logged(app), "the app has asked again")
    assert asked == [("/comets.json", "Fetch")]
