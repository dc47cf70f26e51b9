"""The file: opened by one server, written by one thread, read by several.

An operation of the writer is one transaction, and its result is given when the transaction is on
disk (`synchronous=FULL`). Readers see the state of the moment in which they began, for as long as
they read, and never wait for the writer (write-ahead log).
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from inventory.store.errors import as_http
from inventory.store.nodes import GraphReader
from inventory.store.opening import FILE, connect, hold, open_file
from inventory.store.shared import Shared
from inventory.store.writer import GraphWriter

T = TypeVar("T")
_READERS = 4  # threads; more would only wait for each other


class Database:
    """The open file of one folder.

    Args:
        folder: is made if it does not exist. One server at a time may have it open.

    Attributes:
        file: its path.
        read_only: whether it may only be read, so that each `write` is refused.

    Raises:
        StoreError: another server has it, it is not such a file, or it is newer than this program.
    """

    def __init__(self, folder: Path) -> None:
        self.file = folder / FILE
        self._lock = hold(folder)
        try:
            opened = open_file(self.file)
        except BaseException:
            self._lock.close()
            raise
        self._address, self._writer, self.read_only = opened
        self.shared = Shared(self._writer)
        self._idle: list[sqlite3.Connection] = []
        self._write_thread = ThreadPoolExecutor(1, thread_name_prefix="inventory-writer")
        self._read_threads = ThreadPoolExecutor(_READERS, thread_name_prefix="inventory-reader")

    # --- graphs -----------------------------------------------------------------------------

    def graphs(self) -> dict[str, int]:
        """Numbers of the graphs, by name; the history of a graph is the one after it."""
        rows = self._writer.execute("SELECT name, id FROM graph WHERE id % 2 = 0 ORDER BY id")
        return dict(rows.fetchall())

    def create_graph(self, name: str) -> int:
        """Add a graph and its history; only for use within `write`."""
        last = self._writer.execute("SELECT max(id) FROM graph").fetchone()[0]
        number = 2 if last is None else int(last) + 1
        for each, title in ((number, name), (number + 1, f"{name} (history)")):
            self._writer.execute("INSERT INTO graph VALUES (?, ?)", (each, title))
        return number

    async def delete_graph(self, number: int) -> None:
        def delete() -> None:
            for each in (number, number + 1):
                GraphWriter(self._writer, each, self.shared).clear()
                self._writer.execute("DELETE FROM graph WHERE id = ?", (each,))
                self.shared.forget_graph(each)

        await self.write(delete)

    # --- entities ---------------------------------------------------------------------------

    def entities(self, collection: str) -> dict[str, Any]:
        sql = "SELECT key, content FROM entity WHERE collection = ? ORDER BY rowid"
        rows = self._writer.execute(sql, (collection,)).fetchall()
        return {key: json.loads(content) for key, content in rows}

    async def put_entities(
        self, collection: str, entities: dict[str, Any], instead_of: Iterable[str] = ()
    ) -> None:
        """Insert or replace some entities, and remove others; what is there already stays."""
        gone = [(collection, key) for key in instead_of]
        there = "SELECT 1 FROM entity WHERE collection = ? AND key = ? AND content = ?"
        sql = (
            "INSERT INTO entity (collection, key, content) VALUES (?, ?, ?) "
            "ON CONFLICT DO UPDATE SET content = excluded.content"
        )
        rows = [(collection, key, json.dumps(content)) for key, content in entities.items()]

        def put() -> None:
            delete = "DELETE FROM entity WHERE collection = ? AND key = ?"
            self._writer.executemany(delete, gone)
            new = [row for row in rows if not self._writer.execute(there, row).fetchone()]
            self._writer.executemany(sql, new)

        await self.write(put)

    async def remove_entities(self, collection: str, keys: list[str] | None = None) -> None:
        """Remove some entities, or all of a collection."""
        sql = "DELETE FROM entity WHERE collection = ? AND (? IS NULL OR key IN "
        sql += "(SELECT value FROM json_each(?)))"
        given = None if keys is None else json.dumps(keys)
        await self.write(lambda: self._writer.execute(sql, (collection, given, given or "[]")))

    # --- reading and writing ----------------------------------------------------------------

    async def write(self, work: Callable[..., T], *arguments: Any) -> T:
        """Run a function in one transaction, and return its result once that is on disk.

        Raises:
            HTTPException: the disk is full, or the file may only be read; nothing has changed.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._write_thread, self._transaction, work, *arguments)

    async def read(self, work: Callable[[], T]) -> T:
        """Run a function in one of the reading threads."""
        return await asyncio.get_running_loop().run_in_executor(self._read_threads, work)

    def _transaction(self, work: Callable[..., T], *arguments: Any) -> T:
        try:
            self._writer.execute("BEGIN IMMEDIATE")
            result = work(*arguments)
            self._writer.execute("COMMIT")
        except BaseException as error:
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
            self.shared.load(self._writer)
            if isinstance(error, sqlite3.Error):
                raise as_http(error, str(self.file)) from error
            raise
        return result

    def writer(self, graph: int) -> GraphWriter:
        """The graph for the one who writes; only for use within `write`."""
        return GraphWriter(self._writer, graph, self.shared)

    def take_connection(self) -> sqlite3.Connection:
        return self._idle.pop() if self._idle else connect(self._address)

    def give_back(self, connection: sqlite3.Connection, busy: threading.Lock) -> None:
        """Take a connection back, as soon as what it does has ended; does not wait for it."""

        def end() -> None:
            with busy:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
            self._idle.append(connection)

        with suppress(RuntimeError):  # the server stops
            self._read_threads.submit(end)

    def close(self) -> None:
        """Close after the current write; the file is then complete without its log."""
        self._write_thread.shutdown()
        self._read_threads.shutdown(cancel_futures=True)
        for connection in [*self._idle, self._writer]:
            connection.close()
        self._lock.close()

    def problems(self) -> list[str]:
        """What is wrong with the file, a line for each problem."""
        from inventory.store.check import problems

        return problems(self._writer, self.shared)


