"""Fills, starts, asks, and writes the tables of docs/inventory.md.

Figures of the sizes that are not measured stay as they were (`--results`).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from inventory.bench.measure import measure
from inventory.bench.report import tables, write
from inventory.bench.server import running

_SIZES = (1, 14, 71, 354)  # times 1,412 nodes: up to half a million


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m inventory.bench", description=__doc__)
    parser.add_argument(
        "--times", type=int, nargs="+", default=_SIZES, help="sizes, in copies of the inventory"
    )
    parser.add_argument("--results", type=Path, default=Path("build/inventory-bench.json"))
    parser.add_argument("--docs", type=Path, default=Path("docs/inventory.md"))
    parser.add_argument(
        "--keep",
        type=Path,
        metavar="DIR",
        help="folder for the filled files; those that are there are not filled again",
    )
    arguments = parser.parse_args()
    arguments.results.parent.mkdir(parents=True, exist_ok=True)
    known: dict[str, Any] = {}
    if arguments.results.exists():
        known = json.loads(arguments.results.read_text())
    for times in arguments.times:
        with _folder(arguments.keep, times) as folder:
            before = known.get(str(times), {})
            known[str(times)] = before | _filled(folder, times) | _asked(folder, times)
        arguments.results.write_text(json.dumps(known, indent=1))
    text = tables([known[times] for times in sorted(known, key=int)])
    print(text)
    write(arguments.docs, text)


@contextmanager
def _folder(keep: Path | None, times: int) -> Iterator[Path]:
    """The folder for the file of one size; deleted afterwards unless it is to be kept."""
    if keep:
        folder = keep / str(times)
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="inventory-bench-") as name:
        yield Path(name)


def _filled(folder: Path, times: int) -> dict[str, Any]:
    """The figures of the first start; none if there is a file already."""
    file = folder / "inventory.sqlite"
    if file.exists():
        return {}
    with running(folder, times) as server:
        nodes, edges = server.nodes()
        print(f"{nodes} nodes: filled after {server.seconds:.0f} s", flush=True)
        found = {"nodes": nodes, "edges": edges, "fill": server.seconds}
        found |= {"fill processor": server.processor(), "fill memory": server.memory()}
    return found | {"file": file.stat().st_size / 2**20}


def _asked(folder: Path, times: int) -> dict[str, Any]:
    """The figures of a later start, and of the questions."""
    with running(folder, times) as server:
        print(f"{times} times: started after {server.seconds:.1f} s", flush=True)
        found = {"start": server.seconds, "memory": server.memory()}
        found["start processor"] = server.processor()
        return found | asyncio.run(measure(server))


main()
