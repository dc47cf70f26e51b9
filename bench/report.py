"""The page with the figures: tables of medians and ratios, and what became of each goal."""

from __future__ import annotations

from math import inf
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from .works import (
    JS,
    MSGSPEC,
    OURS,
    PYFETCH,
    REQUESTS_JSPI,
    Contender,
    Goal,
    Work,
    works,
)

NOTES = Path(__file__).parent / "notes.md"
HEAD = """\
# Benchmarks

![Bars of the times of each client for nine works](img/benchmarks.svg)

{said}

`make bench` made this page; edit `bench/` instead. Chromium {chromium}, {date}, on two cores that
other work shared, against a server on the same machine (`bench/server.py`). Each column is one run
in one interpreter, in which the contenders of a work took turns, in rounds of which chance decides
the order. **Read the ratios, not the milliseconds**: a ratio is the median over the rounds of one
contender divided by another, and both had the same load. Figures of different columns do not
compare.

## Goals

Ratios, smaller is better. **Bold** is more than the goal. A question mark is where the machine was
busy: there are less than five samples, or the middle half of the reference's lies further apart
than a quarter of their median.

"""
# Of the middle half of the reference's samples, around their median.
QUIET = 0.25
# So many samples tell.
ENOUGH = 5
HOWS = """\
`async` is awaited; `JSPI` blocks by switching stacks; `XHR` blocks by a synchronous XMLHttpRequest,
which is all that is left where stacks cannot be switched.
"""


def ratio(times: dict[str, list[float]], goal: Goal) -> float | None:
    """The median over the samples, None where one of the two was not there."""
    pairs = zip(
        times.get(goal.contender.title, []), times.get(goal.reference.title, []), strict=False
    )
    found = [mine / theirs for mine, theirs in pairs if theirs]
    return median(found) if found else None


def spread(samples: list[float]) -> float:
    """How far the middle half of the samples lies apart, in parts of their median; of few, inf."""
    if len(samples) < ENOUGH:
        return inf
    first, middle, third = quantiles(samples, n=4, method="inclusive")
    return (third - first) / middle


def is_trusted(times: dict[str, list[float]], goal: Goal) -> bool:
    """Tell whether the machine was quiet enough: the reference took about the same each time."""
    return spread(times.get(goal.reference.title, [])) <= QUIET


def _name(target: dict[str, Any]) -> str:
    return f"{target['place']}, {target['version']}"


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _goal_row(work: Work, goal: Goal, targets: list[dict[str, Any]]) -> list[str]:
    cells = []
    for target in targets:
        times = target["times"].get(work.key, {})
        found = ratio(times, goal)
        if found is None or target["place"] not in goal.places:
            cells.append("n/a")
        else:
            text = f"{found:.2f}" if found <= goal.limit + 0.005 else f"**{found:.2f}**"
            cells.append(text if is_trusted(times, goal) else f"{text} ?")
    what = f"{work.title}: {goal.contender.title} ÷ {goal.reference.title}"
    return [what, f"{goal.limit:.2f}", *cells]


def goals(targets: list[dict[str, Any]]) -> str:
    rows = [_goal_row(work, goal, targets) for work in works() for goal in work.goals]
    return _table(["", "goal", *map(_name, targets)], rows)


def _unit(work: Work) -> str:
    return "ms a request" if work.per > 1 else "ms"


def _shown(value: float) -> str:
    return f"{value:.3f}" if value < 1 else f"{value:.1f}" if value < 100 else f"{value:.0f}"


def medians(work: Work, targets: list[dict[str, Any]]) -> str:
    """One work in all targets: milliseconds, and how many samples they are the median of."""
    rows = []
    for contender in work.contenders:
        samples = [target["times"][work.key].get(contender.title, []) for target in targets]
        cells = [_shown(median(some) / work.per) if some else "n/a" for some in samples]
        ours = "pyfetch_requests" in contender.title
        rows.append([f"**{contender.title}**" if ours else contender.title, *cells])
    counts = sorted(
        {len(some) for target in targets for some in target["times"][work.key].values()}
    )
    samples_text = f"{counts[0]} to {counts[-1]}" if len(counts) > 1 else str(counts[0])
    title = f"### {work.title}\n\nMedian of {samples_text} samples, {_unit(work)}.\n\n"
    return title + _table(["", *map(_name, targets)], rows)


