"""How values are found, compared and ordered: the database's rules, which resotocore relies on.

Order between types: null < bool < number < string < list < object. A missing property is null.
Source: ArangoDB, "Type and value order".
"""

from __future__ import annotations

import re
from typing import Any

_STEP = re.compile(r"\.?([^.\[\]]+)|\[(\d+|\*?)\]")


def split_path(path: str) -> list[str | int]:
    """`a.b[*].c` as ["a", "b", "*", "c"]; an index as int; backquoted names unquoted."""
    steps: list[str | int] = []
    for name, index in _STEP.findall(path):
        if name:
            steps.append(name.strip("`"))
        else:
            steps.append(int(index) if index.isdigit() else "*")
    return steps


def find(value: Any, steps: list[str | int]) -> Any:
    """The value at a path without `*`; None where a step is missing."""
    for step in steps:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and step < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
        if value is None:
            return None
    return value


def expand(value: Any, steps: list[str | int]) -> list[Any]:
    """All values at a path: a `*` stands for every element of a list (or a single value as is)."""
    found = [value]
    while "*" in steps:
        star = steps.index("*")
        found = [item for each in found for item in as_list(find(each, steps[:star]))]
        steps = steps[star + 1 :]
    return [find(each, steps) for each in found]


def as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def order_key(value: Any) -> tuple[Any, ...]:
    """A key that sorts JSON values of mixed types the way the database does."""
    if value is None:
        return (0,)
    if isinstance(value, bool):
        return (1, value)
    if isinstance(value, (int, float)):
        return (2, value)
    if isinstance(value, str):
        return (3, value)
    if isinstance(value, list):
        return (4, [order_key(item) for item in value])
    return (5, sorted((name, order_key(item)) for name, item in value.items()))


def normal_number(value: Any) -> Any:
    """Whole floats as int: the database knows one kind of number and prints 4.0 as 4."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value
