"""Where a test may run: engine x place x Pyodide version."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from _pytest.mark.expression import Expression

from .ways import WAYS, Way

PLACES = ("page", "worker")
# The same under a Content-Security-Policy that forbids evaluation.
STRICT_PLACES = ("strict-page", "strict-worker")
# Cross-origin isolated: cross-origin answers are blocked unless their headers allow them.
ISOLATED_PLACES = ("isolated-page", "isolated-worker")
ALL_PLACES = (*PLACES, *STRICT_PLACES, *ISOLATED_PLACES)
# Each engine, and where in it Pyodide can run.
ENGINES = {
    "chromium": ALL_PLACES,
    "firefox": ALL_PLACES,
    "webkit": ALL_PLACES,
    "node": ("process",),
    "node-jspi": ("process",),
    "deno": ("process",),
}
VERSIONS = ("0.27.8", "0.29.5", "314.0.7")
# Option, environment variable, known values, default if only other options are given.
CHOICES = (
    ("--engine", "TEST_ENGINE", (*ENGINES, "cpython"), ("chromium",)),
    ("--place", "TEST_PLACE", (*ALL_PLACES, "process"), (*PLACES, "process")),
    ("--pyodide", "TEST_PYODIDE", VERSIONS, ("0.29.5", "314.0.7")),
)
# What runs when nothing is given, and by which ways. Each target adds something: Firefox brings its
# own ways to fail and the oldest Pyodide, WebKit cannot switch stacks, Node has no page. `fetch` is
# the same in a page as in a worker, and only a synchronous XMLHttpRequest has rules of its own
# there, so a page of Chromium's that also switches stacks, and one of each other engine, do the
# rest. The Pyodide between the oldest and the newest differs in how it switches stacks. Strict and
# isolated places run in the matrix, and by `--place`.
ALL_WAYS = tuple(way.name for way in WAYS)
USUAL = {
    ("chromium", "worker", "0.29.5"): ("switch",),
    ("chromium", "page", "314.0.7"): ("switch", "xhr"),
    ("chromium", "worker", "314.0.7"): ALL_WAYS,
    ("firefox", "page", "0.27.8"): ("xhr",),
    ("firefox", "worker", "0.27.8"): ALL_WAYS,
    ("webkit", "page", "314.0.7"): ("xhr",),
    ("webkit", "worker", "314.0.7"): ALL_WAYS,
    ("node", "process", "314.0.7"): ALL_WAYS,
}


@dataclass(frozen=True)
class Target:
    """One interpreter in one place of one engine."""

    engine: str
    place: str
    version: str

    def __str__(self) -> str:
        return f"{self.engine}-{self.place}-{self.version}"

    @property
    def strict(self) -> bool:
        """Whether a policy forbids evaluation."""
        return self.place in STRICT_PLACES

    @property
    def isolated(self) -> bool:
        """Whether it is cross-origin isolated."""
        return self.place in ISOLATED_PLACES

    @property
    def context(self) -> str:
        """What the place is, whatever its policy: "page", "worker" or "process"."""
        return self.place.rpartition("-")[2]

    @property
    def traits(self) -> set[str]:
        """What the mark `only_on` can refer to; see `TRAITS`."""
        traits = {self.engine, self.engine.partition("-")[0], self.version}
        traits |= {self.place, *self.place.split("-")}
        if self.place != "process":
            traits |= {"browser", "xhr"}
        if self.engine not in ("webkit", "node"):
            traits.add("jspi")
        return traits

    def has_way(self, way: Way) -> bool:
        """Tell whether requests can be sent in this way."""
        needed = {"await": set(), "switch": {"jspi"}, "xhr": {"xhr"}}
        return needed[way.name] <= self.traits

    def fits(self, conditions: Iterable[str], way: Way | None = None) -> bool:
        """Tell whether all of these expressions over traits hold, for example "xhr and page"."""
        traits = self.traits | ({f"by_{way}"} if way else set())

        def has(trait: str, /, **_: object) -> bool:
            if trait not in TRAITS:
                known = ", ".join(sorted(TRAITS))
                raise pytest.UsageError(f"only_on: {trait} is not one of {known}")
            return trait in traits

        return all(Expression.compile(text).evaluate(has) for text in conditions)


# This Python, over sockets: for tests marked by `over_sockets`, which apply there as well.
CPYTHON = Target("cpython", "process", f"{sys.version_info.major}.{sys.version_info.minor}")
TARGETS = [
    Target(engine, place, version)
    for engine, places in ENGINES.items()
    for place in places
    for version in VERSIONS
]
# Engines, places, versions; strict: nothing can be evaluated; isolated: cross-origin isolated;
# browser: page or worker; xhr: a blocking call can be a synchronous XMLHttpRequest; jspi: stacks
# can be switched, so a blocking call in an `async def` uses fetch.
# by_await, by_switch, by_xhr: the way of a test that has one.
TRAITS = {f"by_{way}" for way in WAYS}.union(*(target.traits for target in [*TARGETS, CPYTHON]))


def add_options(parser: pytest.Parser) -> None:
    group = parser.getgroup("pyodide targets")
    for option, variable, known, default in CHOICES:
        group.addoption(
            option,
            default=os.environ.get(variable),
            help=f"comma-separated, of {', '.join(known)}, or all; also by {variable} "
            f"(default: {','.join(default)}; with no such option a selection)",
        )
    group.addoption(
        "--pyodide-coverage",
        type=Path,
        help="folder for coverage data files of the package, one for each target",
    )


def is_usual(config: pytest.Config) -> bool:
    """Tell whether no option names targets."""
    return not any(config.getoption(option) for option, *_ in CHOICES)


def chosen(config: pytest.Config) -> list[Target]:
    """The targets that the options name; CPython is the last one."""
    given = [config.getoption(option) for option, *_ in CHOICES]
    if is_usual(config):
        usual = [each for each in TARGETS if (each.engine, each.place, each.version) in USUAL]
        return [*usual, CPYTHON]
    engines, places, versions = (
        _parse(value, option, known) if value else default
        for value, (option, _, known, default) in zip(given, CHOICES, strict=True)
    )
    found = [
        target
        for target in TARGETS
        if target.engine in engines and target.place in places and target.version in versions
    ]
    found += [CPYTHON] if CPYTHON.engine in engines else []
    if not found:
        raise pytest.UsageError(f"{engines} have no {places}")
    return found


def parameters_of(item: pytest.Item) -> dict[str, Any]:
    """The parameters of a test by name; none if it has none."""
    found: dict[str, Any] = getattr(getattr(item, "callspec", None), "params", {})
    return found


def target_of(item: pytest.Item) -> Target | None:
    """The target of a test, whichever fixture it is for; None if it needs none."""
    return next((each for each in parameters_of(item).values() if isinstance(each, Target)), None)


def is_for_its_target(item: pytest.Item) -> bool:
    """Tell whether a test applies to its target and way by its marks, if it has a target.

    `usually_on` and the ways of USUAL count only if no option names targets.
    """
    target = target_of(item)
    if target is CPYTHON and not item.get_closest_marker("over_sockets"):
        return False
    if target is None:
        return True
    way, names = parameters_of(item).get("way"), ["only_on"]
    if is_usual(item.config):
        names.append("usually_on")
        ways = USUAL.get((target.engine, target.place, target.version), ALL_WAYS)
        if isinstance(way, Way) and way.name not in ways:
            return False
    conditions = (mark.args[0] for name in names for mark in item.iter_markers(name))
    return target.fits(conditions, way)


def _parse(text: str, option: str, known: tuple[str, ...]) -> tuple[str, ...]:
    if text == "all":
        return known
    values = tuple(text.split(","))
    for value in values:
        if value not in known:
            raise pytest.UsageError(f"{option}={value}: not one of {', '.join(known)}")
    return values
