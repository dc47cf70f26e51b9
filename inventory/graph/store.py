"""Nodes and edges in dictionaries. Decides nothing about queries and never touches the network.

A node is resotocore's document: `_key`, `reported`, `desired`, `metadata`, `ancestors`, `refs`,
`kinds`, `flat`, `hash`, `created`, `updated`, here with a `_rev` that changes with each write.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any

from resotocore.model.graph_access import Direction, EdgeTypes

Node = dict[str, Any]
Edge = dict[str, Any]


def clone(value: Any) -> Any:
    """A copy of JSON data that shares nothing with the original (faster than copy.deepcopy)."""
    if isinstance(value, dict):
        return {key: clone(item) for key, item in value.items()}
    if isinstance(value, list):
        return [clone(item) for item in value]
    return value


def without(document: Node, *names: str) -> Node:
    """A shallow copy that lacks some properties."""
    return {name: value for name, value in document.items() if name not in names}


class GraphStore:
    """One graph: nodes by key, edges of each type by both of their ends."""

    def __init__(self) -> None:
        self.nodes: dict[str, Node] = {}
        self._revisions = count(1)
        self._outbound: dict[str, dict[str, dict[str, Edge]]] = {t: {} for t in EdgeTypes.all}
        self._inbound: dict[str, dict[str, dict[str, Edge]]] = {t: {} for t in EdgeTypes.all}

    def put_node(self, node: Node) -> Node:
        """Insert or replace a node; returns what is stored now, under a new revision."""
        stored = {**node, "_rev": f"_r{next(self._revisions)}"}
        self.nodes[stored["_key"]] = stored
        return stored

    def remove_node(self, key: str) -> None:
        """Remove a node and every edge that touches it; a missing node is no error."""
        self.nodes.pop(key, None)
        for edge_type in EdgeTypes.all:
            for to_key in list(self._outbound[edge_type].get(key, ())):
                self.remove_edge(edge_type, key, to_key)
            for from_key in list(self._inbound[edge_type].get(key, ())):
                self.remove_edge(edge_type, from_key, key)

    def put_edge(self, edge_type: str, from_key: str, to_key: str, **attributes: Any) -> None:
        edge = {"from": from_key, "to": to_key, **attributes}
        self._outbound[edge_type].setdefault(from_key, {})[to_key] = edge
        self._inbound[edge_type].setdefault(to_key, {})[from_key] = edge

    def remove_edge(self, edge_type: str, from_key: str, to_key: str) -> None:
        self._outbound[edge_type].get(from_key, {}).pop(to_key, None)
        self._inbound[edge_type].get(to_key, {}).pop(from_key, None)

    def neighbours(self, key: str, edge_type: str, direction: str) -> Iterable[str]:
        """Keys one step away, in order of insertion."""
        table = self._outbound if direction == Direction.outbound else self._inbound
        return table[edge_type].get(key, ())

    def edges(self, edge_type: str) -> Iterator[Edge]:
        for targets in self._outbound[edge_type].values():
            yield from targets.values()

    def copy(self) -> GraphStore:
        """An independent copy, as a snapshot needs it."""
        copied = GraphStore()
        for node in self.nodes.values():
            copied.put_node(clone(node))
        for edge_type in EdgeTypes.all:
            for edge in self.edges(edge_type):
                copied.put_edge(
                    edge_type, edge["from"], edge["to"], **clone(without(edge, "from", "to"))
                )
        return copied
