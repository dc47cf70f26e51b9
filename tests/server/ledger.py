"""The record of the server: each request that has `id=` in its query, and how it ended."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from .wire import Request


@dataclass
class Entry:
    """One request.

    Attributes:
        state: "open" while it is served; "completed" when the whole answer was written; "aborted"
            if the client left before; "cut" if the server broke it off on purpose.
        sent: Bytes of the body that were written.
    """

    method: str
    target: str
    headers: list[tuple[str, str]]
    state: str = "open"
    sent: int = 0


@dataclass
class Ledger:
    """The entries by id, and a way to wait for them."""

    entries: dict[str, list[Entry]] = field(default_factory=dict)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def open(self, request: Request) -> Entry:
        entry = Entry(request.method, request.target, request.headers)
        name = dict(request.query).get("id")
        if name is not None:
            self.entries.setdefault(name, []).append(entry)
            self._notify()
        return entry

    def close(self, entry: Entry, state: str, sent: int) -> None:
        entry.state, entry.sent = state, sent
        self._notify()

    def _notify(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    def seen(self, name: str) -> dict[str, Any]:
        """The requests of that id in order of arrival, and how many there are in each state."""
        entries = self.entries.get(name, [])
        counts = Counter(entry.state for entry in entries)
        states = ("open", "completed", "aborted", "cut")
        return {
            "count": len(entries),
            "sent": sum(entry.sent for entry in entries),
            **{state: counts[state] for state in states},
            "requests": [asdict(entry) for entry in entries],
        }

    async def wait(self, name: str, until: dict[str, int], within: float) -> dict[str, Any]:
        """As `seen`, as soon as each of the numbers in `until` is reached, or after `within`.

        Args:
            name: The id.
            until: Least numbers by key, for example {"aborted": 1}.
            within: Seconds.
        """
        try:
            async with asyncio.timeout(within):
                while any(self.seen(name)[key] < least for key, least in until.items()):
                    await self._changed.wait()
        except TimeoutError:
            pass
        return self.seen(name)
