"""Evaluates resotocore's parsed query over a GraphStore: parts, merges, navigation, with-clauses.

A query is a list of parts, last part first, joined by navigation. Each part filters, sorts and
limits what the part before it found. Results are the store's own nodes, or shallow copies where
something is merged in: a caller must clone before it changes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from attrs import evolve
from resotocore.db.model import QueryModel
from resotocore.model.graph_access import Direction
from resotocore.model.resolve_in_graph import GraphResolver
from resotocore.query.model import (
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

from inventory.graph.aggregation import aggregate
from inventory.graph.store import GraphStore, Node
from inventory.graph.terms import COMPARE, TermCompiler
from inventory.graph.values import find, order_key, split_path
from inventory.unsupported import Unsupported

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
        self.links: dict[Link, None] = {}
        self.full_count = 0

    def run(self) -> list[Any]:
        """The nodes found, each once; or the rows of an aggregation."""
        results = self._run_query(self._query, list(self._store.nodes.values()))
        self.full_count = len(results)
        limit = self._query.current_part.limit
        if limit and not self._query.aggregate and not self._query.current_part.reverse_result:
            results = _limited(results, limit)
        return results

    def _run_query(self, query: Query, nodes: list[Node]) -> list[Any]:
        tagged: list[Node] = []
        parts = query.parts[::-1]
        for part in parts:
            is_last = part is parts[-1]
            found = self._filter(part, nodes, limited=not is_last or query.is_aggregate())
            if part.tag:
                found = [_with_tag(node, part.tag) for node in found]
                if not is_last:
                    tagged.extend(found)
            nodes = self._navigate(found, part.navigation) if part.navigation else found
        if query.aggregate:
            rows = aggregate(nodes, query.aggregate)
            return self._sorted(rows, query.current_part.sort)
        return _distinct([*tagged, *nodes])

    def _filter(self, part: Part, nodes: list[Node], limited: bool) -> list[Node]:
        if part.with_usage:
            raise Unsupported("search with_usage: the inventory has no usage metrics")
        term = part.term
        if isinstance(term, MergeTerm):
            nodes = self._matching(term.pre_filter, nodes)
            nodes = [self._merged(node, term.merge) for node in nodes]
            term = term.post_filter or AllTerm()
        found = self._sorted(self._matching(term, nodes), part.sort)
        if part.with_clause:
            found = [node for node in found if self._has(node, part.with_clause)]
        if part.limit and (limited or part.reverse_result):
            found = _limited(found, part.limit)
        return found[::-1] if part.reverse_result else found

    def _matching(self, term: Term, nodes: list[Node]) -> list[Node]:
        if term.is_all:
            return nodes
        return list(filter(self._terms.compile(term), nodes))

    def _sorted(self, items: list[Any], sorts: list[Sort]) -> list[Any]:
        for sort in reversed(sorts):
            path, found = self._terms.resolve(sort.name)
            steps = split_path(path)
            descending = (sort.order == SortOrder.Desc) != found.simple_kind.reverse_order
            items = sorted(
                items, key=lambda item, at=steps: order_key(find(item, at)), reverse=descending
            )
        return items

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
            return self._store.nodes.get(key)
        first = merge.query.parts[-1]
        plain = evolve(first, navigation=None) == Part(AllTerm())
        if not plain:
            raise AttributeError("Merge query needs to start with navigation!")
        results = self._run_query(merge.query, [node])
        limit = merge.query.current_part.limit
        results = _limited(results, limit) if limit else results
        if merge.only_first:
            return results[0] if results else None
        return results

    # --- walking ----------------------------------------------------------------------------

    def _navigate(self, nodes: list[Node], navigation: Navigation) -> list[Node]:
        found: dict[str, None] = {}
        for edge_type, direction in _walks(navigation):
            for node in nodes:
                bounds = (navigation.start, navigation.until)
                found.update(dict.fromkeys(self._walk(node["_key"], edge_type, direction, bounds)))
                if self._with_edges:
                    self._collect_links(node["_key"], edge_type, direction, bounds)
        return [self._store.nodes[key] for key in found if key in self._store.nodes]

    def _walk(
        self, key: str, edge_type: str, direction: str, bounds: tuple[int, int]
    ) -> Iterator[str]:
        """Breadth first; a node counts with the shortest distance only. Start node at depth 0."""
        start, until = bounds
        seen, level = {key}, [key]
        for depth in range(until + 1):
            if depth >= start:
                yield from level
            if depth == until or not level:
                return
            following: dict[str, None] = {}
            for each in level:
                following.update(
                    (n, None)
                    for n in self._store.neighbours(each, edge_type, direction)
                    if n not in seen
                )
            seen.update(following)
            level = list(following)

    def _collect_links(
        self, key: str, edge_type: str, direction: str, bounds: tuple[int, int]
    ) -> None:
        """Every edge that is the last one of a path whose length lies within the bounds."""
        start, until = bounds
        level = {key: None}
        walked: set[tuple[str, str]] = set()
        for depth in range(1, until + 1):
            following: dict[str, None] = {}
            for each in level:
                for near in self._store.neighbours(each, edge_type, direction):
                    if depth < start:
                        following[near] = None
                    elif (each, near) not in walked:
                        walked.add((each, near))
                        following[near] = None
                        ends = (each, near) if direction == Direction.outbound else (near, each)
                        self.links[(*ends, edge_type)] = None
            level = following
            if not level:
                return

    def _has(self, node: Node, clause: WithClause) -> bool:
        """Whether the number of nodes that a with-clause finds from this node is as asked."""
        matches = self._terms.compile(clause.term) if clause.term else lambda _: True
        bounds = (clause.navigation.start, clause.navigation.until)
        keys = {
            key
            for edge_type, direction in _walks(clause.navigation)
            for key in self._walk(node["_key"], edge_type, direction, bounds)
        }
        number = sum(
            1
            for key in keys
            if (near := self._store.nodes.get(key)) is not None
            and matches(near)
            and (not clause.with_clause or self._has(near, clause.with_clause))
        )
        return COMPARE[clause.with_filter.op](number, clause.with_filter.num)


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


def _distinct(nodes: Iterable[Node]) -> list[Node]:
    return list({node["_key"]: node for node in reversed(list(nodes))}.values())[::-1]


def _merge_recursive(left: Any, right: Any) -> Any:
    """Objects are merged key by key; anything else is replaced by the right side."""
    if not isinstance(left, dict) or not isinstance(right, dict):
        return right
    merged = dict(left)
    for key, value in right.items():
        merged[key] = _merge_recursive(left[key], value) if key in left else value
    return merged
