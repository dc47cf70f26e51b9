"""Another server under a path of the test server: a page then asks it on its own origin.

The notebook's server and its API have one origin too; across origins a browser hides headers such
as resotocore's BatchId, unless the server exposes them.
"""

from __future__ import annotations

import asyncio
import http.client
from urllib.parse import urlsplit

from tests.server.endpoints import Endpoint
from tests.server.wire import Exchange

HOP_BY_HOP = ("connection", "content-length", "host", "keep-alive", "transfer-encoding")


def relay(prefix: str, base: str) -> Endpoint:
    """The endpoint that passes what is below `prefix` on to the server at `base`."""

    def ask(exchange: Exchange) -> tuple[int, list[tuple[str, str]], bytes]:
        request = exchange.request
        connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=60)
        try:
            target = request.target.removeprefix(prefix)
            headers = dict(end_to_end(request.headers))
            connection.request(request.method, target, request.body or None, headers)
            answer = connection.getresponse()
            return answer.status, end_to_end(answer.getheaders()), answer.read()
        finally:
            connection.close()

    async def answer(exchange: Exchange) -> None:
        await exchange.send(*await asyncio.to_thread(ask, exchange))

    return answer


def end_to_end(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The headers that are not about one connection."""
    return [(name, value) for name, value in headers if name.lower() not in HOP_BY_HOP]
