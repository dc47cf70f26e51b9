"""Values that many nodes share, kept once in the file and once in memory: kinds, places, paths.

They are only ever added to, by the one writer. A reader may see one that is newer than its
snapshot: no node of the snapshot refers to it.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable
from itertools import islice
from typing import Any

from inventory.graph.values import find, order_key

Json = dict[str, Any]
Groups = dict[str, tuple[Any, list[int]]]
HISTORY_PROPERTIES = ("id", "change", "changed_at")  # what history is asked by
PLACE_SECTIONS = ("ancestors", "refs")


def is_history(graph: int) -> bool:
    """Whether a graph is the history of another one, whose number is one less."""
    return graph % 2 == 1


class Places(dict[int, Json]):
    """All places by number, and by what they have at a path."""

    _MOST = 100  # paths

    def __init__(self, known: Iterable[tuple[int, Json]]) -> None:
        super().__init__(known)
        self._groups: dict[tuple[str | int, ...], Groups] = {}
        self._busy = threading.Lock()

    def by_value(self, steps: list[str | int]) -> Groups:
        """The different values at a path, each with the numbers of its places."""
        path = tuple(steps)
        with self._busy:
            if len(self._groups) > self._MOST:
                self._groups.clear()
            groups = self._groups.setdefault(path, {})
            counted = sum(len(numbers) for _, numbers in groups.values())
            # places are only ever added, also while others read
            for number, place in list(islice(self.items(), counted, None)):
                value = find(place, steps)
                groups.setdefault(repr(order_key(value)), (value, []))[1].append(number)
            return dict(groups)


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
        rows = connection.execute("SELECT id, content FROM place")
        self.places = Places((number, json.loads(content)) for number, content in rows)
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
        """Forget the paths of a deleted graph."""
        for key in [key for key in self.paths if key[0] == graph]:
            del self.paths[key]

    def places_of(self, kind: str, key: str) -> list[int]:
        """The places within a cloud, account, region or zone."""
        groups = self.places.by_value(["refs", f"{kind}_id"])
        return [n for value, numbers in groups.values() if value == key for n in numbers]


def _insert(connection: sqlite3.Connection, statement: str, *values: object) -> int:
    number = connection.execute(statement, values).lastrowid
    assert number is not None
    return number
