"""HTTP/1.1 on an asyncio stream, by hand, because it has to do what HTTP libraries refuse.

Decides how requests are read and answers are framed; knows no path and no endpoint.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Literal
from urllib.parse import parse_qsl, urlsplit

HEAD_LIMIT = 4_000_000
# Seconds for the peer to read what was sent: at a reset it loses what it has not read yet.
SETTLE = 0.1

Headers = list[tuple[str, str]]
Framing = Literal["length", "chunked", "close"]
Ending = Literal["close", "reset", "stall"]


class ClientGoneError(ConnectionError):
    """The client closed the connection before its request was complete."""


class BadRequestError(ValueError):
    """The request makes no sense; answered with 400 and this text."""


@dataclass
class Request:
    """A request as it came over the wire; text is Latin-1, one character per byte."""

    method: str
    target: str
    version: str
    headers: Headers
    body: bytes = b""

    @property
    def path(self) -> str:
        return self._parts[0]

    @property
    def query_string(self) -> str:
        return self._parts[1]

    @property
    def query(self) -> list[tuple[str, str]]:
        return parse_qsl(self.query_string, keep_blank_values=True, encoding="latin-1")

    @property
    def _parts(self) -> tuple[str, str]:
        if self.target.startswith("/"):  # urlsplit takes what follows two slashes for a host
            path, _, query = self.target.partition("?")
            return path, query
        parts = urlsplit(self.target)
        return parts.path, parts.query

    def header(self, name: str) -> str | None:
        """The first value of a header, None if there is none."""
        values = (value for key, value in self.headers if key.lower() == name.lower())
        return next(values, None)


@dataclass
class Connection:
    """One client's connection: requests come out of it, bytes go into it.

    Attributes:
        headers: Headers for every answer on it.
    """

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    headers: Headers = field(default_factory=list)
    buffer: bytearray = field(default_factory=bytearray)

    async def _more(self) -> bool:
        """Read what there is into the buffer; False at the end of the stream."""
        data = await self.reader.read(1 << 18)
        self.buffer += data
        return bool(data)

    async def _take_line(self, end: bytes) -> bytes:
        scanned = 0
        while (index := self.buffer.find(end, scanned)) < 0:
            scanned = max(0, len(self.buffer) - len(end))
            if len(self.buffer) > HEAD_LIMIT:
                raise BadRequestError("the head of the request is too long")
            if not await self._more():
                raise ClientGoneError
        return self._take(index + len(end))[: -len(end)]

    async def _take_exactly(self, count: int) -> bytes:
        while len(self.buffer) < count:
            if not await self._more():
                raise ClientGoneError
        return self._take(count)

    def _take(self, count: int) -> bytes:
        taken = bytes(self.buffer[:count])
        del self.buffer[:count]
        return taken

    async def head(self) -> Request | None:
        """The next request without its body, None if the client has closed the connection."""
        while not self.buffer:
            if not await self._more():
                return None
        first, *lines = (await self._take_line(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, target, version = first.split(" ", 2)
        pairs = (line.split(":", 1) for line in lines)
        return Request(method, target, version, [(name, value.strip()) for name, value in pairs])

    async def body(self, request: Request) -> bytes:
        """The body of the request whose head came last."""
        if "chunked" in (request.header("Transfer-Encoding") or "").lower():
            return await self._chunked_body()
        return await self._take_exactly(int(request.header("Content-Length") or 0))

    async def _chunked_body(self) -> bytes:
        body = bytearray()
        while size := int((await self._take_line(b"\r\n")).split(b";")[0], 16):
            body += await self._take_exactly(size)
            await self._take_line(b"\r\n")
        while await self._take_line(b"\r\n"):
            pass
        return bytes(body)

    async def gone(self) -> None:
        """Return when the client has closed the connection; buffer what it sends until then."""
        try:
            while await self._more():
                pass
        except ConnectionError:
            pass

    async def write(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    @contextmanager
    def corked(self) -> Iterator[None]:
        """Send what is written in the block together, as far as it fits into a packet.

        Node 20 never ends a body that is not in its Content-Encoding if it comes after the head.
        """
        sock: socket.socket = self.writer.get_extra_info("socket")
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
        try:
            yield
        finally:
            with suppress(OSError):  # the connection may be gone
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 0)

    async def reset(self) -> None:
        """Break the connection with a TCP reset."""
        await asyncio.sleep(SETTLE)
        linger = struct.pack("ii", 1, 0)
        sock: socket.socket = self.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.writer.transport.abort()


@dataclass
class Exchange:
    """One request and the answer to it, written piece by piece.

    Attributes:
        path: The path of the request without the prefixes that the server has handled.
        extra: Headers that every answer gets (CORS).
        outcome: "completed", or "cut" if the server broke off on purpose.
        keep_alive: Whether the connection may serve another request.
        sent: Bytes of the body that were written.
    """

    connection: Connection
    request: Request
    path: str
    extra: Headers = field(default_factory=list)
    outcome: str = "completed"
    keep_alive: bool = True
    sent: int = 0
    _framing: Framing = "length"

    async def send(self, status: int, headers: Headers, body: bytes = b"") -> None:
        """A whole, correct answer."""
        await self.start(status, headers, length=len(body))
        await self.piece(body)
        await self.finish()

    async def start(
        self,
        status: int,
        headers: Headers,
        *,
        reason: str | None = None,
        framing: Framing = "length",
        length: int = 0,
    ) -> None:
        """The status line and the headers; `length` is what Content-Length will claim."""
        self._framing = framing
        bodiless = status in (204, 304) or status < 200
        if framing == "chunked":
            headers = [*headers, ("Transfer-Encoding", "chunked")]
        elif framing == "length" and not bodiless:
            headers = [*headers, ("Content-Length", str(length))]
        if framing == "close":
            self.keep_alive = False
            headers = [*headers, ("Connection", "close")]
        if reason is None:
            known = status in HTTPStatus.__members__.values()
            reason = HTTPStatus(status).phrase if known else "Odd"
        lines = [f"HTTP/1.1 {status} {reason}"]
        lines += [f"{name}: {value}" for name, value in [*headers, *self.extra]]
        await self.connection.write("\r\n".join([*lines, "", ""]).encode("latin-1"))

    async def piece(self, data: bytes, *, cut: int | None = None) -> None:
        """A part of the body in one write; only `cut` bytes of it if that is given."""
        if self.request.method == "HEAD" or not data:
            return
        sent = data[:cut]
        self.sent += len(sent)
        if self._framing != "chunked":
            await self.connection.write(sent)
        else:
            end = b"\r\n" if len(sent) == len(data) else b""
            await self.connection.write(b"%x\r\n" % len(data) + sent + end)

    async def finish(self) -> None:
        if self._framing == "chunked" and self.request.method != "HEAD":
            await self.connection.write(b"0\r\n\r\n")

    async def break_off(self, ending: Ending) -> None:
        """End the exchange here: close or reset the connection, or stall until the client goes."""
        self.keep_alive = False
        if ending == "stall":
            await asyncio.Event().wait()
        self.outcome = "cut"
        if ending == "reset":
            await self.connection.reset()
