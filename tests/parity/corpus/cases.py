"""The shape of a hand-picked case, shared by the tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import pytest


class Make(NamedTuple):
    """A value that is made anew for each library, as files and generators are read only once.

    Attributes:
        name: What the case is called.
        build: Takes the library, `requests` or ours, and gives the value.
    """

    name: str
    build: Callable[[Any], Any]


class Case(NamedTuple):
    """One call.

    Attributes:
        name: Unique; the rows of `differences` name it.
        arguments: Takes the library and gives the keyword arguments of its `Request`.
    """

    name: str
    arguments: Callable[[Any], dict[str, Any]]


BASE = {"method": "POST", "url": "http://host.example/path"}


def table(area: str, argument: str, values: Iterable[Any], **others: Any) -> list[Case]:
    """Cases that differ in one argument; a value that is no `Make` is its own name."""
    base = BASE | others

    def case(value: Any) -> Case:
        if isinstance(value, Make):
            return Case(
                f"{area}: {value.name}", lambda library: base | {argument: value.build(library)}
            )
        return Case(f"{area}: {value!r}", lambda library: base | {argument: value})

    return [case(value) for value in values]


def several(area: str, **cases: Callable[[Any], dict[str, Any]]) -> list[Case]:
    """Cases that differ in more than one argument."""

    def case(name: str, arguments: Callable[[Any], dict[str, Any]]) -> Case:
        return Case(f"{area}: {name}", lambda library: BASE | arguments(library))

    return [case(name, arguments) for name, arguments in cases.items()]


def constant(name: str, **arguments: Any) -> Case:
    """A case whose arguments do not depend on the library."""
    return Case(name, lambda library: dict(arguments))


def parametrize(cases: list[Case]) -> pytest.MarkDecorator:
    """Run a test once for each case."""
    names = [case.name for case in cases]
    assert len(set(names)) == len(names), "names must be unique"
    return pytest.mark.parametrize("case", cases, ids=names)