class FileStorage:
    """One graph in the file; it is added to it with the first thing that is written.

    Args:
        database: the file.
        name: of the graph.
        number: of the graph, None for a new one.
    """

    def __init__(self, database: Database, name: str, number: int | None = None) -> None:
        self._database = database
        self._name = name
        self.number = number

    def session(self, history: bool = False) -> Session:
        """A view of the graph, or of its history, that lasts until it is closed."""
        assert self.number is not None
        return Session(self._database, self.number + history)

    async def write(self, work: Callable[..., T], *arguments: Any) -> T:
        """Change the graph, wholly or not at all; what `work` returns once it is on disk."""

        def change() -> tuple[int, T]:
            number = self.number or self._database.create_graph(self._name)
            return number, work(self._database.writer(number), *arguments)

        self.number, result = await self._database.write(change)
        return result

    async def copy_from(self, other: FileStorage) -> None:
        """Take all nodes and edges of another graph of the same file."""
        await self.write(lambda store: store.copy_from(other.number))


class Session:
    """One reader's view of a graph: everything is as it was when the session began."""

    def __init__(self, database: Database, graph: int) -> None:
        self._database = database
        self._graph = graph
        self._connection: sqlite3.Connection | None = None
        self._busy = threading.Lock()
        self._closed = False

    async def run(self, work: Callable[[GraphReader], T]) -> T:
        """Do something with the graph, in a thread; one thing at a time."""
        return await self._database.read(lambda: self._run(work))

    def _run(self, work: Callable[[GraphReader], T]) -> T:
        with self._busy:
            if self._closed:
                raise ConnectionAbortedError("nobody waits for the answer any longer")
            if self._connection is None:
                self._connection = self._database.take_connection()
                self._connection.execute("BEGIN")
            return work(GraphReader(self._connection, self._graph, self._database.shared))

    def close(self) -> None:
        """Give the connection back; a search that still runs is ended."""
        if self._closed:
            return
        self._closed = True
        connection = self._connection
        if connection is None:
            return
        if self._busy.locked():
            connection.interrupt()
        self._connection = None
        self._database.give_back(connection, self._busy)
