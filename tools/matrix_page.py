"""What became of each target when it last ran: kept in docs/matrix.json, shown in docs/matrix.md.

Targets are run in parts, on different days. So each result has its date and its commit, and stays
until its own target is run again.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

HEAD = """# The matrix

Written by `tools/matrix.py`, which runs {tests} on every target
(see [testing](testing.md#the-matrix)). Not all of them are run each time: *run on* says when, and
with which commit; `+` is a commit with changes that were not committed yet.

{summary}

*Not applicable* are tests for what a target does not have: another origin in Node, a synchronous
XMLHttpRequest in Deno. *Probes* are the generated requests of `tests/failures/test_probes.py` by
each way. *Transports* are those that were in use: `fetch`, `fetch with JSPI` for blocking calls
that switch stacks, and a synchronous `XMLHttpRequest` for those that cannot.

| engine | place | Pyodide | run on | passed | failed | not applicable | probes | transports |
|---|---|---|---|---:|---:|---:|---:|---|
"""


@dataclass(frozen=True)
class Result:
    """What became of one target.

    Attributes:
        date: when it began, such as "2026-11-26 10:30" (UTC).
        commit: what was run.
        engine: its name and version; empty if its tests did not come to an end.
        passed, not_applicable: how many tests.
        failures: the tests that failed.
        passed_again: those of them that passed when they were run again, with date and commit.
        left_out_since: those of them that a mark has since left out there, with date and commit.
        probes: how many requests the probes made by each way.
        transports: what was in use.
    """

    date: str
    commit: str
    engine: str = ""
    passed: int = 0
    not_applicable: int = 0
    failures: list[str] = field(default_factory=list)
    passed_again: dict[str, str] = field(default_factory=dict)
    probes: str = ""
    transports: list[str] = field(default_factory=list)
    left_out_since: dict[str, str] = field(default_factory=dict)

    @property
    def failed(self) -> list[str]:
        """The tests that have not passed since, and that are still for the target."""
        mended = {**self.passed_again, **self.left_out_since}
        return [name for name in self.failures if name not in mended]


Results = dict[str, Result]


def read(path: Path) -> Results:
    """The results by the names of their targets."""
    if not path.is_file():
        return {}
    return {name: Result(**entry) for name, entry in json.loads(path.read_text()).items()}


def write(path: Path, results: Results, targets: Sequence[str]) -> None:
    """Keep the results: a line for each target, in the order of the targets."""
    known = (name for name in targets if name in results)
    lines = (f"  {json.dumps(name)}: {json.dumps(asdict(results[name]))}" for name in known)
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n")


def page(results: Results, targets: Sequence[str], tests: Sequence[str]) -> str:
    """The whole page."""
    head = HEAD.format(
        tests=", ".join(f"`{name}`" for name in tests), summary=summary(results, targets)
    )
    return head + "".join([*_rows(results, targets), *_failures(results, targets)])


def summary(results: Results, targets: Sequence[str]) -> str:
    """What the rows come to, in a few sentences."""
    there = [results[name] for name in targets if name in results]
    ended = [result for result in there if result.engine]
    passed = sum(result.passed + len(result.passed_again) for result in ended)
    failed = sum(len(result.failed) for result in ended)
    clean = sum(not result.failed for result in ended)
    days = Counter(result.date.split()[0] for result in there)
    text = f"**Of {len(targets)} targets {len(ended)} have run to their end, {clean} without a"
    text += f" failure: {passed:,} tests passed, {failed:,} failed.**"
    if len(there) > len(ended):
        text += f" {len(there) - len(ended)} did not come to an end."
    if len(targets) > len(there):
        text += f" {len(targets) - len(there)} never ran."
    rows = (f"{number} of {day}" for day, number in sorted(days.items(), reverse=True))
    return f"{text} Rows: {', '.join(rows) or 'none'}."


def _rows(results: Results, targets: Sequence[str]) -> Iterator[str]:
    for name in targets:
        result = results.get(name)
        # A version has no hyphen, an engine and a place may have.
        target, _, version = name.rpartition("-")
        place = _place(target)
        if result is None:
            cells = [_engine(target), place, version, "never", *[""] * 5]
        elif not result.engine:
            when = f"{result.date}, {result.commit}: did not come to an end"
            cells = [_engine(target), place, version, when, *[""] * 5]
        else:
            cells = [result.engine.replace("/", " "), place, version]
            cells += [f"{result.date}, {result.commit}"]
            passed = result.passed + len(result.passed_again)
            left_out = result.not_applicable + len(result.left_out_since)
            cells += [str(number) for number in (passed, len(result.failed), left_out)]
            cells += [result.probes, ", ".join(result.transports)]
        yield f"| {' | '.join(cells)} |\n"


def _place(target: str) -> str:
    words = target.split("-")
    return " ".join(word for word in words[1:] if word != "jspi")


def _engine(target: str) -> str:
    engine = target.partition("-")[0]
    return f"{engine} with JSPI" if "-jspi-" in target else engine


def _failures(results: Results, targets: Sequence[str]) -> Iterator[str]:
    there = [results[name] for name in targets if name in results]
    if failed := [name for result in there for name in result.failed]:
        yield "\nFailed:\n\n"
        yield from (f"- `{name}`\n" for name in failed)
    if again := [item for result in there for item in result.passed_again.items()]:
        yield "\nFailed in the run of their target, and passed when they were run again:\n\n"
        yield from (f"- `{name}`: {when}\n" for name, when in again)
    if since := [item for result in there for item in result.left_out_since.items()]:
        yield "\nFailed in the run of their target, and are not applicable since (a mark has the"
        yield " reason):\n\n"
        yield from (f"- `{name}`: {when}\n" for name, when in since)
