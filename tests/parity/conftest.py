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


@pytest.fixture
def clients(runner: asyncio.Runner) -> Iterator[Clients]:
    """The oracle, and ours on both faces, each with a fresh session."""
    oracle = Client(ORACLE, runner)
    # The defaults differ (see `differences`); without them all has to be the same.
    for name in ("User-Agent", "Accept-Encoding", "Connection"):
        del oracle.session.headers[name]
    ours = [Client(library, runner, SocketTransport()) for library in (BLOCKING, ASYNC)]
    with oracle.session:
        yield oracle, ours
