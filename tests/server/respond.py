"""/respond: an answer that the request itself specifies, to the last byte and how it ends."""

from __future__ import annotations

import asyncio
import base64
import gzip
import sys
import zlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from itertools import chain, repeat
from typing import cast

from .wire import BadRequestError, Ending, Exchange, Framing, Headers, Request


def _brotli(body: bytes) -> bytes:
    import brotlicffi

    return cast("bytes", brotlicffi.compress(body))


def _zstd(body: bytes) -> bytes:
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return zstd.compress(body)


ENCODINGS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": _brotli,
    "zstd": _zstd,
}
FRAMINGS = ("length", "chunked", "close")
ENDINGS = ("close", "reset", "stall")


@dataclass(frozen=True)
class Recipe:
    """The requested answer, from the query of the request.

    Attributes:
        status: Status code.
        reason: Reason phrase; None for the usual one.
        headers: `header=Name: value`, any number of them, in order, Latin-1.
        body: `body64`, else the body of the request; compressed already if `encoding` is given.
        framing: "length", "chunked" or "close" (the end of the connection ends the body).
        sizes: Sizes of the pieces that are written one by one (each one chunk in chunked coding);
            the last one is repeated. Empty: one piece.
        delay: Seconds before the status line.
        pause: Seconds after each piece.
        promise: Content-Length to claim instead of the true one.
        cut: Number of body bytes after which the answer breaks off; -1: before the status line.
        how: How it breaks off: "close", "reset" or "stall" (silence until the client leaves).
        stall_method: The method of requests that get no answer at all, whatever else is said.
    """

    status: int
    reason: str | None
    headers: Headers
    body: bytes
    framing: Framing
    sizes: list[int]
    delay: float
    pause: float
    promise: int | None
    cut: int | None
    how: Ending
    stall_method: str | None

    def pieces(self) -> Iterator[bytes]:
        sizes = chain(self.sizes, repeat(self.sizes[-1] if self.sizes else len(self.body)))
        start = 0
        while start < len(self.body):
            size = max(1, next(sizes))
            yield self.body[start : start + size]
            start += size


def parse(request: Request) -> Recipe:
    """The recipe in a request; what it leaves out has the default of an honest server."""
    options = dict(request.query)
    headers = [_header(value) for name, value in request.query if name == "header"]
    body = base64.b64decode(options["body64"]) if "body64" in options else request.body
    if encoding := options.get("encoding"):
        body = ENCODINGS[_one_of(encoding, ENCODINGS, "encoding")](body)
        headers.append(("Content-Encoding", encoding))
    sizes = options.get("sizes")
    return Recipe(
        status=int(options.get("status", 200)),
        reason=options.get("reason"),
        headers=headers,
        body=body,
        framing=cast("Framing", _one_of(options.get("framing", "length"), FRAMINGS, "framing")),
        sizes=[int(size) for size in sizes.split(",")] if sizes else [],
        delay=float(options.get("delay", 0)),
        pause=float(options.get("pause", 0)),
        promise=int(options["promise"]) if "promise" in options else None,
        cut=int(options["cut"]) if "cut" in options else None,
        how=cast("Ending", _one_of(options.get("how", "close"), ENDINGS, "how")),
        stall_method=options.get("stall_method"),
    )


def _header(line: str) -> tuple[str, str]:
    name, separator, value = line.partition(": ")
    if not separator:
        raise BadRequestError(f"header={line!r} is not of the form `Name: value`")
    return name, value


def _one_of(value: str, known: Collection[str], name: str) -> str:
    if value not in known:
        raise BadRequestError(f"{name}={value!r} is not one of {sorted(known)}")
    return value


async def respond(exchange: Exchange) -> None:
    recipe = parse(exchange.request)
    if recipe.stall_method == exchange.request.method:
        return await exchange.break_off("stall")
    await asyncio.sleep(recipe.delay)
    if recipe.cut is not None and recipe.cut < 0:
        return await exchange.break_off(recipe.how)
    headers = recipe.headers
    if recipe.how == "stall":
        # Before it closes the connection of an aborted request, Chromium waits five seconds for
        # the rest of the body, unless the connection cannot be reused anyway.
        headers = [*headers, ("Connection", "close")]
    if recipe.pause or (recipe.cut, recipe.promise) != (None, None):
        return await _answer(exchange, recipe, headers)
    with exchange.connection.corked():
        return await _answer(exchange, recipe, headers)


async def _answer(exchange: Exchange, recipe: Recipe, headers: Headers) -> None:
    length = len(recipe.body) if recipe.promise is None else recipe.promise
    await exchange.start(
        recipe.status,
        headers,
        reason=recipe.reason,
        framing=recipe.framing,
        length=length,
    )
    left = recipe.cut
    for piece in recipe.pieces():
        if left is not None and left < len(piece):
            if left:
                await exchange.piece(piece, cut=left)
            return await exchange.break_off(recipe.how)
        await exchange.piece(piece)
        left = None if left is None else left - len(piece)
        await asyncio.sleep(recipe.pause)
    if left is not None or length != len(recipe.body):
        return await exchange.break_off(recipe.how)
    return await exchange.finish()
