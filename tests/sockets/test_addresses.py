"""Hosts with several addresses, of which some do not answer."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import requests

from .callers import Caller

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
HOST = "two.example"  # it gets addresses here


@pytest.fixture
def addresses(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Those of the host, in the order in which they are tried."""
    found: list[str] = []
    original: Any = socket.getaddrinfo

    def lookup(host: Any, port: Any, *arguments: Any, **options: Any) -> Any:
        if host not in (HOST, HOST.encode()):
            return original(host, port, *arguments, **options)
        return [
            (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (each, port))
            for each in found
        ]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    return found


@pytest.fixture
def port() -> Iterator[int]:
    """Of a server at 127.0.0.1, and of one at 127.0.0.2 that accepts nobody."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        threading.Thread(target=serve, args=[listener], daemon=True).start()
        with socket.socket() as deaf, socket.socket() as first, socket.socket() as second:
            deaf.bind(("127.0.0.2", port))
            deaf.listen(0)
            # Those that wait to be accepted: the system drops every further one.
            for waiting in (first, second):
                waiting.settimeout(0.2)
                with suppress(TimeoutError):
                    waiting.connect(("127.0.0.2", port))
            yield port
        listener.shutdown(socket.SHUT_RDWR)


def serve(listener: socket.socket) -> None:
    with suppress(OSError):
        while True:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(OK)


LIVE, DEAF, NONE = "127.0.0.1", "127.0.0.2", "127.0.0.3"


@pytest.mark.parametrize("order", [[NONE, LIVE], [LIVE, NONE], [DEAF, LIVE], [NONE, DEAF, LIVE]])
def test_the_next_one_is_tried(
    caller: Caller, addresses: list[str], port: int, order: list[str]
) -> None:
    addresses += order
    url = f"http://{HOST}:{port}/"
    assert requests.get(url, timeout=(1, 20)).text == "ok"

    async def story() -> None:
        assert (await caller(caller.client.get(url, timeout=(1, 20)))).text == "ok"

    caller.run(story)


def test_none_of_them_listens(caller: Caller, addresses: list[str], port: int) -> None:
    addresses += [NONE, "127.0.0.4"]
    url = f"http://{HOST}:{port}/"
    with pytest.raises(requests.ConnectionError):
        requests.get(url)

    async def story() -> None:
        with pytest.raises(caller.client.ConnectionError, match="nothing listens at"):
            await caller(caller.client.get(url))

    caller.run(story)


def test_none_of_them_answers(caller: Caller, addresses: list[str], port: int) -> None:
    addresses += [DEAF, DEAF]
    url = f"http://{HOST}:{port}/"
    with pytest.raises(requests.ConnectTimeout):
        requests.get(url, timeout=(0.2, 20))

    async def story() -> None:
        with pytest.raises(caller.client.ConnectTimeout):
            await caller(caller.client.get(url, timeout=(0.2, 20)))

    caller.run(story)
