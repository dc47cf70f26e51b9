"""What a job is: a library, what a user would do with it, and what the fake server answers.

Standard library only: Pyodide runs this very file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

JOBS: dict[str, Job] = {}
Run = Callable[[str], Any]


@dataclass(frozen=True)
class Answer:
    """An answer of the server; `{url}` in its text is where the job's API is."""

    text: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Job:
    """What is done with a library.

    Attributes:
        library: As its distribution is named.
        what: For people.
        routes: By "METHOD /path" the answer, or a tuple of answers that come one after the other,
            the last one again and again.
        run: Takes the URL of the API, returns what JSON can hold.
        varies: Headers that have a time or something random in them.
    """

    library: str
    what: str
    routes: Mapping[str, Answer | tuple[Answer, ...]]
    run: Run
    varies: tuple[str, ...] = ()


def job(
    library: str,
    what: str,
    routes: Mapping[str, Any],
    *,
    varies: tuple[str, ...] = (),
) -> Callable[[Run], Run]:
    """Register a function as the job of a library; see `Job`."""

    def register(run: Run) -> Run:
        made = {
            place: tuple(map(_answer, given)) if isinstance(given, tuple) else _answer(given)
            for place, given in routes.items()
        }
        JOBS[library] = Job(library, what, made, run, varies)
        return run

    return register


def answer(value: object, status: int = 200, **headers: str) -> Answer:
    """An answer with a JSON value, or a text; `_` in names of headers is for `-`."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    if isinstance(value, str):
        return Answer(value, status, {"Content-Type": "text/plain", **named})
    return Answer(json.dumps(value), status, {"Content-Type": "application/json", **named})


def _answer(given: object) -> Answer:
    return given if isinstance(given, Answer) else answer(given)


def failure(call: Callable[[], object]) -> list[str]:
    """The name of the exception that a call raises, and its text."""
    try:
        value = call()
    except Exception as error:  # noqa: BLE001 - whatever the library makes of it
        return [type(error).__name__, str(error)]
    raise AssertionError(f"nothing was raised, but returned {value!r}")
