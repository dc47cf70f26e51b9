"""Where a test may run: engine x place x Pyodide version."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

ENGINES = ("chromium", "firefox", "webkit")
PLACES = ("page", "worker")
VERSIONS = ("0.27.8", "0.29.5", "314.0.7")
# Option, variable of the environment, what there is, what runs when only others are given.
CHOICES = (
    ("--engine", "TEST_ENGINE", ENGINES, ("chromium",)),
    ("--place", "TEST_PLACE", PLACES, PLACES),
    ("--pyodide", "TEST_PYODIDE", VERSIONS, ("0.29.5", "314.0.7")),
)
# What runs when nothing is given: WebKit beside Chromium, because it cannot switch stacks.
USUAL = (("chromium", "0.29.5"), ("chromium", "314.0.7"), ("webkit", "314.0.7"))


@dataclass(frozen=True)
class Target:
    """One interpreter in one place of one engine."""

    engine: str
    place: str
    version: str

    def __str__(self) -> str:
        return f"{self.engine}-{self.place}-{self.version}"


def add_options(parser: pytest.Parser) -> None:
    group = parser.getgroup("pyodide targets")
    for option, variable, known, default in CHOICES:
        group.addoption(
            option,
            default=os.environ.get(variable),
            help=f"comma-separated, of {', '.join(known)}, or all; also by {variable} "
            f"(default: {','.join(default)}; with no such option also WebKit)",
        )
    group.addoption(
        "--pyodide-coverage",
        type=Path,
        help="folder for coverage data files of the package, one for each target",
    )


def chosen(config: pytest.Config) -> list[Target]:
    """The targets that the options name."""
    given = [config.getoption(option) for option, *_ in CHOICES]
    if not any(given):
        return [Target(engine, place, version) for engine, version in USUAL for place in PLACES]
    engines, places, versions = (
        _parse(value, option, known) if value else default
        for value, (option, _, known, default) in zip(given, CHOICES, strict=True)
    )
    return [
        Target(engine, place, version)
        for engine in engines
        for place in places
        for version in versions
    ]


def _parse(text: str, option: str, known: tuple[str, ...]) -> tuple[str, ...]:
    if text == "all":
        return known
    values = tuple(text.split(","))
    for value in values:
        if value not in known:
            raise pytest.UsageError(f"{option}={value}: not one of {', '.join(known)}")
    return values
