"""The three ways to call: blocking, and awaited under asyncio or trio."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Coroutine
from typing import Any

import trio

import pyfetch_requests
from pyfetch_requests import sync
from pyfetch_requests._flow.drive import drive

Story = Callable[[], Coroutine[Any, Any, Any]]


class Caller:
    """One way to call.

    Attributes:
        name: "blocking", "asyncio" or "trio".
        client: The namespace of the face.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.client: Any = sync if name == "blocking" else pyfetch_requests

    def run(self, story: Story) -> Any:
        """Run a story to its end; by the blocking face it never suspends."""
        if self.name == "trio":
            return trio.run(story)
        return asyncio.run(story()) if self.name == "asyncio" else drive(story())

    async def __call__(self, value: Any) -> Any:
        """The value, awaited if it has to be."""
        return await value if inspect.isawaitable(value) else value

    async def gather(self, *calls: Callable[[], Any]) -> list[Any]:
        """The values of calls: at once where that can be, else one by one."""
        if self.name == "asyncio":
            return await asyncio.gather(*[call() for call in calls])
        if self.name == "blocking":
            return [call() for call in calls]
        found: dict[int, Any] = {}

        async def one(place: int, call: Callable[[], Any]) -> None:
            found[place] = await call()

        async with trio.open_nursery() as nursery:
            for place, call in enumerate(calls):
                nursery.start_soon(one, place, call)
        return [found[place] for place in range(len(calls))]

    async def pause(self, seconds: float) -> None:
        """Let others go on."""
        if self.name == "asyncio":
            await asyncio.sleep(seconds)
        elif self.name == "trio":
            await trio.sleep(seconds)
