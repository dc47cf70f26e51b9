"""Turns a filter term of resotocore's parsed query into a Python predicate over one node.

Decides what a term means (kinds, coercion, null rules as in resotocore's own translation to the
database language); never walks the graph: that is `search.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Set
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network
from operator import eq, ge, gt, le, lt, ne
from typing import Any, NamedTuple

from resotocore.constants import arangodb_matches_null_ops, less_greater_then_operations
from resotocore.db.arango_query import ancestor_merges, fulltext_delimiter_regexp
from resotocore.model.graph_access import Section
from resotocore.model.model import Model, ResolvedPropertyPath
from resotocore.query.model import (
    AllTerm,
    CombinedTerm,
    ContextTerm,
    FulltextTerm,
    FunctionTerm,
    IdTerm,
    IsTerm,
    NotTerm,
    Predicate,
    Term,
)

from inventory.graph.values import as_list, expand, find, order_key, split_path
from inventory.unsupported import Unsupported

Test = Callable[[Any], bool]

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge,
}  # fmt: skip
_QUANTIFIERS: dict[str, Callable[[Any], bool]] = {
    "any": any,
    "all": all,
    "none": lambda results: not any(results),
}


class Meaning(NamedTuple):
    """A predicate: where the value is, how it is compared, with what; and that as a test of it."""

    path: str
    op: str
    value: Any
    test: Test


@lru_cache(maxsize=1024)
def _property(model: Model, path: str) -> ResolvedPropertyPath:
    return model.property_by_path(path)


class TermCompiler:
    """Compiles the terms of one query.

    Args:
        model: what is known about properties and kinds.
        merge_names: the paths that merge queries fill.
        id_name: where a document has the node's identifier.
    """

    def __init__(
        self, model: Model, merge_names: Set[str] = frozenset(), id_name: str = "_key"
    ) -> None:
        self._model = model
        self.id_name = id_name
        self._merge_names = merge_names | ancestor_merges

    def resolve(self, path: str, context: str = "") -> tuple[str, ResolvedPropertyPath]:
        """Where a property is stored (`age` is in `ctime`), and what the model says about it.

        Args:
            path: as in the query, with its section.
            context: path of the surrounding context term, which `path` is relative to.
        """
        full = f"{context}.{path}" if context else path
        merged = next((n for n in self._merge_names if full.startswith(f"{n}.")), None)
        lookup = Section.without_section(full[len(merged) + 1 :] if merged else full)
        found = _property(self._model, lookup)
        if found.prop.synthetic:
            before, after = full.rsplit(found.prop.name, 1)
            full = f"{before}{'.'.join(found.prop.synthetic.path)}{after}"
        return full[len(context) + 1 :] if context else full, found

    def compile(self, term: Term, context: str = "") -> Test:
        """The predicate for a term; it takes the node, or the element of a context term."""
        if isinstance(term, AllTerm):
            return lambda _: True
        if isinstance(term, IsTerm):
            return self._is(term)
        if isinstance(term, IdTerm):
            ids = set(term.ids)
            return lambda node: node[self.id_name] in ids
        if isinstance(term, Predicate):
            return self._predicate(term, context)
        if isinstance(term, CombinedTerm):
            left, right = self.compile(term.left, context), self.compile(term.right, context)
            if term.op == "and":
                return lambda node: left(node) and right(node)
            return lambda node: left(node) or right(node)
        if isinstance(term, NotTerm):
            test = self.compile(term.term, context)
            return lambda node: not test(node)
        if isinstance(term, ContextTerm):
            return self._context(term, context)
        if isinstance(term, FulltextTerm):
            return _fulltext(term)
        if isinstance(term, FunctionTerm):
            return _function(term)
        raise Unsupported(f"search term {type(term).__name__}")

    def meaning(self, term: Predicate, context: str = "") -> Meaning:
        """What a predicate compares: the path of the value, and the comparison."""
        path = re.sub(r"\[\]$", "[*]", term.name)
        if term.args.get("filter") and not path.endswith("[*]"):
            path = f"{path}[*]"
        stored_path, found = self.resolve(path, context)
        op = term.op
        if found.simple_kind.reverse_order:
            op = less_greater_then_operations.get(op, op)
        value = _coerce(found, term, op)
        return Meaning(stored_path, op, value, _comparison(op, value))

    def _is(self, term: IsTerm) -> Test:
        for kind in term.kinds:
            if kind not in self._model:
                raise AttributeError(f"Given kind does not exist: {kind}")
        kinds = frozenset(term.kinds)
        return lambda node: not kinds.isdisjoint(node["kinds"])

    def _context(self, term: ContextTerm, context: str) -> Test:
        path = f"{context}.{term.name}" if context else term.name
        steps = split_path(term.name)
        inner = self.compile(term.term, path)
        if "*" not in steps:
            return lambda node: inner(find(node, steps))
        steps = steps if steps[-1] == "*" else [*steps, "*"]
        return lambda node: any(inner(element) for element in _elements(node, steps))

    def _predicate(self, term: Predicate, context: str) -> Test:
        quantifier = term.args.get("filter")
        meaning = self.meaning(term, context)
        test = meaning.test
        steps = split_path(meaning.path)
        if not steps or steps[-1] != "*":
            if "*" not in steps:
                return lambda node: test(find(node, steps))
            return lambda node: any(test(value) for value in expand(node, steps))
        choose = _QUANTIFIERS[str(quantifier or "any")]
        if "*" not in steps[:-1]:
            return lambda node: choose(test(value) for value in as_list(find(node, steps[:-1])))
        return lambda node: any(
            choose(test(value) for value in as_list(values)) for values in expand(node, steps[:-1])
        )


def _elements(node: Any, steps: list[str | int]) -> list[Any]:
    return [element for element in expand(node, steps) if element is not None]


def _coerce(found: ResolvedPropertyPath, term: Predicate, op: str) -> Any:
    """The value of a predicate in the property's kind: 30d of `age` becomes a point in time."""
    if op in ("in", "not in") and isinstance(term.value, list):
        return [found.kind.coerce(value, array_creation=False) for value in term.value]
    return found.kind.coerce(term.value, array_creation=False)


