"""Limits how many requests of a session are in progress at a time (`max_connections=`).

Decides when a request may start. Never looks at the request, and never changes it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from .._transports import runtime
from .._wire import Body, BytesBody, Transport, WireRequest, WireResponse


class _Semaphore(Protocol):
    """A semaphore of asyncio or of trio."""

    async def acquire(self) -> object: ...
    def release(self) -> None: ...


class LimitedTransport:
    """Passes a limited number of requests on to a transport; the others wait for a slot.

    Args:
        limit: how many may be in progress; one with a streamed body counts until that is read
            or closed.
        choose: returns the transport for a call.
        is_default: True if that is the default one of the runtime.
    """

    def __init__(
        self, limit: int, choose: Callable[[], Transport], is_default: bool = False
    ) -> None:
        if not isinstance(limit, int) or limit < 1:
            raise ValueError(f"max_connections must be a positive int, not {limit!r}")
        # Or `choose.over_sockets` would take this for a transport of the user's own.
        self.is_default = is_default
        self._choose = choose
        self._limit = limit
        self._semaphore: _Semaphore | None = None

    @property
    def _slots(self) -> _Semaphore:
        """The semaphore, created by the first request: it depends on the event loop (trio)."""
        if self._semaphore is None:
            self._semaphore = _semaphore(self._limit)
        return self._semaphore

    async def send(self, request: WireRequest) -> WireResponse:
        """Wait for a slot, and send; see `Transport.send`."""
        await self._slots.acquire()
        held = True
        try:
            answer = await self._choose().send(request)
            if isinstance(answer.body, BytesBody):  # it is here already, and holds no connection
                return answer
            # A streamed body keeps its connection, so the slot goes with it.
            held = False
            return answer._replace(body=_LimitedBody(answer.body, self._slots.release))
        finally:
            if held:
                self._slots.release()

    async def sleep(self, seconds: float) -> None:
        """Wait, without holding a slot; see `Transport.sleep`."""
        await self._choose().sleep(seconds)


def _semaphore(limit: int) -> _Semaphore:
    if not runtime.IN_PYODIDE:  # a browser has no event loop but asyncio's
        from .._transports.event_loops import running_trio

        if (trio := running_trio()) is not None:
            made: _Semaphore = trio.Semaphore(limit)
            return made
    import asyncio

    return asyncio.Semaphore(limit)


class _LimitedBody:
    """A body that releases its slot when it has been read, has failed, or is dropped."""

    def __init__(self, body: Body, release: Callable[[], None]) -> None:
        self._body = body
        self._release: Callable[[], None] | None = release

    async def read(self) -> bytes:
        try:
            chunk = await self._body.read()
        except BaseException:
            self._free_slot()
            raise
        if not chunk:
            self._free_slot()
        return chunk

    async def close(self) -> None:
        await self._body.close()
        self._free_slot()

    def _free_slot(self) -> None:
        # Once: closing, the end and the collector may all come here.
        release, self._release = self._release, None
        if release is not None:
            release()

    def __del__(self) -> None:
        # A dropped response would block the session for ever.
        self._free_slot()
