"""The transport over sockets, outside of a browser: httpcore2's connections behind our seam.

Both faces take the same steps, written once as coroutines; those of the blocking face never
suspend, because what they call blocks.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
import weakref
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, cast

import anyio
import httpcore2

from .._text.content_coding import ContentDecoder, codings_of
from .._wire import Route, WireRequest, WireResponse
from ..exceptions import RequestException
from . import (
    blocking_streams,
    connection_hooks,
    event_loops,
    interim_answers,
    socket_bodies,
    socket_requests,
    socket_settings,
    tls,
)
from . import socket_failures as failures
from .fetch_rules import check_options
from .socket_pools import Held, Pool, Pools

if TYPE_CHECKING:
    from .._wire import RequestBody
    from .abort import AbortSignal

    Maker: TypeAlias = httpcore2.ConnectionPool | httpcore2.AsyncConnectionPool

Value = TypeVar("Value")
_KEPT = 100  # idle connections, for an owner that has no settings
# Outside of the adapters, which can be pickled, and weak, so that a dropped adapter takes its
# connections along.
_owned: weakref.WeakKeyDictionary[object, SocketTransport] = weakref.WeakKeyDictionary()
_lock = threading.Lock()


def async_transport(owner: object) -> SocketTransport:
    """Return the transport of an adapter, for calls that are awaited."""
    return _transport(owner, AsyncSocketTransport)


def blocking_transport(owner: object) -> SocketTransport:
    """Return the transport of an adapter, for calls that block."""
    return _transport(owner, BlockingSocketTransport)


def _transport(owner: object, kind: type[SocketTransport]) -> SocketTransport:
    if owner is None:
        transport = kind(None)
        transport.pools.retire()  # nobody could close what it kept
        return transport
    with _lock:
        found = _owned.get(owner)
        if found is None:
            found = _owned[owner] = kind(owner)
            # Not at exit, where event loops are gone; the system closes sockets then.
            weakref.finalize(owner, found.pools.retire).atexit = False
        return found


def close(owner: object) -> None:
    """Close the idle connections of an adapter, and those in use as soon as they are free."""
    with _lock:
        transport = _owned.pop(owner, None)
    if transport is not None:
        transport.pools.retire()


def _after_fork() -> None:
    """Leave the connections to the parent: two processes would take each other's answers."""
    global _lock  # noqa: PLW0603
    _lock = threading.Lock()
    for transport in list(_owned.values()):
        transport.pools.forget()


if sys.platform != "win32":
    os.register_at_fork(after_in_child=_after_fork)


