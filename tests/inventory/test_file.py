"""The file that `--data` keeps: its versions, its lock, and what is said about it."""

from __future__ import annotations

import os
import resource
import signal
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.inventory.forks import ForkServer
from tests.inventory_process import ROOT, inventory_python


def test_a_second_start_knows_what_the_first_was_told(forks: ForkServer, filled: Path):
    with forks.running(data=filled) as server:
        server.api.put("/config/test.kept", json={"a": 1}, params={"validate": "false"})
    with forks.running(data=filled) as server:
        assert server.api.get("/config/test.kept").json() == {"a": 1}
        assert len(server.api.keys("all")) == 1413
        code, printed = forks.run("--data", filled, "--port", 0)
    assert code == 1
    assert f"another server has {filled} open" in printed
    code, printed = forks.run("--data", filled, "--check")
    assert (code, printed) == (0, f"inventory: {filled / 'inventory.sqlite'} is in order\n")


@contextmanager
def _full_disk(number: int) -> Iterator[None]:
    """Whatever a process writes must end before the second kilobyte."""
    limits = resource.prlimit(number, resource.RLIMIT_FSIZE)
    resource.prlimit(number, resource.RLIMIT_FSIZE, (1024, limits[1]))
    try:
        yield
    finally:
        resource.prlimit(number, resource.RLIMIT_FSIZE, limits)


def test_a_full_disk_is_said_and_reads_go_on(forks: ForkServer, filled: Path):
    with forks.running(data=filled) as server:
        api = server.api
        config = {"json": {"a": {"b": "x" * 100_000}}, "params": {"validate": "false"}}
        with _full_disk(server.number):
            refused = api.put("/config/test.full", **config)
            assert refused.status_code == 507
            assert "Nothing was changed" in refused.text
            assert api.command("graph copy resoto other").status_code == 507
            assert api.get("/graph").json() == ["resoto"]
            assert len(api.keys("all")) == 1413
            assert api.get("/config/test.full").status_code == 404
        assert api.put("/config/test.full", **config).status_code == 200


def test_a_file_is_opened_on_a_full_disk(forks: ForkServer, filled: Path):
    """There is no room for what SQLite keeps beside a file that it may write."""
    with _full_disk(forks.number):
        code, printed = forks.run("--data", filled, "--check")
        assert (code, printed) == (0, f"inventory: {filled / 'inventory.sqlite'} is in order\n")
        code, printed = forks.run("--data", filled, "--port", 0)
    assert code == 1
    assert "cannot be written: File too large" in printed
    assert "Traceback" not in printed


def test_a_damaged_index_is_found(forks: ForkServer, filled: Path):
    with sqlite3.connect(filled / "inventory.sqlite") as db:
        db.execute("UPDATE property SET value = 'other' WHERE value = 'production'")
        db.commit()
    code, printed = forks.run("--data", filled, "--check")
    assert code == 1
    assert "index of properties" in printed


def test_a_newer_file_is_refused(forks: ForkServer, tmp_path: Path):
    with sqlite3.connect(tmp_path / "inventory.sqlite") as db:
        db.execute("CREATE TABLE future (a)")
        db.execute(f"PRAGMA application_id = {0x52494E56}")
        db.execute("PRAGMA user_version = 99")
    code, printed = forks.run("--data", tmp_path, "--check")
    assert code == 1
    assert "has version 99, and this program knows" in printed


@pytest.mark.parametrize("content", ["no database at all " * 100, None], ids=["text", "sqlite"])
def test_another_file_is_refused(forks: ForkServer, tmp_path: Path, content: str | None):
    file = tmp_path / "inventory.sqlite"
    if content:
        file.write_text(content)
    else:
        with sqlite3.connect(file) as db:
            db.execute("CREATE TABLE mine (a)")
    code, printed = forks.run("--data", tmp_path, "--check")
    assert code == 1
    assert "inventory.sqlite" in printed
    assert "Traceback" not in printed


def test_reset_throws_away_what_it_may(forks: ForkServer, tmp_path: Path):
    file = tmp_path / "inventory.sqlite"
    with sqlite3.connect(file) as db:
        db.execute("CREATE TABLE mine (a)")
    for answer, remains in (("n\n", True), ("", True), ("y\n", False)):
        started = ("--data", tmp_path, "--reset", "--host", "192.0.2.1")  # where it cannot listen
        code, printed = forks.run(*started, answer=answer)
        assert (code, "Delete it?" in printed) == (1, True)
        assert ("nothing was changed" in printed) == remains
        assert file.exists() == remains


