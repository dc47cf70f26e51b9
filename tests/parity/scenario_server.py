"""A server that answers from a script, byte for byte, and keeps every byte that it received.

It listens on two ports of 127.0.0.1 and on ::1, and answers requests to a proxy by itself.
"""

from __future__ import annotations

import socket
import threading
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field

MORE = 1 << 16
LINE = b"\r\n"


@dataclass(frozen=True)
class Reply:
    """What the server writes after one request.

    Attributes:
        data: everything, with its status line.
        closes: the connection ends after it.
        bodiless: the same without its body, for HEAD.
    """

    data: bytes
    closes: bool = False
    bodiless: bytes = b""


@dataclass(frozen=True)
class Received:
    """One request as it came.

    Attributes:
        connection: number of the connection, from 0 on.
        place: name of the address that was connected to.
        head: the request line and the headers.
        body: the body in its framing.
    """

    connection: int
    place: str
    head: bytes
    body: bytes


@dataclass
class Script:
    """The answers of one run, by the number in the path; each further request gets the next."""

    replies: dict[str, list[Reply]]
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    asked: Counter[str] = field(default_factory=Counter)

    def next_reply(self, target: str) -> Reply:
        """The answer to a request line's target."""
        path = target.split("?", maxsplit=1)[0].split("#", maxsplit=1)[0]
        name = path.rstrip("/").rpartition("/")[2]
        replies = self.replies.get(name) or [Reply(b"HTTP/1.1 404 N\r\nContent-Length: 0\r\n\r\n")]
        self.asked[name] += 1
        return replies[min(self.asked[name], len(replies)) - 1]


class ScriptServer:
    """The server; `play` gives it a script."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._script = Script({})
        self.ports: dict[str, int] = {}
        self._sockets = []
        for place, family, host in (
            ("a", socket.AF_INET, "127.0.0.1"),
            ("b", socket.AF_INET, "127.0.0.1"),
            ("six", socket.AF_INET6, "::1"),
        ):
            listener = socket.create_server((host, 0), family=family)
            self.ports[place] = listener.getsockname()[1]
            self._sockets.append(listener)
            self._start(self._accept, listener, place)

    def play(self, replies: dict[str, list[Reply]]) -> Script:
        """Answer from now on by these replies, and return what will be known of the requests."""
        with self._lock:
            self._script = Script(replies)
            return self._script

    def close(self) -> None:
        """Stop listening."""
        for listener in self._sockets:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()

    def _start(self, work: object, *args: object) -> None:
        threading.Thread(target=work, args=args, daemon=True).start()  # type: ignore[arg-type]

    def _accept(self, listener: socket.socket, place: str) -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                self._start(self._serve, connection, place)

    def _serve(self, connection: socket.socket, place: str) -> None:
        script, number, rest = None, 0, b""
        with connection, suppress(OSError):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while True:
                head, rest = until(connection, rest, b"\r\n\r\n")
                if not head:
                    return
                with self._lock:
                    if script is None:
                        script, number = self._script, self._script.connections
                        script.connections += 1
                body, rest = framed(connection, head, rest)
                method, target, *_ = head.split(b"\r\n", 1)[0].split(b" ")
                with self._lock:
                    script.received.append(Received(number, place, head, body))
                    reply = script.next_reply(target.decode("latin-1"))
                connection.sendall(reply.bodiless if method == b"HEAD" else reply.data)
                if reply.closes:
                    connection.shutdown(socket.SHUT_WR)
                    while connection.recv(MORE):
                        pass
                    return


def until(connection: socket.socket, data: bytes, end: bytes) -> tuple[bytes, bytes]:
    """What comes up to an end, and what came after it; b"" if the connection ends before."""
    while end not in data:
        more = connection.recv(MORE)
        if not more:
            return b"", b""
        data += more
    head, _, rest = data.partition(end)
    return head + end, rest


def framed(connection: socket.socket, head: bytes, rest: bytes) -> tuple[bytes, bytes]:
    """The body of a request, and what came after it."""
    fields = {
        name.strip().lower(): value.strip()
        for name, _, value in (line.partition(b":") for line in head.split(b"\r\n")[1:])
    }
    if b"chunked" in fields.get(b"transfer-encoding", b""):
        # The end of the last chunk's line is that of the head, if there is no other chunk.
        body, rest = until(connection, LINE + rest, b"\r\n0\r\n\r\n")
        return body[2:], rest
    length = int(fields.get(b"content-length") or 0)
    while len(rest) < length:
        more = connection.recv(MORE)
        if not more:
            break
        rest += more
    return rest[:length], rest[length:]
