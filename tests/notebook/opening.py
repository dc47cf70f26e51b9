"""How long the site takes to a notebook's first result and its last, and what it fetches.

Usage: python -m tests.notebook.opening [NAME=CHECKOUT ...] [--times 3] [--notebook example]

The site of each checkout is built first, in a fresh clone with all that it needs (five minutes),
and served by its own server; without one it is this tree. Of each notebook there is a first
opening, with an empty profile, and a second one by a new browser with the same profile. A machine
is never as fast as another, or as itself an hour ago: the states take turns, and only what stands
in one table can be compared. The processor time of the browser depends less on what else the
machine does.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.inventory_process import ROOT, running_inventory
from tests.make import make
from tests.notebook.lab import IS_READY, START, Lab

# Notes in seconds since the page was asked for when each cell has run, and when the first value
# was shown.
WATCH = """
    window.seen = { first: null, cells: {} };
    const now = () => performance.now() / 1000;
    setInterval(() => {
        for (const cell of jupyterapp.shell.currentWidget.context.model.cells) {
            if (cell.type !== "code") continue;
            if (cell.executionCount !== null) seen.cells[cell.id] ??= now();
            for (let i = 0; seen.first === null && i < cell.outputs.length; i++) {
                const { type } = cell.outputs.get(i);
                if (["execute_result", "display_data"].includes(type)) seen.first = now();
            }
        }
    }, 20);
    return now();
"""
FIGURES = {
    "ready": "kernel ready, s",
    "first": "first result, s",
    "last": "last cell, s",
    "first_busy": "processor to the first result, s",
    "last_busy": "to the last cell, s",
    "bytes": "MB",
}


@dataclass(frozen=True)
class Opening:
    """One opening of one notebook, in seconds since its address was entered, and bytes.

    Attributes:
        ready: the kernel can run a cell.
        first: the first value was shown.
        last: the last cell had run.
        first_busy: the processor time of the browser until the first value.
        last_busy: and until the last cell.
        bytes: what came over the wire, headers and the API's answers too.
        cells: by id, how long each cell ran.
    """

    ready: float
    first: float
    last: float
    first_busy: float
    last_busy: float
    bytes: int
    cells: dict[str, float]


def received(net_log: Path) -> int:
    """The bytes that the browser's sockets received, by its net log."""
    log = json.loads(net_log.read_text())
    kind = log["constants"]["logEventTypes"]["SOCKET_BYTES_RECEIVED"]
    return sum(e["params"]["byte_count"] for e in log["events"] if e["type"] == kind)


def busy(lab: Lab) -> float:
    """The processor time in seconds that a browser's processes have taken up to now."""
    children: dict[int, list[int]] = {}
    ticks: dict[int, int] = {}
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            fields = file.read_text().rpartition(")")[2].split()
            number = int(file.parent.name)
            children.setdefault(int(fields[1]), []).append(number)
            ticks[number] = sum(map(int, fields[11:15]))  # of children that have ended, too
    waiting = [lab.browser.service.process.pid]
    total = 0
    while waiting:
        number = waiting.pop()
        total += ticks.get(number, 0)
        waiting += children.get(number, [])
    return total / os.sysconf("SC_CLK_TCK")


def opening(url: str, path: str, profile: Path) -> Opening:
    """Open a notebook, run all its cells as soon as the kernel is there, and close the browser.

    Raises:
        AssertionError: a cell failed.
    """
    with tempfile.TemporaryDirectory(prefix="opening-") as folder:
        net_log = Path(folder) / "net.json"
        with Lab(f"{url}/notebook", net_log, profile=profile) as lab:
            lab.browser.get(f"{lab.url}/lab/index.html?path={path}")
            lab.wait(lambda: lab.script(IS_READY, path, True), f"{path} is open, its kernel idle")
            ready = lab.script(WATCH)
            lab.script(START, "notebook:run-all-cells")
            lab.wait(lambda: lab.script("return seen.first"), "a value is shown")
            first_busy = busy(lab)
            lab.wait(lambda: lab.script("return window.ran"), "all cells have run")
            last_busy = busy(lab)
            cells = lab.cells()
            seen = lab.script("return window.seen")
        outputs = [output for cell in cells for output in cell.get("outputs", ())]
        failed = [one["evalue"] for one in outputs if one["output_type"] == "error"]
        assert not failed, f"{path}: {failed}"
        ends = dict(sorted(seen["cells"].items(), key=lambda one: one[1]))
        starts = [ready, *ends.values()]
        took = {cell: end - start for (cell, end), start in zip(ends.items(), starts, strict=False)}
        last = max(ends.values())
        size = received(net_log)
        return Opening(ready, seen["first"], last, first_busy, last_busy, size, took)


def rounds(states: dict[str, Path], notebooks: list[str], times: int) -> Iterator[dict[str, Any]]:
    """Samples, with the states in turns."""
    with ExitStack() as stack:
        urls = {
            name: stack.enter_context(running_inventory(tree / "build" / "site", tree=tree))
            for name, tree in states.items()
        }
        for number in range(times):
            for notebook in notebooks:
                for name, url in list(urls.items())[:: 1 if number % 2 else -1]:
                    with tempfile.TemporaryDirectory(prefix="opening-") as profile:
                        for visit in ("first", "second"):
                            found = opening(url, f"{notebook}.ipynb", Path(profile))
                            load = os.getloadavg()[0]
                            key = {"state": name, "notebook": notebook, "visit": visit}
                            yield {**key, "load": load, **asdict(found)}


def table(samples: list[dict[str, Any]]) -> list[str]:
    """Medians of the samples, as lines of a Markdown table."""
    lines = [f"| notebook | opening | state | {' | '.join(FIGURES.values())} |"]
    lines.append("|---|---|---|" + "--:|" * len(FIGURES))
    keys = ("notebook", "visit", "state")
    for key in dict.fromkeys(tuple(one[k] for k in keys) for one in samples):
        own = [one for one in samples if tuple(one[k] for k in keys) == key]
        medians = {name: statistics.median(one[name] for one in own) for name in FIGURES}
        medians["bytes"] /= 1e6
        shown = [f"{value:.1f}" for value in medians.values()]
        lines.append(f"| {' | '.join([f'`{key[0]}.ipynb`', *key[1:], *shown])} |")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("states", nargs="*", default=[f"now={ROOT}"], metavar="NAME=CHECKOUT")
    parser.add_argument("--times", type=int, default=3, help="samples of each (default: 3)")
    parser.add_argument("--notebook", action="append", choices=["example", "requests"])
    arguments = parser.parse_args()
    named = (state.partition("=") for state in arguments.states)
    states = {name: Path(tree).resolve() for name, _, tree in named}
    for tree in states.values():
        make("build/site/.stamp", tree)
    samples = []
    for sample in rounds(states, arguments.notebook or ["example", "requests"], arguments.times):
        print(json.dumps(sample), flush=True)
        samples.append(sample)
    print("\n".join(table(samples)))
    loads = [sample["load"] for sample in samples]
    print(f"\nload of the machine: {min(loads):.1f} to {max(loads):.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
