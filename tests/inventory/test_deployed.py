"""As one would deploy it: slow and broken clients, large bodies, relayed websockets."""

from __future__ import annotations

import socket
import subprocess
from contextlib import ExitStack

from tests.inventory.api import Api, Json
from tests.inventory.forks import ForkServer
from tests.inventory.websocket import WebSocket
from tests.inventory_process import ROOT, inventory_python

EVENT = {"kind": "event", "message_type": "told", "data": {"a": 1}}


def _connection(api: Api, text: str) -> socket.socket:
    host, port = api.url.removeprefix("http://").split(":")
    connection = socket.create_connection((host, int(port)))
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.sendall(text.encode())
    return connection


def test_slow_and_broken_clients_hold_nobody(api: Api):
    """More of each sort than the server has threads: without an answer read, or a request sent."""
    query = "is(instance)"
    asked = f"POST /graph/resoto/search/list HTTP/1.1\r\nHost: a\r\nContent-Length: {len(query)}"
    with ExitStack() as stack:
        for number in range(60):
            text = f"{asked}\r\n\r\n{query}" if number % 2 else asked
            connection = stack.enter_context(_connection(api, text))
            if number % 3 == 0:
                connection.close()
        assert api.get("/system/ping").text == "pong"
        assert len(api.keys("is(cloud)")) == 3
        config = {"json": {"a": 1}, "params": {"validate": "false"}}
        assert api.put("/config/test.beside", **config).status_code == 200
    assert api.delete("/config/test.beside").status_code == 204
    assert len(api.keys("is(cloud)")) == 3


_GONE = """
import asyncio, os, signal
from aiohttp import ClientSession, ClientError, web
from inventory.listener import Report, bind, listen

async def cut(request):
    response = web.StreamResponse()
    response.enable_compression()
    await response.prepare(request)
    request.transport.abort()
    try:
        await response.write_eof(b"the end")
    except ConnectionError as error:
        raise web.HTTPBadRequest from error  # as resotocore does

async def main():
    app = web.Application()
    app.router.add_get("/", cut)
    listener = bind("127.0.0.1", 0)
    started = asyncio.Event()
    server = asyncio.create_task(listen(app, listener, Report(print, started.set)))
    await started.wait()
    async with ClientSession() as session:
        try:
            response = await session.get(f"http://127.0.0.1:{listener.getsockname()[1]}")
            await response.read()
        except ClientError:
            print("cut")
    os.kill(os.getpid(), signal.SIGTERM)
    await server

asyncio.run(main())
"""


def test_a_client_that_goes_away_is_no_error():
    """It is gone when the end of a compressed answer is written."""
    command = [str(inventory_python()), "-c", _GONE]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("cut\n", "")


def test_a_body_has_a_limit(api: Api):
    """Five megabytes, except where lines are read one after the other."""
    response = api.post("/graph/resoto/search/list", data=b"x" * (5 * 2**20 + 1))
    assert response.status_code == 413
    lines = (
        b'{"id": "root", "reported": {"kind": "graph_root", "name": "' + b"x" * 6 * 2**20 + b'"}}\n'
    )
    merged = api.post(
        "/graph/unknown/merge", data=lines, headers={"Content-Type": "application/x-ndjson"}
    )
    assert merged.status_code == 404


def test_who_listens_to_everybody_without_a_key_is_warned(forks: ForkServer):
    """An address that is nobody's, so that it cannot listen."""
    address = ("--host", "192.0.2.1", "--port", 8900)
    code, printed = forks.run(*address)
    warning, refused = printed.splitlines()
    assert code == 1
    assert warning.startswith("inventory: warning: everybody who can reach 192.0.2.1 can change")
    assert refused.startswith("inventory: cannot listen on 192.0.2.1:8900")
    _, printed = forks.run(*address, "--psk", "a key")
    assert "warning" not in printed


def _told(events: WebSocket) -> Json:
    """The next of our events; others tell of listeners that come and go."""
    while (event := events.receive())["message_type"] != EVENT["message_type"]:
        pass
    return event


def test_events_are_relayed_both_ways(served: Api, api: Api):
    with WebSocket(api.url, "/events") as direct, WebSocket(served.url, "/events") as relayed:
        assert (direct.status, relayed.status) == (101, 101)
        for sender in (relayed, direct):
            sender.send(EVENT)
            assert _told(direct)["data"]["a"] == 1
            assert _told(relayed)["data"]["a"] == 1


def test_work_is_relayed_both_ways(served: Api):
    """A worker behind the relay does what a command line asks for."""
    with WebSocket(served.url, "/work/queue") as worker:
        worker.send([{"name": "shout", "expect_node_result": False}])
        while not served.get("/cli/info").text.count('"shout"'):
            pass
        with _connection(
            served,
            "POST /cli/execute?graph=resoto HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\n"
            "Accept: application/json\r\nConnection: close\r\nContent-Length: 10\r\n\r\nshout loud",
        ) as asking:
            task = worker.receive()
            assert task["task_name"] == "shout"
            worker.send({"task_id": task["task_id"], "result": "done", "data": "LOUD!"})
            answer = b"".join(iter(lambda: asking.recv(65536), b""))
    assert b"LOUD!" in answer


def test_a_refused_websocket_has_the_status(served: Api):
    with WebSocket(served.url, "/nonesuch") as refused:
        assert refused.status == 404
