"""A user's file, for type checkers: it is checked, and never run."""

import asyncio
from collections.abc import AsyncIterator
from typing import assert_type

import pyfetch_requests
from pyfetch_requests import HTTPAdapter, PreparedRequest, Response, Session, testing


class Logged(HTTPAdapter):
    async def send(
        self,
        request: PreparedRequest,
        stream: bool = False,
        timeout: float | tuple[float | None, float | None] | None = None,
        verify: bool | str | None = True,
        cert: str | tuple[str, str] | None = None,
        proxies: object = None,
    ) -> Response:
        print(request.method, request.url)
        return await super().send(request, stream, timeout)


async def answers() -> None:
    response = await pyfetch_requests.get("https://api.example/things", params={"limit": 5})
    assert_type(response, Response)
    assert_type(response.status_code, int)
    assert_type(response.text, str)
    assert_type(await response.read(), bytes)
    assert_type(response.request, PreparedRequest)
    assert_type(response.history, list[Response])
    print((await pyfetch_requests.get("https://api.example/things").json())["key"])
    assert_type(await pyfetch_requests.get("https://api.example/things").text(), str)
    assert_type(await pyfetch_requests.get("https://api.example/things").bytes(), bytes)
    first, second = await asyncio.gather(
        pyfetch_requests.get("https://api.example/1"), pyfetch_requests.get("https://api.example/2")
    )
    assert_type(first, Response)
    assert_type(second, Response)
    task = asyncio.create_task(pyfetch_requests.post("https://api.example/", json={"a": 1}))
    assert_type(await task, Response)
    assert_type(await asyncio.wait_for(pyfetch_requests.head("https://api.example/"), 5), Response)


async def bodies() -> None:
    async with pyfetch_requests.get("https://api.example/log", stream=True) as response:
        assert_type(response.iter_lines(), AsyncIterator[bytes])
        assert_type(response.iter_lines(decode_unicode=True), AsyncIterator[str])
        assert_type(response.iter_content(None), AsyncIterator[bytes])
        assert_type(response.iter_content(1024, True), AsyncIterator[str])
        async for chunk in response:
            assert_type(chunk, bytes)
        async for event in response.iter_events():
            assert_type(event.data, str)
        assert_type(await response.raw.read(3), bytes)
    async with pyfetch_requests.sse("https://api.example/events") as events:
        async for event in events:
            assert_type(event.event, str)


async def sessions() -> None:
    async with Session(base_url="https://api.example/", max_connections=4) as session:
        session.headers["Authorization"] = "Bearer x"
        session.mount("https://", Logged())
        assert_type(await session.get("things"), Response)
        prepared = session.prepare_request(pyfetch_requests.Request("GET", "https://api.example/"))
        assert_type(await session.send(prepared, timeout=3), Response)


def mocked() -> None:
    def answer(request: testing.WireRequest) -> testing.WireResponse:
        return testing.respond(json={"path": request.url})

    with testing.mocked(answer):
        print(pyfetch_requests.sync.get("https://api.example/").json())
