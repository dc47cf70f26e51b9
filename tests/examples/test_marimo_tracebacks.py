"""What an uncaught failure shows in a cell of marimo: its message, and a traceback below."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from tests.examples.browser import Browser
from tests.examples.outside import Outside
from tests.examples.sites import MARIMO_CDN, MARIMO_LOCK, build_marimo, marimo_pyodide
from tests.examples.test_tracebacks import IMPORTS, KINDS, PROGRAMS, source_of
from tests.server import Server, Urls

FIRST = """import marimo

app = marimo.App()


@app.cell
async def _():
    import micropip

    await micropip.install("pyfetch-requests")
    import pyfetch_requests as requests
    from pyfetch_requests import sync

    return requests, sync
"""
CELL = """

@app.cell
async def _(requests, sync):
{code}
    return
"""
RUN_ALL = 'document.querySelector("button.mo-button.yellow[data-testid=run-button]")'
TRACEBACKS = """
    return [...document.querySelectorAll(".console-output-area .codehilite")].map(
      (shown) => shown.textContent)
"""


def notebook(urls: Urls) -> str:
    """Each program in a cell of its own."""
    text = FIRST
    for name in PROGRAMS:
        program = source_of(name, urls, f"{urls.other}/echo").removeprefix(IMPORTS)
        # Names that begin like this are of one cell alone.
        program = program.replace("response", "_response")
        text += CELL.format(code=textwrap.indent(program, "    "))
    return text


@pytest.fixture(scope="module")
def cells(
    browser: Browser, outside: Outside, server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Browser:
    """A browser that shows the notebook, all of whose cells have failed."""
    folder: Path = tmp_path_factory.mktemp("marimo")
    (folder / "failing.py").write_text(notebook(server.urls))
    build_marimo(folder, "failing.py", "edit")
    pyodide = marimo_pyodide(folder / "pyodide")
    outside.folders[MARIMO_CDN] = pyodide
    outside.folders[MARIMO_LOCK] = pyodide / "pyodide-lock.json"
    server.mount("/failing-cells", folder / "site")
    browser.driver.get(f"{server.urls.page}/failing-cells/index.html")
    browser.wait(lambda: browser.script(f"return !!{RUN_ALL}"), "the cells may be run")
    browser.script(f"{RUN_ALL}.click()")
    browser.wait(lambda: len(browser.script(TRACEBACKS)) == len(PROGRAMS), "all have failed")
    return browser


@pytest.mark.parametrize("name", PROGRAMS)
def test_marimo_shows_the_line_of_the_user_and_the_message(name: str, cells: Browser) -> None:
    shown = cells.script(TRACEBACKS)[list(PROGRAMS).index(name)]
    lines = shown.strip().splitlines()
    assert len(lines) <= 12
    assert lines[0] == "Traceback (most recent call last):"
    # One frame, of the cell.
    assert lines[1].startswith("  Cell ")
    assert [line for line in lines if ", line " in line] == lines[1:2]
    kind, _, message = lines[-1].partition(": ")
    assert kind == f"pyfetch_requests.exceptions.{KINDS[name]}"
    # Above it marimo shows the message by itself.
    assert f"{KINDS[name]}\n\n{message}" in cells.text("#root")
