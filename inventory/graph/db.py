"""resotocore's GraphDB over a GraphStore: reading.

Writing is in `nodes.py` and `merging.py`. Derives from ArangoGraphDB to keep what needs no
database: how a document becomes a node for the client, how updates are prepared, the compiler of
database queries (`/search/raw`). Its database is absent: an operation that none of the three files
overrides is refused with 501.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, Literal

from attrs import evolve
from resotocore.core_config import GraphUpdateConfig
from resotocore.db import EstimatedQueryCostRating, EstimatedSearchCost
from resotocore.db.async_arangodb import AsyncCursorContext
from resotocore.db.graphdb import ArangoGraphDB, HistoryChange
from resotocore.db.model import QueryModel
from resotocore.ids import GraphName, NodeId
from resotocore.model.adjust_node import AdjustNode
from resotocore.model.graph_access import GraphBuilder, Section
from resotocore.model.model import Model
from resotocore.query.model import IdTerm, MergeTerm, P, Predicate
from resotocore.util import utc_str

from inventory.graph.cursor import cursor_of
from inventory.graph.search import Search
from inventory.graph.store import GraphStore, clone
from inventory.graph.terms import TermCompiler
from inventory.graph.values import expand, order_key, split_path
from inventory.unsupported import NoDatabase

Json = dict[str, Any]


class MemoryGraphReader(ArangoGraphDB):
    """Searches one graph."""

    def __init__(self, name: GraphName, adjust_node: AdjustNode, config: GraphUpdateConfig):
        super().__init__(NoDatabase("graph database"), name, adjust_node, config)  # type: ignore[arg-type]
        self.clear()

    def clear(self) -> None:
        """Forget everything but the root."""
        self.store = GraphStore()
        self.history = GraphStore()
        self.insert_root()

    def insert_root(self) -> None:
        """The node that every graph starts from."""
        reported = {"kind": "graph_root", "id": "root", "name": "root"}
        self.store.put_node(
            {
                "_key": "root",
                "id": "root",
                Section.reported: reported,
                "kinds": ["graph_root"],
                "hash": GraphBuilder.content_hash(reported),
                "created": utc_str(),
                "updated": utc_str(),
            }
        )

    async def get_node(self, model: Model, node_id: NodeId) -> Json | None:
        node = self.store.nodes.get(node_id)
        return self.document_to_instance_fn(model)(clone(node)) if node else None

    async def search_list(
        self,
        query: QueryModel,
        with_count: bool = False,
        timeout: timedelta | None = None,
        **options: Any,
    ) -> AsyncCursorContext:
        search = self._search(query)
        nodes = search.run()
        found = self._rendered(nodes, query, options)
        return cursor_of(found, *((len(nodes), search.full_count) if with_count else ()))

    async def search_graph_gen(
        self, query: QueryModel, with_count: bool = False, timeout: timedelta | None = None
    ) -> AsyncCursorContext:
        search = self._search(query, with_edges=True)
        nodes = search.run()
        keys = {node["_key"] for node in nodes}
        edges = [
            {"type": "edge", "from": from_key, "to": to_key, "edge_type": edge_type}
            for from_key, to_key, edge_type in search.links
            if from_key in keys and to_key in keys
        ]
        found = [*self._rendered(nodes, query), *edges]
        return cursor_of(found, *((len(found), search.full_count) if with_count else ()))

    async def search_aggregation(self, query: QueryModel) -> AsyncCursorContext:
        assert query.query.aggregate is not None, "Given query has no aggregation section"
        return cursor_of(Search(self.store, query).run())

    async def list_possible_values(
        self,
        query: QueryModel,
        path_or_predicate: str | Predicate,
        part: Literal["attributes", "values"],
        limit: int | None = None,
        skip: int | None = None,
        with_count: bool = False,
        timeout: timedelta | None = None,
    ) -> AsyncCursorContext:
        is_path = isinstance(path_or_predicate, str)
        path = path_or_predicate if is_path else path_or_predicate.name
        steps = split_path(path.replace("[]", "[*]"))
        values = [value for node in self._search(query).run() for value in expand(node, steps)]
        if part == "attributes":
            values = [name for value in values if isinstance(value, dict) for name in value]
        if not is_path:
            values = list(filter(_value_test(query.model, path_or_predicate), values))
        distinct = {repr(order_key(value)): value for value in values if value is not None}
        ordered = sorted(distinct.values(), key=order_key)
        page = ordered[skip or 0 : (skip or 0) + limit] if limit else ordered
        return cursor_of(page, *((len(page), len(ordered)) if with_count else ()))

    async def explain(self, query: QueryModel, with_edges: bool = False) -> EstimatedSearchCost:
        """Not an estimate: the search is run. Without an index it looks at every node."""
        available = len(self.store.nodes)
        found = len(Search(self.store, query).run())
        by_id = isinstance(query.query.parts[-1].term, IdTerm)
        rating = EstimatedQueryCostRating.simple if by_id else EstimatedQueryCostRating.complex
        return EstimatedSearchCost(
            estimated_cost=found if by_id else available,
            estimated_nr_items=found,
            available_nr_items=available,
            full_collection_scan=not by_id,
            rating=rating,
        )

    async def search_history(
        self,
        query: QueryModel,
        changes: list[HistoryChange] | None = None,
        before: datetime | None = None,
        after: datetime | None = None,
        with_count: bool = False,
        timeout: timedelta | None = None,
        **_: Any,
    ) -> AsyncCursorContext:
        """What merges did to the nodes since the server started."""
        part = query.query.current_part
        if len(query.query.parts) > 1 or part.navigation or isinstance(part.term, MergeTerm):
            raise AttributeError("A history search can neither navigate nor merge!")
        term = part.term
        if changes:
            term = term.and_term(P.single("change").is_in([change.value for change in changes]))
        if after:
            term = term.and_term(P.single("changed_at").gt(utc_str(after)))
        if before:
            term = term.and_term(P.single("changed_at").lt(utc_str(before)))
        query = evolve(query, query=evolve(query.query, parts=[evolve(part, term=term)]))
        search = Search(self.history, query, id_name="id")
        found = search.run()
        counts = (len(found), search.full_count) if with_count else ()
        if query.query.aggregate:
            return cursor_of(found, *counts)
        properties = ["change", "changed_at", "created", "updated", "deleted"]
        render = self.document_to_instance_fn(query.model, query, properties, id_column="id")
        return cursor_of(map(render, map(clone, found)), *counts)

    async def create_update_schema(self, *_: Any, **__: Any) -> None:
        """A dictionary needs no schema."""

    def _search(self, query: QueryModel, with_edges: bool = False) -> Search:
        assert query.query.aggregate is None, (
            "Given query is an aggregation function. Use the appropriate endpoint!"
        )
        return Search(self.store, query, with_edges=with_edges)

    def _rendered(
        self, nodes: Iterable[Json], query: QueryModel, options: Json | None = None
    ) -> Iterator[Json]:
        render: Callable[[Json], Json] = self.document_to_instance_fn(query.model, query)
        if (options or {}).get("no_trafo"):
            return map(clone, nodes)
        return (render(clone(node)) for node in nodes)


def _value_test(model: Model, predicate: Predicate) -> Callable[[Any], bool]:
    """The predicate as a test of the value itself."""
    path, _ = TermCompiler(model).resolve(predicate.name)
    test = TermCompiler(model).compile(predicate)
    steps = [step for step in split_path(path) if step != "*"]

    def holds(value: Any) -> bool:
        nested = value
        for step in reversed(steps):
            nested = {step: nested}
        return test(nested)

    return holds
