"""Groups and folds nodes as an aggregate query asks. Pure: lists in, lists out."""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Iterable, Iterator
from itertools import product
from typing import Any

from resotocore.query.model import (
    Aggregate,
    AggregateFunction,
    AggregateVariable,
    AggregateVariableName,
)

from inventory.graph.values import expand, find, normal_number, order_key, split_path


def paths_of(definition: Aggregate) -> list[str]:
    """The paths of all values that an aggregation looks at, each once."""
    names = [name for variable in definition.group_by for name in variable.all_names()]
    names += [f.name for f in definition.group_func if isinstance(f.name, str)]
    return list(dict.fromkeys(names))


def aggregate(nodes: Iterable[tuple[Any, int]], definition: Aggregate) -> list[dict[str, Any]]:
    """One row per group, sorted by group: `{"group": {name: value}, function_name: number}`.

    Without grouping there is exactly one row, also when there is no node.

    Args:
        nodes: each with the number of times that it counts.
        definition: how to group, and what to calculate.
    """
    groups: dict[str, tuple[list[Any], list[Any]]] = {}
    if not definition.group_by:
        groups[""] = ([], [])
    for node, times in nodes:
        for names in _bindings(node, definition.group_by):
            values = [_group_value(variable, names) for variable in definition.group_by]
            key = json.dumps(values, sort_keys=True) if values else ""
            groups.setdefault(key, (values, []))[1].extend([node] * times)
    ordered = sorted(groups.values(), key=lambda group: [order_key(value) for value in group[0]])
    return [_row(definition, values, members) for values, members in ordered]


def _row(definition: Aggregate, values: list[Any], members: list[Any]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    if definition.group_by:
        names = [variable.get_as_name() for variable in definition.group_by]
        row["group"] = dict(zip(names, values, strict=True))
    for function in definition.group_func:
        row[function.get_as_name()] = _fold(function, members)
    return row


def _bindings(node: Any, variables: list[AggregateVariable]) -> Iterator[dict[str, Any]]:
    """Every combination of values that the variables take on a node.

    Variables that unfold the same list walk it together; different lists are combined.
    """
    paths = {name: split_path(name) for variable in variables for name in variable.all_names()}
    lists: dict[tuple[str | int, ...], list[Any]] = {}
    for steps in paths.values():
        if "*" in steps:
            prefix = tuple(steps[: len(steps) - steps[::-1].index("*")])
            lists.setdefault(prefix, expand(node, list(prefix)))
    for elements in product(*lists.values()):
        unfolded = dict(zip(lists, elements, strict=True))
        yield {name: _value(node, steps, unfolded) for name, steps in paths.items()}


def _value(node: Any, steps: list[str | int], unfolded: dict[tuple[str | int, ...], Any]) -> Any:
    if "*" not in steps:
        return find(node, steps)
    cut = len(steps) - steps[::-1].index("*")
    return find(unfolded[tuple(steps[:cut])], steps[cut:])


def _group_value(variable: AggregateVariable, names: dict[str, Any]) -> Any:
    if isinstance(variable.name, AggregateVariableName):
        return names[variable.name.name]
    parts = [part if isinstance(part, str) else names[part.name] for part in variable.name.parts]
    return "".join(_text(part) for part in parts if part is not None)


def _text(value: Any) -> str:
    if isinstance(value, (dict, list, bool)):
        return json.dumps(value)
    return str(normal_number(value))


def _fold(function: AggregateFunction, members: list[Any]) -> Any:
    if isinstance(function.name, int):
        values: list[Any] = [function.name] * len(members)
    else:
        steps = split_path(function.name)
        if "*" in steps:
            # a list without a group variable is aggregated per node first
            inner = _FUNCTIONS[function.function]
            values = [inner([v for v in expand(node, steps) if v is not None]) for node in members]
        else:
            values = [find(node, steps) for node in members]
    if function.ops:
        values = [_calculate(value, function.ops) for value in values]
    return normal_number(_FUNCTIONS[function.function](values))


def _calculate(value: Any, operations: Iterable[tuple[str, float]]) -> Any:
    """Apply `value op number op number …`; * / % bind stronger than + and -, null counts as 0."""
    terms: list[float | None] = [value if isinstance(value, (int, float)) else 0]
    for op, number in operations:
        last = terms[-1]
        if op in ("+", "-"):
            terms.append(number if op == "+" else -number)
        elif last is None or (op in ("/", "%") and number == 0):
            terms[-1] = None
        elif op == "*":
            terms[-1] = last * number
        elif op == "/":
            terms[-1] = last / number
        else:
            terms[-1] = last % number
    known = [term for term in terms if term is not None]
    return sum(known) if len(known) == len(terms) else None


def _numbers(values: list[Any]) -> list[float]:
    return [v for v in values if isinstance(v, (int, float)) and not isinstance(v, bool)]


def _extreme(choose: Callable[..., Any]) -> Callable[[list[Any]], Any]:
    def fold(values: list[Any]) -> Any:
        known = [value for value in values if value is not None]
        return choose(known, key=order_key) if known else None

    return fold


def _over_numbers(fold: Callable[[list[float]], float]) -> Callable[[list[Any]], Any]:
    def fold_known(values: list[Any]) -> Any:
        numbers = _numbers(values)
        return fold(numbers) if numbers else None

    return fold_known


_FUNCTIONS: dict[str, Callable[[list[Any]], Any]] = {
    "sum": lambda values: sum(_numbers(values)),
    "count": len,
    "min": _extreme(min),
    "max": _extreme(max),
    "avg": _over_numbers(statistics.fmean),
    "stddev": _over_numbers(statistics.pstdev),
    "variance": _over_numbers(statistics.pvariance),
}