def weight(results: dict[str, Any]) -> str:
    targets = [target for target in results["targets"] if "imports" in target]
    versions = [target["version"] for target in targets]
    head = ["", "wheels, KB"]
    for version in versions:
        head += [f"install, ms ({version})", f"import, ms ({version})"]
    rows = []
    for name, size in results["sizes"].items():
        cells = [f"{size / 1000:.0f}"]
        for target in targets:
            both = target["imports"][name]
            cells += [f"{median(both[step]):.0f}" for step in ("install", "import")]
        rows.append([name, *cells])
    shares = []
    for target in targets:
        mine, theirs = (
            target["imports"][name]["import"] for name in ("pyfetch_requests", "requests")
        )
        share = median(a / b for a, b in zip(mine, theirs, strict=True))
        shares.append(f"{share:.2f} (Pyodide {target['version']})")
    told = f"Import ÷ that of `requests`: {', '.join(shares)}; the goal is 0.20.\n"
    return "## Weight\n\nEach time in a fresh interpreter.\n\n" + _table(head, rows) + "\n" + told


def memory(target: dict[str, Any]) -> str:
    rows = [
        [title, f"{found['process']:.0f}", f"{found['wasm']:.0f}"]
        for title, found in target["memory"].items()
    ]
    growth = target["growth"]
    told = (
        f"After the first thousand requests, {growth['requests']:,} more change, once collected, "
        f"Python's memory by {growth['wasm']:+,} bytes, the number of Python objects by "
        f"{growth['objects']:+,}, and JavaScript's heap by {growth['heap']:+,} bytes.\n"
    )
    head = ["a body of 102.4 MB", "process, peak MB", "of it Python's, MB"]
    text = (
        "## Memory\n\nGrowth at the peak in a fresh interpreter: of the resident memory of the "
        "browser's process, and of Python's memory.\n\n"
    )
    return f"{text}{_table(head, rows)}\n{told}"


def said(targets: list[dict[str, Any]]) -> str:
    """What a reader wants to know, in three sentences, from a worker with the newest Pyodide."""
    times = next(each for each in targets if each["place"] == "worker")["times"]

    def share(work: str, mine: Contender, theirs: Contender) -> str:
        found = ratio(times[work], Goal(mine, theirs, 1.0))
        return "as much" if found is None else f"{found:.2f} of the time"

    small, large = share("overhead", OURS, REQUESTS_JSPI), share("overhead", OURS, PYFETCH)
    return (
        f"What a small request costs without the network: {small} that requests takes in the "
        f"same browser, and {large} that pyfetch takes, which does less. JSON of 10 MB is there in "
        f"{share('json10', OURS, REQUESTS_JSPI)} that requests takes, with msgspec in "
        f"{share('json10', MSGSPEC, REQUESTS_JSPI)}. A body of 100 MB is bytes of Python in "
        f"{share('content100', OURS, JS)} that JavaScript needs for an `arrayBuffer()`."
    )


def page(results: dict[str, Any]) -> str:
    """The whole of docs/benchmarks.md."""
    targets = results["targets"]
    measured = next(target for target in targets if "memory" in target)
    parts = [
        HEAD.format(
            chromium=measured["chromium"].split(".")[0], date=results["date"], said=said(targets)
        )
        + goals(targets),
        NOTES.read_text(),
        weight(results),
        memory(measured),
        "## Times\n\n" + HOWS,
        *(medians(work, targets) for work in works()),
    ]
    return "\n".join(parts)


def plain(target: dict[str, Any]) -> str:
    """One target's figures for the terminal."""
    lines = []
    for work in works():
        times = target["times"].get(work.key)
        if not times:
            continue
        lines.append(f"{work.key} ({_unit(work)})")
        for title, samples in times.items():
            lines.append(f"  {title:34}{median(samples) / work.per:10.3f}  of {len(samples)}")
        for goal in work.goals:
            found = ratio(times, goal)
            if found is not None:
                apart = spread(times[goal.reference.title])
                busy = "" if is_trusted(times, goal) else f", not trusted: spread {apart:.2f}"
                lines.append(
                    f"  {goal.contender.title} / {goal.reference.title}: {found:.2f} "
                    f"(goal {goal.limit:.2f}{busy})"
                )
    return "\n".join(lines)
