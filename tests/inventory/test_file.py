"""The file that `--data` keeps: its versions, its lock, and what is said about it."""

from __future__ import annotations

import fcntl
import resource
import sqlite3
import subprocess
from pathlib import Path

import pytest

from tests.inventory.forks import ForkServer
from tests.inventory_process import ROOT, inventory_python


def _run(*arguments: object, answer: str = "") -> subprocess.CompletedProcess[str]:
    command = [str(inventory_python()), "-m", "inventory", *map(str, arguments)]
    return subprocess.run(
        command, cwd=ROOT, input=answer, capture_output=True, text=True, timeout=120, check=False
    )


def test_a_second_start_knows_what_the_first_was_told(forks: ForkServer, filled: Path):
    with forks.running(data=filled) as server:
        server.api.put("/config/test.kept", json={"a": 1}, params={"validate": "false"})
    with forks.running(data=filled) as server:
        assert server.api.get("/config/test.kept").json() == {"a": 1}
        assert len(server.api.keys("all")) == 1413
        second = _run("--data", filled, "--port", 0)
    assert second.returncode == 1
    assert f"another server has {filled} open" in second.stderr
    checked = _run("--data", filled, "--check")
    assert (checked.returncode, checked.stderr) == (0, "")
    assert "is in order" in checked.stdout


def test_a_full_disk_is_said_and_reads_go_on(forks: ForkServer, filled: Path):
    with forks.running(data=filled) as server:
        api = server.api
        limits = resource.prlimit(server.number, resource.RLIMIT_FSIZE)
        resource.prlimit(server.number, resource.RLIMIT_FSIZE, (1024, limits[1]))
        config = {"json": {"a": {"b": "x" * 100_000}}, "params": {"validate": "false"}}
        refused = api.put("/config/test.full", **config)
        assert refused.status_code == 507
        assert "Nothing was changed" in refused.text
        assert len(api.keys("all")) == 1413
        assert api.get("/config/test.full").status_code == 404
        resource.prlimit(server.number, resource.RLIMIT_FSIZE, limits)
        assert api.put("/config/test.full", **config).status_code == 200


def test_a_damaged_index_is_found(forks: ForkServer, filled: Path):
    with sqlite3.connect(filled / "inventory.sqlite") as db:
        db.execute("UPDATE property SET value = 'other' WHERE value = 'production'")
        db.commit()
    code, printed = forks.run("--data", filled, "--check")
    assert code == 1
    assert "index of properties" in printed


def test_a_newer_file_is_refused(tmp_path: Path):
    with sqlite3.connect(tmp_path / "inventory.sqlite") as db:
        db.execute("CREATE TABLE future (a)")
        db.execute(f"PRAGMA application_id = {0x52494E56}")
        db.execute("PRAGMA user_version = 99")
    done = _run("--data", tmp_path, "--check")
    assert done.returncode == 1
    assert "has version 99, and this program knows" in done.stderr


@pytest.mark.parametrize("content", ["no database at all " * 100, None], ids=["text", "sqlite"])
def test_another_file_is_refused(tmp_path: Path, content: str | None):
    file = tmp_path / "inventory.sqlite"
    if content:
        file.write_text(content)
    else:
        with sqlite3.connect(file) as db:
            db.execute("CREATE TABLE mine (a)")
    done = _run("--data", tmp_path, "--check")
    assert done.returncode == 1
    assert "inventory.sqlite" in done.stderr
    assert "Traceback" not in done.stderr


def test_reset_asks_first(tmp_path: Path):
    file = tmp_path / "inventory.sqlite"
    with sqlite3.connect(file) as db:
        db.execute("CREATE TABLE mine (a)")
    done = _run("--data", tmp_path, "--reset", answer="n\n")
    assert done.returncode == 1
    assert "nothing was changed" in done.stderr
    assert file.exists()


def test_the_folder_is_locked_by_the_process(tmp_path: Path):
    with (tmp_path / "lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = _run("--data", tmp_path, "--check")
    assert done.returncode == 1


_MIGRATE = """
import sqlite3, sys
from pathlib import Path
from inventory.store import schema
from inventory.store.database import FILE, Database
file = Path(sys.argv[1], FILE)
old = sqlite3.connect(file)
schema.create_version_1(old)
old.execute("INSERT INTO graph VALUES (2, 'resoto'), (3, 'resoto (history)')")
old.execute("INSERT INTO kinds VALUES (1, '[\\"a\\"]')")
old.execute("INSERT INTO place VALUES (1, '{}')")
text = '{"reported": {"kind": "a", "name": "n", "size": 3}}'
old.execute("INSERT INTO node VALUES (1, 2, 'k', 1, 1, 1, NULL, ?)", (text,))
old.commit(); old.close()
database = Database(file.parent)
print(sorted(database._writer.execute("SELECT value FROM property"), key=str), database.problems())
"""


def test_an_older_file_is_migrated(tmp_path: Path):
    command = [str(inventory_python()), "-c", _MIGRATE, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[('a',), ('n',), (3,)] []"
