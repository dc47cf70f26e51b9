"""Nodes and edges of one graph in the file, for the writer; keeps the indexes up to date."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import Any

from inventory.graph.store import Node, without
from inventory.store.copy import copy_rows
from inventory.store.encoding import encode, word_text
from inventory.store.nodes import GraphReader
from inventory.store.shared import HISTORY_PROPERTIES, PLACE_SECTIONS, Shared, is_history

_APART = ("_key", "_rev", "_id", "kinds", "flat", *PLACE_SECTIONS)


class GraphWriter(GraphReader):
    """One graph, within the transaction of the one writer."""

    @property
    def history(self) -> GraphWriter:
        """The graph of what happened to the nodes of this one."""
        return GraphWriter(self._db, self._graph + 1, self._shared)

    def put_node(self, node: Node) -> Node:
        """Insert or replace a node; returns what is stored now, under a new revision."""
        key, flat = node["_key"], node.get("flat")
        revision = self._next_revision()
        content = without(node, *_APART)
        sql = (
            "INSERT INTO node (graph, key, kinds, place, revision, flat, content) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (graph, key) DO UPDATE SET "
            "kinds = excluded.kinds, place = excluded.place, revision = excluded.revision, "
            "flat = excluded.flat, content = excluded.content RETURNING id"
        )
        before = self._before(key)
        kinds = self._shared.kinds_id(self._db, node.get("kinds") or [])
        place = self._shared.place_id(self._db, node)
        row = (self._graph, key, kinds, place, revision, flat, json.dumps(content))
        [(ref,)] = self._db.execute(sql, row).fetchall()
        self._index_words(ref, before.get("flat"), flat)
        self._index_properties(ref, self._indexed(before), self._indexed(content))
        return {**node, "_rev": f"_r{revision}"}

    def remove_node(self, key: str) -> None:
        """Remove a node and every edge that touches it; a missing node is no error."""
        ref = self.ref(key)
        if ref is None:
            return
        before = self._before(key)
        self._index_words(ref, before.get("flat"), None)
        self._index_properties(ref, self._indexed(before), {})
        self._db.execute("DELETE FROM node WHERE id = ?", (ref,))

    def put_edge(
        self, edge_type: str, from_key: str, to_key: str,
        refs: Any = None, outer_edge_ts: str | None = None,
    ) -> None:  # fmt: skip
        """Insert or replace an edge; one whose ends do not exist is left out."""
        ends = (self.ref(from_key), self.ref(to_key))
        if None in ends:
            return
        place = self._shared.place_id(self._db, {"refs": refs})
        self._db.execute(
            "INSERT OR REPLACE INTO edge (source, target, type, graph, place, outer_edge_ts) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (*ends, edge_type, self._graph, place, outer_edge_ts),
        )

    def remove_edge(self, edge_type: str, from_key: str, to_key: str) -> None:
        sql = "DELETE FROM edge WHERE source = ? AND target = ? AND type = ?"
        self._db.execute(sql, (self.ref(from_key), self.ref(to_key), edge_type))

    def copy_from(self, graph: int) -> None:
        """Take all nodes and edges of another graph; this one must be empty."""
        copy_rows(self._db, graph, self._graph)
        sql = "SELECT id, flat FROM node WHERE graph = ? AND flat IS NOT NULL"
        rows = self._db.execute(sql, (self._graph,)).fetchall()
        self._db.executemany(
            "INSERT INTO words (rowid, flat) VALUES (?, ?)",
            ((ref, word_text(flat)) for ref, flat in rows),
        )
        self._shared.load(self._db)

    def clear(self) -> None:
        """Remove every node with its edges; history and updates in progress stay."""
        for ref, flat in self._db.execute(
            "SELECT id, flat FROM node WHERE graph = ?", (self._graph,)
        ).fetchall():
            self._index_words(ref, flat, None)
        paths = "SELECT id FROM path WHERE graph = ?"
        self._db.execute(f"DELETE FROM property WHERE path IN ({paths})", (self._graph,))
        self._db.execute("DELETE FROM edge WHERE graph = ?", (self._graph,))
        self._db.execute("DELETE FROM node WHERE graph = ?", (self._graph,))

    def put_batch(self, name: str, content: Any, changes: Iterable[Any]) -> None:
        sql = "INSERT INTO batch (graph, name, content) VALUES (?, ?, ?)"
        number = self._db.execute(sql, (self._graph, name, json.dumps(content))).lastrowid
        self._db.executemany(
            "INSERT INTO batch_change VALUES (?, ?, ?)",
            ((number, at, json.dumps(change)) for at, change in enumerate(changes)),
        )

    def remove_batch(self, name: str) -> None:
        sql = "DELETE FROM batch WHERE graph = ? AND name = ?"
        self._db.execute(sql, (self._graph, name))

    def next_key(self) -> str:
        """A key that no node has had."""
        return f"change-{self._next_revision()}"

    def _next_revision(self) -> int:
        sql = "UPDATE counter SET value = value + 1 WHERE name = 'revision' RETURNING value"
        [(revision,)] = self._db.execute(sql).fetchall()
        return int(revision)

    def _before(self, key: str) -> Node:
        sql = "SELECT content, flat FROM node WHERE graph = ? AND key = ?"
        row = self._db.execute(sql, (self._graph, key)).fetchone()
        return {**json.loads(row[0]), "flat": row[1]} if row else {}

    def _index_words(self, ref: int, before: str | None, after: str | None) -> None:
        if before == after:
            return
        if before:
            sql = "INSERT INTO words (words, rowid, flat) VALUES ('delete', ?, ?)"
            self._db.execute(sql, (ref, word_text(before)))
        if after:
            self._db.execute(
                "INSERT INTO words (rowid, flat) VALUES (?, ?)", (ref, word_text(after))
            )

    def _index_properties(self, ref: int, before: Node, after: Node) -> None:
        if before == after:
            return
        gone = [(self._path(name), ref) for name in before if name not in after]
        self._db.executemany("DELETE FROM property WHERE path = ? AND node = ?", gone)
        self._db.executemany(
            "INSERT OR REPLACE INTO property VALUES (?, ?, ?)",
            [
                (self._path(name), ref, encode(value))
                for name, value in after.items()
                if name not in before or repr(before[name]) != repr(value)
            ],
        )

    def _indexed(self, content: Node) -> Node:
        return indexed_properties(content, self._graph)

    def _path(self, name: str) -> int:
        return self._shared.path_id(self._db, self._graph, name)


def indexed_properties(content: Node, graph: int) -> Node:
    """The values that are indexed, by path: those of `reported`, or what history is asked by."""
    if is_history(graph):
        return {n: content[n] for n in HISTORY_PROPERTIES if content.get(n) is not None}
    return {f"reported.{n}": v for n, v in content.get("reported", {}).items() if v is not None}


def index_all(connection: sqlite3.Connection) -> None:
    """Fill the index of properties from all nodes."""
    shared = Shared(connection)
    graphs = [number for (number,) in connection.execute("SELECT id FROM graph").fetchall()]
    for graph in graphs:
        writer = GraphWriter(connection, graph, shared)
        for ref, content in connection.execute(
            "SELECT id, content FROM node WHERE graph = ?", (graph,)
        ).fetchall():
            writer._index_properties(ref, {}, indexed_properties(json.loads(content), graph))
