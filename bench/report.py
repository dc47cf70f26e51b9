"""The page with the figures: tables of medians and ratios, and what became of each goal."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from statistics import median
from typing import Any, get_args

from .samples import QUIET, Verdict, is_trusted, is_within, ratio, spread, verdict
from .work import LARGE_ROUNDS, SMALL_ROUNDS, Contender, Goal, Work
from .works import JS, MSGSPEC, OURS, PYFETCH, REQUESTS_JSPI, works

NOTES = Path(__file__).parent / "notes.md"
HEAD = """\
# Benchmarks

![Bar chart: the times of each client for nine tasks](img/benchmarks.svg)

{said}

## How to read this page

Each column is one engine, one place in it (the page itself, or a worker) and one version of
Pyodide. There the clients take turns at a task, in rounds with a random order. **Read the ratios,
not the milliseconds**: a ratio is the median over the rounds of one client's time divided by
another's, and both had the same load. Figures of different columns cannot be compared. A goal is a
limit for such a ratio.

The engines are {browsers}, {date}, on two cores, with a server on the same machine. [How it is
measured](#how-it-is-measured) has the details.

## Goals

{summary}
{quiet}

A goal is met or missed if there are {small} rounds of a small task or {large} of a large one, and
the middle half of the reference's samples spreads over no more than a quarter of their median.
Otherwise the figure is not reliable and has a question mark: there was too little time, or the
machine was busy.

Ratios, smaller is better. **Bold** figures miss the goal.

"""
# Of the cells that are trusted on a machine that has nothing else to do.
MOST = 0.9
HOWS = """\
`async` is awaited; `JSPI` blocks by switching stacks; `XHR` blocks by a synchronous XMLHttpRequest,
the only possibility where stacks cannot be switched. Clients that no goal names have the fewest
samples. A question mark here means that the middle half of the samples spreads over more than a
quarter of their median.
"""


def _name(target: dict[str, Any]) -> str:
    if target["engine"] == "chromium":
        return f"{target['place']}, {target['version']}"
    return f"{target['browser'].partition('/')[0]}, {target['place']}"


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _goal_cell(work: Work, goal: Goal, target: dict[str, Any]) -> str:
    times = target["times"].get(work.key, {})
    found = ratio(times, goal) if target["place"] in goal.places else None
    if found is None:
        return "n/a"
    forms = {"met": "{:.2f}", "missed": "**{:.2f}**", "not reliable": "{:.2f} ?", None: "n/a"}
    return forms[verdict(work, goal, times)].format(found)


def _goal_row(work: Work, goal: Goal, targets: list[dict[str, Any]]) -> list[str]:
    what = f"{work.title}: {goal.contender.title} ÷ {goal.reference.title}"
    cells = [_goal_cell(work, goal, target) for target in targets]
    return [what, f"{goal.limit:.2f}", *cells]


def goals(targets: list[dict[str, Any]]) -> str:
    """The table of goals; a row for each that was measured in one of the targets."""
    rows = [_goal_row(work, goal, targets) for work in works() for goal in work.goals]
    measured = [row for row in rows if set(row[2:]) != {"n/a"}]
    return _table(["", "goal", *map(_name, targets)], measured)


def verdicts(target: dict[str, Any]) -> Counter[str]:
    """How many goals of a column are met, missed or not reliable."""
    return Counter(
        found
        for work in works()
        for goal in work.goals
        if target["place"] in goal.places
        and (found := verdict(work, goal, target["times"].get(work.key, {})))
    )


def summary(targets: list[dict[str, Any]]) -> str:
    """The table of how many goals are met in each column."""
    counts = [verdicts(target) for target in targets]
    words = get_args(Verdict)
    rows = [
        [_name(target), *(str(count[word]) for word in words)]
        for target, count in zip(targets, counts, strict=True)
    ]
    total = sum(counts, Counter())
    rows.append(["**all**", *(f"**{total[word]}**" for word in words)])
    return _table(["goals", *words], rows)


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
    return shown if spread(samples) <= QUIET else f"{shown} ?"


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
        text = f"{share:.2f}" if is_within(share, limit) else f"**{share:.2f}**"
        if spread(theirs) > QUIET:
            text = f"{share:.2f} ?"
        what = f"{STEPS[step].removesuffix(', ms')}: pyfetch_requests ÷ {other}"
        rows.append([what, f"{limit:.2f}", text])
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
        "import and one small GET, awaited; `requests` blocks with JSPI. The package imports "
        "most of itself when the first of its names is used, so its first response tells more "
        "than its import.\n\n"
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

    small = share("overhead", OURS, REQUESTS_JSPI)
    bare = share("overhead", PYFETCH, REQUESTS_JSPI)
    return (
        f"A small request takes {small} that `requests` itself takes in the same browser, without "
        f"the network; by `pyfetch`, which only fetches, it takes {bare}. 10 MB of JSON take "
        f"{share('json10', OURS, REQUESTS_JSPI)} that `requests` takes, and where msgspec is "
        f"installed {share('json10', MSGSPEC, REQUESTS_JSPI)}. Reading a body of 100 MB into "
        f"Python's bytes takes {share('content100', OURS, JS)} that JavaScript takes for an "
        "`arrayBuffer()`."
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
        summary=summary(results["targets"]),
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
            found = verdict(work, goal, times) if target["place"] in goal.places else None
            if found:
                theirs = times[goal.reference.title]
                doubt = f": spread {spread(theirs):.2f} of {len(theirs)}"
                lines.append(
                    f"  {goal.contender.title} / {goal.reference.title}: "
                    f"{ratio(times, goal):.2f} (goal {goal.limit:.2f}, {found}"
                    f"{doubt if found == 'not reliable' else ''})"
                )
    counts = verdicts(target)
    lines.append(", ".join(f"{counts[word]} {word}" for word in get_args(Verdict)))
    return "\n".join(lines)
