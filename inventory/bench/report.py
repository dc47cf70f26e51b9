"""The tables of the figures, and their place in a document."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from inventory.bench.measure import CLIENTS
from inventory.bench.questions import QUESTIONS

Json = dict[str, Any]
_BEGIN, _END = "<!-- figures -->\n", "<!-- end of figures -->\n"


def tables(sizes: list[Json]) -> str:
    """All tables in Markdown, with a column for each size."""
    small = [question for question in QUESTIONS if not question.grows]
    parts = [
        _table("", sizes, _ABOUT),
        _table(
            "ms of processor time for one answer",
            sizes,
            {q.name: _processor(q.name) for q in QUESTIONS},
        ),
        _table(
            "ms to the first byte, and to the last one",
            sizes,
            {q.name: _alone(q.name) for q in QUESTIONS},
        ),
        _table(
            f"ms to the first byte, {CLIENTS} clients at once",
            sizes,
            {q.name: _together(q.name) for q in small} | _LOAD,
        ),
    ]
    return "\n".join(parts)


def write(document: Path, text: str) -> None:
    """Put the tables between the two marks of a document."""
    before, _, rest = document.read_text().partition(_BEGIN)
    after = rest.partition(_END)[2]
    document.write_text(f"{before}{_BEGIN}\n{text}\n{_END}{after}")


def _table(title: str, sizes: list[Json], rows: dict[str, Callable[[Json], str]]) -> str:
    lines = [f"| {title} | " + " | ".join(f"{size['nodes']:,} nodes" for size in sizes) + " |"]
    lines.append("| --- |" + " --: |" * len(sizes))
    for name, cell in rows.items():
        lines.append(f"| {name} | " + " | ".join(cell(size) for size in sizes) + " |")
    return "\n".join(lines) + "\n"


def _alone(name: str) -> Callable[[Json], str]:
    def cell(size: Json) -> str:
        answer = size["alone"][name]
        return f"{answer['first']:,.0f}, {answer['whole']:,.0f}"

    return cell


def _processor(name: str) -> Callable[[Json], str]:
    return lambda size: f"{size['alone'][name]['processor']:,.1f}"


def _together(name: str) -> Callable[[Json], str]:
    return lambda size: _number(size["together"]["first"][name])


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}"


_ABOUT: dict[str, Callable[[Json], str]] = {
    "edges": lambda size: f"{size['edges']:,}",
    "first start, which fills the file": lambda size: f"{size['fill']:,.0f} s",
    "later start": lambda size: f"{size['start']:.1f} s",
    "first start, processor time": lambda size: f"{size['fill processor']:,.1f} s",
    "later start, processor time": lambda size: f"{size['start processor']:.1f} s",
    "file": lambda size: f"{size['file']:,.0f} MB",
    "memory after the first start": lambda size: f"{size['fill memory']:,.0f} MB",
    "memory after a later start": lambda size: f"{size['memory']:,.0f} MB",
    "a list of all instances as ndjson": (
        lambda size: f"{size['while streaming']['size'] / 2**20:,.1f} MB"
    ),
    "memory grows by, while it is read": (
        lambda size: f"{size['while streaming']['grown']:,.0f} MB"
    ),
}
_LOAD: dict[str, Callable[[Json], str]] = {
    "answers a second": lambda size: f"{size['together']['per second']:,.0f}",
    "`/system/ping` at the same time, complete": lambda size: _number(size["together"]["ping"]),
    "one client during a list of all": lambda size: _number(size["while streaming"]["first"]),
}
