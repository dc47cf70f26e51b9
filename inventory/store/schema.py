"""The tables of the file, its version, and how an older file becomes a newer one.

A node's row holds what differs from node to node. What many nodes share lies apart: the kinds that
a kind derives from (`kinds`), and the cloud, account, region and zone that nodes are in (`place`).
`property` holds each single value of a node's `reported` section, by property and value (bool,
list and object in a form of their own, see `encoding.py`), and of histories only when what happened
to which node; `words` is the full-text index.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator

APPLICATION = 0x52_49_4E_56  # "RINV" in the file's header
VERSION = 3

_GRAPHS = """
CREATE TABLE graph (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE kinds (id INTEGER PRIMARY KEY, names TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE place (id INTEGER PRIMARY KEY, content TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE node (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    graph INTEGER NOT NULL REFERENCES graph ON DELETE CASCADE,
    key TEXT NOT NULL,
    kinds INTEGER NOT NULL REFERENCES kinds,
    place INTEGER NOT NULL REFERENCES place,
    revision INTEGER NOT NULL,
    flat TEXT,
    content TEXT NOT NULL CHECK (json_valid(content)),
    UNIQUE (graph, key)
) STRICT;
CREATE INDEX node_by_kinds ON node (graph, kinds, place);
CREATE INDEX node_by_place ON node (place, graph);
CREATE TABLE edge (
    type TEXT NOT NULL,
    source INTEGER NOT NULL REFERENCES node ON DELETE CASCADE,
    target INTEGER NOT NULL REFERENCES node ON DELETE CASCADE,
    graph INTEGER NOT NULL REFERENCES graph ON DELETE CASCADE,
    place INTEGER NOT NULL REFERENCES place,
    outer_edge_ts TEXT,
    PRIMARY KEY (source, type, target)
) WITHOUT ROWID, STRICT;
CREATE INDEX edge_by_target ON edge (target, type, source);
CREATE INDEX edge_by_place ON edge (place, graph);
CREATE INDEX edge_by_graph ON edge (graph, type);
CREATE INDEX outer_edge ON edge (outer_edge_ts) WHERE outer_edge_ts IS NOT NULL;
CREATE VIRTUAL TABLE words USING fts5 (flat, content='', tokenize="ascii tokenchars '{chars}'");
CREATE TABLE batch (
    id INTEGER PRIMARY KEY,
    graph INTEGER NOT NULL REFERENCES graph ON DELETE CASCADE,
    name TEXT NOT NULL,
    content TEXT NOT NULL CHECK (json_valid(content)),
    UNIQUE (graph, name)
) STRICT;
CREATE TABLE batch_change (
    batch INTEGER NOT NULL REFERENCES batch ON DELETE CASCADE,
    number INTEGER NOT NULL,
    content TEXT NOT NULL CHECK (json_valid(content)),
    PRIMARY KEY (batch, number)
) WITHOUT ROWID, STRICT;
CREATE TABLE entity (
    collection TEXT NOT NULL,
    key TEXT NOT NULL,
    content TEXT NOT NULL CHECK (json_valid(content)),
    PRIMARY KEY (collection, key)
) STRICT;
CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
INSERT INTO counter VALUES ('revision', 0);
""".replace("{chars}", "!#$%&()*+,-./:;<=>?@[\\]^_`{|}~")

_PROPERTIES = """
CREATE TABLE path (
    id INTEGER PRIMARY KEY,
    graph INTEGER NOT NULL REFERENCES graph ON DELETE CASCADE,
    name TEXT NOT NULL,
    UNIQUE (graph, name)
) STRICT;
CREATE TABLE property (
    path INTEGER NOT NULL REFERENCES path ON DELETE CASCADE,
    node INTEGER NOT NULL,
    value ANY NOT NULL,
    PRIMARY KEY (path, node)
) WITHOUT ROWID, STRICT;
CREATE INDEX property_by_value ON property (path, value, node);
"""


def create(connection: sqlite3.Connection) -> None:
    """The tables of the present version, in an empty file."""
    for statement in _statements(_GRAPHS + _PROPERTIES):
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
    connection.execute(f"PRAGMA user_version = {VERSION}")


def migrate(connection: sqlite3.Connection, version: int) -> None:
    """Bring the tables of an older version to the present one; the caller commits."""
    for older in range(version, VERSION):
        _MIGRATIONS[older](connection)
    connection.execute(f"PRAGMA user_version = {VERSION}")


def create_version_1(connection: sqlite3.Connection) -> None:
    """The tables as they were before properties had an index; the tests migrate such a file."""
    for statement in _statements(_GRAPHS):
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
    connection.execute("PRAGMA user_version = 1")


def _index_properties(connection: sqlite3.Connection) -> None:
    """From 1 to 2: `property` is new, and is filled from the nodes."""
    from inventory.store.writer import index_all

    for statement in _statements(_PROPERTIES):
        connection.execute(statement)
    index_all(connection)


def _rearrange_indexes(connection: sqlite3.Connection) -> None:
    """From 2 to 3: few properties of histories are indexed; kinds and places are together."""
    unused = "SELECT id FROM path WHERE (graph % 2 = 1) = (name LIKE 'reported.%')"
    connection.execute(f"DELETE FROM property WHERE path IN ({unused})")
    connection.execute(f"DELETE FROM path WHERE id IN ({unused})")
    connection.execute("DROP INDEX node_by_kinds")
    connection.execute("CREATE INDEX node_by_kinds ON node (graph, kinds, place)")


def _statements(script: str) -> Iterator[str]:
    """One at a time: executescript would commit in between."""
    statement = ""
    for line in script.splitlines():
        statement += line + "\n"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


_MIGRATIONS: dict[int, Callable[[sqlite3.Connection], None]] = {
    1: _index_properties,
    2: _rearrange_indexes,
}
