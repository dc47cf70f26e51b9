"""A real resotocore behind the notebook site: requests are passed on to it, one to one.

Decides nothing about them; login, search and errors are the other server's. Websockets (`/events`,
`/work/queue`) are passed on message by message.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

from aiohttp import (
    ClientConnectionError,
    ClientSession,
    ClientTimeout,
    ClientWebSocketResponse,
    DummyCookieJar,
    WSCloseCode,
    WSMsgType,
    WSServerHandshakeError,
    web,
)

from inventory.listener import Report, listen
from inventory.site import static_sites

_WebSocket: TypeAlias = ClientWebSocketResponse | web.WebSocketResponse

# Connection-level headers end at each hop (RFC 9110, 7.6.1). Origin would name this server, and
# resotocore refuses one that is not its own when it runs with a key.
_NOT_PASSED_ON = frozenset(
    {
        "connection",
        "content-length",
        "host",
        "keep-alive",
        "origin",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)


async def serve_relay(
    listener: socket.socket, folders: Mapping[str, Path], resotocore: str, report: Report
) -> None:
    """Serve folders, and resotocore's answers, until SIGINT or SIGTERM.

    Args:
        listener: where to listen.
        folders: what is served from folders, see `static_sites`.
        resotocore: base URL of the server to ask.
        report: how to tell about it.
    """
    app = web.Application(client_max_size=0)
    app.middlewares.append(static_sites(folders))
    session = ClientSession(
        auto_decompress=False,
        cookie_jar=DummyCookieJar(),
        timeout=ClientTimeout(total=None),
        skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
    )

    async def relay(request: web.Request) -> web.StreamResponse:
        is_websocket = request.headers.get("Upgrade", "").lower() == "websocket"
        pass_on = _relay_websocket if is_websocket else _relay
        try:
            return await pass_on(request, session, resotocore.rstrip("/"))
        except ClientConnectionError as error:
            raise web.HTTPBadGateway(text=f"No answer from {resotocore}: {error}") from error

    app.router.add_route("*", "/{path:.*}", relay)
    report.progress(f"passing requests on to {resotocore}")
    async with session:
        await listen(app, listener, report)


async def _relay(
    request: web.Request, session: ClientSession, resotocore: str
) -> web.StreamResponse:
    async with session.request(
        request.method,
        resotocore + request.raw_path,
        headers=_passed_on(request),
        data=request.content if request.body_exists else None,
        allow_redirects=False,
    ) as answer:
        response = web.StreamResponse(status=answer.status, reason=answer.reason)
        for name, value in answer.headers.items():
            if name.lower() not in _NOT_PASSED_ON:
                response.headers.add(name, value)
        await response.prepare(request)
        async for chunk in answer.content.iter_any():
            await response.write(chunk)
        await response.write_eof()
        return response


async def _relay_websocket(
    request: web.Request, session: ClientSession, resotocore: str
) -> web.StreamResponse:
    headers = [(k, v) for k, v in _passed_on(request) if not k.lower().startswith("sec-websocket")]
    try:
        async with session.ws_connect(
            resotocore + request.raw_path, headers=headers, max_msg_size=0
        ) as there:
            here = web.WebSocketResponse(max_msg_size=0)
            await here.prepare(request)
            await asyncio.gather(_pass_messages(here, there), _pass_messages(there, here))
            return here
    except WSServerHandshakeError as error:
        return web.Response(status=error.status, text=error.message)


async def _pass_messages(source: _WebSocket, target: _WebSocket) -> None:
    """Pass messages on until one side closes, then close the other."""
    async for message in source:
        if message.type == WSMsgType.TEXT:
            await target.send_str(message.data)
        elif message.type == WSMsgType.BINARY:
            await target.send_bytes(message.data)
    await target.close(code=source.close_code or WSCloseCode.OK)


def _passed_on(request: web.Request) -> list[tuple[str, str]]:
    return [(k, v) for k, v in request.headers.items() if k.lower() not in _NOT_PASSED_ON]
