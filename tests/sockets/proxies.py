"""Small proxies: HTTP (forwarding, and CONNECT) and SOCKS5, each in threads of its own."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import ssl
import struct
import threading
from collections.abc import Iterator
from typing import Any, Self
from urllib.parse import urlsplit


class Proxy:
    """A proxy that remembers what it was asked for.

    Args:
        kind: Speaks to a client.
        context: Of a proxy that is itself reached by TLS.

    Attributes:
        seen: Heads of requests in text; of SOCKS the hosts and ports.
        refuse: True to answer everything by 407, which asks for a login.
    """

    def __init__(
        self,
        kind: type[socketserver.StreamRequestHandler],
        context: ssl.SSLContext | None = None,
    ) -> None:
        self.seen: list[str] = []
        self.refuse = False
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), kind)
        self._server.daemon_threads = True
        self._server.proxy = self  # type: ignore[attr-defined]
        if context:  # the first read makes the handshake, in the thread of its connection
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def url(self, login: str = "", scheme: str = "http") -> str:
        """Its address, with a login as "user:password@"."""
        return f"{scheme}://{login}127.0.0.1:{self._server.server_address[1]}"


class HttpHandler(socketserver.StreamRequestHandler):
    """One connection to an HTTP proxy."""

    rbufsize = 0  # what comes after the head is carried, not kept
    server: Any

    def handle(self) -> None:
        with contextlib.suppress(ssl.SSLError, ConnectionError):  # a client that trusts nobody
            self._handle(b"".join(iter(self.rfile.readline, b"\r\n")))

    def _handle(self, head: bytes) -> None:
        proxy: Proxy = self.server.proxy
        proxy.seen.append(head.decode("latin-1"))
        method, target, _ = head.decode("latin-1").split("\r\n")[0].split(" ")
        if proxy.refuse:
            self.wfile.write(
                b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
            )
        elif method == "CONNECT":
            host, _, port = target.rpartition(":")
            with socket.create_connection((host.strip("[]"), int(port))) as other:
                self.wfile.write(b"HTTP/1.1 200 Connected\r\n\r\n")
                join(self.connection, other)
        else:
            parts = urlsplit(target)
            origin = f"{parts.scheme}://{parts.netloc}".encode()
            with socket.create_connection((parts.hostname, parts.port or 80)) as other:
                other.sendall(head.replace(origin, b"", 1) + b"\r\n")
                join(self.connection, other)


class SocksHandler(socketserver.StreamRequestHandler):
    """One connection to a SOCKS5 proxy. Source: RFC 1928."""

    server: Any

    def handle(self) -> None:
        self.rfile.read(self.rfile.read(2)[1])
        self.wfile.write(b"\x05\x00")
        kind = self.rfile.read(4)[3]
        host = self._address(kind)
        (port,) = struct.unpack(">H", self.rfile.read(2))
        self.server.proxy.seen.append(f"{host}:{port}")
        with socket.create_connection((host, port)) as other:
            self.wfile.write(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
            join(self.connection, other)

    def _address(self, kind: int) -> str:
        if kind == 1:
            return socket.inet_ntoa(self.rfile.read(4))
        if kind == 4:
            return socket.inet_ntop(socket.AF_INET6, self.rfile.read(16))
        return self.rfile.read(self.rfile.read(1)[0]).decode()


def join(one: socket.socket, other: socket.socket) -> None:
    """Carry bytes both ways until both ends have closed."""
    back = threading.Thread(target=carry, args=(other, one), daemon=True)
    back.start()
    carry(one, other)
    back.join(5)


def carry(source: socket.socket, target: socket.socket) -> None:
    """Carry bytes one way; that this end has closed, or was reset, is passed on, too."""
    with contextlib.suppress(OSError):
        for data in chunks(source):
            target.sendall(data)
    with contextlib.suppress(OSError):
        # Not SSLSocket's: that one drops the TLS object, which the other thread is using.
        socket.socket.shutdown(target, socket.SHUT_WR)


def chunks(source: socket.socket) -> Iterator[bytes]:
    while data := source.recv(65536):
        yield data
