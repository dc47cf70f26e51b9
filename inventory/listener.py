"""Binds a port, serves a web application on it, and stops cleanly."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import NoReturn

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Report:
    """How the server reports what it does.

    Attributes:
        progress: called with each step of the start, in words.
        ready: called once requests are answered.
    """

    progress: Callable[[str], None]
    ready: Callable[[], None]


def bind(host: str, port: int) -> socket.socket:
    """Bind the port before anything slow is done. Raises OSError if that fails."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        # a port that is bound can be bound again until somebody listens on it
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener


@web.middleware
async def _nobody_waits(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Ignore errors caused by a client that has disconnected."""
    try:
        return await handler(request)
    except web.HTTPException:
        if request.transport is None or request.transport.is_closing():
            return _Unsent()
        raise


class _Unsent(web.Response):
    """A response to a client that has gone: preparing it ends the request without a log entry."""

    async def prepare(self, request: web.BaseRequest) -> NoReturn:
        raise ConnectionResetError


async def listen(app: web.Application, listener: socket.socket, report: Report) -> None:
    """Answer requests until SIGINT or SIGTERM, then finish those that are under way."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    app.middlewares.insert(0, _nobody_waits)
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.SockSite(runner, listener).start()
        report.ready()
        await stop.wait()
    finally:
        await runner.cleanup()