class SocketTransport:
    """Sends requests over pooled connections.

    Args:
        owner: the adapter whose settings count; None for a single request, after which no
            connection is kept.
    """

    hook: Callable[[Pool, object, float | None], Callable[[str, Any], Any]]

    def __init__(self, owner: object) -> None:
        self.pools = Pools(getattr(owner, "kept_connections", _KEPT), self.close_now)
        self._most = getattr(owner, "most_connections", None)

    async def send(self, request: WireRequest) -> WireResponse:
        """Send one request; see `Transport.send`."""
        route = request.route
        settings = socket_settings.settings_of(route.pool)
        outgoing = socket_requests.outgoing(request, self._content(request.body), settings.name)
        pool = self._pool(route, outgoing.url, settings)
        signal = cast("AbortSignal | None", request.options.get("signal"))
        held = Held(self, pool)
        try:
            answer = await self._exchange(held, outgoing, signal)
        except failures.FAILURES as error:
            # A tunnel is a connection within that to the proxy.
            made = held.connection
            at_proxy = bool(route.proxy and made and not socket_bodies.network_of(made))
            raise failures.before_answer(request, error, at_proxy) from error
        headers = [
            (name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.headers
        ]
        reason = answer.extensions.get("reason_phrase", b"").decode("latin-1")
        body = _Body(held, request, answer)
        response = WireResponse(answer.status, reason, headers, "", body)
        try:
            body.take_off(headers)
            return await check_options(request, response)
        except BaseException:
            await body.close()
            raise

    def _pool(self, route: Route, url: httpcore2.URL, settings: socket_settings.Settings) -> Pool:
        secure = url.scheme == b"https"
        # verify and cert are part of it: a connection that was made without a check must not serve
        # a request that wants one.
        key = (
            self.place(), secure, url.host, url.port, route.proxy, route.verify, route.cert,
            settings,
        )  # fmt: skip

        def new() -> Pool:
            if route.proxy:
                socket_settings.refuse_proxy(settings)
            maker = self._maker(
                ssl_context=tls.for_settings(route, settings) if secure else None,
                proxy=socket_requests.proxy(route),
                local_address=settings.address,
                socket_options=settings.options or None,
            )
            limit = None if self._most is None else self.semaphore(self._most)

            def make() -> Any:
                tls.set_mode(route.verify, settings)
                return maker.create_connection(url.origin)

            return Pool(make, limit, key[0], settings.fingerprint, bool(route.proxy))

        return self.pools.enter(key, new)

    async def _exchange(
        self, held: Held, request: httpcore2.Request, signal: AbortSignal | None
    ) -> httpcore2.Response:
        try:
            connection = await held.take()
            limit = request.extensions["timeout"]["read"]
            if not interim_answers.bound(connection, limit):
                request.extensions["trace"] = self.hook(held.pool, connection, limit)
            return await self.ask(connection, request, signal)
        except BaseException:
            held.end()
            raise

    def place(self) -> object:
        """Return what connections are bound to: an event loop, or None."""
        raise NotImplementedError

    def semaphore(self, value: int) -> Any:
        """Return a semaphore for `acquire`."""
        raise NotImplementedError

    async def acquire(self, semaphore: Any) -> None:
        """Wait for a semaphore."""
        raise NotImplementedError

    def _maker(self, **options: Any) -> Maker:
        """Return a factory of connections."""
        raise NotImplementedError

    def _content(self, body: RequestBody) -> socket_requests.Content:
        raise NotImplementedError

    async def ask(
        self, connection: Any, request: httpcore2.Request, signal: AbortSignal | None
    ) -> httpcore2.Response:
        """Send a request over a connection."""
        raise NotImplementedError

    def chunks(self, stream: Any) -> Any:
        """Return an iterator over what arrives of a body."""
        raise NotImplementedError

    async def next_chunk(self, chunks: Any, signal: AbortSignal | None, network: Any) -> bytes:
        """Return the next chunk, b"" at the end."""
        raise NotImplementedError

    async def close_stream(self, stream: Any, chunks: Any) -> None:
        """Close a body and the iterator over it, which frees its connection."""
        raise NotImplementedError

    def close_now(self, connection: Any, place: object) -> None:
        """Close an idle connection without waiting, from any thread."""
        raise NotImplementedError

    def drop(self, close: Callable[[], Coroutine[object, None, None]], place: object) -> None:
        """Close what was dropped; the garbage collector may call this in any thread."""
        raise NotImplementedError


class BlockingSocketTransport(SocketTransport):
    """Sends requests in calls that block; threads may share it."""

    hook = staticmethod(connection_hooks.blocking_hook)

    async def sleep(self, seconds: float) -> None:
        """Block; see `Transport.sleep`."""
        time.sleep(seconds)

    def place(self) -> object:
        """Return None: threads may share a connection."""
        return None

    def semaphore(self, value: int) -> Any:
        """Return one for threads."""
        return threading.Semaphore(value)

    async def acquire(self, semaphore: Any) -> None:
        """Block until it is free."""
        semaphore.acquire()

    def _maker(self, **options: Any) -> Maker:
        return httpcore2.ConnectionPool(network_backend=blocking_streams.Backend(), **options)

    def _content(self, body: RequestBody) -> socket_requests.Content:
        return socket_requests.blocking_content(body)

    async def ask(
        self, connection: Any, request: httpcore2.Request, signal: AbortSignal | None
    ) -> httpcore2.Response:
        """Block until there is an answer."""
        answer: httpcore2.Response = connection.handle_request(request)
        return answer

    def chunks(self, stream: Any) -> Any:
        """Return an iterator."""
        return iter(stream)

    async def next_chunk(self, chunks: Any, signal: AbortSignal | None, network: Any) -> bytes:
        """Block until the next chunk; b"" at the end."""
        if signal is None or network is None:
            return next(chunks, b"")
        # Another thread aborts. This one is blocked in recv(), which only the end of the connection
        # wakes up.
        with signal.listening(lambda: blocking_streams.shut(network)):
            return b"" if signal.aborted else next(chunks, b"")

    async def close_stream(self, stream: Any, chunks: Any) -> None:
        """Close it at once."""
        stream.close()

    def close_now(self, connection: Any, place: object) -> None:
        """Close it."""
        connection.close()

    def drop(self, close: Callable[[], Coroutine[object, None, None]], place: object) -> None:
        """Close it at once."""
        _first_step(close())


class AsyncSocketTransport(SocketTransport):
    """Sends requests in calls that are awaited, under asyncio or trio."""

    hook = staticmethod(connection_hooks.async_hook)

    async def sleep(self, seconds: float) -> None:
        """Wait; see `Transport.sleep`."""
        await anyio.sleep(seconds)

    def place(self) -> object:
        """Return the event loop that this call runs in."""
        return event_loops.current()

    def semaphore(self, value: int) -> Any:
        """Return one for tasks."""
        return anyio.Semaphore(value, fast_acquire=True)

    async def acquire(self, semaphore: Any) -> None:
        """Wait until it is free."""
        await semaphore.acquire()

    def _maker(self, **options: Any) -> Maker:
        # asyncio's loop; a token of trio has no such method, and gets httpcore2's own backend.
        if hasattr(self.place(), "call_soon"):
            from .asyncio_streams import Backend

            options["network_backend"] = Backend()
        return httpcore2.AsyncConnectionPool(**options)

    def _content(self, body: RequestBody) -> socket_requests.Content:
        return socket_requests.awaited_content(body)

    async def ask(
        self, connection: Any, request: httpcore2.Request, signal: AbortSignal | None
    ) -> httpcore2.Response:
        """Wait for an answer."""
        answer: httpcore2.Response = await _unless_aborted(
            signal, connection.handle_async_request(request)
        )
        return answer

    def chunks(self, stream: Any) -> Any:
        """Return an asynchronous iterator."""
        return stream.__aiter__()

    async def next_chunk(self, chunks: Any, signal: AbortSignal | None, network: Any) -> bytes:
        """Wait for the next chunk; b"" at the end."""
        chunk: bytes = await _unless_aborted(signal, anext(chunks, b""))
        return chunk

    async def close_stream(self, stream: Any, chunks: Any) -> None:
        """Wait until it is closed, even if the caller was cancelled."""
        with anyio.CancelScope(shield=True):
            # Dropped before its end, an async generator would be left to the event loop: trio
            # complains, and asyncio closes it later, if it still runs then.
            if not chunks.ag_running:
                await chunks.aclose()
            await stream.aclose()

    def close_now(self, connection: Any, place: object) -> None:
        """Close it in the first step; the rest of the coroutine only waits for the other end."""
        if event_loops.is_current(place):
            _first_step(connection.aclose())
            return
        # Its loop may run in another thread, or never again. This is for the server, and safe; all
        # else is done by the loop when it runs.
        if network := socket_bodies.network_of(connection):
            with suppress(OSError):
                network.get_extra_info("socket").shutdown(socket.SHUT_RDWR)
        event_loops.leave_to(place, connection.aclose)

    def drop(self, close: Callable[[], Coroutine[object, None, None]], place: object) -> None:
        """Let its event loop close it."""
        event_loops.leave_to(place, close)


class _Body:
    """The body of an answer, without its Content-Encoding.

    Args:
        held: what the request holds until the end of the body.
        request: what was sent.
        answer: httpcore2's.
    """

    def __init__(self, held: Held, request: WireRequest, answer: httpcore2.Response) -> None:
        self._transport = transport = held.transport
        self._held = held
        self._request = request
        self._stream: Any = answer.stream
        self._network = answer.extensions.get("network_stream")
        self._place = transport.place()
        limit = socket_requests.timer(request.body_timeout)
        self._chunks = transport.chunks(socket_bodies.chunks_of(held.connection, answer, limit))
        self._decoder: ContentDecoder | None = None
        self._failure: RequestException | None = None
        self._signal = cast("AbortSignal | None", request.options.get("signal"))

    def take_off(self, headers: list[tuple[str, str]]) -> None:
        """Undo the Content-Encoding that headers name, in what is read from now on."""
        named = [value for name, value in headers if name.lower() == "content-encoding"]
        if named and (codings := codings_of(", ".join(named))):
            self._decoder = ContentDecoder(codings)

    async def read(self) -> bytes:
        """Return the next chunk; see `Body.read`."""
        if self._failure is not None:
            raise self._failure  # at every further read: b"" would look like a complete body
        try:
            return await self._read()
        except failures.FAILURES as error:
            self._failure = failures.in_body(self._request, error)
            await self.close()
            raise self._failure from error
        except RequestException as error:
            self._failure = error
            await self.close()
            raise
        except BaseException:
            self._failure = failures.abandoned(self._request)
            await self.close()
            raise

    async def _read(self) -> bytes:
        while self._stream is not None:
            # Before and after: an abort in between looks like the end of the connection.
            failures.refuse_aborted(self._request)
            chunk = await self._transport.next_chunk(self._chunks, self._signal, self._network)
            failures.refuse_aborted(self._request)
            if not chunk:
                await self.close()
                return self._decoder.flush() if self._decoder else b""
            if data := self._decoder.feed(chunk) if self._decoder else chunk:
                return data
        return b""

    async def close(self) -> None:
        """Release the connection; if the body was not read, it is closed."""
        stream, self._stream = self._stream, None
        if stream is not None:
            await self._held.finish(stream, self._chunks)

    def __del__(self) -> None:
        if self._stream is not None:
            work = partial(self._held.finish, self._stream, self._chunks)
            self._transport.drop(work, self._place)


async def _unless_aborted(signal: AbortSignal | None, work: Awaitable[Value]) -> Value:
    """Wait for work, and cancel it when a signal is aborted.

    Raises:
        AbortedError: the signal was aborted.
    """
    if signal is None:
        return await work
    with anyio.CancelScope() as scope, signal.listening(scope.cancel):
        return await work
    raise failures.AbortedError


def _first_step(coroutine: Coroutine[object, None, None]) -> None:
    """Run a coroutine up to the first point where it would wait."""
    with suppress(StopIteration):
        coroutine.send(None)
    coroutine.close()
