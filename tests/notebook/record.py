"""A notebook that was run: its cells, what the page shows of them, and who was asked for what."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from tests.notebook.lab import Lab

# What the page shows in the element of a cell; colours of a heat map in rows from the top.
DRAWN = """
    const [element, done] = arguments;
    const seen = (node) => { const box = node.getBoundingClientRect();
                             return box.width > 1 && box.height > 1; };
    const colours = async (picture) => {
        const image = new Image();
        image.src = picture.getAttribute("href") ?? picture.getAttribute("xlink:href");
        await image.decode();
        const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
        const context = canvas.getContext("2d");
        context.drawImage(image, 0, 0);
        const { _fullLayout: layout } = picture.closest(".js-plotly-plot");
        const [columns, rows] = [layout.xaxis, layout.yaxis].map((axis) => axis._categories.length);
        const at = (column, row) => [...context.getImageData(
            canvas.width * (column + 0.5) / columns, canvas.height * (row + 0.5) / rows, 1, 1
        ).data].slice(0, 3);
        return Array.from({ length: rows }, (_, row) =>
               Array.from({ length: columns }, (_, column) => at(column, row)));
    };
    const plot = async (node) => ({
        columns: node._fullLayout.xaxis._categories,
        rows: [...(node._fullLayout.yaxis._categories ?? [])].reverse(),
        title: node.querySelector(".gtitle")?.textContent,
        bars: [...node.querySelectorAll(".bars .point path")].filter(seen)
              .map((bar) => bar.getBoundingClientRect().width),
        heat: await Promise.all(
              [...node.querySelectorAll(".heatmaplayer image")].filter(seen).map(colours)),
    });
    const all = (selector) => [...element.querySelectorAll(selector)].filter(seen);
    Promise.all(all(".js-plotly-plot").map(plot)).then((plots) => done({
        tables: all("table.dataframe").map((table) => table.querySelectorAll("tbody tr").length),
        drawings: all(".jp-RenderedSVG img").filter((image) => image.naturalWidth > 0).length,
        plots,
    }), (error) => done({ error: String(error) }));
"""


class _Table(HTMLParser):
    """The body of an HTML table: rows of texts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._body = self._cell = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._body = self._body or tag == "tbody"
        self._cell = tag in ("td", "th")
        if self._body and tag == "tr":
            self.rows.append([])
        elif self._body and self._cell:
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self._cell = False

    def handle_data(self, data: str) -> None:
        if self._body and self._cell:
            self.rows[-1][-1] += data


@dataclass(frozen=True)
class Record:
    """One run of one notebook in a browser of its own.

    Attributes:
        cells: By id, as nbformat has them.
        drawn: By id of a code cell, what the page showed of its output.
        requests: (URL, origin on whose behalf) of all that the browser's network stack started.
    """

    cells: dict[str, dict[str, Any]]
    drawn: dict[str, dict[str, Any]]
    requests: list[tuple[str, str]]

    def code(self) -> list[dict[str, Any]]:
        """The code cells, in order."""
        return [cell for cell in self.cells.values() if cell["cell_type"] == "code"]

    def errors(self) -> list[str]:
        """What went wrong: an error, or a cell that did not run."""
        outputs = [output for cell in self.code() for output in cell["outputs"]]
        found = [f"{o['ename']}: {o['evalue']}" for o in outputs if o["output_type"] == "error"]
        idle = [cell["id"] for cell in self.code() if cell["execution_count"] is None]
        return found + [f"{cell} did not run" for cell in idle]

    def printed(self, cell: str) -> str:
        """What a cell printed."""
        outputs = self.cells[cell]["outputs"]
        return "".join("".join(o["text"]) for o in outputs if o["output_type"] == "stream")

    def result(self, cell: str, kind: str = "text/plain") -> Any:
        """The value of a cell's last line in one of its forms."""
        data = next(o["data"] for o in self.cells[cell]["outputs"] if "data" in o)[kind]
        return "".join(data) if isinstance(data, list) else data

    def table(self, cell: str) -> list[list[str]]:
        """The rows of a cell's data frame, without its header."""
        return _Table(self.result(cell, "text/html")).rows


def run(url: str, path: str, net_log: Path) -> Record:
    """Run a notebook from its first to its last cell."""
    with Lab(url, net_log) as lab:
        lab.open(path)
        cells = {cell["id"]: cell for cell in lab.run_all()}
        drawn = {
            name: lab.browser.execute_async_script(DRAWN, lab.element(name))
            for name, cell in cells.items()
            if cell["cell_type"] == "code"
        }
    return Record(cells, drawn, started_requests(net_log))


def started_requests(net_log: Path) -> list[tuple[str, str]]:
    """(URL, initiator) of each request in a net log of Chromium."""
    log = json.loads(net_log.read_text())
    start = log["constants"]["logEventTypes"]["URL_REQUEST_START_JOB"]
    # The end of a request is an event of the same type, without parameters.
    events = (e.get("params", {}) for e in log["events"] if e["type"] == start)
    return [(e["url"], e.get("initiator", "")) for e in events if "url" in e]
