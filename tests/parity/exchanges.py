"""The shape of an exchange with the server, and its comparison."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from tests.server import Urls

from .clients import Client, Clients
from .differences import compare
from .stories import Story, tell


class Exchange(NamedTuple):
    """One exchange.

    Attributes:
        name: Unique; the rows of `differences` name it.
        run: Takes a client and the URLs of the server, and gives a response, or any value.
    """

    name: str
    run: Story


def parametrize(exchanges: list[Exchange]) -> pytest.MarkDecorator:
    """Run a test once for each exchange."""
    names = [exchange.name for exchange in exchanges]
    assert len(set(names)) == len(names), "names must be unique"
    return pytest.mark.parametrize("exchange", exchanges, ids=names)


def check(exchange: Exchange, urls: Urls, clients: Clients) -> None:
    """Hold both of our faces to the oracle."""
    oracle, ours = clients
    expected, cookies = tell(exchange.run, oracle, urls)
    for client in ours:
        found, found_cookies = tell(exchange.run, client, urls)
        compare(client.target + exchange.name, expected, found)
        assert found_cookies == cookies


def answer(name: str, *arguments: Any, **options: Any) -> Exchange:
    """A GET whose answer is made by the recipe of `Urls.respond`."""

    def run(client: Client, urls: Urls) -> Any:
        return client.get(urls.respond(*arguments, **options), timeout=5)

    return Exchange(name, run)


def header(name: str, *values: str) -> list[tuple[str, str]]:
    """A header, as often as it has values."""
    return [(name, value) for value in values]
