"""Fixtures of the sockets: ways to call, proxies, a server over TLS."""

from __future__ import annotations

import os
from collections.abc import Iterator
from unittest.mock import patch

import pytest

from tests.environment import without_settings
from tests.server import Server, Urls

from .callers import Caller
from .proxies import HttpHandler, Proxy, SocksHandler
from .secure import Secure, make_secure


@pytest.fixture(params=["blocking", "asyncio", "trio"])
def caller(request: pytest.FixtureRequest) -> Caller:
    return Caller(request.param)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A server of its own: browsers keep connections to the shared one."""
    with Server() as running:
        yield running


@pytest.fixture(scope="session")
def urls(server: Server) -> Urls:
    """Where that server is."""
    return server.urls


@pytest.fixture(autouse=True)
def _no_environment() -> Iterator[None]:
    with patch.dict(os.environ, without_settings(), clear=True):
        yield


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with Proxy(HttpHandler) as running:
        yield running


@pytest.fixture
def socks() -> Iterator[Proxy]:
    with Proxy(SocksHandler) as running:
        yield running


@pytest.fixture(scope="session")
def secure(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Secure:
    return make_secure(server, tmp_path_factory.mktemp("tls"))
