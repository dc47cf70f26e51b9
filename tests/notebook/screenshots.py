"""Make the pictures of docs/img anew: `python -m tests.notebook.screenshots`."""

from __future__ import annotations

import gzip
import json
import time
from pathlib import Path
from urllib.parse import quote

from pyfetch_requests import sync, testing
from tests.examples.browser import start_chromium
from tests.inventory_process import ROOT, running_inventory
from tests.notebook.lab import Lab

IMAGES = ROOT / "docs" / "img"
# The file's name, the cell it shows, and what of it.
CELLS = {
    "cores": ("cores", ".jp-OutputArea"),
    "graph": ("graph-draw", ".jp-OutputArea"),
    "clients": ("beside-code", ".jp-OutputArea"),
}


def take(site: Path, target: Path) -> None:
    """Run example.ipynb, and write one picture of the application and some of cells."""
    target.mkdir(parents=True, exist_ok=True)
    with running_inventory(site) as url, Lab(f"{url}/notebook", window=(1280, 1260)) as lab:
        lab.open("example.ipynb")
        lab.run_all()
        lab.element("heat")
        time.sleep(1)  # scrolling and Plotly's redrawing end without an event
        lab.browser.save_screenshot(target / "notebook.png")
        lab.command("application:toggle-left-area")
        for name, (cell, part) in CELLS.items():
            element = lab.element(cell).find_element("css selector", part)
            lab.script("arguments[0].scrollIntoView({block: 'center'})", element)
            time.sleep(1)
            element.screenshot(str(target / f"{name}.png"))


def card() -> str:
    """What a notebook shows of the response in the README's example."""
    colours = {"Tom": "red", "Kim": "grey", "Ada": "black", "Max": "white"}
    cats = [
        {"name": name, "colour": colour, "age": age, "friends": ["Bo", "Lu"]}
        for age, (name, colour) in enumerate(colours.items(), start=3)
    ]
    value = {"items": cats, "total": 4, "next": "https://api.example/items?q=cats&page=2"}
    body = gzip.compress(json.dumps(value).encode(), mtime=0)
    headers = {
        "Content-Type": "application/json",
        "Content-Encoding": "gzip",
        "Content-Length": str(len(body)),
    }

    def handler(_: object) -> testing.WireResponse:
        time.sleep(0.08)
        return testing.respond(200, json.dumps(value), headers=headers)

    with testing.mocked(handler):
        return sync.get("https://api.example/items", params={"q": "cats"})._repr_html_()


def take_response(target: Path) -> None:
    """Write the picture of the README: light in every theme, with twice the points."""
    page = f"<!doctype html><body style='background:#fff;color:#212121'>{card()}"
    browser = start_chromium((720, 600), "--force-device-scale-factor=2")
    try:
        browser.get(f"data:text/html;charset=utf-8,{quote(page)}")
        browser.execute_script(
            "document.querySelector('.pfr').style.margin = 0;"
            "document.querySelector('.pfr .pfr-tree details details details').open = true;"
        )
        browser.find_element("css selector", ".pfr").screenshot(str(target / "response.png"))
    finally:
        browser.quit()


if __name__ == "__main__":
    take_response(IMAGES)
    take(ROOT / "build" / "site", IMAGES)
