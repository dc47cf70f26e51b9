"""What of a search term SQLite can decide by its indexes.

The outcome is a condition over a node's row `n`. It is exact, or it lets through all nodes that
the term needs and some more: then the documents are tested in Python as well. What a comparison
means is never said twice: values of properties are tested by the predicate itself, unless the order
of columns is provably that of the values (`encoding.py`).
"""

from __future__ import annotations

import json
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

from inventory.graph.terms import TermCompiler, Test
from inventory.graph.values import split_path
from inventory.store.encoding import encode, is_ordered
from inventory.store.shared import HISTORY_PROPERTIES, PLACE_SECTIONS, Shared, is_history

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
        tests: Python tests that the SQL function `holds` calls by number.
    """

    sql: str
    values: list[Any] = field(factory=list)
    exact: bool = True
    narrows: bool = False
    by_number: bool = False
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
            return self._combined(term)
        if isinstance(term, NotTerm):
            inner = self._condition(term.term)
            if not inner.exact:
                return _everything()
            return Condition(f"NOT ({inner.sql})", inner.values)
        if isinstance(term, FulltextTerm):
            return self._fulltext(term)
        if isinstance(term, ContextTerm) and split_path(term.name)[0] in PLACE_SECTIONS:
            return self._place(self._terms.compile(term))
        if isinstance(term, Predicate):
            return self._predicate(term)
        return _everything()

    def _is(self, term: IsTerm) -> Condition:
        self._terms.compile(term)  # says which kind does not exist
        wanted = set(term.kinds)
        numbers = [n for n, kinds in self._shared.kinds.items() if not wanted.isdisjoint(kinds)]
        return Condition(f"n.kinds IN ({_numbers(numbers)})", narrows=True)

    def _id(self, term: IdTerm) -> Condition:
        given = "(SELECT value FROM json_each(?))"
        if self._terms.id_name == "_key":
            return Condition(f"n.key IN {given}", [json.dumps(list(term.ids))], narrows=True)
        path = self._shared.paths.get((self._graph, self._terms.id_name), 0)
        return _numbered(_among(path, f"value IN {given}"), json.dumps(list(term.ids)))

    def _combined(self, term: CombinedTerm) -> Condition:
        # a side that leads by an index spares the other one a walk through its own
        sides = sorted((term.left, term.right), key=_is_comparison)
        first = self._condition(sides[0])
        leads, self._leads = self._leads, self._leads and not (term.op == "and" and first.narrows)
        second = self._condition(sides[1])
        self._leads = leads
        exact = first.exact and second.exact
        either = any if term.op == "and" else all
        narrows = either((first.narrows, second.narrows))
        by_number = either((first.by_number, second.by_number))
        sql = f"({first.sql} {term.op.upper()} {second.sql})"
        return Condition(sql, [*first.values, *second.values], exact, narrows, by_number)

    def _fulltext(self, term: FulltextTerm) -> Condition:
        from inventory.store.nodes import word_text

        phrase = word_text(term.text)
        if not phrase:
            return _everything()
        sql = "n.id IN (SELECT rowid FROM words WHERE words MATCH ?)"
        return _numbered(sql, f'"{phrase}"')

    def _place(self, test: Test) -> Condition:
        """Every comparison with the account, region … is made once for each of them."""
        numbers = [n for n, place in self._shared.places.items() if test(place)]
        return Condition(f"n.place IN ({_numbers(numbers)})", narrows=True)

    def _predicate(self, term: Predicate) -> Condition:
        meaning = self._terms.meaning(term)
        steps = split_path(meaning.path)
        if steps and steps[0] in PLACE_SECTIONS:
            return self._place(self._terms.compile(term))
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

    def _property(self, path: int, op: str, value: Any, test: Test) -> Condition:
        missing = f"NOT EXISTS (SELECT 1 FROM property WHERE path = {path} AND node = n.id)"
        if value is None and op in ("==", "!="):
            return Condition(missing if op == "==" else f"NOT ({missing})")
        if op == "!=" and is_ordered(value):
            return Condition(f"NOT {_exists(path, 'value = ?')}", [encode(value)])
        if op in _ORDERED and is_ordered(value):
            comparison = f"value {_ORDERED[op]} ?"
            if self._leads or op == "==":
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


def _is_comparison(term: Term) -> bool:
    """Whether a term should come after one that leads to few nodes."""
    return isinstance(term, (Predicate, NotTerm))


def _numbers(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers))
