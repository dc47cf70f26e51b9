"""Values that many nodes share, kept once in the file and once in memory: kinds, places, paths.

They are only ever added to, by the one writer. A reader may see one that is newer than its
snapshot: no node of the snapshot refers to it.
"""

from __future__ import annotations

import json
import sqlite3
from typing import Any

Json = dict[str, Any]
HISTORY_PROPERTIES = ("id", "change", "changed_at")  # what history is asked by
PLACE_SECTIONS = ("ancestors", "refs")


def is_history(graph: int) -> bool:
    """Whether a graph is the history of another one, whose number is one less."""
    return graph % 2 == 1


class Shared:
    """What is known of the small tables."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.load(connection)

    def load(self, connection: sqlite3.Connection) -> None:
        """Read the tables: at the start, and after a write was undone."""
        self.kinds: dict[int, list[str]] = {
            number: json.loads(names)
            for number, names in connection.execute("SELECT id, names FROM kinds")
        }
        self.places: dict[int, Json] = {
            number: json.loads(content)
            for number, content in connection.execute("SELECT id, content FROM place")
        }
        self.paths: dict[tuple[int, str], int] = {}
        if connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'path'").fetchone():
            rows = connection.execute("SELECT graph, name, id FROM path")
            self.paths = {(graph, name): number for graph, name, number in rows}
        self._kinds_by_text = {json.dumps(names): n for n, names in self.kinds.items()}
        self._places_by_text = {json.dumps(content): n for n, content in self.places.items()}

    def kinds_id(self, connection: sqlite3.Connection, names: list[str]) -> int:
        text = json.dumps(names)
        if text not in self._kinds_by_text:
            number = _insert(connection, "INSERT INTO kinds (names) VALUES (?)", text)
            self.kinds[number], self._kinds_by_text[text] = json.loads(text), number
        return self._kinds_by_text[text]

    def place_id(self, connection: sqlite3.Connection, document: Json) -> int:
        """The place of a node or an edge, from its sections `ancestors` and `refs`."""
        text = json.dumps({s: document[s] for s in PLACE_SECTIONS if document.get(s)})
        if text not in self._places_by_text:
            number = _insert(connection, "INSERT INTO place (content) VALUES (?)", text)
            self.places[number], self._places_by_text[text] = json.loads(text), number
        return self._places_by_text[text]

    def path_id(self, connection: sqlite3.Connection, graph: int, name: str) -> int:
        found = self.paths.get((graph, name))
        if found is None:
            statement = "INSERT INTO path (graph, name) VALUES (?, ?)"
            found = self.paths[graph, name] = _insert(connection, statement, graph, name)
        return found

    def forget_graph(self, graph: int) -> None:
        """Its paths are gone with it."""
        for key in [key for key in self.paths if key[0] == graph]:
            del self.paths[key]

    def places_of(self, kind: str, key: str) -> list[int]:
        """The places within a cloud, account, region or zone."""
        name = f"{kind}_id"
        return [n for n, place in self.places.items() if place.get("refs", {}).get(name) == key]


def _insert(connection: sqlite3.Connection, statement: str, *values: object) -> int:
    number = connection.execute(statement, values).lastrowid
    assert number is not None
    return number
