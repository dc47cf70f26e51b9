"""Decides which part of a search term SQLite can answer by its indexes.

The outcome is a condition over a node's row `n`. It is exact, or it lets through all nodes that
the term needs and some more: then the documents are tested in Python as well. What a comparison
means is never said twice: values of properties are tested by the predicate itself, unless the order
of columns is provably that of the values (`encoding.py`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from attrs import define, field
from resotocore.constants import arangodb_matches_null_ops
from resotocore.query.model import (
    AllTerm,
    CombinedTerm,
    ContextTerm,
    FulltextTerm,
    IdTerm,
    IsTerm,
    NotTerm,
    Predicate,
    Term,
)

from inventory.graph.terms import Meaning, TermCompiler, Test
from inventory.graph.values import split_path
from inventory.store.encoding import encode, is_ordered, word_text
from inventory.store.shared import HISTORY_PROPERTIES, PLACE_SECTIONS, Shared, is_history

_FEW = 8  # a place is a good start if it is an eighth of all, or less
_ORDERED = {"==": "=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


@define
class Condition:
    """A condition in SQL.

    Attributes:
        sql: over a row `n` of the table `node`; never null.
        values: its parameters.
        exact: whether it holds for nothing but what is asked for.
        narrows: whether an index leads to the nodes, so that not all must be looked at.
        by_number: whether it gives the numbers of its nodes, so that these can be looked up.
        few: whether it is known to lead to a small part of the graph.
        tests: Python tests that the SQL function `holds` calls by number.
    """

    sql: str
    values: list[Any] = field(factory=list)
    exact: bool = True
    narrows: bool = False
    by_number: bool = False
    few: bool = False
    tests: list[Test] = field(factory=list)


def _everything() -> Condition:
    return Condition("1", exact=False)


class Planner:
    """Makes conditions for one graph.

    Args:
        graph: the number of the graph.
        shared: kinds, places and paths.
        terms: what terms mean.
    """

    def __init__(self, graph: int, shared: Shared, terms: TermCompiler) -> None:
        self._graph = graph
        self._shared = shared
        self._terms = terms
        self._tests: list[Test] = []

    def condition(self, term: Term, alone: bool) -> Condition:
        """The condition for a term; `alone` if no set of nodes limits the search already."""
        self._leads = alone
        self._few = False
        condition = self._condition(term)
        condition.tests = self._tests
        return condition

    def _condition(self, term: Term) -> Condition:
        if isinstance(term, AllTerm):
            return Condition("1")
        if isinstance(term, IsTerm):
            return self._is(term)
        if isinstance(term, IdTerm):
            return self._id(term)
        if isinstance(term, CombinedTerm):
            return self._all(term) if term.op == "and" else self._either(term)
        if isinstance(term, NotTerm):
            inner = self._condition(term.term)
            if not inner.exact:
                return _everything()
            return Condition(f"NOT ({inner.sql})", inner.values)
        if isinstance(term, FulltextTerm):
            return self._fulltext(term)
        if isinstance(term, ContextTerm) and split_path(term.name)[0] in PLACE_SECTIONS:
            test = self._terms.compile(term)
            return self._place([n for n, place in list(self._shared.places.items()) if test(place)])
        if isinstance(term, Predicate):
            return self._predicate(term)
        return _everything()

    def _is(self, term: IsTerm) -> Condition:
        self._terms.compile(term)  # says which kind does not exist
        wanted = set(term.kinds)
        known = list(self._shared.kinds.items())  # the writer may add some meanwhile
        numbers = [n for n, kinds in known if not wanted.isdisjoint(kinds)]
        return Condition(f"n.kinds IN ({_numbers(numbers)})", narrows=True)

    def _id(self, term: IdTerm) -> Condition:
        given = "(SELECT value FROM json_each(?))"
        if self._terms.id_name == "_key":
            return Condition(f"n.key IN {given}", [json.dumps(list(term.ids))], narrows=True)
        path = self._shared.paths.get((self._graph, self._terms.id_name), 0)
        return _numbered(_among(path, f"value IN {given}"), json.dumps(list(term.ids)))

    def _all(self, term: CombinedTerm) -> Condition:
        """Conditions with an index come first, which saves the others from searching their own."""
        before = (self._leads, self._few)
        conditions = []
        for each in sorted(_sides(term), key=self._is_comparison):
            conditions.append(self._condition(each))
            self._leads = self._leads and not conditions[-1].narrows
            self._few = self._few or conditions[-1].few
        self._leads, self._few = before
        return Condition(
            f"({' AND '.join(condition.sql for condition in conditions)})",
            [value for condition in conditions for value in condition.values],
            *(all(c.exact for c in conditions), any(c.narrows for c in conditions)),
            *(any(c.by_number for c in conditions), any(c.few for c in conditions)),
        )

    def _either(self, term: CombinedTerm) -> Condition:
        left, right = self._condition(term.left), self._condition(term.right)
        return Condition(
            f"({left.sql} OR {right.sql})",
            [*left.values, *right.values],
            *(left.exact and right.exact, left.narrows and right.narrows),
            *(left.by_number and right.by_number, left.few and right.few),
        )

    def _is_comparison(self, term: Term) -> bool:
        """Whether a term should come after one that leads to few nodes."""
        if isinstance(term, Predicate):
            steps = split_path(self._terms.resolve(term.name)[0])
            return not (steps and steps[0] in PLACE_SECTIONS)
        return isinstance(term, NotTerm)

    def _fulltext(self, term: FulltextTerm) -> Condition:
        phrase = word_text(term.text)
        if not phrase:
            return _everything()
        sql = "n.id IN (SELECT rowid FROM words WHERE words MATCH ?)"
        return _numbered(sql, f'"{phrase}"')

    def _place(self, numbers: list[int]) -> Condition:
        few = len(numbers) * _FEW <= len(self._shared.places)
        return Condition(f"n.place IN ({_numbers(numbers)})", narrows=True, few=few)

    def _predicate(self, term: Predicate) -> Condition:
        meaning = self._terms.meaning(term)
        steps = split_path(meaning.path)
        if steps and steps[0] in PLACE_SECTIONS:
            return self._place(self._places(term, meaning))
        if "filter" in term.args or "*" in steps:
            return _everything()
        history = is_history(self._graph)
        if len(steps) == 2 and steps[0] == "reported" and not history:
            name = f"reported.{steps[1]}"
        elif history and meaning.path in HISTORY_PROPERTIES:
            name = meaning.path
        else:
            return _everything()
        path = self._shared.paths.get((self._graph, name), 0)
        return self._property(path, meaning.op, meaning.value, meaning.test)

    def _places(self, term: Predicate, meaning: Meaning) -> list[int]:
        """Those that meet a predicate, which is tested once for each value that they have."""
        steps = split_path(meaning.path)
        if "filter" in term.args or "*" in steps:
            test = self._terms.compile(term)
            return [n for n, place in list(self._shared.places.items()) if test(place)]
        groups = self._shared.places.by_value(steps)
        return [n for value, numbers in groups.values() if meaning.test(value) for n in numbers]

    def _property(self, path: int, op: str, value: Any, test: Test) -> Condition:
        missing = f"NOT EXISTS (SELECT 1 FROM property WHERE path = {path} AND node = n.id)"
        if value is None and op in ("==", "!="):
            return Condition(missing if op == "==" else f"NOT ({missing})")
        if op == "!=" and is_ordered(value):
            return Condition(f"NOT {_exists(path, 'value = ?')}", [encode(value)])
        if op in _ORDERED and is_ordered(value):
            comparison = f"value {_ORDERED[op]} ?"
            if self._leads or (op == "==" and not self._few):
                return _numbered(_among(path, comparison), encode(value))
            return Condition(_exists(path, comparison), [encode(value)])
        if op == "in" and isinstance(value, list) and all(map(is_ordered, value)):
            marks = ", ".join("?" * len(value))
            comparison = f"value IN ({marks})"
            return _numbered(_among(path, comparison), *map(encode, value))
        self._tests.append(test)
        held = _exists(path, f"holds({len(self._tests) - 1}, value)")
        if op not in arangodb_matches_null_ops and test(None):
            held = f"({held} OR {missing})"
        return Condition(held)


def _numbered(sql: str, *values: Any) -> Condition:
    """A condition that gives the numbers of its nodes."""
    return Condition(sql, list(values), narrows=True, by_number=True)


def _exists(path: int, comparison: str) -> str:
    """Looks at the node's own value: for nodes that are known already."""
    return f"EXISTS (SELECT 1 FROM property WHERE path = {path} AND node = n.id AND {comparison})"


def _among(path: int, comparison: str) -> str:
    """Goes from values to nodes: leads the search."""
    return f"n.id IN (SELECT node FROM property WHERE path = {path} AND {comparison})"


def _sides(term: Term) -> Iterator[Term]:
    """The terms that must all hold."""
    if isinstance(term, CombinedTerm) and term.op == "and":
        yield from _sides(term.left)
        yield from _sides(term.right)
    else:
        yield term


def _numbers(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers))
