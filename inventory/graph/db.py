"""resotocore's GraphDB over a graph in memory or in a file: reading.

Writing is in `nodes.py` and `merging.py`. Derives from ArangoGraphDB to keep what needs no
database: how a document becomes a node for the client, how updates are prepared, the compiler of
database queries (`/search/raw`). Its database is absent: an operation that none of the three files
overrides is refused with 501.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Any, Literal, TypeVar

from attrs import evolve
from resotocore.core_config import GraphUpdateConfig
from resotocore.db import EstimatedQueryCostRating, EstimatedSearchCost
from resotocore.db.async_arangodb import AsyncCursorContext
from resotocore.db.graphdb import ArangoGraphDB, HistoryChange
from resotocore.db.model import QueryModel
from resotocore.ids import GraphName, NodeId
from resotocore.model.adjust_node import AdjustNode
from resotocore.model.model import Model
from resotocore.query.model import MergeTerm, P, Predicate
from resotocore.util import utc_str

from inventory.graph.cursor import StreamCursor, cursor_of
from inventory.graph.search import Search
from inventory.graph.store import GraphStore, Storage, clone
from inventory.graph.terms import TermCompiler
from inventory.graph.values import expand, order_key, split_path
from inventory.unsupported import NoDatabase

T = TypeVar("T")
Json = dict[str, Any]


@dataclass(frozen=True)
class Found:
    """The outcome of a search: results, perhaps still to be read, and their numbers."""

    results: Iterable[Json]
    count: int
    full_count: int


class GraphSearcher(ArangoGraphDB):
    """Searches one graph."""

    def __init__(
        self,
        name: GraphName,
        adjust_node: AdjustNode,
        config: GraphUpdateConfig,
        storage: Storage,
    ) -> None:
        super().__init__(NoDatabase("graph database"), name, adjust_node, config)
        self.storage = storage

    async def get_node(self, model: Model, node_id: NodeId) -> Json | None:
        node = await self._look(lambda store: store.get(node_id))
        return self.document_to_instance_fn(model)(clone(node)) if node else None

    async def search_list(
        self,
        query: QueryModel,
        with_count: bool = False,
        timeout: timedelta | None = None,
        **options: Any,
    ) -> AsyncCursorContext:
        def find(search: Search) -> Found:
            items = search.run()
            nodes = self._rendered(search.documents(items), query, options)
            return Found(nodes, len(items), search.full_count)

        return await self._cursor(query, find, with_count)

    async def search_graph_gen(
        self, query: QueryModel, with_count: bool = False, timeout: timedelta | None = None
    ) -> AsyncCursorContext:
        def find(search: Search) -> Found:
            items = search.run()
            edges = [
                {"type": "edge", "from": from_key, "to": to_key, "edge_type": edge_type}
                for from_key, to_key, edge_type in search.links(items)
            ]
            nodes = self._rendered(search.documents(items), query)
            return Found(chain(nodes, edges), len(items) + len(edges), search.full_count)

        return await self._cursor(query, find, with_count, with_edges=True)

    async def search_aggregation(self, query: QueryModel) -> AsyncCursorContext:
        assert query.query.aggregate is not None, "Given query has no aggregation section"
        return cursor_of(await self._look(lambda store: Search(store, query).run()))

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
        if isinstance(path_or_predicate, str):
            path, test = path_or_predicate, None
        else:
            path = path_or_predicate.name
            test = _value_test(query.model, path_or_predicate)
        steps = split_path(path.replace("[]", "[*]"))

        def look(store: GraphStore) -> list[Any]:
            search = self._search(store, query)
            distinct: dict[str, Any] = {}
            for node in search.documents(search.run()):
                for value in expand(node, steps):
                    names = value if isinstance(value, dict) else ()
                    for each in names if part == "attributes" else (value,):
                        if each is not None and (test is None or test(each)):
                            distinct.setdefault(repr(order_key(each)), clone(each))
            return sorted(distinct.values(), key=order_key)

        ordered = await self._look(look)
        page = ordered[skip or 0 : (skip or 0) + limit] if limit else ordered
        return cursor_of(page, *((len(page), len(ordered)) if with_count else ()))

    async def explain(self, query: QueryModel, with_edges: bool = False) -> EstimatedSearchCost:
        """Not an estimate: the search is run."""

        def look(store: GraphStore) -> tuple[int, int, bool]:
            search = Search(store, query)
            return store.count(), len(search.run()), search.is_indexed()

        available, found, indexed = await self._look(look)
        rating = EstimatedQueryCostRating.simple if indexed else EstimatedQueryCostRating.complex
        return EstimatedSearchCost(
            estimated_cost=found if indexed else available,
            estimated_nr_items=found,
            available_nr_items=available,
            full_collection_scan=not indexed,
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
        """The changes that merges made to the nodes."""
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
        properties = ["change", "changed_at", "created", "updated", "deleted"]
        render = self.document_to_instance_fn(query.model, query, properties, id_column="id")

        def find(search: Search) -> Found:
            items = search.run()
            if query.query.aggregate:
                return Found(items, len(items), search.full_count)
            nodes = map(render, map(clone, search.documents(items)))
            return Found(nodes, len(items), search.full_count)

        return await self._cursor(query, find, with_count, history=True, id_name="id")

    async def create_update_schema(self, *_: Any, **__: Any) -> None:
        """Nothing to do: the storage has created it."""

    async def _look(self, work: Callable[[GraphStore], T]) -> T:
        """Read from the graph once."""
        session = self.storage.session()
        try:
            return await session.run(work)
        finally:
            session.close()

    async def _cursor(
        self,
        query: QueryModel,
        find: Callable[[Search], Found],
        with_count: bool,
        history: bool = False,
        **options: Any,
    ) -> AsyncCursorContext:
        """Run a search; its results are read from the graph as they are asked for."""
        session = self.storage.session(history)
        try:
            found = await session.run(
                lambda store: find(self._search(store, query, history, **options))
            )
        except BaseException:
            session.close()
            raise
        counts = (found.count, found.full_count) if with_count else ()
        return AsyncCursorContext(StreamCursor(session, found.results, *counts))

    def _search(
        self, store: GraphStore, query: QueryModel, history: bool = False, **options: Any
    ) -> Search:
        assert query.query.aggregate is None or history, (
            "Given query is an aggregation function. Use the appropriate endpoint!"
        )
        return Search(store, query, **options)

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
