"""Whole scenarios as data: a session, the requests of it, and a server's answers to them.

Ports are written as {a}, {b} and {six}, and filled in when a scenario is played.
"""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass, field
from typing import Any

from .scenario_server import Reply

LINE = b"\r\n"


@dataclass(frozen=True)
class Answer:
    """One answer of the server.

    Attributes:
        status, reason, headers, body: as in HTTP; header names and values are bytes.
        codings: Content-Encodings in the order in which they are applied.
        framing: "length", "chunked", "trailers" (chunked with extensions and trailers), "close",
            "none" (no word about the length), "shorter" or "longer" (Content-Length is wrong).
        version: of HTTP.
        interim: statuses of 100 to 199 that come before.
        closes: "Connection: close".
        keeps: "Connection: keep-alive".
    """

    status: int = 200
    reason: bytes = b"OK"
    headers: tuple[tuple[bytes, bytes], ...] = ()
    body: bytes = b""
    codings: tuple[str, ...] = ()
    framing: str = "length"
    version: bytes = b"HTTP/1.1"
    interim: tuple[int, ...] = ()
    closes: bool = False
    keeps: bool = False
    stray_body: bool = False

    def reply(self, ports: dict[str, int]) -> Reply:
        """The bytes of it."""
        body = self.body
        for coding in self.codings:
            body = CODERS[coding](body)
        headers = [(name, fill(value, ports)) for name, value in self.headers]
        if self.codings:
            headers.append((b"Content-Encoding", ", ".join(self.codings).encode()))
        without_body = self.status in (204, 304) or self.status < 200
        closes = self.closes or self.version == b"HTTP/1.0"
        wire = body
        if self.framing in ("chunked", "trailers") and not without_body:
            headers.append((b"Transfer-Encoding", b"chunked"))
            wire = chunked(body, self.framing == "trailers")
        elif self.framing == "close":
            closes = True
        elif not without_body:
            difference = {"shorter": -1, "longer": 3}.get(self.framing, 0)
            # A redirect that breaks off fails here: see docs/differences.md.
            difference = 0 if self.status in (301, 302, 303, 307, 308, 401) else difference
            headers.append((b"Content-Length", str(max(0, len(body) + difference)).encode()))
            closes = closes or bool(difference)
        if without_body and not self.stray_body:
            wire = b""
        closes = closes or self.stray_body
        if closes:
            headers.append((b"Connection", b"close"))
        elif self.keeps:
            headers.append((b"Connection", b"keep-alive"))
        lines = [self.version + b" %d " % self.status + self.reason]
        lines += [name + b": " + value for name, value in headers]
        before = b"".join(
            b"HTTP/1.1 %d X\r\nX-Interim: 1\r\n\r\n" % status for status in self.interim
        )
        head = before + LINE.join(lines) + LINE * 2
        return Reply(head + wire, closes, head + (wire if self.stray_body else b""))


@dataclass(frozen=True)
class Call:
    """One request: `options` hold values that `build` makes anew for each client.

    Attributes:
        use: what happens to the response: "content", "chunks", "lines", "text", "close", "nothing".
    """

    method: str
    url: str
    options: dict[str, Any] = field(default_factory=dict)
    use: str = "content"


@dataclass(frozen=True)
class Scenario:
    """A session, what it is asked for, and what the server answers."""

    settings: dict[str, Any]
    environment: dict[str, str]
    netrc: str
    mounts: tuple[tuple[str, str], ...]
    calls: tuple[Call, ...]
    answers: dict[str, tuple[Answer, ...]]


def fill(text: Any, ports: dict[str, int]) -> Any:
    """Text or bytes with the ports filled in."""
    for name, port in ports.items():
        mark, number = f"{{{name}}}", str(port)
        if isinstance(text, bytes):
            text = text.replace(mark.encode(), number.encode())
        elif isinstance(text, str):
            text = text.replace(mark, number)
    return text


def chunked(body: bytes, with_trailers: bool) -> bytes:
    """A body in chunks of 7 bytes."""
    extension = b';a=b;c="d"' if with_trailers else b""
    pieces = [body[at : at + 7] for at in range(0, len(body), 7)]
    chunks = [b"%x%s\r\n%s\r\n" % (len(piece), extension, piece) for piece in pieces]
    trailers = b"X-Trailer: 1\r\n" if with_trailers else b""
    return b"".join(chunks) + b"0\r\n" + trailers + LINE


def bare_deflate(body: bytes) -> bytes:
    """Deflate without zlib's frame, which many servers send."""
    coder = zlib.compressobj(wbits=-15)
    return coder.compress(body) + coder.flush()


CODERS: dict[str, Any] = {
    "gzip": lambda body: gzip.compress(body, mtime=0),
    "x-gzip": lambda body: gzip.compress(body, mtime=0),
    "deflate": zlib.compress,
    "identity": bytes,
    "unknown": bytes,
}
