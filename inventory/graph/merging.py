"""resotocore's GraphDB: merging collected sub-graphs, at once or in batches.

What an update changes is decided by resotocore's own code (GraphAccess, prepare_nodes,
prepare_edges); this file only looks up the present state and stores the outcome.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
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
from resotocore.report import SecurityIssue
from resotocore.util import utc_str, uuid_str

from inventory.graph.db import Json
from inventory.graph.nodes import GraphEditor
from inventory.graph.security import SecurityUpdate
from inventory.graph.store import Edge, GraphStore, Storage, clone, without
from inventory.unsupported import Unsupported


@define
class Change:
    """A prepared update: the documents to write, and for each edge type the edges.

    `node_updates` have the sections that are replaced; others of the node stay.
    """

    info: GraphUpdate = field(factory=GraphUpdate)
    node_inserts: list[Json] = field(factory=list)
    node_updates: list[Json] = field(factory=list)
    node_deletes: list[Json] = field(factory=list)
    edge_writes: list[tuple[str, Json]] = field(factory=list)
    edge_deletes: list[tuple[str, Json]] = field(factory=list)


class GraphKeeper(GraphEditor):
    """Everything that resotocore does with a graph.

    `make_copy` creates a graph under another name, from a storage.
    """

    def __init__(
        self,
        name: GraphName,
        adjust_node: AdjustNode,
        config: GraphUpdateConfig,
        storage: Storage,
        make_copy: Callable[[GraphName, Storage], Awaitable[GraphKeeper]],
    ) -> None:
        super().__init__(name, adjust_node, config, storage)
        self._make_copy = make_copy

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
        batch = {
            "roots": sorted(roots),
            "parents": sorted(parent.nodes),
            "created": utc_str(),
            "is_batch": is_batch,
            "keep_history": update_history,
        }

        def merge(store: GraphStore) -> GraphUpdate:
            _check_conflicts(store, change_id, batch)
            present = [node for key in parent.nodes if (node := store.get(key))]
            changes = [self._prepare(model, parent, present, _edges_within(store, parent))]
            for root, graph in graphs:
                kind = str(GraphResolver.resolved_kind(graph_to_merge.nodes[root]))
                nodes = store.belonging_to(kind, root)
                edges = list(store.edges_belonging_to(kind, root))
                changes.append(self._prepare(model, graph, nodes, edges))
            operations = _operations(changes)
            if is_batch:
                store.put_batch(change_id, batch, operations)
            else:
                _apply(store, operations, update_history)
            return sum((change.info for change in changes), GraphUpdate())

        return roots, await self.storage.write(merge)

    def _prepare(
        self,
        model: Model,
        access: GraphAccess,
        nodes: Iterable[Json],
        edges: list[tuple[str, Edge]],
    ) -> Change:
        change = Change()
        info, inserts, updates, deletes = self.prepare_nodes(access, map(clone, nodes), model)
        change.info += info
        change.node_inserts, change.node_updates = inserts, updates
        change.node_deletes = deletes
        for edge_type in EdgeTypes.all:
            present = [self._edge_document(edge) for t, edge in edges if t == edge_type]
            info, new, gone = self.prepare_edges(access, present, edge_type)
            change.info += info
            change.edge_writes += [(edge_type, document) for document in new]
            change.edge_deletes += [(edge_type, document) for document in gone]
        return change

    def _edge_document(self, edge: Edge) -> Json:
        return self.edge_to_json(edge["from"], edge["to"], edge.get("refs"))

    async def list_in_progress_updates(self) -> list[Json]:
        batches = await self._look(lambda store: store.batches())
        return [
            {
                "id": change_id,
                "created": batch["created"],
                "affected_nodes": batch["roots"],
                "is_batch": batch["is_batch"],
            }
            for change_id, batch in batches.items()
        ]

    async def commit_batch_update(self, batch_id: str, update_history: bool = True) -> None:
        def commit(store: GraphStore) -> None:
            batch = store.batches().get(batch_id)
            if batch is None:
                raise NoSuchChangeError(batch_id)
            _apply(store, store.batch_changes(batch_id), batch["keep_history"])
            store.remove_batch(batch_id)

        await self.storage.write(commit)

    async def abort_update(self, batch_id: str) -> None:
        await self.storage.write(lambda store: store.remove_batch(batch_id))

    async def update_deferred_edges(
        self, edges: list[tuple[NodeId, NodeId, str]], ts: datetime
    ) -> tuple[int, int]:
        def update(store: GraphStore) -> tuple[int, int]:
            for from_key, to_key, edge_type in edges:
                store.put_edge(edge_type, from_key, to_key, refs=None, outer_edge_ts=utc_str(ts))
            outdated = store.outer_edges_before(utc_str(ts))
            for edge in outdated:
                store.remove_edge(*edge)
            return len(edges), len(outdated)

        return await self.storage.write(update)

    async def copy_graph(self, to_graph: GraphName, to_snapshot: bool = False) -> GraphKeeper:
        return await self._make_copy(to_graph, self.storage)

    async def update_security_section(
        self,
        report_run_id: str,
        iterator: AsyncIterator[tuple[NodeId, list[SecurityIssue]]],
        model: Model,
        accounts: list[str] | None = None,
    ) -> tuple[int, int]:
        """Store what a report found on the nodes; return how many are new, and how many changed."""
        update = SecurityUpdate(self, report_run_id, accounts)
        return await update.update_security_section(report_run_id, iterator, model, accounts)

    async def insert_usage_data(self, data: list[Any]) -> None:
        if data:
            raise Unsupported("usage metrics (insert_usage_data)")


def _check_conflicts(store: GraphStore, change_id: str, batch: Json) -> None:
    roots = set(batch["roots"])
    for other_id, other in store.batches().items():
        if not roots.isdisjoint(other["roots"]) or not roots.isdisjoint(other["parents"]):
            if other_id == change_id:
                raise InvalidBatchUpdate()
            raise ConflictingChangeInProgress(other_id)


def _edges_within(store: GraphStore, access: GraphAccess) -> list[tuple[str, Edge]]:
    pairs = dict.fromkeys((edge[0], edge[1]) for edge in access.g.edges)
    return [found for pair in pairs for found in store.edges_between(*pair)]


def _operations(changes: list[Change]) -> Iterator[tuple[str, str, Json]]:
    """The operations, ordered so that both ends of an edge exist when it is written."""
    for change in changes:
        yield from (("write", "", document) for document in change.node_inserts)
        yield from (("update", "", document) for document in change.node_updates)
    for change in changes:
        yield from (("delete", "", document) for document in change.node_deletes)
    for change in changes:
        yield from (("unlink", edge_type, document) for edge_type, document in change.edge_deletes)
        yield from (("link", edge_type, document) for edge_type, document in change.edge_writes)


def _apply(
    store: GraphStore, operations: Iterable[tuple[str, str, Json]], keep_history: bool
) -> None:
    for action, edge_type, document in operations:
        if action in ("write", "update"):
            if keep_history and document["history"]:
                _remember(store, document)
            kept = store.get(document["_key"]) if action == "update" else None
            store.put_node({**(kept or {}), **without(clone(document), "history")})
        elif action == "delete":
            if keep_history:
                _remember(store, document)
            store.remove_node(document["_key"])
        elif action == "unlink":
            store.remove_edge(edge_type, *ends(document))
        else:
            store.put_edge(edge_type, *ends(document), refs=document["refs"])


def _remember(store: GraphStore, document: Json) -> None:
    """Record in the history that a node is created, updated (with its old state) or deleted."""
    key = document["_key"]
    old = store.get(key)
    entry = {"_key": store.next_key(), "id": key}
    if "deleted" in document:
        at = {"change": "node_deleted", "changed_at": document["deleted"]}
        entry = {**(old or {}), **at, "deleted": document["deleted"], **entry}
    elif old is None:
        at = {"change": "node_created", "changed_at": document["created"]}
        entry = {**document, **at, **entry}
    else:
        at = {"change": "node_updated", "changed_at": document["updated"]}
        entry = {**document, **at, "before": old[Section.reported], **entry}
    entry = without(clone(entry), "_rev", "flat", "hash", "hist_hash", "history")
    store.history.put_node(entry)


def ends(document: Json) -> tuple[str, str]:
    """The keys of the nodes that an edge of the database joins."""
    return document["_from"].split("/", 1)[1], document["_to"].split("/", 1)[1]
