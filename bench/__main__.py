"""Run the benchmark.

python -m bench              the whole run, in some 40 minutes; writes docs/benchmarks.md
python -m bench --only overhead,lines --rounds 5 --place worker --pyodide 314.0.7
                             some works in some place of Chromium; prints the figures
python -m bench --engine firefox --only json10
                             the same in another engine
python -m bench --resume --only lines --place worker --pyodide 314.0.7
                             measures a cell anew, and writes the page with it
"""

from __future__ import annotations

import argparse
import json
from datetime import date
from typing import Any, NamedTuple

from tools.programs import install_programs

from . import browser, chart, measure, report
from .work import Work
from .works import works_in

VERSIONS = (browser.NEWEST, "0.29.5")
RESULTS = browser.ROOT / "build" / "bench" / "results.json"
DOCS = browser.ROOT / "docs"


class Column(NamedTuple):
    """Where something is measured: one column of a table.

    Attributes:
        share: of the time that the options give to a column.
    """

    engine: str
    place: str
    version: str
    share: float = 1.0

    def is_of(self, target: dict[str, Any]) -> bool:
        """Tell whether results are those of this column."""
        return self[:3] == (target["engine"], target["place"], target["version"])


COLUMNS = (
    Column("chromium", "page", browser.NEWEST),
    Column("chromium", "worker", browser.NEWEST),
    Column("chromium", "page", "0.29.5"),
    Column("chromium", "worker", "0.29.5"),
    Column("firefox", "worker", browser.NEWEST, 0.5),
    Column("webkit", "page", browser.NEWEST, 0.2),
    Column("webkit", "worker", browser.NEWEST, 0.2),
)


def chosen(engine: str, only: str | None, who: str | None) -> list[Work]:
    """The works of an engine, and of them the contenders, that the options name."""
    found = [work for work in works_in(engine) if not only or work.key in only.split(",")]
    if not who:
        return found
    words = who.split(",")
    return [
        work._replace(
            contenders=tuple(one for one in work.contenders if any(w in one.title for w in words))
        )
        for work in found
    ]


def target(
    column: Column, origin: str, files: dict[str, str], options: argparse.Namespace
) -> dict[str, Any]:
    """Everything that is measured in one column."""
    engine, place, version, share = column
    found: dict[str, Any] = {"engine": engine, "place": place, "version": version}
    todo = chosen(engine, options.only, options.who)
    with browser.Bench(engine, place, version, origin, files) as bench:
        print(f"bench: {engine}, {place}, Pyodide {version}", flush=True)
        found["times"] = measure.rounds(bench, todo, options.rounds, options.seconds * share)
        found["browser"] = bench.runner.engine_name()
    return found


def fresh(column: Column, origin: str, files: dict[str, str]) -> dict[str, dict[str, Any]]:
    """What is measured in interpreters of their own: memory, and how a program starts."""
    where = (*column[:3], origin, files)
    found: dict[str, dict[str, Any]] = {"memory": {}}
    for title, (contender, method) in measure.MEMORY.items():
        with browser.Bench(*where) as bench:
            found["memory"][title] = measure.memory(bench, contender, method)
    with browser.Bench(*where) as bench:
        found["growth"] = measure.growth(bench, 10_000)
    with browser.Bench(*where) as bench:
        found["imports"] = measure.imports(bench, files)
    return found


def keep(targets: list[dict[str, Any]], column: Column, found: dict[str, Any]) -> None:
    """Put a target in the place of an older one; what is not measured anew stays, work by work."""
    old = [each for each in targets if column.is_of(each)]
    targets[:] = [each for each in targets if not column.is_of(each)]
    before = old[0] if old else {}
    times = {**before.get("times", {}), **found["times"]}
    targets.append({**before, **found, "times": times})
    order = [each[:3] for each in COLUMNS]
    targets.sort(key=lambda each: order.index((each["engine"], each["place"], each["version"])))


def write(results: dict[str, Any]) -> None:
    """Write the page and its picture."""
    page = DOCS / "benchmarks.md"
    _, title, sockets = page.read_text().partition("\n## Over sockets\n")
    page.write_text(report.page(results) + title + sockets)
    (DOCS / "img" / "benchmarks.svg").write_text(chart.svg(results))


def save(results: dict[str, Any], written: bool) -> None:
    """Keep what there is, so that a run that ends early can be resumed."""
    if written:
        RESULTS.write_text(json.dumps(results, indent=1))


def parsed_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", help="keys of works, comma-separated")
    parser.add_argument("--who", help="only contenders with one of these words in their title")
    parser.add_argument(
        "--rounds", type=int, help="of all clients, instead of each work's own number"
    )
    parser.add_argument(
        "--seconds",
        type=float,
        default=480,
        help="of a column, after which no work has more than its first rounds",
    )
    parser.add_argument("--engine", help="chromium, firefox, webkit; all where nothing is chosen")
    parser.add_argument("--place", help="page, worker")
    parser.add_argument("--pyodide", help=", ".join(VERSIONS))
    parser.add_argument(
        "--resume",
        action="store_true",
        help="keep the last results: of what is not chosen, or else of what they have already",
    )
    parser.add_argument("--report", action="store_true", help="write the last results again")
    options = parser.parse_args()
    options.whole = not (options.only or options.who)
    if options.resume and options.who:
        parser.error("--resume takes whole works: a ratio is one of samples of the same rounds")
    return options


def columns(options: argparse.Namespace) -> list[Column]:
    """The columns that the options name; only Chromium's where a part is to be printed."""
    printed = not options.whole and not options.resume
    engines = options.engine or ("chromium" if printed else None)
    named = (engines, options.place, options.pyodide)
    return [
        column
        for column in COLUMNS
        if all(
            not names or one in names.split(",") for one, names in zip(column, named, strict=False)
        )
    ]


def main() -> None:
    options = parsed_options()
    if options.report:
        return write(json.loads(RESULTS.read_text()))
    todo = columns(options)
    written = options.whole or options.resume
    install_programs(",".join({column.engine for column in todo}))
    files = browser.collect_wheels()
    results: dict[str, Any] = {"targets": []}
    if options.resume and RESULTS.exists():
        results = json.loads(RESULTS.read_text())
    chosen_columns = options.engine or options.place or options.pyodide
    if options.resume and options.whole and not chosen_columns:
        # Of a run that was ended: go on where it was.
        todo = [one for one in todo if not any(map(one.is_of, results["targets"]))]
    results["date"] = f"{date.today():%B %Y}"
    results["sizes"] = measure.sizes(browser.WHEELS, files)
    results["rooms"] = measure.rooms(browser.WHEELS / files["pyfetch-requests"])
    with browser.serving(VERSIONS) as origin:
        for column in todo:
            found = target(column, origin, files, options)
            print(report.plain(found), flush=True)
            keep(results["targets"], column, found)
            save(results, written)
        left_out = options.resume and "fresh" not in results
        if options.whole and (left_out or COLUMNS[0] in todo):
            results["fresh"] = fresh(COLUMNS[0], origin, files)
            save(results, written)
    if "fresh" in results and all(any(map(each.is_of, results["targets"])) for each in COLUMNS):
        write(results)
    return None


if __name__ == "__main__":
    main()
