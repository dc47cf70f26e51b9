"""httpbin behind our own server: the WSGI application runs in a thread, and its output is sent."""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import unquote
from wsgiref.handlers import SimpleHandler
from wsgiref.headers import Headers as WsgiHeaders

from .wire import Exchange, Headers, Request

PREFIX = "/httpbin"


@cache
def application() -> Callable[..., Any]:
    """The WSGI application, imported at the first request (it takes half a second)."""
    from httpbin import app

    return app


class _Writer(io.BytesIO):
    """A file that hands what is written to the event loop's thread."""

    def __init__(self, write: Callable[[bytes], None]) -> None:
        self._write = write

    def write(self, data: Any) -> int:
        self._write(bytes(data))
        return len(data)


class _Handler(SimpleHandler):
    http_version = "1.1"
    headers: WsgiHeaders | None  # which the types of the standard library leave out
    extra: Headers = []  # noqa: RUF012 - never changed in place

    def cleanup_headers(self) -> None:
        # wsgiref ends a body of unknown length by closing the connection.
        super().cleanup_headers()
        assert self.headers is not None  # set just before
        self.headers["Connection"] = "close"
        for name, value in self.extra:
            self.headers[name] = value


def _environ(request: Request, prefix: str, secure: bool) -> dict[str, str]:
    host, _, port = (request.header("Host") or "127.0.0.1:80").partition(":")
    environ = {
        "REQUEST_METHOD": request.method,
        "HTTPS": "on" if secure else "off",
        "SCRIPT_NAME": prefix,
        "PATH_INFO": unquote(request.path.removeprefix(prefix), "latin-1"),
        "QUERY_STRING": request.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": request.version,
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_LENGTH": str(len(request.body)),
        "CONTENT_TYPE": request.header("Content-Type") or "",
    }
    for name, value in request.headers:
        key = "HTTP_" + name.upper().replace("-", "_")
        if key not in ("HTTP_CONTENT_LENGTH", "HTTP_CONTENT_TYPE", "HTTP_TRANSFER_ENCODING"):
            environ[key] = f"{environ[key]}, {value}" if key in environ else value
    return environ


async def httpbin(exchange: Exchange, prefix: str = PREFIX) -> None:
    """Any path of httpbin, under the prefix."""
    loop = asyncio.get_running_loop()
    writer = exchange.connection.writer

    def write(data: bytes) -> None:
        loop.call_soon_threadsafe(writer.write, data)

    def run() -> None:
        body = io.BytesIO(exchange.request.body)
        secure = writer.get_extra_info("ssl_object") is not None
        environ = _environ(exchange.request, prefix, secure)
        handler = _Handler(body, _Writer(write), sys.stderr, environ)
        handler.extra = exchange.extra
        handler.run(application())

    exchange.keep_alive = False
    await asyncio.to_thread(run)
    await writer.drain()
