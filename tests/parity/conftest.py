"""What all comparisons need: nothing random, and nothing from the machine they run on."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from unittest.mock import patch

import pytest

from tests.environment import without_settings

from .clients import Client, Clients
from .libraries import ASYNC, BLOCKING, ORACLE
from .sockets import SocketTransport


@pytest.fixture(autouse=True)
def _no_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same multipart boundary on both sides."""
    monkeypatch.setattr(os, "urandom", lambda count: b"\x07" * count)


@pytest.fixture(autouse=True)
def _no_environment() -> Iterator[None]:
    with patch.dict(os.environ, without_settings(), clear=True):
        yield


@pytest.fixture(scope="session")
def runner() -> Iterator[asyncio.Runner]:
    """The event loop of the async face."""
    with asyncio.Runner() as running:
        yield running


BY_ITSELF = ("User-Agent", "Accept-Encoding", "Connection")


@pytest.fixture(params=["browser", "cpython"])
def clients(runner: asyncio.Runner, request: pytest.FixtureRequest) -> Iterator[Clients]:
    """The oracle, and ours on both faces, each with a fresh session.

    Once as in a browser, over a transport with the same abilities, and once over our own sockets.
    """
    oracle = Client(ORACLE, runner)
    if request.param == "cpython":
        ours = [Client(library, runner, target="cpython ") for library in (BLOCKING, ASYNC)]
        for client in (oracle, *ours):
            client.session.headers["User-Agent"] = "parity"
    else:
        ours = [Client(library, runner, SocketTransport()) for library in (BLOCKING, ASYNC)]
        for client in (oracle, *ours):
            for name in BY_ITSELF:  # a browser sends them itself
                del client.session.headers[name]
    with oracle.session:
        yield oracle, ours
    for client in ours:
        client.session.close()
