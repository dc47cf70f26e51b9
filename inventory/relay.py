"""A real resotocore behind the notebook site: requests are passed on to it, one to one.

Decides nothing about them; login, search and errors are the other server's.
"""

from __future__ import annotations

import socket
from pathlib import Path

from aiohttp import ClientConnectionError, ClientSession, ClientTimeout, DummyCookieJar, web

from inventory.listener import Report, listen
from inventory.site import notebook_site

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
    listener: socket.socket, site: Path | None, resotocore: str, report: Report
) -> None:
    """Serve the site, and resotocore's answers, until SIGINT or SIGTERM.

    Args:
        listener: where to listen.
        site: folder of the notebook site.
        resotocore: base URL of the server to ask.
        report: how to tell about it.
    """
    app = web.Application(client_max_size=0)
    if site:
        app.middlewares.append(notebook_site(site))
    session = ClientSession(
        auto_decompress=False, cookie_jar=DummyCookieJar(), timeout=ClientTimeout(total=None)
    )

    async def relay(request: web.Request) -> web.StreamResponse:
        return await _relay(request, session, resotocore.rstrip("/"))

    app.router.add_route("*", "/{path:.*}", relay)
    report.progress(f"passing requests on to {resotocore}")
    async with session:
        await listen(app, listener, report)


async def _relay(
    request: web.Request, session: ClientSession, resotocore: str
) -> web.StreamResponse:
    headers = [(k, v) for k, v in request.headers.items() if k.lower() not in _NOT_PASSED_ON]
    try:
        async with session.request(
            request.method,
            resotocore + request.raw_path,
            headers=headers,
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
    except ClientConnectionError as error:
        raise web.HTTPBadGateway(text=f"No answer from {resotocore}: {error}") from error
