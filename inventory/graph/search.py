"""Evaluates resotocore's parsed query over a graph: parts, merges, navigation, with-clauses.

A query is a list of parts, last part first, joined by navigation. Each part filters, sorts and
limits what the part before it found. A result is the reference of a node, or a copy of its document
where something was merged in. Documents are the store's own: a caller must clone before changing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from attrs import evolve
from resotocore.db.model import QueryModel
from resotocore.model.graph_access import Direction
from resotocore.model.resolve_in_graph import GraphResolver
from resotocore.query.model import (
    Aggregate,
    AllTerm,
    IsTerm,
    Limit,
    MergeQuery,
    MergeTerm,
    Navigation,
    Part,
    Query,
    Sort,
    SortOrder,
    Term,
    WithClause,
)
from resotocore.util import set_value_in_path, value_in_path

from inventory.graph.aggregation import aggregate, paths_of
from inventory.graph.store import GraphStore, Node, Ref
from inventory.graph.terms import COMPARE, TermCompiler
from inventory.graph.values import find, order_key, split_path
from inventory.graph.walk import links, reachable, walk
from inventory.unsupported import Unsupported

Item = Any  # a node's reference, or its document with something merged in
Link = tuple[str, str, str]  # from, to, edge type


class Search:
    """One evaluation of one query.

    Args:
        store: where to look.
        query_model: the query, and the model that its properties are resolved with.
        with_edges: whether to collect the edges that navigation walks.
        id_name: where a document has the node's identifier.

    Attributes:
        links: edges walked by navigation, in the order found; filled only `with_edges`.
        full_count: number of results before the last limit.
    """

    def __init__(
        self,
        store: GraphStore,
        query_model: QueryModel,
        *,
        with_edges: bool = False,
        id_name: str = "_key",
    ) -> None:
        self._store = store
        self._query = query_model.query
        self._with_edges = with_edges
        self._terms = TermCompiler(query_model.model, query_model.query.merge_names, id_name)
        self._links: dict[tuple[Ref, Ref, str], None] = {}
        self.full_count = 0

    def run(self) -> list[Item]:
        """The nodes found, each once; or the rows of an aggregation."""
        results = self._run_query(self._query, None)
        self.full_count = len(results)
        limit = self._query.current_part.limit
        if limit and not self._query.aggregate and not self._query.current_part.reverse_result:
            results = _limited(results, limit)
        return results

    def documents(self, items: list[Item]) -> Iterator[Node]:
        """The documents of results, in order, read as they are asked for."""
        for merged, group in groupby(items, key=_is_document):
            found = list(group)
            yield from found if merged else self._store.documents(found)

    def links(self, items: list[Item]) -> Iterator[Link]:
        """The edges that navigation walked between results."""
        kept = {self._ref(item) for item in items}
        walked = [link for link in self._links if link[0] in kept and link[1] in kept]
        from_keys = self._store.keys([link[0] for link in walked])
        to_keys = self._store.keys([link[1] for link in walked])
        kinds = [link[2] for link in walked]
        return zip(from_keys, to_keys, kinds, strict=True)

    def is_indexed(self) -> bool:
        """Whether the first part can be answered without looking at every node."""
        term = self._query.parts[-1].term
        if isinstance(term, MergeTerm):
            term = term.pre_filter
        return self._store.is_indexed(term, self._terms)

    def _run_query(self, query: Query, items: list[Item] | None) -> list[Any]:
        tagged: list[Item] = []
        parts = query.parts[::-1]
        for part in parts:
            is_last = part is parts[-1]
            found = self._filter(part, items, limited=not is_last or query.is_aggregate())
            if part.tag:
                found = [_with_tag(node, part.tag) for node in self.documents(found)]
                if not is_last:
                    tagged.extend(found)
            items = self._navigate(found, part.navigation) if part.navigation else found
        items = items or []
        if query.aggregate:
            rows = aggregate(self._counted(items, query.aggregate), query.aggregate)
            return self._sorted(rows, query.current_part.sort)
        return self._distinct([*tagged, *items])

    def _filter(self, part: Part, items: list[Item] | None, limited: bool) -> list[Item]:
        if part.with_usage:
            raise Unsupported("search with_usage: the inventory has no usage metrics")
        term = part.term
        if isinstance(term, MergeTerm):
            items = self._matching(term.pre_filter, items)
            items = [self._merged(node, term.merge) for node in self.documents(items)]
            term = term.post_filter or AllTerm()
        found = self._sorted(self._matching(term, items), part.sort)
        if part.with_clause:
            found = [item for item in found if self._has(self._ref(item), part.with_clause)]
        if part.limit and (limited or part.reverse_result):
            found = _limited(found, part.limit)
        return found[::-1] if part.reverse_result else found

    def _matching(self, term: Term, items: list[Item] | None) -> list[Item]:
        if items is None:
            return self._store.select(term, self._terms)
        if term.is_all:
            return items
        if not any(map(_is_document, items)):
            return self._store.select(term, self._terms, items)
        test = self._terms.compile(term)
        documents = self.documents(items)
        return [item for item, node in zip(items, documents, strict=True) if test(node)]

    def _sorted(self, items: list[Any], sorts: list[Sort]) -> list[Any]:
        for sort in reversed(sorts):
            path, found = self._terms.resolve(sort.name)
            descending = (sort.order == SortOrder.Desc) != found.simple_kind.reverse_order
            keys = map(order_key, self._values(items, split_path(path)))
            ordered = sorted(
                zip(keys, range(len(items)), items, strict=True),
                key=lambda entry: entry[0],
                reverse=descending,
            )
            items = [entry[2] for entry in ordered]
        return items

    def _values(self, items: list[Item], steps: list[str | int]) -> list[Any]:
        if any(map(_is_document, items)):
            return [find(node, steps) for node in self.documents(items)]
        return self._store.values(items, steps)

    def _counted(self, items: list[Item], definition: Aggregate) -> Iterable[tuple[Node, int]]:
        """What an aggregation needs to see of the nodes: equal ones together, with their number."""
        paths = {path: split_path(path) for path in paths_of(definition)}
        plain = all(step != "*" and isinstance(step, str) for s in paths.values() for step in s)
        if not plain or any(map(_is_document, items)):
            return ((node, 1) for node in self.documents(items))
        if not paths:
            return [({}, len(items))]
        columns = [self._store.values(items, steps) for steps in paths.values()]
        rows = list(zip(*columns, strict=True))
        names = list(map(repr, rows))
        numbers = Counter(names)
        different = dict(zip(names, rows, strict=True))
        return [(_nested(paths.values(), row), numbers[name]) for name, row in different.items()]

    # --- merge queries ----------------------------------------------------------------------

    def _merged(self, node: Node, queries: list[MergeQuery]) -> Node:
        merged: dict[str, Any] = {}
        for query in queries:
            set_value_in_path(self._merge_value(node, query), query.name, merged)
        return _merge_recursive(node, merged)

    def _merge_value(self, node: Node, merge: MergeQuery) -> Any:
        ancestor = _resolved_ancestor(merge.query)
        if ancestor:
            key = value_in_path(node, ["refs", f"{ancestor}_id"])
            return self._store.get(key) if key else None
        first = merge.query.parts[-1]
        plain = evolve(first, navigation=None) == Part(AllTerm())
        if not plain:
            raise AttributeError("Merge query needs to start with navigation!")
        results = self._run_query(merge.query, [self._store.ref(node["_key"])])
        limit = merge.query.current_part.limit
        results = _limited(results, limit) if limit else results
        if merge.query.aggregate:
            return (results[0] if results else None) if merge.only_first else results
        results = results[:1] if merge.only_first else results
        documents = list(self.documents(results))
        if merge.only_first:
            return documents[0] if documents else None
        return documents

    # --- walking ----------------------------------------------------------------------------

    def _navigate(self, items: list[Item], navigation: Navigation) -> list[Ref]:
        found: dict[Ref, None] = {}
        bounds = (navigation.start, navigation.until)
        starts = list(map(self._ref, items))
        for edge_type, direction in _walks(navigation):
            found.update(reachable(self._store, starts, edge_type, direction, bounds))
            if self._with_edges:
                walked = links(self._store, starts, edge_type, direction, bounds)
                self._links.update(((*ends, edge_type), None) for ends in walked)
        return list(found)

    def _has(self, ref: Ref, clause: WithClause) -> bool:
        """Whether the number of nodes that a with-clause finds from this node is as asked."""
        bounds = (clause.navigation.start, clause.navigation.until)
        near: Sequence[Ref] = list(
            {
                found: None
                for edge_type, direction in _walks(clause.navigation)
                for found in walk(self._store, ref, edge_type, direction, bounds)
            }
        )
        if clause.term:
            near = self._store.select(clause.term, self._terms, near)
        if clause.with_clause:
            near = [each for each in near if self._has(each, clause.with_clause)]
        return COMPARE[clause.with_filter.op](len(near), clause.with_filter.num)

    def _ref(self, item: Item) -> Ref:
        return self._store.ref(item["_key"]) if _is_document(item) else item

    def _distinct(self, items: list[Item]) -> list[Item]:
        if not any(map(_is_document, items)):
            return list(dict.fromkeys(items))
        return list({self._ref(item): item for item in reversed(items)}.values())[::-1]


def _is_document(item: Item) -> bool:
    return isinstance(item, dict)


def _nested(paths: Iterable[list[str | int]], values: Iterable[Any]) -> Node:
    """A document that has nothing but some values."""
    node: Node = {}
    for steps, value in sorted(zip(paths, values, strict=True), key=lambda each: len(each[0])):
        inner: Any = node
        for step in steps[:-1]:
            inner = inner.setdefault(step, {})
            if not isinstance(inner, dict):
                break
        else:
            inner.setdefault(steps[-1], value)
    return node


def _walks(navigation: Navigation) -> list[tuple[str, str]]:
    """The (edge type, direction) pairs that a navigation follows."""
    if navigation.direction != Direction.any:
        return [(edge_type, navigation.direction) for edge_type in navigation.edge_types]
    outbound = navigation.maybe_two_directional_outbound_edge_type or navigation.edge_types
    return [
        *((edge_type, Direction.inbound) for edge_type in navigation.edge_types),
        *((edge_type, Direction.outbound) for edge_type in outbound),
    ]


def _resolved_ancestor(query: Query) -> str | None:
    """The kind (cloud, account …) if a merge query only looks up an ancestor known by reference."""
    if len(query.parts) != 2 or query.aggregate:
        return None
    target, start = query.parts
    navigation = start.navigation
    if not isinstance(target.term, IsTerm) or navigation is None:
        return None
    if navigation.direction != Direction.inbound or navigation.until <= 1:
        return None
    known = GraphResolver.resolved_ancestors
    return next((kind for kind in target.term.kinds if kind in known), None)


def _with_tag(node: Node, tag: str) -> Node:
    return {**node, "metadata": {**(node.get("metadata") or {}), "query_tag": tag}}


def _limited(items: list[Any], limit: Limit) -> list[Any]:
    return items[limit.offset : limit.offset + limit.length]


def _merge_recursive(left: Any, right: Any) -> Any:
    """Objects are merged key by key; anything else is replaced by the right side."""
    if not isinstance(left, dict) or not isinstance(right, dict):
        return right
    merged = dict(left)
    for key, value in right.items():
        merged[key] = _merge_recursive(left[key], value) if key in left else value
    return merged
