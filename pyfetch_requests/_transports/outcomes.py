"""The result of an exchange, as fetch.js, xhr.js and their counterparts in Python return it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

# The stages: before the headers are there, and in the body.
HEADERS, BODY = 1, 2
BY_ITSELF = "by itself"  # the diagnosis of a time limit that is the browser's own

# Stage (1 before the headers, 2 in the body), cause, name, message, diagnosis.
Failure: TypeAlias = tuple[int, str, str, str, str]
# 0 followed by values, or a failure.
Outcome: TypeAlias = tuple[Any, ...]

# No body, whatever Content-Length says. Source: WHATWG Fetch, section 2.2.3 (null body status);
# the two others, 101 and 103, never reach a program.
NULL_BODY_STATUSES = (204, 205, 304)


def header_text(pairs: Iterable[tuple[str, str]]) -> str:
    """Return headers as the one string that all transports in a browser give; see `HeaderLines`."""
    return "\n" + "".join([f"{name}:{value}\n" for name, value in pairs])


def values_of(outcome: Any) -> Outcome:
    """Return an outcome as a tuple, also one that is an array of JavaScript."""
    # By their indexes: to iterate over such an array takes five times as long.
    return tuple([outcome[index] for index in range(len(outcome))])
