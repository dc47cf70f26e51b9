"""A WebSocket on CPython, by the library `websockets`: the same as in a browser."""

from __future__ import annotations

import asyncio
import sys

import pytest

import pyfetch_requests as requests
from tests.browser import websocket_cases as cases
from tests.server import Server


async def everything(address: str, dead: str) -> None:
    await cases.messages_come_back(address)
    await cases.many_messages(address)
    await cases.ends(address)
    await cases.no_connection(address, dead)
    await cases.bad_input(address)
    await cases.cancelled(address)
    await cases.backpressure(address)


def test_all_of_it(server: Server) -> None:
    asyncio.run(everything(server.urls.websocket, server.urls.dead))


def test_half_of_a_surrogate_pair_is_sent_as_browsers_do(server: Server) -> None:
    async def story() -> None:
        async with requests.websocket(f"{server.urls.websocket}/echo") as ws:
            for text in ("a\ud800b", "\ud83d\ude00"):
                await ws.send(text)
            assert [await anext(ws), await anext(ws)] == ["a\ufffdb", "\U0001f600"]

    asyncio.run(story())


def test_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    async def enter() -> None:
        async with requests.websocket("ws://x.test/"):
            pass

    monkeypatch.setitem(sys.modules, "websockets.asyncio.client", None)
    with pytest.raises(ImportError, match="pip install websockets"):
        asyncio.run(enter())
    with pytest.raises(requests.exceptions.MissingSchema):
        requests.websocket("/no/page")
