"""Make the pictures of docs/img anew: `python -m tests.notebook.screenshots`."""

from __future__ import annotations

import time
from pathlib import Path

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


if __name__ == "__main__":
    take(ROOT / "build" / "site", IMAGES)
