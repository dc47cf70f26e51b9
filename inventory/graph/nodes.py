"""resotocore's GraphDB: creating, changing and deleting single nodes.

Each change is a function that takes the graph, and is done wholly or not at all.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

from resotocore.error import OptimisticLockingFailed
from resotocore.ids import NodeId
from resotocore.model.graph_access import EdgeTypes, GraphAccess, GraphBuilder, Section
from resotocore.model.model import Model
from resotocore.model.resolve_in_graph import GraphResolver, NodePath
from resotocore.util import set_value_in_path, utc_str, uuid_str, value_in_path, value_in_path_get

from inventory.graph.db import GraphSearcher, Json
from inventory.graph.store import GraphStore, Node, clone, without


class GraphEditor(GraphSearcher):
    """Searches one graph, and changes its nodes."""

    async def insert_root(self) -> None:
        """Insert the root node of a graph, unless it is there."""
        await self.storage.write(_insert_root)

    async def create_node(
        self, model: Model, node_id: NodeId, data: Json, under_node_id: NodeId
    ) -> Json:
        def create(store: GraphStore) -> Json:
            if store.ref(under_node_id) is None:
                raise AttributeError(f"No document found with this id: {under_node_id}")
            if store.ref(node_id) is not None:
                raise AttributeError(f"A node with this id exists already: {node_id}")
            graph = GraphBuilder(model, uuid_str())
            graph.add_node(node_id, clone(data))
            graph.add_edge(under_node_id, node_id, EdgeTypes.default)
            access = GraphAccess(graph.graph, node_id, {under_node_id})
            _, inserts, _, _ = self.prepare_nodes(access, [], model)
            store.put_node(without(inserts[0], "history"))
            store.put_edge(EdgeTypes.default, under_node_id, node_id)
            return self._instance(store, model, node_id)

        return await self.storage.write(create)

    async def update_node(
        self,
        model: Model,
        node_id: NodeId,
        patch_or_replace: Json,
        replace: bool,
        section: str | None,
    ) -> Json:
        arguments = (model, node_id, patch_or_replace, replace, section)
        return await self.storage.write(self._update_node, *arguments)

    def _update_node(
        self,
        store: GraphStore,
        model: Model,
        node_id: NodeId,
        patch_or_replace: Json,
        replace: bool = False,
        section: str | None = None,
    ) -> Json:
        node = _existing(store, node_id)
        if patch_or_replace.get("revision", node["_rev"]) != node["_rev"]:
            raise OptimisticLockingFailed(node_id)
        updated = clone(node)
        patch = {section: patch_or_replace} if section else patch_or_replace
        for name in Section.content_ordered:
            if name in patch:
                old = {} if replace else updated.get(name) or {}
                updated[name] = {**old, **clone(patch[name])}
        kind = model[updated[Section.reported]]
        updated[Section.reported] = (
            kind.check_valid(updated[Section.reported]) or updated[Section.reported]
        )
        created = value_in_path_get(node, NodePath.reported_ctime, utc_str())
        dumped = GraphAccess.dump_direct(node_id, updated, kind, recompute=True)
        updated = {**self.adjust_node(model, dumped, created, utc_str()), "updated": utc_str()}
        _update_descendants(store, node, updated)
        store.put_node(updated)
        return self._instance(store, model, node_id)

    async def update_nodes(
        self, model: Model, patches_by_id: dict[NodeId, Json], **_: Any
    ) -> AsyncGenerator[Json, None]:
        def update(store: GraphStore) -> list[Json]:
            for node_id in patches_by_id:  # all or none
                _existing(store, node_id)
            return [
                node
                for node_id, patch in patches_by_id.items()
                for node in self._patched(store, model, node_id, patch)
            ]

        for node in await self.storage.write(update):
            yield node

    def _patched(self, store: GraphStore, model: Model, node_id: NodeId, patch: Json) -> list[Json]:
        done = []
        deletable = (Section.desired, Section.metadata)
        removed = [name for name in deletable if name in patch and patch[name] is None]
        for section in removed:
            store.put_node(without(_existing(store, node_id), section))
            done.append(self._instance(store, model, node_id))
        rest = {name: value for name, value in patch.items() if name not in removed and value}
        if rest:
            done.append(self._update_node(store, model, node_id, rest))
        return done

    async def update_nodes_desired(
        self, model: Model, patch: Json, node_ids: list[NodeId], **_: Any
    ) -> AsyncGenerator[Json, None]:
        for node in await self._patch_section(model, Section.desired, patch, node_ids):
            yield node

    async def update_nodes_metadata(
        self, model: Model, patch: Json, node_ids: list[NodeId], **_: Any
    ) -> AsyncGenerator[Json, None]:
        for node in await self._patch_section(model, Section.metadata, patch, node_ids):
            yield node

    async def delete_node(self, node_id: NodeId, model: Model, keep_history: bool = False) -> None:
        await self.storage.write(_delete, node_id)

    async def wipe(self) -> None:
        def wipe(store: GraphStore) -> None:
            store.clear()
            _insert_root(store)

        await self.storage.write(wipe)

    def _instance(self, store: GraphStore, model: Model, node_id: str) -> Json:
        return self.document_to_instance_fn(model)(clone(store.get(node_id)))

    async def _patch_section(
        self, model: Model, section: str, patch: Json, node_ids: list[NodeId]
    ) -> list[Json]:
        def update(store: GraphStore) -> list[Json]:
            done = []
            for node_id in node_ids:
                node = store.get(node_id)
                if node is not None:
                    store.put_node({**node, section: {**(node.get(section) or {}), **clone(patch)}})
                    done.append(self._instance(store, model, node_id))
            return done

        return await self.storage.write(update)


def _insert_root(store: GraphStore) -> None:
    if store.ref("root") is not None:
        return
    reported = {"kind": "graph_root", "id": "root", "name": "root"}
    store.put_node(
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


def _existing(store: GraphStore, node_id: str) -> Node:
    node = store.get(node_id)
    if node is None:
        raise AttributeError(f"No document found with this id: {node_id}")
    return node


def _delete(store: GraphStore, node_id: str) -> None:
    node = store.get(node_id)
    if node is None:
        return
    kind = GraphResolver.resolved_kind(node)
    if kind:  # deleting a cloud, account, region or zone deletes everything that belongs to it
        for key in [n["_key"] for n in store.belonging_to(kind, node_id)]:
            store.remove_node(key)
    store.remove_node(node_id)


def _update_descendants(store: GraphStore, old: Json, new: Json) -> None:
    """Names and ids of an account, region … are kept on all nodes below it: renew them."""
    resolver = GraphResolver.resolve_ancestor_for(new)
    kind = GraphResolver.resolved_kind(new)
    if resolver is None or kind is None or resolver.resolves_id() is None:
        return
    changed = [
        (prop.to_path, value)
        for prop in resolver.resolved_props()
        if (value := value_in_path(new, prop.extract_path)) != value_in_path(old, prop.extract_path)
    ]
    for node in list(store.belonging_to(kind, old["_key"])) if changed else []:
        target = new if node["_key"] == old["_key"] else clone(node)
        for path, value in changed:
            set_value_in_path(value, path, target)
        store.put_node(target)
