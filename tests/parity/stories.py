"""Scenarios: each is a function of a client and the server's URLs, run through three clients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.server import Urls

from .clients import Client, Clients
from .differences import compare
from .outcome import attempt, of_cookies, of_response

Story = Callable[[Client, Urls], Any]


class Stories:
    """The stories of a module; what a story returns is compared, responses by all they show.

    Example:
        stories = Stories()

        @stories.add
        def hello(client, urls):
            return client.get(urls.echo())

        test = stories.test()
    """

    def __init__(self) -> None:
        self._all: dict[str, Story] = {}

    def add(self, story: Story) -> Story:
        """Take a story under the name of its function, which the rows of `differences` use."""
        self._all[story.__name__] = story
        return story

    def each(self, **variants: Any) -> Callable[[Callable[[Client, Urls, Any], Any]], Any]:
        """Take a story once for each value of its third argument."""

        def with_value(story: Callable[[Client, Urls, Any], Any], value: Any) -> Story:
            return lambda client, urls: story(client, urls, value)

        def register(story: Callable[[Client, Urls, Any], Any]) -> Any:
            for name, value in variants.items():
                self._all[f"{story.__name__}: {name}"] = with_value(story, value)
            return story

        return register

    def names(self) -> list[str]:
        """The names that the rows of `differences` may use."""
        return list(self._all)

    def test(self) -> Callable[[str, Urls, Clients], None]:
        """The test function of a module."""

        @pytest.mark.parametrize("name", self._all)
        def test(name: str, urls: Urls, clients: Clients) -> None:
            oracle, ours = clients
            expected, cookies = tell(self._all[name], oracle, urls)
            for client in ours:
                found, found_cookies = tell(self._all[name], client, urls)
                compare(client.target + name, expected, found)
                assert found_cookies == cookies

        return test


def tell(story: Story, client: Client, urls: Urls) -> tuple[Any, Any]:
    """What a story comes to, and the cookies that the session has then."""

    def run() -> Any:
        value = story(client, urls)
        return of_response(value) if hasattr(value, "status_code") else value

    return attempt(run), of_cookies(client.session.cookies)
