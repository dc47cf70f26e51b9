"""What the server answers under which path; each endpoint does one thing."""

from __future__ import annotations

import asyncio
import base64
import json
import mimetypes
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from .bridge import httpbin
from .ledger import Ledger
from .respond import respond
from .store import Store
from .wire import BadRequestError, Exchange, Headers

Endpoint = Callable[[Exchange], Awaitable[None]]
JSON = ("Content-Type", "application/json")
TYPES = {".wasm": "application/wasm", ".mjs": "text/javascript", ".js": "text/javascript"}
BLOCK = bytes(range(256)) * 1024


async def send_json(exchange: Exchange, value: object, status: int = 200) -> None:
    await exchange.send(status, [JSON], json.dumps(value).encode())


async def echo(exchange: Exchange) -> None:
    """The request as it was on the wire; headers in order, text Latin-1, body base64."""
    request = exchange.request
    value = {
        "method": request.method,
        "target": request.target,
        "version": request.version,
        "headers": request.headers,
        "body": base64.b64encode(request.body).decode(),
    }
    await send_json(exchange, value)


async def redirect(exchange: Exchange) -> None:
    """To `to`, with `status`; without `to` to itself, for ever."""
    options = dict(exchange.request.query)
    target = options.get("to", exchange.request.target)
    await exchange.send(int(options.get("status", 302)), [("Location", target)])


async def count_bytes(exchange: Exchange) -> None:
    """/bytes/N: N bytes 0, 1 … 255, 0 …, generated while they are sent."""
    count = int(exchange.path.rsplit("/", 1)[1])
    await exchange.start(200, [("Content-Type", "application/octet-stream")], length=count)
    for start in range(0, count, len(BLOCK)):
        await exchange.piece(BLOCK[: count - start])
    await exchange.finish()


async def file(exchange: Exchange) -> None:
    """/file/NAME: `count` bytes like those of /bytes, with an ETag and ranges.

    Each answer breaks off after `breaks` bytes. With `plain` there are no ranges. `tag` is the ETag
    without its quotes.
    """
    options = dict(exchange.request.query)
    count, tag = int(options["count"]), f'"{options.get("tag", "v1")}"'
    asked = exchange.request.header("range") or ""
    condition = exchange.request.header("if-range")
    headers = [("ETag", tag), ("Content-Type", "application/octet-stream")]
    first, last, status = 0, count - 1, 200
    if asked.startswith("bytes=") and condition in (None, tag) and "plain" not in options:
        start, _, end = asked.removeprefix("bytes=").partition("-")
        if not start:
            start, end = str(max(0, count - int(end))), ""
        first, last, status = int(start), min(int(end or last), last), 206
        if first >= count:
            return await exchange.send(416, [("Content-Range", f"bytes */{count}"), *headers])
        headers.append(("Content-Range", f"bytes {first}-{last}/{count}"))
    if exchange.request.method == "HEAD":
        headers.append(("Accept-Ranges", "bytes" if "plain" not in options else "none"))
    left = last + 1 - first
    await exchange.start(status, headers, length=left)
    if exchange.request.method == "HEAD":
        return await exchange.finish()
    breaks = min(left, int(options.get("breaks", left)))
    for position in range(first, first + breaks, len(BLOCK)):
        size = min(len(BLOCK), first + breaks - position)
        await exchange.piece((BLOCK + BLOCK[:256])[position % 256 :][:size])
    if breaks < left:
        # Time for what was written: at a reset the client loses what it has not read yet.
        await asyncio.sleep(0.2)
        return await exchange.break_off("reset")
    return await exchange.finish()


async def events(exchange: Exchange) -> None:
    """Server-sent events with ids 1 to `count`, `per` of them in an answer, which then breaks off.

    An answer begins after the id in Last-Event-ID; the one with the last event ends normally.
    """
    options = dict(exchange.request.query)
    count, per = int(options["count"]), int(options.get("per", options["count"]))
    first = int(exchange.request.header("last-event-id") or 0) + 1
    await exchange.start(200, [("Content-Type", "text/event-stream")], framing="chunked")
    await exchange.piece(b"retry: 10\n\n")
    for number in range(first, min(first + per, count + 1)):
        await exchange.piece(f"id: {number}\nevent: tick\ndata: {number}\n\n".encode())
        await asyncio.sleep(float(options.get("pause", 0)))
    if first + per <= count:
        # Time for what has been written: a reset takes along what the client has not read.
        await asyncio.sleep(0.2)
        return await exchange.break_off("reset")
    return await exchange.finish()


async def raw(exchange: Exchange) -> None:
    """Writes the bytes of `bytes64` in place of an HTTP answer and closes the connection."""
    await exchange.connection.write(base64.b64decode(dict(exchange.request.query)["bytes64"]))
    exchange.keep_alive = False


def seen(ledger: Ledger) -> Endpoint:
    """The endpoint that says how the requests with an id ended."""

    async def answer(exchange: Exchange) -> None:
        options = dict(exchange.request.query)
        name, within = options.pop("name"), float(options.pop("within", 15))
        until = {key: int(value) for key, value in options.items()}
        await send_json(exchange, await ledger.wait(name, until, within))

    return answer


def scripts() -> Endpoint:
    """Serves a module that was posted to the same path, once."""
    kept: dict[str, bytes] = {}

    async def answer(exchange: Exchange) -> None:
        if exchange.request.method == "POST":
            kept[exchange.path] = exchange.request.body
            return await exchange.send(204, [])
        return await exchange.send(200, [("Content-Type", TYPES[".mjs"])], kept.pop(exchange.path))

    return answer


def folder(prefix: str, root: Path, extra: Headers | None = None) -> Endpoint:
    """Files below a folder, with these headers in addition to the usual ones."""

    async def answer(exchange: Exchange) -> None:
        path = (root / exchange.path.removeprefix(prefix).lstrip("/")).resolve()
        if not (path.is_relative_to(root.resolve()) and path.is_file()):
            await send_json(exchange, {"error": f"no file {exchange.path}"}, 404)
            return
        kind = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0]
        headers = [("Content-Type", kind or "application/octet-stream"), *(extra or [])]
        await exchange.send(200, headers, await asyncio.to_thread(path.read_bytes))

    return answer


def table(ledger: Ledger, folders: Mapping[str, Path]) -> dict[str, Endpoint]:
    """Every endpoint by the first part of its path."""
    return {
        "/echo": echo,
        "/respond": respond,
        "/redirect": redirect,
        "/bytes": count_bytes,
        "/events": events,
        "/file": file,
        "/store": Store(),
        "/raw": raw,
        "/seen": seen(ledger),
        "/scripts": scripts(),
        "/httpbin": httpbin,
        **{prefix: folder(prefix, root) for prefix, root in folders.items()},
    }


async def answer(exchange: Exchange, endpoints: Mapping[str, Endpoint]) -> None:
    """Run the endpoint that the path names; 404 and 400 say what is wrong.

    A path may begin with several slashes.
    """
    endpoint = endpoints.get("/" + exchange.path.lstrip("/").split("/")[0])
    if endpoint is None:
        await send_json(exchange, {"error": f"no endpoint {exchange.path}"}, 404)
        return
    try:
        await endpoint(exchange)
    except (BadRequestError, KeyError, ValueError) as error:
        await send_json(exchange, {"error": f"{type(error).__name__}: {error}"}, 400)
