"""The loopback server of the tests: two origins, honest and hostile endpoints, and a record.

`python -m tests.server` starts it for manual use.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Self

from . import sockets
from .cors import is_preflight, split_prefix
from .endpoints import Endpoint, answer, folder, send_json, table
from .ledger import Ledger
from .urls import Urls
from .wire import BadRequestError, ClientGoneError, Connection, Exchange, Headers

__all__ = ["Server", "Urls"]

HOST = "127.0.0.1"


class Server:
    """Serves from a thread of its own while the `with` block lasts.

    Args:
        folders: Folders to serve, by their first part of the path, for example {"/pyodide": …}.
        ports: Ports of the two origins; 0 for a free one.
    """

    urls: Urls

    def __init__(
        self, folders: Mapping[str, Path] | None = None, ports: tuple[int, int] = (0, 0)
    ) -> None:
        self._folders = folders or {}
        self._ports = ports
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._dead = socket.socket()
        self._connections: set[asyncio.StreamWriter] = set()

    def __enter__(self) -> Self:
        self._thread.start()
        page, other, websocket = self._call(self._start())
        # Bound but never listening: no other program can take the port, and connecting is refused.
        self._dead.bind((HOST, 0))
        dead = self._dead.getsockname()[1]
        origins = [f"http://{HOST}:{port}" for port in (page, other, dead)]
        self.urls = Urls(origins[0], origins[1], origins[2], f"ws://{HOST}:{websocket}")
        return self

    def __exit__(self, *_: object) -> None:
        self._call(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._dead.close()

    @property
    def connections(self) -> int:
        """How many connections of clients are open now."""
        return len(self._connections)

    def serve(self, prefix: str, endpoint: Endpoint) -> None:
        """Answer requests with this first part of the path by an endpoint from now on."""
        self._endpoints[prefix] = endpoint

    def mount(self, prefix: str, root: Path, headers: Headers | None = None) -> None:
        """Serve a folder under the first part of a path from now on, with these headers."""
        self.serve(prefix, folder(prefix, root, headers))

    def seen(self, name: str, *, within: float = 15, **until: int) -> dict[str, Any]:
        """How the requests with `id=name` in their query ended, see `Ledger.wait`."""
        return self._call(self._ledger.wait(name, until, within))

    def _call(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    async def _start(self) -> list[int]:
        self._ledger = Ledger()
        self._endpoints = table(self._ledger, self._folders)
        self._servers = [
            await asyncio.start_server(self._serve, HOST, port) for port in self._ports
        ]
        self._sockets = await sockets.start(HOST)
        listening = [*(server.sockets[0] for server in self._servers), *self._sockets.sockets]
        return [sock.getsockname()[1] for sock in listening]

    def secure(
        self, headers: Headers, context: ssl.SSLContext | None = None, host: str = HOST
    ) -> str:
        """Start another origin: the same over TLS, with these headers in every answer.

        Args:
            headers: (name, value) pairs.
            context: Without it the certificate is from an authority that no client knows.
            host: Where it listens: 127.0.0.1, or ::1.
        """
        return self._call(self._start_secure(headers, context, host))

    async def _start_secure(
        self, headers: Headers, context: ssl.SSLContext | None, host: str
    ) -> str:
        import trustme

        if context is None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            trustme.CA().issue_cert(host).configure_cert(context)
        serve = partial(self._serve, headers=headers)
        server = await asyncio.start_server(serve, host, 0, ssl=context)
        self._servers.append(server)
        shown = f"[{host}]" if ":" in host else host
        return f"https://{shown}:{server.sockets[0].getsockname()[1]}"

    async def _stop(self) -> None:
        self._sockets.close()
        await self._sockets.wait_closed()
        for server in self._servers:
            server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._loop.shutdown_default_executor()

    async def _serve(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        headers: Headers | None = None,
    ) -> None:
        """Serve one connection until either side closes it."""
        connection = Connection(reader, writer, headers or [])
        self._connections.add(writer)
        try:
            while await self._exchange(connection):
                pass
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._connections.discard(writer)
            with suppress(ConnectionError):
                writer.close()

    async def _exchange(self, connection: Connection) -> bool:
        """One request and its answer; whether the connection may serve another."""
        request = await connection.head()
        if request is None:
            return False
        entry = self._ledger.open(request)
        state, exchange = "aborted", None
        try:
            request.body = await connection.body(request)
            exchange = Exchange(connection, request, request.path, [*connection.headers])
            work = asyncio.ensure_future(self._answer(exchange))
            gone = asyncio.ensure_future(connection.gone())
            try:
                await asyncio.wait({work, gone}, return_when=asyncio.FIRST_COMPLETED)
                if not work.done():
                    raise ClientGoneError
                await work
                state = exchange.outcome
            finally:
                work.cancel()
                gone.cancel()
                await asyncio.gather(work, gone, return_exceptions=True)
        finally:
            self._ledger.close(entry, state, exchange.sent if exchange else 0)
        return exchange.keep_alive

    async def _answer(self, exchange: Exchange) -> None:
        request = exchange.request
        try:
            cors, exchange.path = split_prefix(request.path)
        except BadRequestError as error:
            await send_json(exchange, {"error": str(error)}, 400)
            return
        if cors and is_preflight(request):
            if int(cors.preflight) < 400:
                exchange.extra += cors.response_headers(request) + cors.preflight_headers(request)
            await exchange.send(int(cors.preflight), [])
            return
        if cors:
            exchange.extra += cors.response_headers(request)
        await answer(exchange, self._endpoints)
