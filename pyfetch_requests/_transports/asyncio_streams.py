"""Connections under asyncio, of which a pool may ask often whether the server has ended them.

httpcore2's pool asks that of every idle connection for every request. With hundreds of both at once
the question is all that is done; the answer is the same until the event loop has gone on.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterable
from typing import Any

import httpcore2


class Backend(httpcore2.AnyIOBackend):
    """Makes connections; see `httpcore2.AnyIOBackend`."""

    def __init__(self) -> None:
        self.turn = 0
        self._is_counting = False

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Connect."""
        made = await super().connect_tcp(host, port, timeout, local_address, socket_options)
        return _Stream(self, made)

    def this_turn(self) -> int:
        """Return a number that changes as soon as the event loop goes on."""
        if not self._is_counting:
            self._is_counting = True
            asyncio.get_running_loop().call_soon(self._go_on)
        return self.turn

    def _go_on(self) -> None:
        self._is_counting = False
        self.turn += 1


class _Stream(httpcore2.AsyncNetworkStream):
    def __init__(self, backend: Backend, stream: httpcore2.AsyncNetworkStream) -> None:
        self._backend = backend
        self._stream = stream
        self._asked_in = -1
        self._was_readable = False
        # Without a step in between: these are asked for with each request.
        self.read = stream.read  # type: ignore[method-assign]
        self.write = stream.write  # type: ignore[method-assign]
        self.aclose = stream.aclose  # type: ignore[method-assign]

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        secure = await self._stream.start_tls(ssl_context, server_hostname, timeout)
        return _Stream(self._backend, secure)

    def get_extra_info(self, info: str) -> Any:
        if info != "is_readable":
            return self._stream.get_extra_info(info)
        turn = self._backend.this_turn()
        if turn != self._asked_in:
            self._asked_in = turn
            self._was_readable = bool(self._stream.get_extra_info(info))
        return self._was_readable
