"""Fills, starts, asks, and writes the tables of docs/inventory.md.

Figures of the sizes that are not measured stay as they were (`--results`).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from inventory.bench.measure import measure
from inventory.bench.report import tables, write
from inventory.bench.server import running

# Times 1,412 nodes: up to a hundred thousand, whose filling takes 4 GB of memory.
_SIZES = (1, 14, 71)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m inventory.bench", description=__doc__)
    parser.add_argument(
        "--times", type=int, nargs="+", default=_SIZES, help="sizes, in copies of the inventory"
    )
    parser.add_argument("--results", type=Path, default=Path("build/inventory-bench.json"))
    parser.add_argument("--docs", type=Path, default=Path("docs/inventory.md"))
    arguments = parser.parse_args()
    arguments.results.parent.mkdir(parents=True, exist_ok=True)
    known: dict[str, Any] = {}
    if arguments.results.exists():
        known = json.loads(arguments.results.read_text())
    for times in arguments.times:
        known[str(times)] = _measured(times)
        arguments.results.write_text(json.dumps(known, indent=1))
    text = tables([known[times] for times in sorted(known, key=int)])
    print(text)
    write(arguments.docs, text)


def _measured(times: int) -> dict[str, Any]:
    """The figures of one size, in a folder that is thrown away."""
    folder = Path(tempfile.mkdtemp(prefix="inventory-bench-"))
    try:
        with running(folder, times) as server:
            nodes, edges = server.nodes()
            print(f"{nodes} nodes: filled after {server.seconds:.0f} s", flush=True)
            found: dict[str, Any] = {"nodes": nodes, "edges": edges, "fill": server.seconds}
            found["fill processor"] = server.processor()
        found["file"] = (folder / "inventory.sqlite").stat().st_size / 2**20
        with running(folder, times) as server:
            found |= {"start": server.seconds, "memory": server.memory()}
            found["start processor"] = server.processor()
            print(f"{nodes} nodes: started after {server.seconds:.1f} s", flush=True)
            return found | asyncio.run(measure(server))
    finally:
        shutil.rmtree(folder)


main()
