"""What a WebSocket has to do, wherever it runs: a server's address in, nothing out."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

import pyfetch_requests as requests


async def all_of(ws: Any) -> list[str | bytes]:
    return [message async for message in ws]


async def nothing_is_open(address: str) -> None:
    """The server is told of an end, but not at once."""
    for _ in range(100):
        async with requests.websocket(f"{address}/open") as ws:
            if await all_of(ws) == ["0"]:
                return
        await asyncio.sleep(0.05)
    raise AssertionError("the server still has connections")


async def messages_come_back(address: str) -> None:
    async with requests.websocket(f"{address}/echo", ("a", "b")) as ws:
        assert ws.protocol == "b"
        sent: list[str | bytes] = [
            "ä€😀",
            "",
            b"",
            bytes(range(256)),
            "x" * 100_000,
            bytes(2_000_000),
        ]
        for message in sent:
            await ws.send(message)
        await ws.send(bytearray(b"ab"))
        await ws.send(memoryview(b"abcd")[::2])
        got = [await anext(ws) for _ in range(len(sent) + 2)]
        assert got == [*sent, b"ab", b"ac"]
        await ws.close(3001, "schön")
        assert await all_of(ws) == []
        with pytest.raises(requests.ConnectionError, match="code 3001"):
            await ws.send("late")
    async with requests.websocket(address.replace("ws", "http", 1) + "/echo#part") as ws:
        assert ws.url == f"{address}/echo"
        assert ws.protocol == ""
    await nothing_is_open(address)


async def many_messages(address: str) -> None:
    async with requests.websocket(f"{address}/send/5000/10") as ws:
        assert await all_of(ws) == [b"x" * 10] * 5000
    async with requests.websocket(f"{address}/send/1/1000000", max_bytes=100_000) as ws:
        with pytest.raises(requests.ConnectionError, match="code 1009"):
            await all_of(ws)
    await nothing_is_open(address)


async def ends(address: str) -> None:
    """With the code of the server; a code that no server may send is a broken connection."""
    async with requests.websocket(f"{address}/close/1001/bye") as ws:
        assert await all_of(ws) == []
    for end, told in (
        ("close/1011/why", "code 1011: why"),
        ("close/4000/", "code 4000"),
        ("close/1006/", r"code 100[26]"),
        ("close/5/", r"code (100[26]|5)\b"),
        ("abort", "code 1006"),
    ):
        with pytest.raises(requests.ConnectionError, match=told):
            async with requests.websocket(f"{address}/{end}") as ws:
                await all_of(ws)
    await nothing_is_open(address)


async def no_connection(address: str, dead: str) -> None:
    for url, protocols in (
        (f"{address}/refuse", ()),
        (f"{address}/wrong", ("a",)),
        (dead.replace("http", "ws", 1), ()),
    ):
        with pytest.raises(requests.ConnectionError, match="no connection"):
            async with requests.websocket(url, protocols):
                raise AssertionError("it was opened")
    await nothing_is_open(address)


async def bad_input(address: str) -> None:
    for protocols in (("a", "a"), ("a b",), ("",), "ä"):
        with pytest.raises(ValueError, match="protocols="):
            requests.websocket(f"{address}/echo", protocols)
    with pytest.raises(requests.exceptions.InvalidSchema, match="ws, wss, http"):
        requests.websocket("ftp://x.test/")
    for url in ("ws://", "ws://x.test:99999/", "ws://*.test/"):
        with pytest.raises(requests.exceptions.InvalidURL):
            requests.websocket(url)
    async with requests.websocket(f"{address}/echo") as ws:
        wrong: Any = 5
        with pytest.raises(TypeError, match="not int"):
            await ws.send(wrong)
        for code, reason in ((1001, ""), (2999, ""), (5000, ""), (1000, "ä" * 62)):
            with pytest.raises(ValueError, match=r"code=|reason="):
                await ws.close(code, reason)
        await ws.send("still there")
        assert await anext(ws) == "still there"
    await nothing_is_open(address)


async def cancelled(address: str) -> None:
    async def listen() -> None:
        async with requests.websocket(f"{address}/echo") as ws:
            await all_of(ws)

    task = asyncio.ensure_future(listen())
    await asyncio.sleep(0.2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await nothing_is_open(address)


async def backpressure(address: str) -> None:
    """Who sends more than a server takes has to wait, and can be ended."""

    async def send() -> None:
        async with requests.websocket(f"{address}/deaf") as ws:
            for _ in range(1000):
                await ws.send(bytes(1_000_000))

    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(send(), 1.5)
    await nothing_is_open(address)
