"""Connections for calls that block: as few calls of the system as can be.

Each call of the system lets the other threads of Python run, and waits until this one may run
again: with many threads that takes longer than the call itself.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import httpcore2


class Backend(httpcore2.NetworkBackend):
    """Makes connections; see `httpcore2.NetworkBackend`."""

    def __init__(self) -> None:
        self._inner = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """Connect; several addresses are tried one after another."""
        made = self._inner.connect_tcp(host, port, timeout, local_address, ())
        try:
            for option in socket_options or ():
                made.get_extra_info("socket").setsockopt(*option)
        except OSError as error:
            made.close()
            raise httpcore2.ConnectError(error) from error
        return _Stream(made)

    def sleep(self, seconds: float) -> None:
        """Block."""
        self._inner.sleep(seconds)


class _Stream(httpcore2.NetworkStream):
    """A connection of httpcore2 that sets a time limit only if it is another one.

    Args:
        inner: what httpcore2 made of the socket.
    """

    def __init__(self, inner: httpcore2.NetworkStream) -> None:
        self._inner = inner
        self._socket: Any = inner.get_extra_info("socket")
        self._limit: float | None = self._socket.gettimeout()

    def _set_limit(self, timeout: float | None) -> None:
        if timeout != self._limit:
            self._socket.settimeout(timeout)
            self._limit = timeout

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            self._set_limit(timeout)
            received: bytes = self._socket.recv(max_bytes)
        except TimeoutError as error:
            raise httpcore2.ReadTimeout(error) from error
        except OSError as error:
            raise httpcore2.ReadError(error) from error
        return received

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if not buffer:
            return
        try:
            self._set_limit(timeout)
            # Not sendall(), whose limit is for the whole buffer.
            sent = self._socket.send(buffer)
            while sent < len(buffer):
                sent += self._socket.send(memoryview(buffer)[sent:])
        except TimeoutError as error:
            raise httpcore2.WriteTimeout(error) from error
        except OSError as error:
            raise httpcore2.WriteError(error) from error

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        secure = self._inner.start_tls(ssl_context, server_hostname, timeout)
        # TLS within TLS has no socket of its own.
        return secure if isinstance(self._socket, ssl.SSLSocket) else _Stream(secure)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def shut(network: Any) -> None:
    """End a connection that another thread may be reading from."""
    connection = network.get_extra_info("socket")
    with suppress(OSError):
        # socket.shutdown, not SSLSocket's: that one drops the TLS object the other thread is using.
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
