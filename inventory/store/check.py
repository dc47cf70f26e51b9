"""Verifies a file: SQLite's own checks, and whether the indexes say what the nodes say."""

from __future__ import annotations

import json
import sqlite3

from inventory.store.encoding import encode, word_text
from inventory.store.shared import Shared
from inventory.store.writer import indexed_properties


def problems(connection: sqlite3.Connection, shared: Shared) -> list[str]:
    """What is wrong, a line for each problem."""
    found = [text for (text,) in connection.execute("PRAGMA integrity_check") if text != "ok"]
    for table, row, parent, _ in connection.execute("PRAGMA foreign_key_check"):
        found.append(f"row {row} of {table} refers to a row of {parent} that does not exist")
    if found:
        return found
    names = {number: name for (_, name), number in shared.paths.items()}
    found += _wrong_properties(connection, names)
    return found + _missing_words(connection)


def _wrong_properties(connection: sqlite3.Connection, names: dict[int, str]) -> list[str]:
    found = []
    expected = 0
    sql = "SELECT path, value FROM property WHERE path IN (SELECT id FROM path WHERE graph = ?) "
    sql += "AND node = ?"
    for ref, graph, key, content in connection.execute("SELECT id, graph, key, content FROM node"):
        wanted = {n: encode(v) for n, v in indexed_properties(json.loads(content), graph).items()}
        expected += len(wanted)
        rows = {names[path]: value for path, value in connection.execute(sql, (graph, ref))}
        if rows != wanted:
            found.append(f"the index of properties does not have node {key} as it is")
    if not found and connection.execute("SELECT count(*) FROM property").fetchone()[0] != expected:
        found.append("the index of properties has values of nodes that do not exist")
    return found


def _missing_words(connection: sqlite3.Connection) -> list[str]:
    found = []
    sql = "SELECT 1 FROM words WHERE words MATCH ? AND rowid = ?"
    rows = connection.execute("SELECT id, key, flat FROM node WHERE flat IS NOT NULL")
    for ref, key, flat in rows:
        first = word_text(flat).partition(" ")[0]
        if first and not connection.execute(sql, (f'"{first}"', ref)).fetchone():
            found.append(f"the full-text index does not have node {key}")
    return found
