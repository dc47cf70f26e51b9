"""A graph as `graph export` writes it and `graph import` reads it: the file of a real resotocore.

One JSON document in a line: how many there are of each sort, then the kinds of the model, the
nodes, and the edges of either type, as they lie in the database.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from resotocore.graph_manager.graph_manager import ExportMetadata
from resotocore.model.graph_access import EdgeTypes
from resotocore.model.model import Kind
from resotocore.model.typed_model import from_js, to_js

from inventory.graph.cursor import StreamCursor
from inventory.graph.merging import GraphKeeper, ends
from inventory.graph.store import GraphStore, clone, without
from inventory.stores import read_kind

Json = dict[str, Any]
_VERSION = "0.1.0"


async def export_lines(graph: GraphKeeper, kinds: list[Kind]) -> AsyncIterator[str]:
    """The lines of a snapshot of the graph, read a few at a time."""
    session = graph.storage.session()
    try:
        lines = await session.run(lambda store: _lines(graph, store, kinds))
        async for line in StreamCursor(session, lines):
            yield line
    finally:
        session.close()


def _lines(graph: GraphKeeper, store: GraphStore, kinds: list[Kind]) -> Iterator[str]:
    metadata = ExportMetadata(
        serializer_version=_VERSION,
        created_at=datetime.now().isoformat(),
        model_collection_size=len(kinds),
        vertex_collection_size=store.count(),
        default_edge_collection_size=store.count_edges(EdgeTypes.default),
        delete_edge_collection_size=store.count_edges(EdgeTypes.delete),
    )
    yield json.dumps(to_js(metadata))
    yield from (json.dumps({"_key": kind.fqn, **to_js(kind)}) for kind in kinds)
    yield from (json.dumps(without(node, "_rev")) for node in store.all_documents())
    for edge_type in (EdgeTypes.default, EdgeTypes.delete):
        for edge in store.edges(edge_type):
            document = graph.edge_to_json(edge["from"], edge["to"], edge.get("refs"))
            moment = edge.get("outer_edge_ts")
            yield json.dumps(document | ({"outer_edge_ts": moment} if moment else {}))


class Dump:
    """The lines of an export, to be read once and in order.

    Args:
        lines: the first one is read at once.

    Raises:
        ValueError: it is no export, or one of another version.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        try:
            self._sizes = from_js(json.loads(next(self._lines)), ExportMetadata)
        except Exception as error:
            raise ValueError("this is not the export of a graph") from error
        if self._sizes.serializer_version != _VERSION:
            raise ValueError(f"Unsupported dump version {self._sizes.serializer_version}")

    def kinds(self) -> list[Kind]:
        """The model; to be read first."""
        listed = self._read(self._sizes.model_collection_size)
        return [_kind(without(kind, "_key", "_id", "_rev")) for kind in listed]

    def fill(self, store: GraphStore) -> None:
        """Replace the content of the graph by what follows the model."""
        store.clear()
        store.history.clear()
        for node in self._read(self._sizes.vertex_collection_size):
            store.put_node(clone(without(node, "_id", "_rev")))
        for edge_type, size in (
            (EdgeTypes.default, self._sizes.default_edge_collection_size),
            (EdgeTypes.delete, self._sizes.delete_edge_collection_size),
        ):
            for edge in self._read(size):
                attributes: dict[str, Any] = {n: edge.get(n) for n in ("refs", "outer_edge_ts")}
                store.put_edge(edge_type, *ends(edge), **attributes)

    def _read(self, number: int) -> Iterator[Json]:
        missing = number
        for line in islice(self._lines, number):
            yield json.loads(line)
            missing -= 1
        if missing:
            raise ValueError("the export of the graph is not complete")


def _kind(js: Json) -> Kind:
    try:
        return read_kind(js)
    except (KeyError, TypeError):  # written by another version
        return from_js(js, Kind)
