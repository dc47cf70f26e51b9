"""Connections of an event loop that is not the one in which they are closed."""

from __future__ import annotations

import asyncio
import gc
import queue
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import anyio
import pytest

import pyfetch_requests
from tests.server import Server, Urls

from .callers import Story
from .secure import Secure


class Elsewhere:
    """A thread with an event loop, which waits until it is asked for something."""

    def __init__(self, kind: str) -> None:
        self._stories: queue.Queue[Story | None] = queue.Queue()
        self._answers: queue.Queue[Any] = queue.Queue()
        self._thread = threading.Thread(
            target=anyio.run, args=[self._serve], kwargs={"backend": kind}
        )
        self._thread.start()

    def __call__(self, story: Story) -> Any:
        """What a story gives in that thread."""
        self._stories.put(story)
        return self._answers.get(timeout=20)

    async def _serve(self) -> None:
        while story := await anyio.to_thread.run_sync(self._stories.get):
            self._answers.put(await story())

    def end(self) -> None:
        self._stories.put(None)
        self._thread.join()


@pytest.fixture(params=["asyncio", "trio"])
def elsewhere(request: pytest.FixtureRequest) -> Iterator[Elsewhere]:
    made = Elsewhere(request.param)
    yield made
    made.end()


@pytest.fixture(params=["http", "https"])
def ask(
    request: pytest.FixtureRequest, urls: Urls, secure: Secure
) -> Callable[[pyfetch_requests.Session], Story]:
    """Makes what sends a request by a session."""
    url = urls.echo() if request.param == "http" else f"{secure.open}/echo"

    def asking(session: pyfetch_requests.Session) -> Story:
        async def story() -> int:
            return (await session.get(url, verify=str(secure.ca))).status_code

        return story

    return asking


Ask = Callable[[pyfetch_requests.Session], Story]


@pytest.fixture(autouse=True)
def _no_collector() -> Iterator[None]:
    """What the garbage collector closes has not been closed."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def all_closed(server: Server) -> bool:
    """Whether the server sees the last connection end, within some seconds."""
    end = time.monotonic() + 4
    while server.connections and time.monotonic() < end:
        time.sleep(0.02)
    return not server.connections


def test_a_loop_that_runs_in_another_thread(server: Server, ask: Ask, elsewhere: Elsewhere) -> None:
    session = pyfetch_requests.Session()
    assert elsewhere(ask(session)) == 200

    async def here() -> None:
        assert await ask(session)() == 200
        assert server.connections == 2
        session.close()

    asyncio.run(here(), debug=True)
    assert all_closed(server)
    # Its loop has not suffered.
    assert elsewhere(ask(session)) == 200
    session.close()
    assert all_closed(server)


@pytest.mark.parametrize("kind", ["asyncio", "trio"])
def test_a_loop_that_is_over(server: Server, ask: Ask, kind: str) -> None:
    session = pyfetch_requests.Session()

    async def twice() -> None:
        assert await ask(session)() == await ask(session)() == 200

    anyio.run(twice, backend=kind)
    assert server.connections == 1
    anyio.run(twice, backend=kind)  # which forgets the first one
    assert server.connections == 1
    session.close()
    assert all_closed(server)


def test_a_loop_that_never_runs_again(server: Server, ask: Ask) -> None:
    session = pyfetch_requests.Session()
    loop = asyncio.new_event_loop()
    assert loop.run_until_complete(ask(session)()) == 200
    assert server.connections == 1
    session.close()
    assert all_closed(server)
    loop.close()


def test_the_loop_that_closes(server: Server, ask: Ask, elsewhere: Elsewhere) -> None:
    session = pyfetch_requests.Session()

    async def story() -> None:
        await ask(session)()
        session.close()

    elsewhere(story)
    assert all_closed(server)


def test_more_connections_than_are_kept(server: Server, ask: Ask, elsewhere: Elsewhere) -> None:
    session = pyfetch_requests.Session()
    for scheme in ("http://", "https://"):
        session.mount(scheme, pyfetch_requests.HTTPAdapter(pool_connections=1, pool_maxsize=1))
    assert elsewhere(ask(session)) == 200

    async def here() -> None:
        assert await ask(session)() == 200  # and that of the other loop is one too many
        for _ in range(200):
            if server.connections == 1:
                break
            await asyncio.sleep(0.02)
        assert server.connections == 1
        session.close()

    asyncio.run(here(), debug=True)
    assert all_closed(server)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("kind", ["asyncio", "trio"])
def test_a_loop_over_events_that_is_left_leaves_nothing_to_the_event_loop(
    urls: Urls, kind: str
) -> None:
    """Trio complains of an async generator that is dropped, and asyncio ends it in a task."""

    async def story() -> None:
        async with pyfetch_requests.sse(urls.events(5)) as events:
            for expected in (1, 2):
                async for event in events:
                    assert event.json() == expected
                    break
        gc.collect()

    anyio.run(story, backend=kind)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("kind", ["asyncio", "trio"])
@pytest.mark.parametrize("end", ["close", "drop"])
@pytest.mark.parametrize("body", ["known length", "chunks"])
def test_a_body_that_is_left_leaves_nothing_to_the_event_loop(
    urls: Urls, kind: str, end: str, body: str
) -> None:
    url = urls.events(5) if body == "chunks" else urls.blob(3_000_000)

    async def story() -> None:
        session = pyfetch_requests.Session()
        for reads in (True, False):
            response = await session.get(url, stream=True)
            if reads:
                assert await response.raw.read(3)
            if end == "close":
                await response.close()
            del response
            gc.collect()
            await anyio.sleep(0)
        session.close()

    anyio.run(story, backend=kind)