def _comparison(op: str, expected: Any) -> Test:
    test = database_comparison(op, expected)
    if op in arangodb_matches_null_ops:
        # null is less than everything in the database: resotocore excludes it, and so do we
        return lambda value: value is not None and test(value)
    return test


def database_comparison(op: str, expected: Any) -> Test:
    """The comparison with a value as the database makes it: null is less than everything."""
    if op in ("==", "!="):
        # bool is an int in Python, but a type of its own in JSON
        wanted = order_key(expected)
        compare = COMPARE[op]
        return lambda value: compare(order_key(value), wanted)
    if op in COMPARE:
        limit = order_key(expected)
        compare = COMPARE[op]
        return lambda value: compare(order_key(value), limit)
    if op == "=~":
        pattern = re.compile(str(expected), re.IGNORECASE)
        return lambda value: pattern.search(_text(value)) is not None
    if op == "!~":
        pattern = re.compile(str(expected))
        return lambda value: pattern.search(_text(value)) is None
    if op in ("in", "not in"):
        keys = [order_key(item) for item in as_list(expected)]
        return lambda value: (order_key(value) in keys) == (op == "in")
    raise Unsupported(f"search operator {op}")


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _fulltext(term: FulltextTerm) -> Test:
    def tokens(text: str) -> str:
        return "\0".join(["", *filter(None, fulltext_delimiter_regexp.split(text.lower())), ""])

    phrase = tokens(term.text)
    return lambda node: phrase in tokens(node.get("flat") or "")


def _function(term: FunctionTerm) -> Test:
    steps = split_path(term.property_path)
    if term.fn == "has_key":
        names = set(as_list(term.args[0] if term.args else []))
        return lambda node: names <= set(find(node, steps) or ())
    if term.fn == "in_subnet":
        if len(term.args) != 1:
            raise AttributeError("Function in_subnet expects exactly one argument, like 1.2.3.4/24")
        network = IPv4Network(term.args[0], strict=False)
        return lambda node: _in_network(find(node, steps), network)
    if term.fn == "has_desired_change":
        return lambda node: (
            (desired := find(node.get("desired"), steps)) is not None
            and desired != find(node["reported"], steps)
        )
    raise AttributeError(f"Function {term.fn} does not exist!")


def _in_network(value: Any, network: IPv4Network) -> bool:
    try:
        return IPv4Address(value) in network
    except ValueError:
        return False
