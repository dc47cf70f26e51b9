"""The page with the figures: tables of medians and ratios, and what became of each goal."""

from __future__ import annotations

from math import inf
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from .work import LARGE_ROUNDS, SMALL_ROUNDS, Contender, Goal, Work
from .works import JS, MSGSPEC, OURS, PYFETCH, REQUESTS_JSPI, works

NOTES = Path(__file__).parent / "notes.md"
HEAD = """\
# Benchmarks

![Bar chart: the times of each client for nine tasks](img/benchmarks.svg)

{said}

This page is written by `make bench`; edit `bench/` instead. {browsers}, {date}, on two cores,
against a server on the same machine (`bench/server.py`). Each column is one run in one interpreter,
in which the clients took turns at each task, in rounds with a random order. **Read the ratios, not
the milliseconds**: a ratio is the median over the rounds of one client's time divided by another's,
and both had the same load. Figures from different columns cannot be compared.

{quiet}

## Goals

Ratios, smaller is better. **Bold** figures miss the goal. A question mark means that a figure is
not reliable: there are fewer than {small} samples of a small task or {large} of a large one, or the
machine was busy, so that the middle half of the reference's samples spreads over more than a
quarter of their median.

"""
# Of the middle half of the reference's samples, around their median.
QUIET = 0.25
# Of the cells that are trusted on a machine that has nothing else to do.
MOST = 0.9
HOWS = """\
`async` is awaited; `JSPI` blocks by switching stacks; `XHR` blocks by a synchronous XMLHttpRequest,
the only possibility where stacks cannot be switched.
"""


def ratio(times: dict[str, list[float]], goal: Goal) -> float | None:
    """The median over the samples, None where one of the two was not there."""
    pairs = zip(
        times.get(goal.contender.title, []), times.get(goal.reference.title, []), strict=False
    )
    found = [mine / theirs for mine, theirs in pairs if theirs]
    return median(found) if found else None


def spread(samples: list[float]) -> float:
    """How far the middle half of the samples lies apart, by their median; of few, inf."""
    if len(samples) < 2:
        return inf
    first, middle, third = quantiles(samples, n=4, method="inclusive")
    # 0 is shorter than the engine's clock can tell: WebKit's has whole milliseconds.
    return (third - first) / middle if middle else inf


def is_trusted(work: Work, samples: list[float]) -> bool:
    """Tell whether a client took about the same each time, and ran often enough."""
    return len(samples) >= work.rounds and spread(samples) <= QUIET


def _name(target: dict[str, Any]) -> str:
    if target["engine"] == "chromium":
        return f"{target['place']}, {target['version']}"
    return f"{target['browser'].partition('/')[0]}, {target['place']}"


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _goal_row(work: Work, goal: Goal, targets: list[dict[str, Any]]) -> list[str]:
    cells = []
    for target in targets:
        times = target["times"].get(work.key, {})
        found = ratio(times, goal) if target["place"] in goal.places else None
        if found is None:
            cells.append("n/a")
        else:
            text = f"{found:.2f}" if found <= goal.limit + 0.005 else f"**{found:.2f}**"
            trusted = is_trusted(work, times[goal.reference.title])
            cells.append(text if trusted else f"{text} ?")
    what = f"{work.title}: {goal.contender.title} ÷ {goal.reference.title}"
    return [what, f"{goal.limit:.2f}", *cells]


def goals(targets: list[dict[str, Any]]) -> str:
    """The table of goals; a row for each that was measured in one of the targets."""
    rows = [
        _goal_row(work, goal, targets)
        for work in works()
        for goal in work.goals
        if any(
            ratio(target["times"].get(work.key, {}), goal)
            for target in targets
            if target["place"] in goal.places
        )
    ]
    return _table(["", "goal", *map(_name, targets)], rows)


