"""A body into a file, as it runs inside Pyodide: begun in one call, and waited for in others."""

from __future__ import annotations

import asyncio
import os
from typing import Any

import pyfetch_requests
from tests.server import Urls

MEGABYTE = 1 << 20

under_way: list[asyncio.Task[None]] = []


def mount_disk(folder: str) -> None:
    """Let Python see a folder of the disk, under Node."""
    import pyodide_js

    os.makedirs("/disk", exist_ok=True)
    pyodide_js.mountNodeFS("/disk", folder)  # type: ignore[attr-defined]


def unmount_disk() -> None:
    import pyodide_js

    pyodide_js.FS.unmount("/disk")


async def begin(urls: Urls, size: int, path: str, disk: bool) -> None:
    """Start saving a large body, after a small one that fills what caches there are."""
    await _save(urls, MEGABYTE, path, False)
    under_way.append(asyncio.create_task(_save(urls, size, path, disk)))


async def wait(seconds: float) -> None:
    """Wait for it, but no longer than so many seconds; what it raised is raised here."""
    for task in under_way:
        await asyncio.wait([task], timeout=seconds)
        if task.done():
            under_way.clear()
            task.result()


def is_over() -> None:
    assert not under_way, "it is still being saved"


async def _save(urls: Urls, size: int, path: str, disk: bool) -> None:
    """Save, and look at what memory it took.

    Args:
        urls: of the server.
        size: bytes of the body.
        path: of the file.
        disk: True where nothing of the file is kept in the memory of the whole process either.
    """
    before, process = _memory(), _process_peak() if disk else 0
    response = await pyfetch_requests.get(urls.blob(size), stream=True)
    await response.save(path)
    assert os.stat(path).st_size == size
    assert not os.path.exists(f"{path}.part")
    assert _memory() - before < 25 * MEGABYTE
    if disk:
        assert _process_peak() - process < 150 * MEGABYTE


def _memory() -> int:
    """Bytes of WebAssembly's memory, which never gets smaller: those after are the most."""
    import pyodide_js

    return int(pyodide_js._module.HEAP8.length)


def _process_peak() -> int:
    """Bytes that the process of Node had at most."""
    import js

    return int(js.process.resourceUsage().maxRSS) * 1024


async def mount_private() -> None:
    """Let Python see a folder of the browser's own disk (OPFS)."""
    import js
    import pyodide_js

    root = await js.navigator.storage.getDirectory()
    mounted = await pyodide_js.mountNativeFS("/private", root)  # type: ignore[attr-defined]
    _private.append(mounted)


_private: list[Any] = []


async def check_private(name: str, size: int) -> None:
    """After `syncfs()` the file is on the browser's disk; leave nothing of it."""
    import js

    await _private.pop().syncfs()
    root = await js.navigator.storage.getDirectory()
    handle = await root.getFileHandle(name)
    file = await handle.getFile()
    assert file.size == size
    last = await file.slice(size - 256).arrayBuffer()
    assert last.to_bytes() == bytes(range(256))
    _unmount_private(name)
    await root.removeEntry(name)


def _unmount_private(name: str) -> None:
    import pyodide_js

    os.unlink(f"/private/{name}")
    pyodide_js.FS.unmount("/private")
