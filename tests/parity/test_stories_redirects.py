"""Redirects and hooks, step by step."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import quote

from tests.server import Urls

from .clients import Client
from .outcome import of_response
from .stories import Stories

stories = Stories()


def chain(urls: Urls, length: int, end: str = "/echo") -> str:
    for _ in range(length):
        end = f"/redirect?to={quote(end, safe='')}"
    return urls.page + end


@stories.each(none=0, one=1, some=5, many=29, limit=30, too_many=31)
def chains_of_redirects(client: Client, urls: Urls, length: int) -> Any:
    response = client.get(chain(urls, length))
    return [(step.status_code, step.url, len(step.history)) for step in response.history]


@stories.each(zero=0, one=1, two=2, three=3)
def max_redirects(client: Client, urls: Urls, limit: int) -> Any:
    client.session.max_redirects = limit

    def call() -> Any:
        return of_response(client.get(chain(urls, 2)))

    try:
        return call()
    except client.library.exceptions.TooManyRedirects as error:
        history = [step.url for step in error.response.history]
        return str(error), error.response.url, history, error.request.url


@stories.add
def endless_redirects(client: Client, urls: Urls) -> Any:
    return client.get(f"{urls.page}/redirect")


@stories.add
def step_by_step(client: Client, urls: Urls) -> Any:
    response = client.request(
        "POST", chain(urls, 3), data={"a": "b"}, auth=("u", "p"), allow_redirects=False
    )
    seen = [of_response(response)]
    while response.next is not None:
        response = client.finish(client.session.send(response.next, allow_redirects=False))
        seen.append(of_response(response))
    return seen


@stories.each(
    text="text",
    form={"a": "b"},
    bytes=b"bytes",
)
@stories.each(file=io.BytesIO)
def body_after_307(client: Client, urls: Urls, data: Any) -> Any:
    data = data(b"content") if data is io.BytesIO else data
    return client.request("POST", urls.redirect("/echo", 307), data=data)


@stories.add
def file_in_the_middle_after_308(client: Client, urls: Urls) -> Any:
    file = io.BytesIO(b"0123456789")
    file.seek(4)
    return client.request("PUT", urls.redirect("/echo", 308), data=file)


@stories.add
def generator_after_303(client: Client, urls: Urls) -> Any:
    return client.request("POST", urls.redirect("/echo", 303), data=(c for c in [b"a"]))


@stories.add
def generator_after_307(client: Client, urls: Urls) -> Any:
    return client.request("POST", urls.redirect("/echo", 307), data=(c for c in [b"a"]))


@stories.add
def session_params_after_a_redirect(client: Client, urls: Urls) -> Any:
    client.session.params = {"s": "1"}
    return client.get(urls.redirect("/echo?t=2"))


@stories.add
def headers_after_a_redirect(client: Client, urls: Urls) -> Any:
    client.session.headers["X-Session"] = "1"
    return client.get(urls.redirect("/echo"), headers={"X-Call": "2", "Accept": None})


@stories.add
def redirect_with_a_body(client: Client, urls: Urls) -> Any:
    headers = [("Location", "/echo")]
    return client.get(urls.respond("long " * 1000, status=302, headers=headers))


@stories.add
def redirect_with_a_cut_body(client: Client, urls: Urls) -> Any:
    headers = [("Location", "/echo")]
    return client.get(urls.respond("x" * 100, status=302, headers=headers, cut=10))


@stories.add
def redirect_with_a_broken_encoding(client: Client, urls: Urls) -> Any:
    headers = [("Location", "/echo"), ("Content-Encoding", "gzip")]
    return client.get(urls.respond("no gzip", status=302, headers=headers))


@stories.add
def redirect_streamed(client: Client, urls: Urls) -> Any:
    response = client.get(urls.redirect("/echo"), stream=True)
    client.content(response)
    return response


@stories.add
def hooks_are_called_for_each_step(client: Client, urls: Urls) -> Any:
    seen: list[Any] = []

    def hook(response: Any, **options: Any) -> None:
        seen.append((response.status_code, response.url, sorted(options)))

    client.session.hooks["response"].append(hook)
    client.get(urls.redirect("/echo"))
    client.get(urls.echo(), hooks={"response": [hook, hook]})
    return seen


@stories.add
def hook_replaces_the_response(client: Client, urls: Urls) -> Any:
    other = client.get(urls.respond("other"))
    return client.get(urls.echo(), hooks={"response": lambda response, **options: other})


@stories.add
def hook_changes_the_response(client: Client, urls: Urls) -> Any:
    def hook(response: Any, **options: Any) -> None:
        response.encoding = "latin-1"
        response.status_code = 299

    return client.get(urls.respond("é"), hooks={"response": hook})


@stories.add
def hook_raises(client: Client, urls: Urls) -> Any:
    def hook(response: Any, **options: Any) -> None:
        response.raise_for_status()

    return client.get(urls.respond("", status=500), hooks={"response": hook})


@stories.add
def hook_sees_redirects_and_their_answers(client: Client, urls: Urls) -> Any:
    def hook(response: Any, **options: Any) -> None:
        response.headers["X-Hook"] = str(len(response.history))

    response = client.get(chain(urls, 2), hooks={"response": hook})
    return [step.headers["X-Hook"] for step in [*response.history, response]]


test = stories.test()
