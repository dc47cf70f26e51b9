"""Nodes and edges of one graph in the file, for readers.

A node is referred to by its row's number, and its document is read only where it is needed.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

from resotocore.model.graph_access import Direction
from resotocore.query.model import Term

from inventory.graph.store import Edge, Node, Ref
from inventory.graph.terms import TermCompiler
from inventory.graph.values import find
from inventory.store.encoding import decode
from inventory.store.plan import Condition, Planner
from inventory.store.shared import PLACE_SECTIONS, Shared, is_history

_COLUMNS = "n.id, n.key, n.kinds, n.place, n.revision, n.flat, n.content"
_BATCH = 200
_GIVEN = "(SELECT value FROM json_each(?))"


class GraphReader:
    """One graph, as a connection sees it.

    Args:
        connection: within a transaction, so that all questions see the same state.
        graph: its number; its history has the next one.
        shared: the values that nodes share.
    """

    def __init__(self, connection: sqlite3.Connection, graph: int, shared: Shared) -> None:
        self._db = connection
        self._graph = graph
        self._shared = shared

    def count(self) -> int:
        return self._one("SELECT count(*) FROM node WHERE graph = ?", self._graph) or 0

    def count_edges(self, edge_type: str) -> int:
        sql = "SELECT count(*) FROM edge WHERE graph = ? AND type = ?"
        return self._one(sql, self._graph, edge_type) or 0

    def ref(self, key: str) -> Ref | None:
        return self._one("SELECT id FROM node WHERE graph = ? AND key = ?", self._graph, key)

    def get(self, key: str) -> Node | None:
        """A node's document, None if there is no such node."""
        sql = f"SELECT {_COLUMNS} FROM node n WHERE graph = ? AND key = ?"
        row = self._db.execute(sql, (self._graph, key)).fetchone()
        return self._document(row) if row else None

    def keys(self, refs: Sequence[Ref]) -> list[str]:
        sql = f"SELECT id, key FROM node WHERE id IN {_GIVEN}"
        found = dict(self._db.execute(sql, (json.dumps(refs),)).fetchall())
        return [found[ref] for ref in refs]

    def documents(self, refs: Sequence[Ref]) -> Iterator[Node]:
        """Documents in the given order; read a few at a time."""
        sql = f"SELECT {_COLUMNS} FROM node n WHERE id IN {_GIVEN}"
        for start in range(0, len(refs), _BATCH):
            page = refs[start : start + _BATCH]
            rows = {row[0]: row for row in self._db.execute(sql, (json.dumps(list(page)),))}
            yield from (self._document(rows[ref]) for ref in page)

    def all_documents(self) -> Iterator[Node]:
        sql = f"SELECT {_COLUMNS} FROM node n WHERE graph = ? ORDER BY id"
        return map(self._document, self._db.execute(sql, (self._graph,)))

    # --- searching --------------------------------------------------------------------------

    def select(
        self, term: Term, terms: TermCompiler, within: Sequence[Ref] | None = None
    ) -> list[Ref]:
        """The nodes that meet a term, in the order of `within`, else in order of insertion."""
        condition = Planner(self._graph, self._shared, terms).condition(term, within is None)
        self._provide(condition)
        where = ["n.graph = ?"]
        values: list[Any] = [self._graph]
        if within is not None:
            where = [f"n.id IN {_GIVEN}"]
            values = [json.dumps(list(within))]
        where.append(condition.sql)
        values += condition.values
        columns = "n.id" if condition.exact else _COLUMNS
        order = "" if within is not None else " ORDER BY n.id"
        # otherwise SQLite may prefer to walk the whole graph, and look each node up in the list
        indexed = " NOT INDEXED" if condition.by_number or within is not None else ""
        sql = f"SELECT {columns} FROM node n{indexed} WHERE {' AND '.join(where)}{order}"
        rows = self._db.execute(sql, values)
        if condition.exact:
            found = [row[0] for row in rows.fetchall()]
        else:
            test = terms.compile(term)
            found = [row[0] for row in rows if test(self._document(row))]
        if within is None:
            return found
        kept = set(found)
        return [ref for ref in within if ref in kept]

    def is_indexed(self, term: Term, terms: TermCompiler) -> bool:
        """Whether a term can be answered without looking at every node."""
        return Planner(self._graph, self._shared, terms).condition(term, True).narrows

    def values(self, refs: Sequence[Ref], steps: list[str | int]) -> list[Any]:
        """The value at a path, for each of the nodes."""
        if steps[0] in PLACE_SECTIONS:
            places = self._column("place", refs)
            by_place = {p: find(self._shared.places[p], steps) for p in set(places)}
            return [by_place[place] for place in places]
        indexed = len(steps) == 2 and steps[0] == "reported" and not is_history(self._graph)
        if indexed and isinstance(steps[1], str):
            path = self._shared.paths.get((self._graph, f"reported.{steps[1]}"))
            sql = f"SELECT node, value FROM property WHERE path = ? AND node IN {_GIVEN}"
            rows = self._db.execute(sql, (path, json.dumps(list(refs)))).fetchall()
            found = {node: decode(value) for node, value in rows}
            return [found.get(ref) for ref in refs]
        return [find(document, steps) for document in self.documents(refs)]

    def steps(self, refs: Sequence[Ref], edge_type: str, direction: str) -> dict[Ref, list[Ref]]:
        """The nodes one step away from each of the nodes."""
        here, there = ("source", "target") if direction == Direction.outbound else (
            "target", "source",
        )  # fmt: skip
        sql = (
            f"SELECT {here}, {there} FROM edge WHERE {here} IN {_GIVEN} AND type = ? "
            f"ORDER BY {here}, {there}"
        )
        found: dict[Ref, list[Ref]] = {}
        for near, far in self._db.execute(sql, (json.dumps(list(refs)), edge_type)).fetchall():
            found.setdefault(near, []).append(far)
        return found

    # --- what merges look at ----------------------------------------------------------------

    def belonging_to(self, kind: str, key: str) -> Iterator[Node]:
        """The nodes below a cloud, account, region or zone, by the reference that each keeps."""
        sql = f"SELECT {_COLUMNS} FROM node n WHERE place IN {_GIVEN} AND graph = ? ORDER BY id"
        places = json.dumps(self._shared.places_of(kind, key))
        return map(self._document, self._db.execute(sql, (places, self._graph)).fetchall())

    def edges_belonging_to(self, kind: str, key: str) -> Iterator[tuple[str, Edge]]:
        places = json.dumps(self._shared.places_of(kind, key))
        return self._edges(f"e.place IN {_GIVEN} AND e.graph = ?", places, self._graph)

    def edges(self, edge_type: str) -> Iterator[Edge]:
        found = self._edges("e.graph = ? AND e.type = ?", self._graph, edge_type)
        return (edge for _, edge in found)

    def edges_between(self, from_key: str, to_key: str) -> Iterator[tuple[str, Edge]]:
        ends = (self.ref(from_key), self.ref(to_key))
        return self._edges("e.source = ? AND e.target = ?", *ends)

    def outer_edges_before(self, moment: str) -> list[tuple[str, str, str]]:
        where = "e.outer_edge_ts < ? AND e.graph = ?"
        return [(t, e["from"], e["to"]) for t, e in self._edges(where, moment, self._graph)]

    def _edges(self, where: str, *values: object) -> Iterator[tuple[str, Edge]]:
        sql = (
            "SELECT e.type, s.key, t.key, e.place, e.outer_edge_ts FROM edge e "
            f"JOIN node s ON s.id = e.source JOIN node t ON t.id = e.target WHERE {where}"
        )
        for edge_type, from_key, to_key, place, moment in self._db.execute(sql, values):
            edge = {"from": from_key, "to": to_key, "refs": self._shared.places[place].get("refs")}
            yield edge_type, edge | ({"outer_edge_ts": moment} if moment else {})

    # --- batches ----------------------------------------------------------------------------

    def batches(self) -> dict[str, Any]:
        """What is known of each update in progress, by its name."""
        sql = "SELECT name, content FROM batch WHERE graph = ? ORDER BY id"
        return {n: json.loads(text) for n, text in self._db.execute(sql, (self._graph,))}

    def batch_changes(self, name: str) -> Iterator[Any]:
        sql = (
            "SELECT c.content FROM batch b JOIN batch_change c ON c.batch = b.id "
            "WHERE b.graph = ? AND b.name = ? ORDER BY c.number"
        )
        rows = self._db.execute(sql, (self._graph, name)).fetchall()
        return (json.loads(text) for (text,) in rows)

    def _one(self, sql: str, *values: object) -> int | None:
        row = self._db.execute(sql, values).fetchone()
        return row[0] if row else None

    def _column(self, name: str, refs: Sequence[Ref]) -> list[int]:
        sql = f"SELECT id, {name} FROM node WHERE id IN {_GIVEN}"
        found = dict(self._db.execute(sql, (json.dumps(list(refs)),)).fetchall())
        return [found[ref] for ref in refs]

    def _provide(self, condition: Condition) -> None:
        """Make the Python tests of a condition known to the connection."""
        tests = condition.tests

        def holds(number: int, value: Any) -> bool:
            return tests[number](decode(value))

        if tests:
            self._db.create_function("holds", 2, holds)

    def _document(self, row: tuple[Any, ...]) -> Node:
        _, key, kinds, place, revision, flat, content = row
        document: Node = json.loads(content)
        document["_key"] = key
        document["_rev"] = f"_r{revision}"
        document["kinds"] = self._shared.kinds[kinds]
        document.update(self._shared.places[place])
        if flat is not None:
            document["flat"] = flat
        return document
