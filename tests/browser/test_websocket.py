"""The engine's own WebSocket, against a server that is honest or not."""

from __future__ import annotations

import pytest

from tests.browser import in_pyodide
from tests.server import Urls

from .websocket_cases import (
    backpressure,
    bad_input,
    cancelled,
    ends,
    many_messages,
    messages_come_back,
    no_connection,
)

# Node has one from 22 on.
pytestmark = pytest.mark.only_on("browser or deno")


@in_pyodide
async def test_messages(urls: Urls) -> None:
    await messages_come_back(urls.websocket)
    await many_messages(urls.websocket)


@in_pyodide
async def test_ends(urls: Urls) -> None:
    await ends(urls.websocket)
    await no_connection(urls.websocket, urls.dead)


@in_pyodide
async def test_bad_input(urls: Urls) -> None:
    await bad_input(urls.websocket)


@in_pyodide
async def test_cancelled(urls: Urls) -> None:
    await cancelled(urls.websocket)
    await backpressure(urls.websocket)


@in_pyodide
@pytest.mark.only_on("browser")
async def test_relative(urls: Urls) -> None:
    from pyfetch_requests import ConnectionError, websocket

    ws = websocket("/no/socket")
    assert ws.url == f"{urls.page.replace('http', 'ws', 1)}/no/socket"
    with pytest.raises(ConnectionError, match="no connection"):
        await ws.__aenter__()
