"""A fast loopback server for the benchmark, in a process of its own.

Usage: python -m bench.server NAME=FOLDER ...

Prints its port. Serves the folders under their names, and answers from memory: /small is a JSON
object with thirty headers, /json/N a JSON array of N bytes, /bytes/N, /lines/N (ndjson), /events/N
(as a language model's API sends them); /sink reads a body and tells its length. A thread for a
connection and blocking sockets: the work of a request is one `recv` and one `sendall`, which is
less than an event loop takes.
"""

from __future__ import annotations

import json
import re
import socket
import sys
import threading
from functools import cache
from pathlib import Path

TYPES = {
    ".wasm": "application/wasm",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".html": "text/html",
}
SMALL = {"id": 7, "name": "a thing", "tags": ["a", "b", "c"], "price": 12.5, "ok": True}
# Twenty-seven to the usual three: what an API behind a proxy and a CDN sends.
EXTRA = [f"X-Header-{number}: value number {number}" for number in range(27)]
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


def line(number: int) -> bytes:
    """One of the ndjson lines: about 300 bytes."""
    value = {
        "id": number,
        "name": f"instance-{number}",
        "kind": "aws_ec2_instance",
        "cores": number % 64,
        "price": number / 8,
        "running": number % 3 > 0,
        "tags": {"owner": "tëam", "cost-center": "sre", "stage": None},
        "path": "/cloud/account/region/" + "x" * 110,
    }
    return json.dumps(value, ensure_ascii=False).encode()


def event(number: int) -> bytes:
    """One of the server-sent events: about 160 bytes, as APIs of language models send them."""
    value = {
        "type": "response.output_text.delta",
        "item_id": "item-0",
        "sequence_number": number,
        "delta": f" wörd{number}",
    }
    data = json.dumps(value, ensure_ascii=False)
    return f"event: {value['type']}\ndata: {data}\n\n".encode()


@cache
def resource(kind: str, size: int) -> tuple[str, bytes]:
    """The type and the body of what is made for the benchmark."""
    if kind == "bytes":
        return "application/octet-stream", bytes(range(256)) * (size // 256)
    if kind == "events":
        return "text/event-stream", b"".join(map(event, range(size)))
    if kind == "lines":
        return "application/x-ndjson", b"".join(line(number) + b"\n" for number in range(size))
    items: list[bytes] = []
    length = 0
    while length < size:
        items.append(line(len(items)))
        length += len(items[-1]) + 1
    return "application/json", b"[" + b",".join(items) + b"]"


def answer(status: str, kind: str, body: bytes, extra: list[str] | None = None) -> list[bytes]:
    head = [
        f"HTTP/1.1 {status}",
        f"Content-Type: {kind}",
        f"Content-Length: {len(body)}",
        "Cache-Control: no-store",
        *(extra or []),
    ]
    start = "\r\n".join(head).encode() + b"\r\n\r\n"
    return [start + body] if len(body) < 1 << 16 else [start, body]


@cache
def small() -> list[bytes]:
    return answer("200 OK", "application/json", json.dumps(SMALL).encode(), EXTRA)


def file(path: str, folders: dict[str, Path]) -> list[bytes]:
    _, name, rest = path.split("/", 2)
    root = folders[name].resolve()
    found = (root / rest).resolve()
    if not (found.is_relative_to(root) and found.is_file()):
        return answer("404 Not Found", "text/plain", b"")
    kind = TYPES.get(found.suffix, "application/octet-stream")
    return answer("200 OK", kind, found.read_bytes())


def respond(path: str, length: int, folders: dict[str, Path]) -> list[bytes]:
    """The answer to a request whose body had this length."""
    if path == "/small":
        return small()
    if path == "/sink":
        return answer("200 OK", "application/json", str(length).encode())
    name, _, rest = path[1:].partition("/")
    if name in folders:
        return file(path, folders)
    if name in ("json", "bytes", "lines", "events") and rest.isdigit():
        return answer("200 OK", *resource(name, int(rest)))
    return answer("404 Not Found", "text/plain", b"")


def serve(connection: socket.socket, folders: dict[str, Path]) -> None:
    """Answer one connection until it ends."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    buffer = bytearray(1 << 20)
    received = b""
    try:
        while True:
            while b"\r\n\r\n" not in received:
                data = connection.recv(1 << 16)
                if not data:
                    return
                received += data
            head, _, received = received.partition(b"\r\n\r\n")
            found = LENGTH.search(head)
            length = int(found[1]) if found else 0
            left = length - len(received)
            received = b""
            while left > 0:
                left -= connection.recv_into(buffer, min(left, len(buffer))) or left
            path = head.split(b" ", 2)[1].decode().partition("?")[0]
            for piece in respond(path, length, folders):
                connection.sendall(piece)
    except ConnectionError:
        pass  # a page that was closed
    finally:
        connection.close()


def main() -> None:
    folders = {name: Path(path) for name, path in (one.split("=") for one in sys.argv[1:])}
    with socket.create_server(("127.0.0.1", 0), backlog=256) as listening:
        print(listening.getsockname()[1], flush=True)
        while True:
            connection, _ = listening.accept()
            threading.Thread(target=serve, args=(connection, folders), daemon=True).start()


if __name__ == "__main__":
    main()
