"""Run the benchmark.

python -m bench              the whole run, in some 20 minutes; writes docs/benchmarks.md
python -m bench --only overhead,lines --rounds 5 --place worker --pyodide 314.0.7
                             some works in some place; prints the figures, writes nothing
python -m bench --resume --only lines --place worker --pyodide 314.0.7
                             measures a cell anew, and writes the page with it
"""

from __future__ import annotations

import argparse
import json
from datetime import date
from itertools import product
from typing import Any

from tools.programs import install_programs

from . import browser, chart, measure, report
from .works import Work, works

PLACES, VERSIONS = ("page", "worker"), (browser.NEWEST, "0.29.5")
RESULTS = browser.ROOT / "build" / "bench" / "results.json"
DOCS = browser.ROOT / "docs"


def chosen(only: str | None, who: str | None) -> list[Work]:
    """The works, and of them the contenders, that the options name."""
    found = [work for work in works() if not only or work.key in only.split(",")]
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
    place: str, version: str, origin: str, files: dict[str, str], options: argparse.Namespace
) -> dict[str, Any]:
    """Everything that is measured in one place of one version."""
    found: dict[str, Any] = {"place": place, "version": version}
    todo = chosen(options.only, options.who)
    with browser.Bench(place, version, origin, files) as bench:
        print(f"bench: {place}, Pyodide {version}", flush=True)
        found["times"] = measure.rounds(bench, todo, options.rounds, options.seconds)
    if options.whole and not options.resume and (place, version) == ("page", browser.NEWEST):
        found["memory"] = {}
        for title, (contender, method) in measure.MEMORY.items():
            with browser.Bench(place, version, origin, files) as bench:
                found["memory"][title] = measure.memory(bench, contender, method)
        with browser.Bench(place, version, origin, files) as bench:
            found["growth"] = measure.growth(bench, 10_000)
            found["imports"] = measure.imports(bench, files, 60)
            found["chromium"] = bench.runner.driver.capabilities["browserVersion"]
    return found


def keep(targets: list[dict[str, Any]], found: dict[str, Any]) -> None:
    """Put a target in the place of an older one; what is not measured anew stays, work by work."""
    old = [each for each in targets if all(each[k] == found[k] for k in ("place", "version"))]
    targets[:] = [each for each in targets if each not in old]
    before = old[0] if old else {}
    times = {**before.get("times", {}), **found["times"]}
    targets.append({**before, **found, "times": times})
    targets.sort(key=lambda each: (VERSIONS.index(each["version"]), each["place"]))


def write(results: dict[str, Any]) -> None:
    """Write the page and its picture."""
    page = DOCS / "benchmarks.md"
    _, title, sockets = page.read_text().partition("\n## Over sockets\n")
    page.write_text(report.page(results) + title + sockets)
    (DOCS / "img" / "benchmarks.svg").write_text(chart.svg(results))


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", help="keys of works, comma-separated")
    parser.add_argument("--who", help="only contenders with one of these words in their title")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=170, help="for the rounds of a target")
    parser.add_argument("--place", default=",".join(PLACES))
    parser.add_argument("--pyodide", default=",".join(VERSIONS))
    parser.add_argument(
        "--resume", action="store_true", help="keep the last results of what is not measured"
    )
    parser.add_argument("--report", action="store_true", help="write the last results again")
    options = parser.parse_args()
    if options.report:
        return write(json.loads(RESULTS.read_text()))
    places, versions = options.place.split(","), options.pyodide.split(",")
    options.whole = not (options.only or options.who)
    if options.resume and options.who:
        parser.error("--resume takes whole works: a ratio is one of samples of the same rounds")
    written = options.whole or options.resume
    install_programs("chromium")
    files = browser.collect_wheels()
    results: dict[str, Any] = {"targets": []}
    if options.resume and RESULTS.exists():
        results = json.loads(RESULTS.read_text())
    results["date"] = f"{date.today():%B %Y}"
    results["sizes"] = measure.sizes(browser.WHEELS, files)
    with browser.serving(versions) as origin:
        for version in versions:
            for place in places:
                found = target(place, version, origin, files, options)
                print(report.plain(found), flush=True)
                keep(results["targets"], found)
                if written:
                    RESULTS.write_text(json.dumps(results, indent=1))
    everything = {(each["place"], each["version"]) for each in results["targets"]}
    if written and everything == set(product(PLACES, VERSIONS)):
        write(results)
    return None


if __name__ == "__main__":
    main()
