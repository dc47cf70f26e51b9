"""Reads a whole body straight into Python's memory, and tells meanwhile how much of it is there.

A request whose progress nobody asks for does the same in one crossing; see fetch.js.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .._wire import Body
from .blank import blank
from .fetch import ScriptFetcher
from .stream_body import StreamBody


async def filled(body: Body, reached: Callable[[int], object]) -> bytes:
    """Return the whole of a body, b"" for one that has to be read chunk by chunk.

    Args:
        body: of which nothing was read.
        reached: is called with the number of bytes that are there, some ten times a second.

    Raises:
        ChunkedEncodingError: the connection broke before the end.
        BodyTimeout: no bytes within the body limit.
    """
    if not isinstance(body, StreamBody) or not isinstance(body.fetcher, ScriptFetcher):
        return b""
    size = int(body.js_stream.size()) if body.js_stream else 0
    memory = _blank(size)
    return await _read(body, body.fetcher, memory, reached) if memory else b""


async def _read(
    body: StreamBody, fetcher: ScriptFetcher, memory: bytes, reached: Callable[[int], object]
) -> bytes:
    from pyodide.ffi import create_proxy

    proxy: Any = create_proxy(memory)  # JavaScript destroys it after the last write
    while outcome := await body.step(lambda stream, abort: fetcher.fill(stream, proxy, abort)):
        _, count, ended, *content = outcome
        reached(count)
        if ended:
            body.take_stream()
            return content[0].to_bytes() if content and content[0] else memory[:count]
    return b""


def _blank(size: int) -> bytes:
    try:
        return blank(size) if size else b""
    except MemoryError:
        return b""