def quiet(targets: list[dict[str, Any]]) -> str:
    """Say whether the machine was busy, by how far the samples of all references lie apart."""
    references = {
        (number, work.key, goal.reference.title): (work, samples)
        for number, target in enumerate(targets)
        for work in works()
        for goal in work.goals
        if (samples := target["times"].get(work.key, {}).get(goal.reference.title))
    }
    if not references:
        return ""
    count = len(references)
    trusted = sum(is_trusted(*each) for each in references.values())
    spreads = [spread(samples) for _, samples in references.values()]
    calm = sum(each <= QUIET for each in spreads)
    busy = "" if calm >= MOST * count else "**This machine was busy.** "
    few = f", {calm - trusted} more have too few rounds" if calm > trusted else ""
    return (
        f"{busy}Of {count} sets of reference samples, {trusted} are reliable{few}; the middle "
        f"half of a set typically spreads over {median(spreads):.0%} of its median."
    )


def _unit(work: Work) -> str:
    return "ms a request" if work.per > 1 else "ms"


def _shown(value: float) -> str:
    return f"{value:.3f}" if value < 1 else f"{value:.1f}" if value < 100 else f"{value:.0f}"


def _cell(work: Work, samples: list[float]) -> str:
    if not samples:
        return "n/a"
    shown = _shown(median(samples) / work.per)
    return shown if is_trusted(work, samples) else f"{shown} ?"


def _bold(title: str) -> str:
    return f"**{title}**" if "pyfetch_requests" in title else title


def medians(work: Work, targets: list[dict[str, Any]]) -> str:
    """One work in all targets: milliseconds, and how many samples they are the median of."""
    times = [target["times"].get(work.key, {}) for target in targets]
    rows = [
        [_bold(one.title), *[_cell(work, each.get(one.title, [])) for each in times]]
        for one in work.contenders
    ]
    counts = sorted({len(some) for each in times for some in each.values()})
    counted = " to ".join(str(each) for each in dict.fromkeys((counts[0], counts[-1])))
    title = f"### {work.title}\n\nMedian of {counted} samples, {_unit(work)}.\n\n"
    return title + _table(["", *map(_name, targets)], rows)


def elsewhere(targets: list[dict[str, Any]]) -> str:
    """The works of the other engines, in one table."""
    rows = []
    for work in works():
        times = [target["times"].get(work.key, {}) for target in targets]
        rows += [
            [
                f"{work.title}, {_unit(work)}: {_bold(one.title)}",
                *[_cell(work, each.get(one.title, [])) for each in times],
            ]
            for one in work.contenders
            if any(one.title in each for each in times)
        ]
    return _table(["", *map(_name, targets)], rows)


# Of the package's import and first answer, against those of others.
STARTS = (
    ("import", "requests", 0.09),
    ("first", "pyodide.http", 2.0),
    ("first", "requests", 0.15),
)
STEPS = {"install": "install, ms", "import": "import, ms", "first": "first response, ms"}


def start_goals(imports: dict[str, dict[str, list[float]]]) -> str:
    """The goals of starting: importing, and a first answer in a fresh interpreter."""
    rows = []
    for step, other, limit in STARTS:
        mine, theirs = imports["pyfetch_requests"][step], imports[other][step]
        share = median(a / b for a, b in zip(mine, theirs, strict=True))
        what = f"{STEPS[step].removesuffix(', ms')}: pyfetch_requests ÷ {other}"
        text = f"{share:.2f}" if share <= limit + 0.005 else f"**{share:.2f}**"
        doubtful = "" if spread(theirs) <= QUIET else " ?"
        rows.append([what, f"{limit:.2f}", text + doubtful])
    return _table(["", "goal", "found"], rows)


def weight(sizes: dict[str, int], imports: dict[str, dict[str, list[float]]]) -> str:
    """What the packages weigh, and how long it takes to install, import and use them."""
    rows = []
    for name, size in sizes.items():
        cells = [f"{median(imports[name][step]):.0f}" for step in STEPS]
        rows.append([_bold(name), f"{size / 1000:.0f}" if size else "n/a", *cells])
    samples = len(imports["requests"]["import"])
    told = (
        f"Each in a fresh interpreter in a page, medians of {samples}. The first response is the "
        "import and one small GET, awaited; `requests` blocks with JSPI.\n\n"
    )
    table = _table(["", "wheels, KB", *STEPS.values()], rows)
    return f"## Weight\n\n{told}{table}\n{start_goals(imports)}"


