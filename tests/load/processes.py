"""How much memory the processes of a browser take; what the kernel tells, in every engine."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any


def _children() -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            text = path.read_text()
            parent = int(text.rpartition(")")[2].split()[1])
            found.setdefault(parent, []).append(int(path.parent.name))
    return found


def _family(root: int) -> list[int]:
    """The ids of a process and of all that descend from it."""
    children = _children()
    members = [root]
    for member in members:
        members += children.get(member, [])
    return members


class Watch:
    """How much memory a browser takes at most from now on, beyond what it has now.

    Args:
        driver: the runner's, of the browser.
    """

    def __init__(self, driver: Any) -> None:
        service = getattr(driver, "service", None)
        self._root = (service or driver).process.pid
        for member in _family(self._root):
            with suppress(OSError):
                Path(f"/proc/{member}/clear_refs").write_text("5")  # the peak is what is there now
        self._before = self._memory("VmRSS")

    def peak(self) -> int:
        """Bytes: the sum of the peaks of all its processes."""
        return self._memory("VmHWM") - self._before

    def _memory(self, name: str) -> int:
        total = 0
        for member in _family(self._root):
            with suppress(OSError):
                text = Path(f"/proc/{member}/status").read_text()
                lines = [line for line in text.splitlines() if line.startswith(f"{name}:")]
                total += sum(int(line.split()[1]) * 1024 for line in lines)
        return total
