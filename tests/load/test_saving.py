"""Bodies of gigabytes into files: piece by piece, and Python's memory does not grow."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.interpreter import Interpreter
from tests.server import Urls

from . import saving

MEGABYTE = 1 << 20
# What `make test` saves, and what the whole load does.
LEAST, ON_DISK, IN_MEMORY = 300 * MEGABYTE, 2048 * MEGABYTE, 600 * MEGABYTE
# Seconds that it may take, and that one call of the interpreter takes of them.
PATIENCE, TURN = 600, 30


@pytest.fixture
def ready(pyodide: Interpreter) -> Interpreter:
    """The interpreter, with the modules of the load in it."""
    pyodide.runner.python("import remote; remote.package('tests.load')")
    return pyodide


@pytest.fixture
def disk(ready: Interpreter, tmp_path: Path) -> Iterator[Path]:
    """A folder of the disk, which is `/disk` inside."""
    ready.call(saving.mount_disk, {"folder": str(tmp_path)})
    yield tmp_path
    ready.call(saving.unmount_disk, {})


def save(pyodide: Interpreter, urls: Urls, size: int, path: str, on_disk: bool) -> None:
    """Save a body, by as many calls as it takes."""
    pyodide.call(saving.begin, {"urls": urls, "size": size, "path": path, "disk": on_disk})
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        pyodide.call(saving.wait, {"seconds": TURN})
        left = f"import sys; len(sys.modules[{saving.__name__!r}].under_way)"
        if pyodide.runner.python(left) == 0:
            return
    pyodide.call(saving.is_over, {})


def is_blob(path: Path) -> bool:
    """Tell whether a file is as the server's blob."""
    block = bytes(range(256)) * 4096
    with path.open("rb") as file:
        return all(read == block[: len(read)] for read in iter(lambda: file.read(len(block)), b""))


@pytest.mark.only_on("node or node-jspi")
def test_on_the_disk(ready: Interpreter, urls: Urls, disk: Path, share: float) -> None:
    size = max(LEAST, round(ON_DISK * share))
    save(ready, urls, size, "/disk/large.bin", True)
    assert (disk / "large.bin").stat().st_size == size
    assert [each.name for each in disk.iterdir()] == ["large.bin"]
    assert is_blob(disk / "large.bin")
    (disk / "large.bin").unlink()


@pytest.mark.only_on("chromium and not page and not strict-page and not isolated-page")
def test_on_the_disk_of_a_browser(ready: Interpreter, urls: Urls, share: float) -> None:
    """What `mountNativeFS` shows lies in the memory of JavaScript until `syncfs()`."""
    size = max(LEAST, round(IN_MEMORY * share))
    ready.call(saving.mount_private, {})
    save(ready, urls, size, "/private/large.bin", False)
    ready.call(saving.check_private, {"name": "large.bin", "size": size})
