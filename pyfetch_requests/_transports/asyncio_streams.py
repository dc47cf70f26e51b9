"""Connections under asyncio, directly over its transports and without anyio in between."""

from __future__ import annotations

import asyncio
import errno
import select
import socket
import ssl
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import httpcore2

# Unread bytes above which reading is paused, so that TCP makes the server wait.
_MOST_WAITING = 1 << 20
_PIECE = 1 << 19  # bytes of one write, where the rest of it would be copied
# Before 3.12 asyncio copies what the system does not take at once.
_COPIES = sys.version_info < (3, 12)
_HANDSHAKE = 1e6  # seconds; asyncio has a limit of its own, 60 s, unless another one is given
_NAMES = {"client_addr": "sockname", "server_addr": "peername"}


class Backend(httpcore2.AsyncNetworkBackend):
    """Makes connections; see `httpcore2.AsyncNetworkBackend`."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Connect; several addresses are tried one after another, as in urllib3."""
        local = None if local_address is None else (local_address, 0)
        *others, last = await _addresses(host, port, timeout)
        for address in others:
            with suppress(httpcore2.ConnectError, httpcore2.ConnectTimeout):
                return await _connected(address, port, timeout, local, socket_options)
        return await _connected(last, port, timeout, local, socket_options)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


async def _addresses(host: str, port: int, timeout: float | None) -> list[str]:
    """Return the addresses of a host, in the order in which to try them."""
    for family in (socket.AF_INET, socket.AF_INET6):
        with suppress(OSError):  # it is a name
            socket.inet_pton(family, host)
            return [host]
    with _connecting():
        async with asyncio.timeout(timeout):
            found = await asyncio.get_running_loop().getaddrinfo(
                host, port, type=socket.SOCK_STREAM
            )
        if not found:
            raise socket.gaierror(socket.EAI_NONAME, "there is no address")
    return [str(address[0]) for *_, address in found]


async def _connected(
    host: str, port: int, timeout: float | None, local: Any, options: Iterable[Any] | None
) -> _Stream:
    # The limit is that of one address: one that never answers, as with broken IPv6, must not take
    # the time of the others.
    with _connecting():
        async with asyncio.timeout(timeout):
            _, stream = await asyncio.get_running_loop().create_connection(
                _Stream, host, port, local_addr=local
            )
    try:
        for option in options or ():
            stream.get_extra_info("socket").setsockopt(*option)
    except OSError as error:
        await stream.aclose()
        raise httpcore2.ConnectError(error) from error
    return stream


@contextmanager
def _connecting() -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        raise httpcore2.ConnectTimeout(str(error)) from error
    except OSError as error:
        raise httpcore2.ConnectError(error) from error


class _Stream(asyncio.Protocol, httpcore2.AsyncNetworkStream):
    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._transport: Any = None
        self._chunks: deque[bytes | memoryview] = deque()
        self._waiting = 0
        self._has_ended = False
        self._error: Exception | None = None
        self._reader: asyncio.Future[None] | None = None
        self._writer: asyncio.Future[None] | None = None
        self._is_full = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._chunks.append(data)
        self._waiting += len(data)
        if self._waiting > _MOST_WAITING:
            self._transport.pause_reading()
        _wake(self._reader)

    def eof_received(self) -> None:
        self._has_ended = True  # None lets asyncio close the transport
        _wake(self._reader)

    def connection_lost(self, exc: Exception | None) -> None:
        self._has_ended, self._error = True, exc
        _wake(self._reader)
        self.resume_writing()  # or a writer would wait for ever

    def pause_writing(self) -> None:
        self._is_full = True

    def resume_writing(self) -> None:
        self._is_full = False
        _wake(self._writer)

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        while not self._chunks:  # what arrived before an error is read first
            if self._error:
                raise httpcore2.ReadError(self._error) from self._error
            if self._has_ended:
                return b""
            self._reader = self._loop.create_future()
            await self._wait(self._reader, timeout, httpcore2.ReadTimeout)
        chunk = self._chunks.popleft()
        if len(chunk) > max_bytes:
            # Views: slicing a large chunk again and again would copy it each time.
            rest = memoryview(chunk)
            self._chunks.appendleft(rest[max_bytes:])
            chunk = rest[:max_bytes]
        was_waiting, self._waiting = self._waiting, self._waiting - len(chunk)
        if was_waiting > _MOST_WAITING >= self._waiting:
            self._transport.resume_reading()
        return bytes(chunk)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if len(buffer) <= _PIECE or not (_COPIES or self.get_extra_info("ssl_object")):
            await self._write(buffer, timeout)
            return
        view = memoryview(buffer)
        for start in range(0, len(view), _PIECE):
            await self._write(view[start : start + _PIECE], timeout)

    async def _write(self, piece: bytes | memoryview, timeout: float | None) -> None:
        # Before each piece: asyncio drops what is written after the end, and logs each time.
        if self._error or self._transport.is_closing():
            error = self._error or ConnectionResetError(errno.ECONNRESET, "Connection is closed")
            raise httpcore2.WriteError(error) from error
        self._transport.write(piece)
        while self._is_full:
            self._writer = self._loop.create_future()
            await self._wait(self._writer, timeout, httpcore2.WriteTimeout)
        if self._error:
            raise httpcore2.WriteError(self._error) from self._error

    async def _wait(
        self, future: asyncio.Future[None], timeout: float | None, kind: type[Exception]
    ) -> None:
        if timeout is None:
            await future
            return
        timer = self._loop.call_later(timeout, _wake, future, kind)
        try:
            await future
        finally:
            timer.cancel()

    async def aclose(self) -> None:
        self._transport.abort()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        # A second protocol: the first one gets the encrypted bytes no more.
        secure = _Stream()
        try:
            with _connecting():
                async with asyncio.timeout(timeout):
                    secure._transport = await self._loop.start_tls(
                        self._transport, secure, ssl_context, server_hostname=server_hostname,
                        ssl_handshake_timeout=_HANDSHAKE,
                    )  # fmt: skip
        except BaseException as error:
            self._transport.abort()
            # Until Python 3.12.1, asyncio itself fails at a handshake that fails within TLS, as
            # through a proxy over https; what it was about to tell is the context of its error.
            cause = error.__context__
            if isinstance(error, TypeError) and isinstance(cause, OSError):
                raise httpcore2.ConnectError(cause) from cause
            raise
        return secure

    def get_extra_info(self, info: str) -> Any:
        # Asked of an idle connection: if there is anything to read, the server has closed it.
        if info == "is_readable":
            return bool(self._chunks) or self._has_ended or self._is_ready()
        return self._transport.get_extra_info(_NAMES.get(info, info))

    def _is_ready(self) -> bool:
        """Tell whether something has come that the event loop has not read yet, as an end has."""
        connection = self._transport.get_extra_info("socket")
        if connection is None:  # TLS has lost it, and the event loop has not told yet
            return True
        if sys.platform == "win32":
            return bool(select.select([connection], [], [], 0)[0])
        poll = select.poll()
        poll.register(connection, select.POLLIN)
        return bool(poll.poll(0))


def _wake(future: asyncio.Future[None] | None, kind: type[Exception] | None = None) -> None:
    if future and not future.done():
        if kind:
            future.set_exception(kind())
        else:
            future.set_result(None)
