"""What all comparisons need: nothing by chance, nothing from the machine they run on."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator

import pytest

from pyfetch_requests._nouns import settings as _settings

from .clients import Client, Clients
from .libraries import ASYNC, BLOCKING, ORACLE
from .sockets import SocketTransport


@pytest.fixture(autouse=True)
def _no_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same multipart boundary on both sides."""
    monkeypatch.setattr(os, "urandom", lambda count: b"\x07" * count)


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxies, bundles and netrc file of whoever runs the tests."""
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name in _settings.CA_BUNDLES:
            monkeypatch.delenv(name)
    monkeypatch.setenv("NETRC", os.devnull)


@pytest.fixture(scope="session")
def runner() -> Iterator[asyncio.Runner]:
    """The event loop of the async face."""
    with asyncio.Runner() as running:
        yield running


BY_ITSELF = ("User-Agent", "Accept-Encoding", "Connection")


@pytest.fixture(params=["browser", "cpython"])
def clients(runner: asyncio.Runner, request: pytest.FixtureRequest) -> Iterator[Clients]:
    """The oracle, and ours on both faces, each with a fresh session.

    Once as in a browser, over a transport that can as much as one, and once over our own sockets.
    """
    oracle = Client(ORACLE, runner)
    if request.param == "cpython":
        ours = [Client(library, runner, target="cpython ") for library in (BLOCKING, ASYNC)]
        for client in (oracle, *ours):
            client.session.headers["User-Agent"] = "parity"
    else:
        ours = [Client(library, runner, SocketTransport()) for library in (BLOCKING, ASYNC)]
        for client in (oracle, *ours):
            for name in BY_ITSELF:  # which a browser writes
                del client.session.headers[name]
    with oracle.session:
        yield oracle, ours
    for client in ours:
        client.session.close()
