"""Connections: kept, shared, closed, and never left behind."""

from __future__ import annotations

import asyncio
import gc
import pickle
import socket
import subprocess
import sys
import textwrap
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import trio

import pyfetch_requests
from pyfetch_requests import sync
from tests.server import Server, Urls

from .callers import Caller


async def all_closed(caller: Caller, server: Server) -> bool:
    """Whether the server sees the last connection end, within some seconds."""
    for _ in range(200):
        if not server.connections:
            return True
        await caller.pause(0.02)
        if caller.name == "blocking":
            time.sleep(0.02)
    return False


def test_a_session_keeps_its_connection(caller: Caller, server: Server, urls: Urls) -> None:
    async def story() -> None:
        session = caller.client.Session()
        for _ in range(3):
            assert (await caller(session.get(urls.echo()))).status_code == 200
        assert server.connections == 1
        session.close()
        assert await all_closed(caller, server)
        # As in requests, a closed session makes new connections.
        assert (await caller(session.get(urls.echo()))).status_code == 200
        session.close()
        assert await all_closed(caller, server)

    caller.run(story)


def test_a_block_closes_a_session(caller: Caller, server: Server, urls: Urls) -> None:
    async def story() -> None:
        if caller.name == "blocking":
            with caller.client.Session() as session:
                session.get(urls.echo())
        else:
            async with caller.client.Session() as session:
                await session.get(urls.echo())
        assert await all_closed(caller, server)

    caller.run(story)


@pytest.mark.parametrize("path", ["echo", "redirect"])
def test_one_call_leaves_nothing_open(
    caller: Caller, server: Server, urls: Urls, path: str
) -> None:
    async def story() -> None:
        url = urls.echo() if path == "echo" else urls.redirect("/echo")
        assert (await caller(caller.client.get(url))).ok
        assert await all_closed(caller, server)

    caller.run(story)


def test_a_stream_outlives_its_session(caller: Caller, server: Server, urls: Urls) -> None:
    async def story() -> None:
        response = await caller(caller.client.get(urls.blob(300_000), stream=True))
        assert len(await caller(response.read())) == 300_000
        assert await all_closed(caller, server)

    caller.run(story)


@pytest.mark.parametrize("how", ["close", "leave the loop", "drop"])
def test_an_unread_body_gives_its_connection_back(
    caller: Caller, server: Server, urls: Urls, how: str
) -> None:
    async def story() -> None:
        session = caller.client.Session()
        response = await caller(session.get(urls.blob(50_000_000), stream=True))
        if how == "close":
            await caller(response.close())
        elif how == "drop":
            del response
            gc.collect()
        elif caller.name == "blocking":
            for _ in response.iter_content(1000):
                break
            response.close()
        else:
            async for _ in response.iter_content(1000):
                break
            await response.close()
        assert await all_closed(caller, server)
        session.close()

    caller.run(story)


def test_many_at_once(server: Server, urls: Urls) -> None:
    for name in ("asyncio", "trio"):
        caller = Caller(name)

        async def story(caller: Caller = caller) -> None:
            async with caller.client.Session() as session:
                calls = [lambda n=n: session.get(urls.echo(f"?{n}")) for n in range(200)]
                answers = await caller.gather(*calls)
            assert [answer.json()["target"] for answer in answers] == [
                f"/echo?{n}" for n in range(200)
            ]
            assert await all_closed(caller, server)

        caller.run(story)


def test_no_more_than_the_limit(server: Server, urls: Urls) -> None:
    for name in ("asyncio", "trio"):
        caller = Caller(name)
        most = 0

        async def story(caller: Caller = caller) -> None:
            nonlocal most

            async def one() -> None:
                nonlocal most
                await session.get(urls.echo())
                most = max(most, server.connections)

            async with caller.client.Session(max_connections=3) as session:
                await caller.gather(*[one] * 20)
            assert await all_closed(caller, server)

        caller.run(story)
        assert 1 <= most <= 3


def test_cancelling_closes_the_connection(server: Server, urls: Urls, request_id: str) -> None:
    async def with_asyncio() -> None:
        async with pyfetch_requests.Session() as session:
            task = asyncio.create_task(session.get(urls.respond("x", delay=60, id=request_id)))
            while not server.connections:
                await asyncio.sleep(0.01)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert await all_closed(Caller("asyncio"), server)

    async def with_trio() -> None:
        async with pyfetch_requests.Session() as session:
            async with trio.open_nursery() as nursery:
                url = urls.respond("x", cut=0, how="stall", id=request_id)
                nursery.start_soon(session.get, url)
                while not server.connections:
                    await trio.sleep(0.01)
                nursery.cancel_scope.cancel()
            assert await all_closed(Caller("trio"), server)

    asyncio.run(with_asyncio())
    trio.run(with_trio)
    assert server.seen(request_id, aborted=2)["completed"] == 0


@pytest.mark.parametrize("name", ["asyncio", "trio"])
@pytest.mark.parametrize("stream", [False, True])
def test_aborting(server: Server, urls: Urls, name: str, stream: bool) -> None:
    caller = Caller(name)

    async def story() -> None:
        controller = pyfetch_requests.AbortController()
        url = urls.respond("x" * 100, cut=50 if stream else 0, how="stall")

        async def ask() -> None:
            answer: Any = await pyfetch_requests.get(url, signal=controller.signal, stream=stream)
            await answer.read()

        async def abort() -> None:
            while not server.connections:
                await caller.pause(0.01)
            await caller.pause(0.1)
            controller.abort()

        async def asked() -> None:
            with pytest.raises(pyfetch_requests.AbortError, match="aborted by its signal"):
                await ask()

        await caller.gather(asked, abort)
        assert await all_closed(caller, server)

    caller.run(story)


