"""Which recorded request one is, and what is said where it is none of them.

Compares values. Never sends, and knows no file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from difflib import SequenceMatcher
from typing import TypeAlias

from .._text import urls
from .._wire import WireRequest

Rule: TypeAlias = str | Callable[[WireRequest, WireRequest], bool]
_SHOWN = 200


def _body(request: WireRequest) -> object:
    """Return the body; the boundary of a multipart one is another each time."""
    body = request.body if isinstance(request.body, bytes) else b""
    for name, value in request.headers:
        if name.lower() == "content-type" and "boundary=" in value:
            boundary = value.partition("boundary=")[2].split(";")[0].strip('" ')
            return body.replace(boundary.encode(), b"boundary") if boundary else body
    return body


# By the names that `match=` has for them.
PARTS: dict[str, Callable[[WireRequest], object]] = {
    "method": lambda request: request.method,
    "url": lambda request: request.url,
    "origin": lambda request: urls.origin_of(request.url),
    "path": lambda request: urls.split(request.url).path,
    "query": lambda request: urls.split(request.url).query,
    "headers": lambda request: sorted((name.lower(), value) for name, value in request.headers),
    "body": _body,
}


def checked(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Return the rules of `match=`.

    Raises:
        ValueError: one of them has a name that there is not.
    """
    given = (rules,) if isinstance(rules, str) else tuple(rules)
    for rule in given:
        if isinstance(rule, str) and rule not in PARTS:
            raise ValueError(f"match= knows {', '.join(map(repr, PARTS))}, not {rule!r}")
    return given


def matches(rules: Iterable[Rule], asked: WireRequest, recorded: WireRequest) -> bool:
    """Tell whether two requests are the same by all rules."""
    return all(_holds(rule, asked, recorded) for rule in rules)


def nearest(
    rules: Sequence[Rule], asked: WireRequest, recorded: Iterable[WireRequest]
) -> WireRequest | None:
    """Return the recorded request that is most like another one, None if there are none."""

    def likeness(one: WireRequest) -> tuple[int, float]:
        alike = sum(_holds(rule, asked, one) for rule in rules)
        return alike, SequenceMatcher(None, asked.url, one.url).ratio()

    return max(recorded, key=likeness, default=None)


def differences(rules: Iterable[Rule], asked: WireRequest, recorded: WireRequest) -> list[str]:
    """Return a line for each rule that does not hold."""
    lines = []
    for rule in rules:
        if _holds(rule, asked, recorded):
            continue
        if isinstance(rule, str):
            part = PARTS[rule]
            lines.append(
                f"{rule}: {_brief(part(recorded))} was recorded, not {_brief(part(asked))}"
            )
        else:
            lines.append(f"{getattr(rule, '__name__', rule)}: does not hold")
    return lines


def _holds(rule: Rule, asked: WireRequest, recorded: WireRequest) -> bool:
    if isinstance(rule, str):
        return PARTS[rule](asked) == PARTS[rule](recorded)
    return rule(asked, recorded)


def _brief(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}… ({len(shown)} characters)"
