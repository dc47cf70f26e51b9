"""Many requests at a time: the async face, whose transport is one that suspends."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

import pyfetch_requests
from pyfetch_requests import exceptions
from pyfetch_requests.testing import ChunkedBody, MockTransport, WireRequest, WireResponse, respond

from .faces import HOST


class SlowTransport(MockTransport):
    """Answers when the test says so."""

    def __init__(self, handler: Any = lambda request: respond(200, request.url)) -> None:
        super().__init__(handler)
        self.gate = asyncio.Event()
        self.under_way = 0
        self.most = 0

    async def send(self, request: WireRequest) -> WireResponse:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            await self.gate.wait()
            return await super().send(request)
        finally:
            self.under_way -= 1


async def turn() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_hundreds_at_once() -> None:
    transport = SlowTransport()
    session = pyfetch_requests.Session(transport=transport)
    urls = [f"{HOST}/{number}" for number in range(300)]
    tasks = [asyncio.ensure_future(session.get(url)) for url in urls]
    await turn()
    assert transport.most == 300
    transport.gate.set()
    assert [response.text for response in await asyncio.gather(*tasks)] == urls


async def test_requests_do_not_mix() -> None:
    """What belongs to one request is not seen by another of the same session."""
    transport = SlowTransport(lambda wire: respond(200, dict(wire.headers)["X-Mine"]))
    session = pyfetch_requests.Session(transport=transport)
    tasks = [
        asyncio.ensure_future(session.get(HOST, headers={"X-Mine": str(number)}))
        for number in range(20)
    ]
    transport.gate.set()
    assert [r.text for r in await asyncio.gather(*tasks)] == [str(n) for n in range(20)]


async def test_limit() -> None:
    transport = SlowTransport()
    session = pyfetch_requests.Session(transport=transport, max_connections=3)
    tasks = [asyncio.ensure_future(session.get(HOST)) for _ in range(10)]
    await turn()
    assert transport.under_way == 3
    transport.gate.set()
    await asyncio.gather(*tasks)
    assert transport.most == 3


@pytest.mark.parametrize("how", ["read", "iterate", "close", "drop"])
async def test_streamed_body_holds_its_place(how: str) -> None:
    transport = MockTransport(lambda request: respond(200, [b"a", b"b"]))
    session = pyfetch_requests.Session(transport=transport, max_connections=1)
    first = await session.get(HOST, stream=True)
    second = asyncio.ensure_future(session.get(HOST))
    await turn()
    assert len(transport.requests) == 1
    if how == "read":
        assert await first.read() == b"ab"
    elif how == "iterate":
        assert [chunk async for chunk in first.iter_content(None)] == [b"a", b"b"]
    elif how == "close":
        await first.close()
    else:
        del first
    assert (await second).content == b"ab"


async def test_failures_give_their_place_back() -> None:
    answers: list[Any] = [
        exceptions.ConnectionError("broken"),
        respond(200, [exceptions.ChunkedEncodingError("cut")]),
        respond(200, [exceptions.ChunkedEncodingError("cut")]),
        respond(200, b"well"),
    ]
    transport = MockTransport(lambda request: answers.pop(0))
    session = pyfetch_requests.Session(transport=transport, max_connections=1)
    for stream in (False, False):
        with pytest.raises(exceptions.RequestException):
            await session.get(HOST, stream=stream)
    broken = await session.get(HOST, stream=True)
    with pytest.raises(exceptions.ChunkedEncodingError):
        await broken.read()
    assert (await session.get(HOST)).content == b"well"


async def test_cancelled_request_gives_its_place_back() -> None:
    transport = SlowTransport()
    session = pyfetch_requests.Session(transport=transport, max_connections=1)
    first = asyncio.ensure_future(session.get(HOST))
    waiting = asyncio.ensure_future(session.get(HOST))
    await turn()
    waiting.cancel()
    first.cancel()
    await turn()
    assert transport.under_way == 0
    transport.gate.set()
    assert (await session.get(HOST)).ok


async def test_waiting_before_a_retry_holds_no_place() -> None:
    answers: list[Any] = [exceptions.ConnectionError("broken"), respond()]
    transport = MockTransport(lambda request: answers.pop(0))
    session = pyfetch_requests.Session(transport=transport, max_connections=1, retries=1)
    assert (await session.get(HOST)).ok
    assert transport.slept == [0]


@pytest.mark.parametrize("limit", [0, -1, "3", 1.5])
def test_limit_that_is_none(limit: Any) -> None:
    with pytest.raises(ValueError, match="max_connections must be a positive int"):
        pyfetch_requests.Session(max_connections=limit)


async def test_leaving_a_loop_gives_the_connection_back() -> None:
    """Also where nobody closes the iterator: Python does, when the last name of it is gone."""
    body = ChunkedBody([b"a", b"b"])
    transport = MockTransport(lambda request: respond()._replace(body=body))
    response = await pyfetch_requests.Session(transport=transport).get(HOST, stream=True)
    async for _ in response.iter_content(1):
        break
    await turn()
    assert body.closed
