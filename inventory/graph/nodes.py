"""resotocore's GraphDB over a GraphStore: creating, changing and deleting single nodes."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from typing import Any

from resotocore.error import OptimisticLockingFailed
from resotocore.ids import NodeId
from resotocore.model.graph_access import EdgeTypes, GraphAccess, GraphBuilder, Section
from resotocore.model.model import Model
from resotocore.model.resolve_in_graph import GraphResolver, NodePath
from resotocore.util import set_value_in_path, utc_str, uuid_str, value_in_path, value_in_path_get

from inventory.graph.db import Json, MemoryGraphReader
from inventory.graph.store import clone, without


class MemoryGraphEditor(MemoryGraphReader):
    """Searches one graph, and changes its nodes."""

    async def create_node(
        self, model: Model, node_id: NodeId, data: Json, under_node_id: NodeId
    ) -> Json:
        if under_node_id not in self.store.nodes:
            raise AttributeError(f"No document found with this id: {under_node_id}")
        if node_id in self.store.nodes:
            raise AttributeError(f"A node with this id exists already: {node_id}")
        graph = GraphBuilder(model, uuid_str())
        graph.add_node(node_id, clone(data))
        graph.add_edge(under_node_id, node_id, EdgeTypes.default)
        access = GraphAccess(graph.graph, node_id, {under_node_id})
        _, inserts, _, _ = self.prepare_nodes(access, [], model)
        self.store.put_node(inserts[0])
        self.store.put_edge(EdgeTypes.default, under_node_id, node_id)
        return self._instance(model, node_id)

    async def update_node(
        self,
        model: Model,
        node_id: NodeId,
        patch_or_replace: Json,
        replace: bool,
        section: str | None,
    ) -> Json:
        node = self._existing(node_id)
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
        self._update_descendants(node, updated)
        self.store.put_node(updated)
        return self._instance(model, node_id)

    def _update_descendants(self, old: Json, new: Json) -> None:
        """Names and ids of an account, region … are kept on all nodes below it: renew them."""
        resolver = GraphResolver.resolve_ancestor_for(new)
        reference = resolver.resolves_id() if resolver else None
        if resolver is None or reference is None:
            return
        changed = [
            (prop.to_path, value)
            for prop in resolver.resolved_props()
            if (value := value_in_path(new, prop.extract_path))
            != value_in_path(old, prop.extract_path)
        ]
        for node in list(self.store.nodes.values()) if changed else []:
            if value_in_path(node, reference.to_path) == old["_key"]:
                target = new if node["_key"] == old["_key"] else clone(node)
                for path, value in changed:
                    set_value_in_path(value, path, target)
                self.store.put_node(target)

    async def update_nodes(
        self, model: Model, patches_by_id: dict[NodeId, Json], **_: Any
    ) -> AsyncGenerator[Json, None]:
        for node_id in patches_by_id:  # all or none
            self._existing(node_id)
        for node_id, patch in patches_by_id.items():
            removed = [
                s for s in (Section.desired, Section.metadata) if s in patch and patch[s] is None
            ]
            for section in removed:
                yield self._without_section(model, node_id, section)
            rest = {name: value for name, value in patch.items() if name not in removed and value}
            if rest:
                yield await self.update_node(model, node_id, rest, False, None)

    async def update_nodes_desired(
        self, model: Model, patch: Json, node_ids: list[NodeId], **_: Any
    ) -> AsyncGenerator[Json, None]:
        for node_id in filter(self.store.nodes.__contains__, node_ids):
            yield self._patch_section(model, node_id, Section.desired, patch)

    async def update_nodes_metadata(
        self, model: Model, patch: Json, node_ids: list[NodeId], **_: Any
    ) -> AsyncGenerator[Json, None]:
        for node_id in filter(self.store.nodes.__contains__, node_ids):
            yield self._patch_section(model, node_id, Section.metadata, patch)

    async def delete_node(self, node_id: NodeId, model: Model, keep_history: bool = False) -> None:
        node = self.store.nodes.get(node_id)
        if node is None:
            return
        kind = GraphResolver.resolved_kind(node)
        if kind:  # a cloud, account, region or zone goes with everything that belongs to it
            for key in [n["_key"] for n in self.belonging_to(kind, node_id)]:
                self.store.remove_node(key)
        self.store.remove_node(node_id)

    async def wipe(self) -> None:
        self.clear()

    def _existing(self, node_id: str) -> Json:
        node = self.store.nodes.get(node_id)
        if node is None:
            raise AttributeError(f"No document found with this id: {node_id}")
        return node

    def _instance(self, model: Model, node_id: str) -> Json:
        return self.document_to_instance_fn(model)(clone(self.store.nodes[node_id]))

    def _patch_section(self, model: Model, node_id: str, section: str, patch: Json) -> Json:
        node = self._existing(node_id)
        self.store.put_node({**node, section: {**(node.get(section) or {}), **clone(patch)}})
        return self._instance(model, node_id)

    def _without_section(self, model: Model, node_id: str, section: str) -> Json:
        node = self._existing(node_id)
        self.store.put_node(without(node, section))
        return self._instance(model, node_id)

    def belonging_to(self, kind: str, key: str) -> Iterator[Json]:
        """The nodes below a cloud, account, region or zone, by the reference that each keeps."""
        name = f"{kind}_id"
        return (n for n in self.store.nodes.values() if (n.get("refs") or {}).get(name) == key)
