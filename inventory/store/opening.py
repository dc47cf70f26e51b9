"""Opens the file: locks its folder, creates or migrates its tables, or opens it read-only."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import IO, NamedTuple

from inventory.store import schema
from inventory.store.errors import StoreError, cannot_grow

FILE = "inventory.sqlite"


class Opened(NamedTuple):
    """The address for further connections, the first one, and whether they may only read."""

    address: str
    connection: sqlite3.Connection
    read_only: bool


def hold(folder: Path) -> IO[bytes]:
    """Hold the folder for this process: the system lets go of it when the process ends.

    Raises:
        StoreError: another server has it, or it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = _lock_file(folder / "lock")
    except OSError as error:
        raise StoreError(f"{folder} cannot be used: {error.strerror}") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise StoreError(
            f"another server has {folder} open: stop it, or give --data another folder"
        ) from error
    return lock


def _lock_file(path: Path) -> IO[bytes]:
    try:
        return path.open("ab")
    except OSError:
        if not path.parent.joinpath(FILE).exists():
            raise
        # a folder that may only be read: lock what is there
        return path.open("rb") if path.exists() else Path(os.devnull).open("rb")


def open_file(file: Path) -> Opened:
    """Open the file; only for reading where it cannot be written.

    Raises:
        StoreError: it is no inventory, it is newer than this program, or it cannot even be read.
    """
    address = file.absolute().as_uri()
    try:
        if file.exists() and not (os.access(file, os.W_OK) and os.access(file.parent, os.W_OK)):
            return _only_read(file, address)
        try:
            connection = connect(address)
            connection.execute("PRAGMA foreign_keys = ON")
            _prepare(connection, file)
        except sqlite3.OperationalError as error:
            if not (cannot_grow(error) and file.exists() and file.stat().st_size):
                raise
            return _only_read(file, address)
    except sqlite3.DatabaseError as error:
        raise StoreError(f"{file} cannot be opened: {error}") from error
    file.chmod(0o600)  # it contains the key that signs logins
    return Opened(address, connection, read_only=False)


def connect(address: str) -> sqlite3.Connection:
    """A connection to the file, for use by one thread at a time."""
    connection = sqlite3.connect(address, isolation_level=None, check_same_thread=False, uri=True)
    connection.execute("PRAGMA cache_size = -16000")  # KB
    connection.execute("PRAGMA mmap_size = 1073741824")
    return connection


def _only_read(file: Path, address: str) -> Opened:
    """Without its log SQLite reads a file that does not change; with one it needs both."""
    log = Path(f"{file}-wal")
    modes = ["?mode=ro"]
    if not log.exists() or not log.stat().st_size:
        modes.append("?immutable=1")
    for mode in modes:
        with suppress(sqlite3.OperationalError):
            connection = connect(address + mode)
            version = _version(connection, file)
            break
    else:
        raise StoreError(
            f"{file} may only be read, and the last changes are still in {log.name}: "
            "start once where it may be written, or allow writing"
        )
    if version < schema.VERSION:
        raise StoreError(
            f"{file} has version {version}, and may only be read: allow writing, so that it can "
            "be brought up to date"
        )
    return Opened(address + mode, connection, read_only=True)


def _version(connection: sqlite3.Connection, file: Path) -> int:
    """The version of the tables, 0 if there are none yet."""
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    if connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0] == 0:
        return 0
    if application != schema.APPLICATION:
        raise StoreError(f"{file} is not an inventory: give --data another folder")
    if version > schema.VERSION:
        raise StoreError(
            f"{file} has version {version}, and this program knows {schema.VERSION} and older: "
            "use the newer program, or give --data another folder"
        )
    return version


def _prepare(connection: sqlite3.Connection, file: Path) -> None:
    """Make the tables of a new file, or bring those of an older one up to date."""
    version = _version(connection, file)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA cache_size = -65536")
    if version < schema.VERSION:
        connection.execute("BEGIN IMMEDIATE")
        if version:
            schema.migrate(connection, version)
        else:
            schema.create(connection)
        connection.execute("COMMIT")


def remove(folder: Path) -> None:
    """Delete the file. Raises StoreError if a server has it open."""
    lock = hold(folder)
    for name in (FILE, f"{FILE}-wal", f"{FILE}-shm"):
        (folder / name).unlink(missing_ok=True)
    os.sync()
    lock.close()
