"""Nodes and edges in dictionaries. Decides nothing about queries and never touches the network.

A node is resotocore's document: `_key`, `reported`, `desired`, `metadata`, `ancestors`, `refs`,
`kinds`, `flat`, `hash`, `created`, `updated`, here with a `_rev` that changes with each write.
`inventory/store/nodes.py` and `writer.py` do the same in a file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count
from typing import Any, Protocol, TypeVar

from resotocore.model.graph_access import Direction, EdgeTypes
from resotocore.query.model import AllTerm, IdTerm, Term

from inventory.graph.terms import TermCompiler
from inventory.graph.values import find

T = TypeVar("T")
Node = dict[str, Any]
Edge = dict[str, Any]
Ref = Any  # how a store refers to a node: its key here, a number in the file


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


class Session(Protocol):
    """A view of a graph that lasts until it is closed."""

    async def run(self, work: Callable[[Any], T]) -> T:
        """The result of a function that takes the graph."""

    def close(self) -> None:
        """Release it; a search that still runs may be aborted."""


class Storage(Protocol):
    """Where one graph is kept."""

    def session(self, history: bool = False) -> Session:
        """A view of the graph, or of its history."""

    async def write(self, work: Callable[..., T], *arguments: Any) -> T:
        """The result of a function that takes the graph and changes it: wholly, or not at all."""

    async def copy_from(self, other: Any) -> None:
        """Take all nodes and edges of another storage of the same class; this one is empty."""


class GraphStore:
    """One graph: nodes by key, edges of each type by both of their ends."""

    def __init__(self) -> None:
        self._nodes: dict[str, Node] = {}
        self._revisions = count(1)
        self._batches: dict[str, tuple[Any, list[Any]]] = {}
        self._history: GraphStore | None = None
        self._outbound: dict[str, dict[str, dict[str, Edge]]] = {t: {} for t in EdgeTypes.all}
        self._inbound: dict[str, dict[str, dict[str, Edge]]] = {t: {} for t in EdgeTypes.all}

    @property
    def history(self) -> GraphStore:
        """The graph of what happened to the nodes of this one."""
        if self._history is None:
            self._history = GraphStore()
        return self._history

    # --- reading ----------------------------------------------------------------------------

    def count(self) -> int:
        return len(self._nodes)

    def count_edges(self, edge_type: str) -> int:
        return sum(map(len, self._outbound[edge_type].values()))

    def ref(self, key: str) -> Ref | None:
        return key if key in self._nodes else None

    def get(self, key: str) -> Node | None:
        """A node's document, None if there is no such node; not to be changed."""
        return self._nodes.get(key)

    def keys(self, refs: Sequence[Ref]) -> list[str]:
        return list(refs)

    def documents(self, refs: Sequence[Ref]) -> Iterator[Node]:
        return (self._nodes[ref] for ref in refs)

    def all_documents(self) -> Iterator[Node]:
        return iter(self._nodes.values())

    def select(
        self, term: Term, terms: TermCompiler, within: Sequence[Ref] | None = None
    ) -> list[Ref]:
        """The nodes that meet a term, in the order of `within`, else in order of insertion."""
        if within is None:
            within = list(self._nodes)
        if isinstance(term, AllTerm):
            return list(within)
        test = terms.compile(term)
        return [ref for ref in within if test(self._nodes[ref])]

    def is_indexed(self, term: Term, terms: TermCompiler) -> bool:
        """Whether a term can be answered without looking at every node."""
        return isinstance(term, IdTerm)

    def values(self, refs: Sequence[Ref], steps: list[str | int]) -> list[Any]:
        """The value at a path, for each of the nodes."""
        return [find(self._nodes[ref], steps) for ref in refs]

    def steps(self, refs: Sequence[Ref], edge_type: str, direction: str) -> dict[Ref, list[Ref]]:
        """The nodes one step away from each of the nodes."""
        table = self._outbound if direction == Direction.outbound else self._inbound
        near = table[edge_type]
        return {
            ref: [key for key in near[ref] if key in self._nodes] for ref in refs if ref in near
        }

    def belonging_to(self, kind: str, key: str) -> Iterator[Node]:
        """The nodes below a cloud, account, region or zone, by the reference that each keeps."""
        return (n for n in list(self._nodes.values()) if _refers(n, kind, key))

    def edges_belonging_to(self, kind: str, key: str) -> Iterator[tuple[str, Edge]]:
        return (
            (edge_type, edge)
            for edge_type in EdgeTypes.all
            for edge in self.edges(edge_type)
            if _refers(edge, kind, key)
        )

    def edges(self, edge_type: str) -> Iterator[Edge]:
        for targets in self._outbound[edge_type].values():
            yield from targets.values()

    def edges_between(self, from_key: str, to_key: str) -> Iterator[tuple[str, Edge]]:
        for edge_type in EdgeTypes.all:
            edge = self._outbound[edge_type].get(from_key, {}).get(to_key)
            if edge:
                yield edge_type, edge

    def outer_edges_before(self, moment: str) -> list[tuple[str, str, str]]:
        return [
            (edge_type, edge["from"], edge["to"])
            for edge_type in EdgeTypes.all
            for edge in self.edges(edge_type)
            if edge.get("outer_edge_ts") and edge["outer_edge_ts"] < moment
        ]

    def batches(self) -> dict[str, Any]:
        """What is known of each update in progress, by its name."""
        return {name: content for name, (content, _) in self._batches.items()}

    def batch_changes(self, name: str) -> Iterator[Any]:
        return iter(self._batches[name][1])

    # --- writing ----------------------------------------------------------------------------

    def put_node(self, node: Node) -> Node:
        """Insert or replace a node; returns what is stored now, under a new revision."""
        stored = {**node, "_rev": f"_r{next(self._revisions)}"}
        self._nodes[stored["_key"]] = stored
        return stored

    def remove_node(self, key: str) -> None:
        """Remove a node and every edge that touches it; a missing node is no error."""
        self._nodes.pop(key, None)
        for edge_type in EdgeTypes.all:
            for to_key in list(self._outbound[edge_type].get(key, ())):
                self.remove_edge(edge_type, key, to_key)
            for from_key in list(self._inbound[edge_type].get(key, ())):
                self.remove_edge(edge_type, from_key, key)

    def put_edge(self, edge_type: str, from_key: str, to_key: str, **attributes: Any) -> None:
        """Insert or replace an edge; one whose ends do not exist is left out."""
        if from_key not in self._nodes or to_key not in self._nodes:
            return
        edge = {"from": from_key, "to": to_key, **attributes}
        self._outbound[edge_type].setdefault(from_key, {})[to_key] = edge
        self._inbound[edge_type].setdefault(to_key, {})[from_key] = edge

    def remove_edge(self, edge_type: str, from_key: str, to_key: str) -> None:
        self._outbound[edge_type].get(from_key, {}).pop(to_key, None)
        self._inbound[edge_type].get(to_key, {}).pop(from_key, None)

    def copy_from(self, other: GraphStore) -> None:
        """Take all nodes and edges of another graph."""
        for node in other.all_documents():
            self.put_node(clone(node))
        for edge_type in EdgeTypes.all:
            for edge in list(other.edges(edge_type)):
                attributes = clone(without(edge, "from", "to"))
                self.put_edge(edge_type, edge["from"], edge["to"], **attributes)

    def clear(self) -> None:
        """Remove every node with its edges; history and updates in progress stay."""
        for key in list(self._nodes):
            self.remove_node(key)

    def put_batch(self, name: str, content: Any, changes: Iterable[Any]) -> None:
        self._batches[name] = (content, list(changes))

    def remove_batch(self, name: str) -> None:
        self._batches.pop(name, None)

    def next_key(self) -> str:
        """A key that no node has had."""
        return f"change-{next(self._revisions)}"


class MemoryStorage:
    """Keeps a graph in this process: everything is done at once, and ends with it."""

    def __init__(self) -> None:
        self._store = GraphStore()

    def session(self, history: bool = False) -> Session:
        return _MemorySession(self._store.history if history else self._store)

    async def write(self, work: Callable[..., T], *arguments: Any) -> T:
        return work(self._store, *arguments)

    async def copy_from(self, other: MemoryStorage) -> None:
        self._store.copy_from(other._store)


class _MemorySession:
    def __init__(self, store: GraphStore) -> None:
        self._store = store

    async def run(self, work: Callable[[GraphStore], T]) -> T:
        return work(self._store)

    def close(self) -> None:
        """Nothing to release."""


def _refers(document: Node, kind: str, key: str) -> bool:
    return bool((document.get("refs") or {}).get(f"{kind}_id") == key)
