"""The picture: one panel of bars for a work, drawn as SVG."""

from __future__ import annotations

from html import escape
from statistics import median
from typing import Any

from .work import Work
from .works import works

SHOWN = (
    "overhead", "sequential", "concurrent", "json10", "content100", "stream", "upload", "lines",
    "ndjson",
)  # fmt: skip
COLUMNS, WIDTH, GAP = 3, 420, 28
LABEL, BAR, ROW, TITLE = 228, 136, 19, 40
COLORS = {"ours": "#2458a6", "limit": "#9a9a9a", "other": "#d9a441"}
FONT = "font-family='Helvetica, Arial, sans-serif'"


def _kind(title: str) -> str:
    if "pyfetch_requests" in title:
        return "ours"
    return "limit" if title.startswith("JavaScript") else "other"


def _shown(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"


def _panel(work: Work, times: dict[str, list[float]]) -> tuple[list[str], int]:
    """The elements of one panel, and its height."""
    values = [(title, median(samples) / work.per) for title, samples in times.items()]
    values.sort(key=lambda pair: pair[1])
    # One that takes ten times as long would leave the others no room: it is cut, and says so.
    largest = min(values[-1][1], 4 * median(value for _, value in values))
    unit = "ms a request" if work.per > 1 else "ms"
    found = [
        f"<text x='0' y='14' font-size='14' font-weight='bold' fill='#222'>"
        f"{escape(work.title)}</text>",
        f"<text x='0' y='30' font-size='11' fill='#666'>{unit}</text>",
    ]
    y = TITLE
    for title, value in values:
        kind = _kind(title)
        weight = " font-weight='bold'" if kind == "ours" else ""
        length = max(1.0, BAR * min(value / largest, 1.0))
        found += [
            f"<text x='{LABEL - 8}' y='{y + 12}' font-size='12' text-anchor='end' fill='#222'"
            f"{weight}>{escape(title)}</text>",
            f"<rect x='{LABEL}' y='{y + 1}' width='{length:.1f}' height='{ROW - 5}' "
            f"fill='{COLORS[kind]}'/>",
        ]
        if value > largest:
            x = LABEL + BAR - 14
            found.append(
                f"<path d='M{x} {y + ROW - 3} l5 -{ROW - 3} h4 l-5 {ROW - 3} z' fill='#fff'/>"
            )
        found.append(
            f"<text x='{LABEL + length + 5:.1f}' y='{y + 12}' font-size='12' fill='#222'{weight}>"
            f"{_shown(value)}</text>"
        )
        y += ROW
    return found, y


def _legend() -> list[str]:
    found, x = [], 0
    for kind, text in (
        ("ours", "pyfetch_requests"),
        ("other", "others in Python"),
        ("limit", "JavaScript itself"),
    ):
        found += [
            f"<rect x='{x}' y='28' width='12' height='12' fill='{COLORS[kind]}'/>",
            f"<text x='{x + 18}' y='38' font-size='12' fill='#222'>{text}</text>",
        ]
        x += 160
    return found


def svg(results: dict[str, Any]) -> str:
    """The picture of one target: the newest Pyodide, in a worker where that was measured."""
    targets = {
        (one["version"], one["place"]): one
        for one in results["targets"]
        if one["engine"] == "chromium"
    }
    version, place = max(targets)
    target = targets[version, place]
    panels = [
        _panel(work, target["times"][work.key])
        for key in SHOWN
        for work in works()
        if work.key == key
    ]
    body = [
        "<text x='0' y='16' font-size='16' font-weight='bold' fill='#222'>Medians of one run: "
        f"Chromium, {place}, Pyodide {version} (shorter is better)</text>",
        *_legend(),
    ]
    y = 64
    for start in range(0, len(panels), COLUMNS):
        row = panels[start : start + COLUMNS]
        for column, (elements, _) in enumerate(row):
            body.append(f"<g transform='translate({column * (WIDTH + GAP)} {y})'>")
            body += [*elements, "</g>"]
        y += max(height for _, height in row) + GAP
    width = COLUMNS * (WIDTH + GAP)
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='-16 -12 {width + 16} {y + 4}' {FONT}>\n"
        f"<rect x='-16' y='-12' width='{width + 16}' height='{y + 4}' fill='#fff'/>\n"
        + "\n".join(body)
        + "\n</svg>\n"
    )
