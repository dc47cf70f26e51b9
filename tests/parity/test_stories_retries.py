"""Retries: how often the server is asked, and what comes of it."""

from __future__ import annotations

from itertools import count
from typing import Any

import requests

from tests.server import Urls

from .clients import Client
from .outcome import attempt
from .stories import Stories

stories = Stories()
numbers = count()


def asked(client: Client, urls: Urls, policy: Any, method: str = "GET", **answer: Any) -> Any:
    """What a call with a retry policy gives, and how many requests came for it."""
    name = f"retries {next(numbers)}"
    client.session.mount(urls.page, client.adapter(max_retries=policy))
    url = urls.respond(answer.pop("body", ""), id=name, **answer)
    result = attempt(lambda: client.request(method, url).status_code)
    return result, requests.get(urls.seen(name)).json()["count"]


@stories.each(none=0, one=1, three=3)
def a_status_is_no_reason(client: Client, urls: Urls, count: int) -> Any:
    return asked(client, urls, count, status=503)


@stories.each(**{verb: verb for verb in "GET HEAD PUT DELETE OPTIONS POST PATCH".split()})
def a_status_of_the_list(client: Client, urls: Urls, method: str) -> Any:
    policy = client.library.Retry(total=2, status_forcelist=[503], backoff_factor=0)
    return asked(client, urls, policy, method, status=503)


@stories.each(
    another_status={"status_forcelist": [500]},
    no_error={"status_forcelist": [503], "raise_on_status": False},
    any_method={"status_forcelist": [503], "allowed_methods": None},
    own_methods={"status_forcelist": [503], "allowed_methods": ["POST"]},
    status_limit={"status_forcelist": [503], "status": 1},
    status_zero={"status_forcelist": [503], "status": 0},
    total_zero={"status_forcelist": [503], "total": 0},
    total_false={"status_forcelist": [503], "total": False},
    other_limits={"status_forcelist": [503], "connect": 0, "read": 0},
    only_connect={"status_forcelist": [503], "total": None, "connect": 1, "status": 2},
)
def policies(client: Client, urls: Urls, settings: dict[str, Any]) -> Any:
    policy = client.library.Retry(**{"total": 2, **settings})
    method = "POST" if "allowed_methods" in settings else "GET"
    return asked(client, urls, policy, method, status=503)


@stories.each(unavailable=503, too_many=429, too_large=413, other=500)
def retry_after(client: Client, urls: Urls, status: int) -> Any:
    return asked(client, urls, 2, status=status, headers=[("Retry-After", "0")])


@stories.each(ignored=False, heeded=True)
def retry_after_by_policy(client: Client, urls: Urls, respected: bool) -> Any:
    policy = client.library.Retry(total=1, respect_retry_after_header=respected)
    return asked(client, urls, policy, status=503, headers=[("Retry-After", "0")])


@stories.each(GET="GET", POST="POST")
def no_answer(client: Client, urls: Urls, method: str) -> Any:
    return asked(client, urls, client.library.Retry(total=2), method, cut=-1)


@stories.each(none=0, two=2)
def no_answer_by_number(client: Client, urls: Urls, count: int) -> Any:
    return asked(client, urls, count, cut=-1)


@stories.add
def a_cut_body_is_not_repeated(client: Client, urls: Urls) -> Any:
    return asked(client, urls, 2, body="x" * 100, cut=50)


@stories.add
def dead_host(client: Client, urls: Urls) -> Any:
    client.session.mount(urls.dead, client.adapter(max_retries=2))
    return attempt(lambda: client.get(urls.dead))


test = stories.test()