@pytest.fixture(scope="module")
def obeying() -> Iterator[ForkServer]:
    """Keeps to the permissions of files: root may write everything, unless it gives that up."""
    give_up = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    server = ForkServer(*(give_up if os.geteuid() == 0 else []))
    yield server
    server.close()


@pytest.fixture
def locked_up(filled: Path) -> Iterator[Callable[[], Path]]:
    """Takes the permission to write away from the folder and what is in it."""

    def lock_up() -> Path:
        for file in filled.iterdir():
            file.chmod(0o400)
        filled.chmod(0o500)
        return filled

    yield lock_up
    filled.chmod(0o700)


@pytest.mark.parametrize("what", ["file", "folder"])
def test_a_file_that_may_only_be_read_is_read(
    obeying: ForkServer, filled: Path, locked_up: Callable[[], Path], what: str
):
    if what == "folder":
        locked_up()
    else:
        (filled / "inventory.sqlite").chmod(0o400)
    with obeying.running(data=filled) as server:
        api = server.api
        for _ in range(2):
            assert len(api.keys("all")) == 1413
            for refused in (
                api.put("/config/test.kept", json={"a": 1}, params={"validate": "false"}),
                api.patch("/graph/resoto/node/root/section/reported", json={"name": "x"}),
                api.command("graph copy resoto other"),
                api.post("/graph/other"),
            ):
                assert refused.status_code == 503
                assert "inventory.sqlite may only be read" in refused.text
            assert api.get("/graph").json() == ["resoto"]
    code, printed = obeying.run("--data", filled, "--check")
    assert (code, printed) == (0, f"inventory: {filled / 'inventory.sqlite'} is in order\n")


def test_a_log_that_cannot_be_brought_in_is_said(
    obeying: ForkServer, filled: Path, locked_up: Callable[[], Path]
):
    """Its changes were answered: without them the file is not what it was."""
    with obeying.running(data=filled) as server:
        changed = {"json": {"a": 1}, "params": {"validate": "false"}}
        assert server.api.put("/config/test.kept", **changed).ok
        server.end(signal.SIGKILL)
    (filled / "inventory.sqlite-shm").unlink()
    locked_up()
    code, printed = obeying.run("--data", filled, "--check")
    assert code == 1
    assert "the last changes are still in inventory.sqlite-wal" in printed


def test_an_older_file_cannot_only_be_read(
    obeying: ForkServer, filled: Path, locked_up: Callable[[], Path]
):
    with sqlite3.connect(filled / "inventory.sqlite") as db:
        db.execute("PRAGMA user_version = 2")
    db.close()
    locked_up()
    code, printed = obeying.run("--data", filled, "--check")
    assert code == 1
    assert "has version 2, and may only be read" in printed


_MIGRATE = """
import sqlite3, sys
from pathlib import Path
from inventory.store import schema
from inventory.store.database import Database
from inventory.store.opening import FILE
file = Path(sys.argv[1], FILE)
old = sqlite3.connect(file)
schema.create_version_1(old)
old.execute("INSERT INTO graph VALUES (2, 'resoto'), (3, 'resoto (history)')")
old.execute("INSERT INTO kinds VALUES (1, '[\\"a\\"]')")
old.execute("INSERT INTO place VALUES (1, '{}')")
text = '{"reported": {"kind": "a", "name": "n", "size": 3}}'
old.execute("INSERT INTO node VALUES (1, 2, 'k', 1, 1, 1, NULL, ?)", (text,))
if sys.argv[2] == "2":
    old.execute("INSERT INTO node VALUES (2, 3, 'h', 1, 1, 2, NULL, ?)", (text,))
    for statement in schema._statements(schema._PROPERTIES):
        old.execute(statement)
    for graph, node in ((2, 1), (3, 2)):
        for name, value in (("kind", "a"), ("name", "n"), ("size", 3)):
            path = (graph, f"reported.{name}")
            path = old.execute("INSERT INTO path (graph, name) VALUES (?, ?)", path).lastrowid
            old.execute("INSERT INTO property VALUES (?, ?, ?)", (path, node, value))
    old.execute("PRAGMA user_version = 2")
old.commit(); old.close()
database = Database(file.parent)
print(sorted(database._writer.execute("SELECT value FROM property"), key=str), database.problems())
"""


@pytest.mark.parametrize("version", ["1", "2"])
def test_an_older_file_is_migrated(tmp_path: Path, version: str):
    """Histories had all properties in the index of version 2, and version 1 had no index."""
    command = [str(inventory_python()), "-c", _MIGRATE, str(tmp_path), version]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[('a',), ('n',), (3,)] []"