def test_an_async_session_outlives_its_event_loop(server: Server, urls: Urls) -> None:
    session = pyfetch_requests.Session()

    async def ask() -> int:
        return (await session.get(urls.echo())).status_code

    assert asyncio.run(ask()) == asyncio.run(ask()) == trio.run(ask) == 200
    session.close()


def test_threads_share_a_session(urls: Urls) -> None:
    with sync.Session() as session, ThreadPoolExecutor(16) as threads:
        asked = [urls.echo(f"?{n}") for n in range(200)]
        answers = list(threads.map(session.get, asked))
    assert [answer.url for answer in answers] == asked
    assert [answer.json()["target"] for answer in answers] == [f"/echo?{n}" for n in range(200)]


def test_threads_with_the_verbs_of_the_module(server: Server, urls: Urls) -> None:
    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(sync.get, [urls.echo()] * 100))
    assert all(answers)
    assert Caller("blocking").run(lambda: all_closed(Caller("blocking"), server))


def test_a_session_is_pickled_without_its_connections(urls: Urls) -> None:
    with sync.Session() as session:
        session.get(urls.echo())
        twin = pickle.loads(pickle.dumps(session))
        assert twin.get(urls.echo()).ok
        twin.close()


def test_nothing_is_left_to_warn_about(urls: Urls) -> None:
    """Of sessions that nobody closes, too."""
    program = f"""
        import asyncio
        import pyfetch_requests
        from pyfetch_requests import sync

        sync.get({urls.echo()!r})
        session = sync.Session()
        session.get({urls.echo()!r})
        del session

        async def main():
            await pyfetch_requests.get({urls.echo()!r})
            await pyfetch_requests.get({urls.blob(10_000_000)!r}, stream=True)
            async with pyfetch_requests.Session() as session:
                await session.get({urls.echo()!r})

        asyncio.run(main())
    """
    command = [sys.executable, "-W", "error", "-c", textwrap.dedent(program)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
def test_a_forked_process_has_connections_of_its_own(urls: Urls) -> None:
    program = f"""
        import os
        import pyfetch_requests
        from pyfetch_requests import sync

        def ask(name):
            for number in range(30):
                target = f"/echo?{{name}}-{{number}}"
                answer = session.get({urls.page!r} + target, timeout=10)
                assert answer.json()["target"] == target, answer.text

        with sync.Session() as session:
            session.mount("http://", sync.HTTPAdapter(pool_maxsize=1, pool_block=True))
            ask("first")
            # One is under way, and is the parent's as well.
            open = session.get({urls.page!r} + "/bytes/100", stream=True)
            children = []
            for child in range(3):
                children.append(os.fork())
                if not children[-1]:
                    ask(child)
                    os._exit(0)
            open.close()
            ask("parent")
            assert [os.waitpid(child, 0)[1] for child in children] == [0, 0, 0]
    """
    command = [sys.executable, "-W", "error", "-c", textwrap.dedent(program)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def many(caller: Caller, call: Any, count: int) -> Any:
    """Call something that often, at once: by threads where calls block."""
    if caller.name != "blocking":
        return caller.gather(*[call] * count)
    with ThreadPoolExecutor(count) as threads:
        list(threads.map(lambda _: call(), range(count)))
    return caller.pause(0)


def test_an_adapter_that_waits_for_a_connection(caller: Caller, server: Server, urls: Urls) -> None:
    async def story() -> None:
        session = caller.client.Session()
        session.mount("http://", caller.client.HTTPAdapter(pool_maxsize=3, pool_block=True))
        # Those that fail or are given up do not stay in the way of the others.
        for _ in range(4):
            with pytest.raises(pyfetch_requests.ChunkedEncodingError):
                await caller(session.get(urls.respond("x", cut=0)))
            held = await caller(session.get(urls.blob(1_000_000), stream=True))
            await caller(held.close())
        await many(caller, lambda: session.get(urls.echo()), 20)
        assert 1 <= server.connections <= 3
        session.close()
        assert await all_closed(caller, server)

    caller.run(story)


def test_no_more_are_kept_than_the_adapter_says(caller: Caller, server: Server, urls: Urls) -> None:
    async def story() -> None:
        session = caller.client.Session()
        session.mount("http://", caller.client.HTTPAdapter(pool_connections=1, pool_maxsize=2))
        await many(caller, lambda: session.get(urls.respond("x", delay=0.2)), 8)
        for _ in range(200):
            if server.connections <= 2:
                break
            await caller(session.get(urls.echo()))
        assert 1 <= server.connections <= 2
        session.close()
        assert await all_closed(caller, server)

    caller.run(story)


def test_a_connection_that_the_server_ended_is_not_used_again(caller: Caller) -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    served: list[int] = []

    def serve(listener: socket.socket) -> None:
        for number in range(3):
            connection, _ = listener.accept()
            with connection:
                assert connection.recv(65536)
                connection.sendall(answer)
                served.append(number)

    async def story() -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            thread = threading.Thread(target=serve, args=[listener])
            thread.start()
            session = caller.client.Session()
            for _ in range(3):
                response = await caller(
                    session.get(f"http://127.0.0.1:{listener.getsockname()[1]}")
                )
                assert response.text == "ok"
                await caller.pause(0.1)
                time.sleep(0.1)
            thread.join()
            session.close()
        assert served == [0, 1, 2]

    caller.run(story)
