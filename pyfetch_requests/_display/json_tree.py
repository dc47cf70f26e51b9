"""A JSON value as a tree that unfolds. Pure.

Decides what is left out: the HTML is saved in the notebook, so it must stay small.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from itertools import islice

from . import hiding

_NODES = 500  # in the whole tree
_KEYS = 50  # in one object
_ITEMS = 20  # in one array
_DEPTH = 12
_CHARACTERS = 300  # in one string
_LONGEST = 2 * _CHARACTERS  # of what is looked through for secrets: one at the cut is hidden whole


def tree(value: object) -> str:
    """Return the HTML of a value from `json.loads`."""
    return f'<div class="pfr-tree">{_node(value, "", 0, _NODES)}</div>'


def _node(value: object, name: str, depth: int, budget: int) -> str:
    """Return the HTML of one value.

    Args:
        value: of JSON.
        name: what is shown in front of it, as HTML.
        depth: in how many values it is nested.
        budget: how many values may be shown within it.
    """
    if not isinstance(value, (dict, list)) or not value:
        return f"<div>{name}{_leaf(value)}</div>"
    members = _members(value)[:budget] if depth < _DEPTH else []
    branches = sum(isinstance(content, (dict, list)) for _, content in members)
    # An equal share for each, so that a long one does not hide those after it.
    share = (budget - len(members)) // (branches or 1)
    inside = "".join(_node(content, key, depth + 1, share) for key, content in members)
    if missing := len(value) - len(members):
        inside += f'<div class="pfr-note">… {missing:,} more</div>'
    # The outermost value is open, and so are small ones in it: they need no click.
    opened = " open" if depth == 0 or (depth == 1 and len(value) <= 5) else ""
    summary = f"<summary>{name}{escape(_brief(value))}</summary>"
    return f"<details{opened}>{summary}{inside}</details>"


def _members(value: dict[str, object] | list[object]) -> list[tuple[str, object]]:
    """Return the first members, each with what is shown in front of it."""
    if isinstance(value, list):
        return [(f"{number}: ", content) for number, content in enumerate(value[:_ITEMS])]
    pairs: Iterator[tuple[str, object]] = islice(value.items(), _KEYS)
    return [_member(key, content) for key, content in pairs]


def _member(key: str, content: object) -> tuple[str, object]:
    # A number or null is no secret, and an empty string tells that there is none.
    hidden = isinstance(content, str) and content and hiding.is_secret_member(key)
    shown = hiding.HIDDEN if hidden else content
    return f'<span class="pfr-k">{_quoted(key)}</span>: ', shown


def _brief(value: dict[str, object] | list[object]) -> str:
    if isinstance(value, list):
        return f"[{_count(len(value), 'item')}]"
    keys = hiding.in_text(", ".join(islice(value, 6))[:_LONGEST])
    return f"{{{_count(len(value), 'key')}}} {_cut(keys, 60)}"


def _leaf(value: object) -> str:
    if isinstance(value, str):
        return f'<span class="pfr-s">{_quoted(value)}</span>'
    try:
        number = json.dumps(value)
    except ValueError:  # more digits than `sys.set_int_max_str_digits` allows
        number = "a very long number"
    return f'<span class="pfr-v">{escape(_cut(number, _CHARACTERS))}</span>'


def _quoted(text: str) -> str:
    shown = _cut(hiding.in_text(_cut(text, _LONGEST)), _CHARACTERS)
    return escape(json.dumps(shown, ensure_ascii=False), quote=False)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[:length]}…"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
