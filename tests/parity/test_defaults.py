"""What holds when nobody sets anything, and settings that ask for more than a browser can do."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from pyfetch_requests._transports import runtime
from tests.server import Urls

from .clients import Client, Clients
from .differences import compare
from .exchanges import Exchange, check, parametrize
from .libraries import ASYNC, BLOCKING, ORACLE

LIBRARIES = [pytest.param(BLOCKING, id="blocking"), pytest.param(ASYNC, id="async")]
ATTRIBUTES = (
    "auth cert hooks max_redirects params proxies stream trust_env verify headers cookies".split()
)


@pytest.mark.parametrize("name", ATTRIBUTES)
@pytest.mark.parametrize("library", LIBRARIES)
def test_session(library: Any, name: str) -> None:
    def default(source: Any) -> Any:
        value = getattr(source.Session(), name)
        return list(value.items()) if hasattr(value, "items") else value

    compare(f"default {name}", default(ORACLE), default(library))


@pytest.mark.parametrize("library", LIBRARIES)
def test_headers_in_a_browser(library: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = list(ORACLE.Session().headers.items())
    monkeypatch.setattr(runtime, "IN_PYODIDE", True)
    compare("browser default headers", theirs, list(library.Session().headers.items()))


@pytest.mark.parametrize("verb", "get options head post put patch delete request send".split())
@pytest.mark.parametrize("library", LIBRARIES)
def test_positional_parameters(library: Any, verb: str) -> None:
    """The parameters with a place of their own have the place that they have in requests."""

    def named(source: Any) -> list[str]:
        parameters = inspect.signature(getattr(source.Session, verb)).parameters.values()
        places = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.POSITIONAL_ONLY)
        return [parameter.name for parameter in parameters if parameter.kind in places]

    ours, theirs = named(library), named(ORACLE)
    assert ours == theirs[: len(ours)]


SETTINGS = [
    Exchange("verify path", lambda client, urls: https(client, urls, verify="/no/such/file")),
    Exchange("cert path", lambda client, urls: https(client, urls, cert="/no/such/file")),
    Exchange("cert and key", lambda client, urls: https(client, urls, cert=("/no/a", "/no/b"))),
    Exchange(
        "verify path without TLS",
        lambda client, urls: client.get(urls.echo(), verify="/no/such/file"),
    ),
    Exchange("cert without TLS", lambda client, urls: client.get(urls.echo(), cert="/no/such")),
    Exchange("no checks without TLS", lambda client, urls: client.get(urls.echo(), verify=False)),
    Exchange(
        "a proxy that is dead",
        lambda client, urls: client.get(urls.echo(), proxies={"http": urls.dead}),
    ),
    Exchange(
        "a proxy that is there",
        lambda client, urls: client.get(urls.echo(), proxies={"http": urls.page}),
    ),
    Exchange(
        "a proxy for other schemes",
        lambda client, urls: client.get(urls.echo(), proxies={"https": urls.dead}),
    ),
    Exchange(
        "a proxy for other hosts",
        lambda client, urls: client.get(urls.echo(), proxies={"http://other.example": urls.dead}),
    ),
    Exchange(
        "a proxy for this host",
        lambda client, urls: client.get(urls.echo(), proxies={"all://127.0.0.1": urls.dead}),
    ),
    Exchange(
        "no proxy",
        lambda client, urls: client.get(urls.echo(), proxies={"http": None, "all": urls.dead}),
    ),
]  # fmt: skip


def https(client: Client, urls: Urls, **options: Any) -> Any:
    return client.get(urls.dead.replace("http:", "https:"), **options)


@parametrize(SETTINGS)
def test_setting(exchange: Exchange, urls: Urls, clients: Clients) -> None:
    check(exchange, urls, clients)
