"""Sessions, prepared requests, exceptions, JSON, adapters."""

from __future__ import annotations

from typing import Any

from tests.server import Urls

from .clients import Client
from .outcome import attempt, of_response
from .stories import Stories

stories = Stories()


@stories.add
def send_prepared(client: Client, urls: Urls) -> Any:
    request = client.library.Request("POST", urls.echo(), json={"a": 1}, headers={"X": "y"})
    prepared = client.session.prepare_request(request)
    prepared.headers["X-Late"] = "1"
    prepared.body += b" "
    prepared.prepare_content_length(prepared.body)
    return client.finish(client.session.send(prepared))


@stories.add
def send_prepared_without_a_session(client: Client, urls: Urls) -> Any:
    headers = {"A": "1", "User-Agent": "me"}
    request = client.library.Request("GET", urls.echo("?a=1"), headers=headers).prepare()
    return client.finish(client.session.send(request))


@stories.add
def send_a_copy(client: Client, urls: Urls) -> Any:
    headers = {"User-Agent": "me"}
    request = client.library.Request("GET", urls.echo(), headers, cookies={"a": "b"}).prepare()
    copy = request.copy()
    copy.headers["X-Copy"] = "1"
    copy.prepare_url(urls.echo("/copy"), {"p": "q"})
    return [of_response(client.finish(client.session.send(item))) for item in (request, copy)]


@stories.add
def send_a_request_that_is_not_prepared(client: Client, urls: Urls) -> Any:
    return client.finish(client.session.send(client.library.Request("GET", urls.echo())))


@stories.add
def session_settings_meet_the_call(client: Client, urls: Urls) -> Any:
    client.session.headers.update({"X-Both": "session", "X-Session": "1", "X-Gone": "1"})
    client.session.params = {"both": "session", "session": "1"}
    client.session.auth = ("session", "password")
    client.session.cookies.set("both", "session")
    return client.request(
        "POST",
        urls.echo("?url=1"),
        headers={"x-both": "call", "X-Gone": None},
        params={"both": "call"},
        cookies={"both": "call", "call": "1"},
        data={"form": "1"},
    )


@stories.each(**{verb: verb for verb in "get options head post put patch delete".split()})
def verbs(client: Client, urls: Urls, verb: str) -> Any:
    call = getattr(client.session, verb)
    plain = client.finish(call(urls.echo("?x=1")))
    moved = client.finish(call(urls.redirect("/echo")))
    return of_response(plain), of_response(moved)


@stories.add
def positional_arguments(client: Client, urls: Urls) -> Any:
    session = client.session
    calls = (
        session.get(urls.echo(), {"a": "1"}),
        session.post(urls.echo(), {"a": "1"}),
        session.post(urls.echo(), None, {"a": 1}),
        session.put(urls.echo(), b"body"),
        session.patch(urls.echo(), "body"),
    )
    return [of_response(client.finish(call)) for call in calls]


@stories.add
def exceptions_carry_request_and_response(client: Client, urls: Urls) -> Any:
    found = []
    calls = (
        lambda: client.get(urls.dead),
        lambda: client.get(urls.respond("", status=404)).raise_for_status(),
        lambda: client.get(urls.respond("no json")).json(),
    )
    for call in calls:
        try:
            call()
        except client.library.exceptions.RequestException as error:
            status = error.response is not None and error.response.status_code
            found.append((error.request is not None, status))
    return found


@stories.add
def message_of_an_error_status(client: Client, urls: Urls) -> Any:
    found = []
    for status, reason in ((404, "Not Found"), (500, "gänzlich kaputt"), (499, "")):
        response = client.get(urls.respond("", status=status, reason=reason))
        try:
            response.raise_for_status()
        except client.library.exceptions.HTTPError as error:
            found.append(str(error))
    return found


@stories.add
def json_error_tells_where(client: Client, urls: Urls) -> Any:
    try:
        client.get(urls.respond('{"a": 1,}')).json()
    except client.library.exceptions.JSONDecodeError as error:
        return str(error), error.msg, error.doc, error.pos, error.lineno, error.colno


@stories.add
def json_arguments(client: Client, urls: Urls) -> Any:
    response = client.get(urls.respond('{"a": 1.5, "b": [2]}'))
    return (
        response.json(parse_float=str),
        response.json(object_hook=sorted),
        attempt(lambda: response.json(no_such=1)),
    )


@stories.add
def encoding_is_set_by_hand(client: Client, urls: Urls) -> Any:
    response = client.get(urls.respond("é€".encode(), headers=[("Content-Type", "text/plain")]))
    texts = []
    for encoding in ("utf-8", None, "utf-16", "", "no-such"):
        response.encoding = encoding
        texts.append(response.text)
    return texts


@stories.add
def an_adapter_of_the_users_own(client: Client, urls: Urls) -> Any:
    class Adapter:
        def send(self, request: Any, **options: Any) -> Any:
            response = client.library.Response()
            response.status_code = 299
            response.url = request.url
            response.request = request
            response._content = repr(sorted(options)).encode()
            response.raw = None
            return response

        def close(self) -> None:
            pass

    client.session.mount("mock://", Adapter())
    response = client.get("mock://anything/at all")
    return response.status_code, response.url, response.content


test = stories.test()
