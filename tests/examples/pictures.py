"""Make the pictures of examples/ anew: `python -m tests.examples.pictures [KIND ...]`."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

from examples.serve import Handler
from tests.examples.browser import Browser
from tests.examples.conftest import CDN, EXAMPLES
from tests.examples.outside import Outside
from tests.examples.sites import (
    JUPYTERLITE_CDN,
    MARIMO_CDN,
    MARIMO_ENDED,
    MARIMO_LOCK,
    STLITE_CDN,
    STLITE_ENDED,
    THEBE_CDN,
    THEBE_ENDED,
    THEBE_KERNEL,
    WHEELHOUSE,
    build_jupyterlite,
    build_marimo,
    install_thebe,
    jupyterlite_pyodide,
    marimo_pyodide,
    stlite_pyodide,
    thebe_pyodide,
)
from tests.notebook.lab import Lab

IGNORED = shutil.ignore_patterns("site", "node_modules", ".*")
PAGES = {"page/": "page/page.png", "pyscript/": "pyscript/pyscript.png"}
PAGES |= {"pyscript/worker.html": "pyscript/worker.png"}


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address of a folder, served as serve.py does."""
    served = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
    Thread(target=served.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{served.server_port}"
    served.shutdown()


def take_pages(outside: Outside) -> None:
    """Open each page, and write what it shows."""
    with serving(EXAMPLES) as url, Browser(outside.port, window=(640, 560)) as browser:
        for page, picture in PAGES.items():
            browser.open(f"{url}/{page}")
            browser.picture(EXAMPLES / picture)


def take_stlite(outside: Outside) -> None:
    """Open the page, and write what the app shows."""
    with TemporaryDirectory() as work:
        outside.folders[STLITE_CDN] = stlite_pyodide(Path(work) / "pyodide")
        with serving(EXAMPLES) as url, Browser(outside.port, window=(640, 720)) as browser:
            browser.open(f"{url}/stlite/", ended=STLITE_ENDED)
            time.sleep(2)  # what says that the app is running fades without an event
            browser.picture(EXAMPLES / "stlite" / "stlite.png")


def take_marimo(outside: Outside) -> None:
    """Export the notebook, open its page, and write what it shows."""
    with TemporaryDirectory() as work:
        examples = Path(work) / "examples"
        shutil.copytree(EXAMPLES, examples, ignore=IGNORED)
        build_marimo(examples / "marimo")
        pyodide = marimo_pyodide(Path(work) / "pyodide")
        outside.folders[MARIMO_CDN] = pyodide
        outside.folders[MARIMO_LOCK] = pyodide / "pyodide-lock.json"
        with serving(examples) as url, Browser(outside.port, window=(780, 560)) as browser:
            browser.open(f"{url}/marimo/site/", ended=MARIMO_ENDED)
            browser.picture(EXAMPLES / "marimo" / "marimo.png")


def take_thebe(outside: Outside) -> None:
    """Open the page, and write what its cells show."""
    with TemporaryDirectory() as work:
        examples = Path(work) / "examples"
        shutil.copytree(EXAMPLES, examples, ignore=IGNORED)
        outside.folders[THEBE_KERNEL] = install_thebe(examples / "thebe")
        outside.folders[THEBE_CDN] = thebe_pyodide(Path(work) / "pyodide")
        with serving(examples) as url, Browser(outside.port, window=(780, 1100)) as browser:
            browser.driver.get(f"{url}/thebe/")
            browser.wait(lambda: browser.text(THEBE_ENDED).strip(), "the last cell has run")
            browser.picture(EXAMPLES / "thebe" / "thebe.png")


def take_notebook(wheel: Path, outside: Outside) -> None:
    """Build JupyterLite's site, run its notebook, and write what the application shows."""
    with TemporaryDirectory() as work:
        examples = Path(work) / "examples"
        shutil.copytree(EXAMPLES, examples, ignore=IGNORED)
        build_jupyterlite(examples / "jupyterlite", wheel)
        outside.folders[JUPYTERLITE_CDN] = jupyterlite_pyodide(Path(work) / "pyodide")
        with (
            serving(examples) as url,
            Lab(f"{url}/jupyterlite/site", window=(1000, 900), outside=outside.port) as lab,
        ):
            lab.open("planets.ipynb")
            lab.run_all()
            lab.command("application:toggle-left-area")
            lab.element("planets")
            time.sleep(1)  # scrolling ends without an event
            lab.browser.save_screenshot(str(EXAMPLES / "jupyterlite" / "jupyterlite.png"))


def take(wheel: Path, words: list[str]) -> None:
    """Make the pictures of the named kinds, or all."""
    with Outside(CDN, [wheel]) as outside:
        if not words or "pages" in words:
            take_pages(outside)
        if not words or "stlite" in words:
            take_stlite(outside)
        if not words or "marimo" in words:
            take_marimo(outside)
        if not words or "thebe" in words:
            take_thebe(outside)
        if not words or "jupyterlite" in words:
            take_notebook(wheel, outside)


if __name__ == "__main__":
    take(next(WHEELHOUSE.glob("pyfetch_requests-*.whl")), sys.argv[1:])
