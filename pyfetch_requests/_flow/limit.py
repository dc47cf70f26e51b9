"""At most so many requests at a time, for a session that asks for it.

Decides when a request may start. Never looks at what it is.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from .._wire import Body, BytesBody, Transport, WireRequest, WireResponse


class LimitedTransport:
    """Lets a number of requests through to a transport, and makes the others wait their turn.

    Args:
        limit: how many may be under way; one with a streamed body counts until that is read
            or closed.
        choose: returns the transport for a call.
        is_default: True where that is the best one that the runtime has.
    """

    def __init__(
        self, limit: int, choose: Callable[[], Transport], is_default: bool = False
    ) -> None:
        if not isinstance(limit, int) or limit < 1:
            raise ValueError(f"max_connections must be a positive int, not {limit!r}")
        self.is_default = is_default
        self._choose = choose
        self._limit = limit
        self._semaphore: Any = None

    @property
    def _places(self) -> Any:
        """The places, made when the first request shows which event loop there is."""
        if self._semaphore is None:
            self._semaphore = _semaphore(self._limit)
        return self._semaphore

    async def send(self, request: WireRequest) -> WireResponse:
        """Wait for a place, and send; see `Transport.send`."""
        await self._places.acquire()
        held = True
        try:
            answer = await self._choose().send(request)
            if isinstance(answer.body, BytesBody):
                return answer
            held = False
            return answer._replace(body=_Held(answer.body, self._places.release))
        finally:
            if held:
                self._places.release()

    async def sleep(self, seconds: float) -> None:
        """Wait, without holding a place; see `Transport.sleep`."""
        await self._choose().sleep(seconds)


def _semaphore(limit: int) -> Any:
    trio = sys.modules.get("trio")
    if trio is not None:
        with suppress(RuntimeError):
            trio.lowlevel.current_trio_token()
            return trio.Semaphore(limit)
    import asyncio

    return asyncio.Semaphore(limit)


class _Held:
    """A body that gives its place back when it has been read, has failed, or is dropped."""

    def __init__(self, body: Body, release: Callable[[], None]) -> None:
        self._body = body
        self._release: Callable[[], None] | None = release

    async def read(self) -> bytes:
        try:
            chunk = await self._body.read()
        except BaseException:
            self._give_back()
            raise
        if not chunk:
            self._give_back()
        return chunk

    async def close(self) -> None:
        await self._body.close()
        self._give_back()

    def _give_back(self) -> None:
        release, self._release = self._release, None
        if release is not None:
            release()

    def __del__(self) -> None:
        self._give_back()