def rooms(found: dict[str, list[int]]) -> str:
    """What each folder of the wheel takes of it."""
    rows = [
        [f"`{room}`", str(files), f"{size / 1000:.0f}", f"{packed / 1000:.0f}"]
        for room, (files, size, packed) in found.items()
    ]
    told = "The wheel by folder; `pyfetch_requests` stands for the modules outside of them:\n\n"
    return told + _table(["", "files", "KB", "in the wheel, KB"], rows)


def memory(measured: dict[str, Any]) -> str:
    rows = [
        [title, f"{found['process']:.0f}", f"{found['wasm']:.0f}"]
        for title, found in measured["memory"].items()
    ]
    growth = measured["growth"]
    told = (
        f"After the first thousand requests, {growth['requests']:,} more change, after garbage "
        f"collection, Python's memory by {growth['wasm']:+,} bytes, the number of Python objects "
        f"by {growth['objects']:+,}, and JavaScript's heap by {growth['heap']:+,} bytes.\n"
    )
    head = ["a body of 102.4 MB", "process, peak MB", "of which Python, MB"]
    text = (
        "## Memory\n\nPeak growth in a fresh interpreter: of the resident memory of the browser's "
        "process, and of Python's memory.\n\n"
    )
    return f"{text}{_table(head, rows)}\n{told}"


def said(targets: list[dict[str, Any]]) -> str:
    """What a reader wants to know, in three sentences, from a worker with the newest Pyodide."""
    times = next(each for each in targets if _name(each).startswith("worker"))["times"]

    def share(work: str, mine: Contender, theirs: Contender) -> str:
        found = ratio(times[work], Goal(mine, theirs, 1.0))
        return "the same time" if found is None else f"{found:.2f} of the time"

    small, large = share("overhead", OURS, REQUESTS_JSPI), share("overhead", OURS, PYFETCH)
    return (
        f"Without the network, a small request takes {small} that requests takes in the same "
        f"browser, and {large} that pyfetch takes, which does less. 10 MB of JSON take "
        f"{share('json10', OURS, REQUESTS_JSPI)} that requests takes, with msgspec "
        f"{share('json10', MSGSPEC, REQUESTS_JSPI)}. Reading a body of 100 MB into Python's bytes "
        f"takes {share('content100', OURS, JS)} that JavaScript takes for an `arrayBuffer()`."
    )


def page(results: dict[str, Any]) -> str:
    """The whole of docs/benchmarks.md."""
    targets = [each for each in results["targets"] if each["engine"] == "chromium"]
    others = [each for each in results["targets"] if each["engine"] != "chromium"]
    measured = results["fresh"]
    browsers = dict.fromkeys(each["browser"].replace("/", " ") for each in results["targets"])
    head = HEAD.format(
        browsers=", ".join(browsers),
        date=results["date"],
        said=said(targets),
        quiet=quiet(results["targets"]),
        small=SMALL_ROUNDS,
        large=LARGE_ROUNDS,
    )
    parts = [
        head + goals(targets),
        f"### In Firefox and WebKit\n\n{goals(others)}",
        NOTES.read_text(),
        weight(results["sizes"], measured["imports"]),
        rooms(results["rooms"]),
        memory(measured),
        "## Times\n\n" + HOWS,
        *(medians(work, targets) for work in works()),
        f"### In Firefox and WebKit, ms\n\n{elsewhere(others)}",
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
            found = ratio(times, goal) if target["place"] in goal.places else None
            if found is not None:
                theirs = times[goal.reference.title]
                doubt = f", not trusted: spread {spread(theirs):.2f} of {len(theirs)}"
                busy = "" if is_trusted(work, theirs) else doubt
                lines.append(
                    f"  {goal.contender.title} / {goal.reference.title}: {found:.2f} "
                    f"(goal {goal.limit:.2f}{busy})"
                )
    return "\n".join(lines)
