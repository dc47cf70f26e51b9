"""Matching of requests with recorded ones, and what a message says if none matches.

Decides on values alone. Never sends, and knows no file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from difflib import SequenceMatcher
from typing import TypeAlias

from .._text import url_rules, urls
from .._wire import WireRequest

Rule: TypeAlias = str | Callable[[WireRequest, WireRequest], bool]
_SHOWN = 200  # characters of a value in a message


def _body(request: WireRequest) -> object:
    """Return the body, with a fixed boundary if it is multipart."""
    # The boundary is random, so two bodies with the same parts would never be equal.
    body = request.body if isinstance(request.body, bytes) else b""
    for name, value in request.headers:
        if name.lower() == "content-type" and "boundary=" in value:
            boundary = value.partition("boundary=")[2].split(";")[0].strip('" ')
            return body.replace(boundary.encode(), b"boundary") if boundary else body
    return body


# The names that `match=` takes.
PARTS: dict[str, Callable[[WireRequest], object]] = {
    "method": lambda request: request.method,
    "url": lambda request: request.url,
    "origin": lambda request: url_rules.origin_of(request.url),
    "path": lambda request: urls.split(request.url).path,
    "query": lambda request: urls.split(request.url).query,
    # The order of fields with different names, and the case of names, mean nothing: RFC 9110,
    # sections 5.1 and 5.3.
    "headers": lambda request: sorted((name.lower(), value) for name, value in request.headers),
    "body": _body,
}


def checked(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Return the rules of `match=`.

    Raises:
        ValueError: there is no rule of such a name.
    """
    given = (rules,) if isinstance(rules, str) else tuple(rules)
    for rule in given:
        if isinstance(rule, str) and rule not in PARTS:
            raise ValueError(
                f"match= does not know {rule!r}: use {', '.join(map(repr, PARTS))} or a function"
            )
    return given


def matches(rules: Iterable[Rule], asked: WireRequest, recorded: WireRequest) -> bool:
    """Tell whether two requests are the same by all rules."""
    return all(_holds(rule, asked, recorded) for rule in rules)


def nearest(
    rules: Sequence[Rule], asked: WireRequest, recorded: Iterable[WireRequest]
) -> WireRequest | None:
    """Return the recorded request that is most similar to another one, None if there are none."""

    def similarity(one: WireRequest) -> tuple[int, float]:
        # By the rules first: another body at the same address is nearer than a similar address.
        equal = sum(_holds(rule, asked, one) for rule in rules)
        return equal, SequenceMatcher(None, asked.url, one.url).ratio()

    return max(recorded, key=similarity, default=None)


def differences(rules: Iterable[Rule], asked: WireRequest, recorded: WireRequest) -> list[str]:
    """Return a line for each rule by which two requests differ."""
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
            lines.append(f"{getattr(rule, '__name__', rule)}: does not match")
    return lines


def _holds(rule: Rule, asked: WireRequest, recorded: WireRequest) -> bool:
    if isinstance(rule, str):
        return PARTS[rule](asked) == PARTS[rule](recorded)
    return rule(asked, recorded)


def _brief(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}… ({len(shown)} characters)"
