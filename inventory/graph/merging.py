"""resotocore's GraphDB over a GraphStore: merging collected sub-graphs, at once or in batches.

What an update changes is decided by resotocore's own code (GraphAccess, prepare_nodes,
prepare_edges); this file only looks up the present state and stores the outcome.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from attrs import define, field
from networkx import MultiDiGraph
from resotocore.core_config import GraphUpdateConfig
from resotocore.db.model import GraphUpdate
from resotocore.error import ConflictingChangeInProgress, InvalidBatchUpdate, NoSuchChangeError
from resotocore.ids import GraphName, NodeId
from resotocore.model.adjust_node import AdjustNode
from resotocore.model.graph_access import EdgeTypes, GraphAccess, Section
from resotocore.model.model import Model
from resotocore.model.resolve_in_graph import GraphResolver
from resotocore.util import utc_str, uuid_str

from inventory.graph.db import Json
from inventory.graph.nodes import MemoryGraphEditor
from inventory.graph.store import Edge, clone, without
from inventory.unsupported import Unsupported


@define
class Change:
    """A prepared update: the documents to write, and for each edge type the edges."""

    info: GraphUpdate = field(factory=GraphUpdate)
    node_writes: list[Json] = field(factory=list)
    node_deletes: list[Json] = field(factory=list)
    edge_writes: list[tuple[str, Json]] = field(factory=list)
    edge_deletes: list[tuple[str, Json]] = field(factory=list)


@define
class Batch:
    """An update in progress; a batch update waits here for its commit."""

    roots: set[str]
    parents: set[str]
    created: str
    is_batch: bool
    keep_history: bool
    changes: list[Change] = field(factory=list)


class MemoryGraphDB(MemoryGraphEditor):
    """Everything that resotocore does with one graph.

    `register` makes a copy of the graph known under its own name.
    """

    def __init__(
        self,
        name: GraphName,
        adjust_node: AdjustNode,
        config: GraphUpdateConfig,
        register: Callable[[MemoryGraphDB], None],
    ) -> None:
        super().__init__(name, adjust_node, config)
        self._register = register
        self._updates: dict[str, Batch] = {}

    async def merge_graph(
        self,
        graph_to_merge: MultiDiGraph,
        model: Model,
        maybe_change_id: str | None = None,
        is_batch: bool = False,
        update_history: bool = True,
        preserve_parent_structure: bool = False,
    ) -> tuple[list[str], GraphUpdate]:
        if preserve_parent_structure:
            raise Unsupported("merge of a graph with an organizational root")
        change_id = maybe_change_id or uuid_str()
        roots, parent, graphs = GraphAccess.merge_graphs(graph_to_merge)
        batch = Batch(set(roots), set(parent.nodes), utc_str(), is_batch, update_history)
        self._check_conflicts(change_id, batch)
        present = [self.store.nodes[key] for key in parent.nodes if key in self.store.nodes]
        batch.changes.append(self._prepare(model, parent, present, self._edges_within(parent)))
        for root, graph in graphs:
            kind = GraphResolver.resolved_kind(graph_to_merge.nodes[root])
            nodes = list(self.belonging_to(str(kind), root))
            edges = list(self._edges_belonging_to(str(kind), root))
            batch.changes.append(self._prepare(model, graph, nodes, edges))
        if is_batch:
            self._updates[change_id] = batch
        else:
            self._apply(batch)
        return roots, sum((change.info for change in batch.changes), GraphUpdate())

    def _prepare(
        self, model: Model, access: GraphAccess, nodes: list[Json], edges: list[tuple[str, Edge]]
    ) -> Change:
        change = Change()
        info, inserts, updates, deletes = self.prepare_nodes(access, map(clone, nodes), model)
        change.info += info
        change.node_writes = [*inserts, *updates]
        change.node_deletes = deletes
        for edge_type in EdgeTypes.all:
            present = [self._edge_document(edge) for t, edge in edges if t == edge_type]
            info, new, gone = self.prepare_edges(access, present, edge_type)
            change.info += info
            change.edge_writes += [(edge_type, document) for document in new]
            change.edge_deletes += [(edge_type, document) for document in gone]
        return change

    def _apply(self, batch: Batch) -> None:
        for change in batch.changes:
            for document in change.node_writes:
                if batch.keep_history and document["history"]:
                    self._remember(document)
                self.store.put_node(without(clone(document), "history"))
            for document in change.node_deletes:
                if batch.keep_history:
                    self._remember(document)
                self.store.remove_node(document["_key"])
            for edge_type, document in change.edge_deletes:
                self.store.remove_edge(edge_type, *_ends(document))
            for edge_type, document in change.edge_writes:
                self.store.put_edge(edge_type, *_ends(document), refs=document["refs"])

    def _remember(self, document: Json) -> None:
        """Keep what happens to a node: created, updated (with its old state) or deleted."""
        key = document["_key"]
        old = self.store.nodes.get(key)
        entry = {"_key": f"change-{len(self.history.nodes)}", "id": key}
        if "deleted" in document:
            at = {"change": "node_deleted", "changed_at": document["deleted"]}
            entry = {**(old or {}), **at, "deleted": document["deleted"], **entry}
        elif old is None:
            at = {"change": "node_created", "changed_at": document["created"]}
            entry = {**document, **at, **entry}
        else:
            at = {"change": "node_updated", "changed_at": document["updated"]}
            entry = {**document, **at, "before": old[Section.reported], **entry}
        self.history.put_node(without(clone(entry), "flat", "hash", "hist_hash", "history"))

    def _check_conflicts(self, change_id: str, batch: Batch) -> None:
        for other_id, other in self._updates.items():
            if batch.roots & (other.roots | other.parents):
                if other_id == change_id:
                    raise InvalidBatchUpdate()
                raise ConflictingChangeInProgress(other_id)

    def _edges_belonging_to(self, kind: str, key: str) -> Iterator[tuple[str, Edge]]:
        for edge_type in EdgeTypes.all:
            for edge in self.store.edges(edge_type):
                if (edge.get("refs") or {}).get(f"{kind}_id") == key:
                    yield edge_type, edge

    def _edges_within(self, access: GraphAccess) -> list[tuple[str, Edge]]:
        return [
            (edge_type, edge)
            for edge_type in EdgeTypes.all
            for edge in self.store.edges(edge_type)
            if access.g.has_edge(edge["from"], edge["to"])
        ]

    def _edge_document(self, edge: Edge) -> Json:
        return self.edge_to_json(edge["from"], edge["to"], edge.get("refs"))

    async def list_in_progress_updates(self) -> list[Json]:
        return [
            {
                "id": change_id,
                "created": batch.created,
                "affected_nodes": sorted(batch.roots),
                "is_batch": batch.is_batch,
            }
            for change_id, batch in self._updates.items()
        ]

    async def commit_batch_update(self, batch_id: str, update_history: bool = True) -> None:
        if batch_id not in self._updates:
            raise NoSuchChangeError(batch_id)
        self._apply(self._updates.pop(batch_id))

    async def abort_update(self, batch_id: str) -> None:
        self._updates.pop(batch_id, None)

    async def update_deferred_edges(
        self, edges: list[tuple[NodeId, NodeId, str]], ts: datetime
    ) -> tuple[int, int]:
        for from_key, to_key, edge_type in edges:
            self.store.put_edge(edge_type, from_key, to_key, refs=None, outer_edge_ts=utc_str(ts))
        outdated = [
            (edge_type, edge["from"], edge["to"])
            for edge_type in EdgeTypes.all
            for edge in self.store.edges(edge_type)
            if edge.get("outer_edge_ts") and edge["outer_edge_ts"] < utc_str(ts)
        ]
        for edge in outdated:
            self.store.remove_edge(*edge)
        return len(edges), len(outdated)

    async def copy_graph(self, to_graph: GraphName, to_snapshot: bool = False) -> MemoryGraphDB:
        copied = MemoryGraphDB(to_graph, self.node_adjuster, self.config, self._register)
        copied.store = self.store.copy()
        self._register(copied)
        return copied

    async def update_security_section(self, *_: Any, **__: Any) -> tuple[int, int]:
        raise Unsupported("report results written to the graph (update_security_section)")

    async def insert_usage_data(self, data: list[Any]) -> None:
        if data:
            raise Unsupported("usage metrics (insert_usage_data)")


def _ends(document: Json) -> tuple[str, str]:
    return document["_from"].split("/", 1)[1], document["_to"].split("/", 1)[1]
