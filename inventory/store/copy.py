"""A whole graph under another number, without reading it into this process."""

from __future__ import annotations

import sqlite3

# parameters: the number of the graph that is copied, and that of the copy
_STATEMENTS = (
    """
    INSERT INTO node (graph, key, kinds, place, revision, flat, content)
    SELECT :copy, key, kinds, place, revision, flat, content
    FROM node WHERE graph = :graph ORDER BY id
    """,
    """
    INSERT INTO edge (type, source, target, graph, place, outer_edge_ts)
    SELECT e.type, source.id, target.id, :copy, e.place, e.outer_edge_ts FROM edge e
    JOIN node s ON s.id = e.source JOIN node source ON source.graph = :copy AND source.key = s.key
    JOIN node t ON t.id = e.target JOIN node target ON target.graph = :copy AND target.key = t.key
    WHERE e.graph = :graph
    """,
    "INSERT INTO path (graph, name) SELECT :copy, name FROM path WHERE graph = :graph",
    """
    INSERT INTO property (path, node, value)
    SELECT path.id, node.id, p.value FROM path q
    JOIN path ON path.graph = :copy AND path.name = q.name
    JOIN property p ON p.path = q.id
    JOIN node n ON n.id = p.node JOIN node ON node.graph = :copy AND node.key = n.key
    WHERE q.graph = :graph
    """,
)


def copy_rows(connection: sqlite3.Connection, graph: int, copy: int) -> None:
    """Copy nodes, edges and the index of properties; the copy must be empty."""
    for statement in _STATEMENTS:
        connection.execute(statement, {"graph": graph, "copy": copy})
