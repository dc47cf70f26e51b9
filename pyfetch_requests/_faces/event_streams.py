"""The event streams of the two faces.

Decides how a caller waits for an event. Never decides what an event is: the flow does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from .._flow.drive import drive
from .._flow.event_stream import EventStreamBase
from .._text.events import Event

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator
    from types import AsyncGeneratorType


class AsyncEventStream(EventStreamBase):
    """The events of a stream, for `async with` and `async for`; see `pyfetch_requests.sse`."""

    _loop: AsyncGeneratorType[Event, None] | None = None

    async def __aenter__(self) -> AsyncEventStream:
        await self._open()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._loop is not None and not self._loop.ag_running:
            await self._loop.aclose()
        await self._leave()

    def __aiter__(self) -> AsyncGenerator[Event, None]:
        # A generator costs less than a call of `__anext__` for each event. One for all loops, which
        # is closed with the stream: an event loop complains of one that is dropped after a `break`.
        found = self._loop
        if found is None or found.ag_frame is None or found.ag_running:
            found = self._loop = cast("AsyncGeneratorType[Event, None]", self._each())
        return found

    async def _each(self) -> AsyncGenerator[Event, None]:
        while True:
            for event in self._events:
                self._given = event
                yield event
            found = await self._next()
            if found is None:
                return
            yield found

    async def __anext__(self) -> Event:
        for event in self._events:  # what is here already, at once
            self._given = event
            return event
        found = await self._next()
        if found is None:
            raise StopAsyncIteration
        return found


class BlockingEventStream(EventStreamBase):
    """The events of a stream, for `with` and `for`; see `pyfetch_requests.sync.sse`."""

    def __enter__(self) -> BlockingEventStream:
        drive(self._open())
        return self

    def __exit__(self, *_: object) -> None:
        drive(self._leave())

    def __iter__(self) -> Iterator[Event]:
        # A generator costs less than a call of `__next__` for each event. What it has not given,
        # after a `break`, the next one gives.
        while True:
            for event in self._events:
                self._given = event
                yield event
            found = drive(self._next())
            if found is None:
                return
            yield found

    def __next__(self) -> Event:
        found = drive(self._next())
        if found is None:
            raise StopIteration
        return found
