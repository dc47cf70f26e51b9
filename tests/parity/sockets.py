"""A transport over real sockets, so that both libraries put real bytes on the same wire.

Like a browser it decodes Content-Encoding; unlike one it shows redirects and cookies.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import urllib3
from urllib3.exceptions import (
    DecodeError,
    LocationParseError,
    NewConnectionError,
    ProtocolError,
    ReadTimeoutError,
    TimeoutError,
)

from pyfetch_requests import exceptions
from pyfetch_requests._wire import WireRequest, WireResponse, join_body


class SocketTransport:
    """urllib3 without its redirects, retries and cookies."""

    def __init__(self) -> None:
        self._pool = urllib3.PoolManager(retries=False)

    async def send(self, request: WireRequest) -> WireResponse:
        body: Any = request.body
        if hasattr(body, "__aiter__"):
            body = await join_body(body)
        headers = urllib3.HTTPHeaderDict(request.headers)
        parts = urlsplit(request.url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            answer = self._pool.connection_from_url(request.url).urlopen(
                request.method,
                target,
                body=body,
                headers=headers,
                chunked=body is not None and "Content-Length" not in headers,
                redirect=False,
                preload_content=False,
                timeout=urllib3.Timeout(request.headers_timeout, request.body_timeout),
            )
        except LocationParseError as error:
            raise exceptions.InvalidURL(*error.args) from error
        except (NewConnectionError, ProtocolError) as error:
            raise exceptions.ConnectionError(error) from error
        except TimeoutError as error:
            raise exceptions.HeadersTimeout(error) from error
        pairs = list(answer.headers.items())
        return WireResponse(answer.status, answer.reason or "", pairs, "", SocketBody(answer))

    async def sleep(self, seconds: float) -> None:
        """Retries here ask for no time between them."""
        assert seconds == 0


class SocketBody:
    """A body in the pieces that urllib3 makes of it."""

    def __init__(self, answer: Any) -> None:
        self._answer = answer
        self._pieces = answer.stream(1 << 16, decode_content=True)

    async def read(self) -> bytes:
        try:
            return next(self._pieces, b"")
        except ProtocolError as error:
            raise exceptions.ChunkedEncodingError(error) from error
        except DecodeError as error:
            raise exceptions.ContentDecodingError(error) from error
        except ReadTimeoutError as error:
            raise exceptions.BodyTimeout(error) from error

    async def close(self) -> None:
        self._answer.close()
