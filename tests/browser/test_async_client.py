"""The async face over the browser's fetch: what goes out on the wire, and what comes back."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.browser import in_pyodide, script
from tests.server import Urls

ALL_BYTES = bytes(range(256))


def header(seen: dict[str, Any], name: str) -> list[str]:
    """The values of a header in an answer of /echo."""
    return [value for key, value in seen["headers"] if key.lower() == name.lower()]


def body(seen: dict[str, Any]) -> bytes:
    return base64.b64decode(seen["body"])


@in_pyodide
@pytest.mark.parametrize("verb", ["get", "post", "put", "patch", "delete", "options"])
async def test_verbs(urls: Urls, verb: str) -> None:
    import pyfetch_requests

    response = await getattr(pyfetch_requests, verb)(urls.echo())
    assert response.status_code == 200
    assert response.json()["method"] == verb.upper()


@in_pyodide
async def test_head(urls: Urls) -> None:
    import pyfetch_requests

    response = await pyfetch_requests.head(urls.respond("not sent", headers=[("X-One", "1")]))
    assert response.ok
    assert response.headers["x-one"] == "1"
    assert response.headers["Content-Length"] == "8"
    assert response.content == b""


@in_pyodide
@pytest.mark.parametrize("method", ["get", "POST", "PROPFIND"])
async def test_request_takes_any_method(urls: Urls, method: str) -> None:
    import pyfetch_requests

    response = await pyfetch_requests.request(method, urls.echo())
    assert response.json()["method"] == method.upper()


@in_pyodide
@pytest.mark.parametrize(
    ("params", "target"),
    [
        ({"a": "1", "b": ["2", "3"]}, "/echo?a=1&b=2&b=3"),
        ([("b", 2), ("a", 1), ("b", 3)], "/echo?b=2&a=1&b=3"),
        ({"none": None, "kept": ""}, "/echo?kept="),
        ("a=1&raw=%20", "/echo?a=1&raw=%20"),
        (b"a=1", "/echo?a=1"),
        ({"ü &=": "é/?#"}, "/echo?%C3%BC+%26%3D=%C3%A9%2F%3F%23"),
        ({}, "/echo"),
    ],
)
async def test_params(urls: Urls, params: Any, target: str) -> None:
    import pyfetch_requests

    response = await pyfetch_requests.get(urls.echo(), params=params)
    assert response.json()["target"] == target
    assert response.url == urls.page + target


@in_pyodide
async def test_params_join_the_query_of_the_url(urls: Urls) -> None:
    import pyfetch_requests

    response = await pyfetch_requests.get(urls.echo("?a=1#part"), params={"b": 2})
    assert response.json()["target"] == "/echo?a=1&b=2"


@in_pyodide
async def test_headers(urls: Urls, engine: str) -> None:
    import pyfetch_requests

    headers = {"X-One": "1", "x-latin": "caf\xe9", "Accept": "text/plain"}
    seen = (await pyfetch_requests.get(urls.echo(), headers=headers)).json()
    assert header(seen, "x-one") == ["1"]
    # WebKitGTK writes UTF-8 where the fetch standard has Latin-1.
    assert header(seen, "x-latin") == ["cafÃ©" if engine == "webkit" else "café"]
    assert header(seen, "accept") == ["text/plain"]


@in_pyodide
@pytest.mark.parametrize("value", [{"a": [1, None, "é", 2.0]}, [], 0, "", "text"])
async def test_json(urls: Urls, value: Any) -> None:
    import json

    import pyfetch_requests

    seen = (await pyfetch_requests.post(urls.echo(), json=value)).json()
    assert header(seen, "content-type") == ["application/json"]
    assert json.loads(body(seen)) == value


@in_pyodide
@pytest.mark.parametrize(
    ("data", "sent", "kind"),
    [
        ({"a": "1", "b": ["2", "é"]}, b"a=1&b=2&b=%C3%A9", "application/x-www-form-urlencoded"),
        ([("b", "2"), ("a", "1")], b"b=2&a=1", "application/x-www-form-urlencoded"),
        (ALL_BYTES, ALL_BYTES, None),
        ("é text", "é text".encode(), None),
        (b"", b"", None),
    ],
)
async def test_data(urls: Urls, data: Any, sent: bytes, kind: str | None) -> None:
    import pyfetch_requests

    seen = (await pyfetch_requests.post(urls.echo(), data=data)).json()
    assert body(seen) == sent
    assert header(seen, "content-length") == [str(len(sent))]
    if kind is not None:
        assert header(seen, "content-type") == [kind]


@in_pyodide
async def test_basic_auth(urls: Urls) -> None:
    import pyfetch_requests

    url = f"{urls.httpbin}/basic-auth/us%C3%A9r/p%3Ass"
    right = await pyfetch_requests.get(url, auth=("us\xe9r".encode(), b"p:ss"))
    assert right.json() == {"authenticated": True, "user": "us\xe9r"}
    wrong = await pyfetch_requests.get(
        f"{urls.httpbin}/hidden-basic-auth/user/pass", auth=("a", "b")
    )
    assert wrong.status_code == 404


@in_pyodide
async def test_digest_auth(urls: Urls) -> None:
    import pyfetch_requests

    url = f"{urls.httpbin}/digest-auth/auth/user/secret/SHA-256"
    auth = pyfetch_requests.HTTPDigestAuth("user", "secret")
    response = await pyfetch_requests.get(url, auth=auth)
    assert response.json()["authenticated"] is True
    assert [before.status_code for before in response.history] == [401]


@in_pyodide
async def test_response_fields(urls: Urls, engine: str) -> None:
    import datetime

    import pyfetch_requests

    url = urls.respond(
        "caf\xe9".encode("latin-1"),
        status=418,
        reason="Short and stout",
        headers=[("Content-Type", "text/plain; charset=latin-1"), ("X-One", "a"), ("X-One", "b")],
    )
    response = await pyfetch_requests.get(url, headers={"X-Asked": "yes"})
    # Deno names the status itself.
    reason = "I'm a teapot" if engine == "deno" else "Short and stout"
    assert (response.status_code, response.reason, response.ok) == (418, reason, False)
    assert not response
    assert response.headers["x-ONE"] == "a, b"
    assert response.url == url
    assert response.encoding == "latin-1"
    assert response.text == "caf\xe9"
    assert response.content == b"caf\xe9"
    assert isinstance(response.elapsed, datetime.timedelta)
    assert response.elapsed > datetime.timedelta(0)
    assert (response.request.method, response.request.url) == ("GET", url)
    assert response.request.headers["x-asked"] == "yes"
    with pytest.raises(pyfetch_requests.HTTPError, match=f"418 Client Error: {reason}"):
        response.raise_for_status()


@in_pyodide
@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
async def test_compressed_bodies_arrive_decoded(urls: Urls, encoding: str) -> None:
    import pyfetch_requests

    response = await pyfetch_requests.get(urls.respond(ALL_BYTES * 9, encoding=encoding))
    assert response.content == ALL_BYTES * 9


@in_pyodide
@pytest.mark.parametrize("framing", ["length", "chunked", "close"])
async def test_bodies_in_pieces_arrive_whole(urls: Urls, framing: str) -> None:
    import pyfetch_requests

    url = urls.respond(ALL_BYTES, framing=framing, sizes=[1, 3, 100], pause=0.01)
    assert (await pyfetch_requests.get(url)).content == ALL_BYTES


@in_pyodide
@pytest.mark.parametrize("status", [204, 205, 304])
async def test_answers_without_a_body(urls: Urls, status: int) -> None:
    import pyfetch_requests

    response = await pyfetch_requests.get(urls.respond("", status=status))
    assert (response.status_code, response.content, response.text) == (status, b"", "")


@in_pyodide
@pytest.mark.only_on("not 0.27.8")
async def test_null_of_javascript_is_no_value(urls: Urls) -> None:
    """As `localStorage.getItem` gives it; up to 0.27 it is None anyway."""
    import base64
    import json

    import pyfetch_requests

    null = script("new Map().get('x') ?? null")
    form = {"q": "a", "page": null}
    answer = await pyfetch_requests.get(urls.echo(), params=form, headers={"Accept": null})
    assert answer.json()["target"] == "/echo?q=a"
    answer = await pyfetch_requests.post(urls.echo(), data=form)
    assert base64.b64decode(answer.json()["body"]) == b"q=a"
    answer = await pyfetch_requests.post(urls.echo(), json=form)
    assert json.loads(base64.b64decode(answer.json()["body"])) == {"q": "a", "page": None}


@in_pyodide
async def test_session_keeps_settings(urls: Urls) -> None:
    import pyfetch_requests

    async with pyfetch_requests.Session() as session:
        session.headers["X-Session"] = "kept"
        session.params = {"s": "1"}
        session.auth = ("user", "secret")
        seen = (await session.get(urls.echo(), params={"a": "2"}, headers={"X-Call": "c"})).json()
        again = (await session.post(urls.echo(), headers={"X-Session": None})).json()
    assert seen["target"] == "/echo?s=1&a=2"
    assert (header(seen, "x-session"), header(seen, "x-call")) == (["kept"], ["c"])
    assert header(seen, "authorization") == ["Basic " + base64.b64encode(b"user:secret").decode()]
    assert header(again, "x-session") == []


@in_pyodide
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_followed(urls: Urls, status: int) -> None:
    import pyfetch_requests

    response = await pyfetch_requests.post(urls.redirect("/echo?there", status), data=b"body")
    seen = response.json()
    assert response.url == urls.echo("?there")
    assert seen["method"] == ("POST" if status in (307, 308) else "GET")
    assert body(seen) == (b"body" if status in (307, 308) else b"")


@in_pyodide
@pytest.mark.only_on("browser")
async def test_cookies_are_the_browsers(urls: Urls, request_id: str) -> None:
    import pyfetch_requests

    await pyfetch_requests.get(
        urls.respond("", headers=[("Set-Cookie", f"c{request_id}=1; Path=/")])
    )
    seen = (await pyfetch_requests.get(urls.echo())).json()
    assert f"c{request_id}=1" in header(seen, "cookie")[0]
    omitted = (await pyfetch_requests.get(urls.echo(), credentials="omit")).json()
    assert header(omitted, "cookie") == []


@in_pyodide
async def test_many_at_once(urls: Urls) -> None:
    import asyncio

    import pyfetch_requests

    answers = await asyncio.gather(
        *(pyfetch_requests.get(urls.echo(f"?n={n}")) for n in range(100))
    )
    assert [answer.json()["target"] for answer in answers] == [f"/echo?n={n}" for n in range(100)]


@in_pyodide
@pytest.mark.only_on("browser")
@pytest.mark.parametrize("prefix", ["/", "./", ""])
async def test_relative_urls(urls: Urls, place: str, prefix: str) -> None:
    import js

    import pyfetch_requests

    # A page resolves against its own address, a worker against the origin it came from.
    base = f"{urls.page}/"
    if place.endswith("page") and prefix != "/":
        base = str(js.location.href).rpartition("/")[0] + "/"
        assert base.startswith(urls.page)
        assert base != f"{urls.page}/"
    if prefix == "":
        with pytest.raises(pyfetch_requests.exceptions.MissingSchema, match="echo"):
            await pyfetch_requests.get("echo")
        return
    response = await pyfetch_requests.get(f"{prefix}echo", params={"a": 1})
    assert response.url == f"{base}echo?a=1"
    assert response.request.url == f"{base}echo?a=1"
    assert response.status_code == (200 if base == f"{urls.page}/" else 404)


@in_pyodide
async def test_base_url(urls: Urls) -> None:
    import pyfetch_requests

    async with pyfetch_requests.Session(base_url=urls.httpbin + "/") as session:
        response = await session.get("anything/here")
    assert response.json()["url"] == f"{urls.httpbin}/anything/here"


@in_pyodide
async def test_decorators_and_mocks_see_coroutine_functions(urls: Urls) -> None:
    import inspect
    from functools import partial
    from unittest import mock

    import pyfetch_requests as requests
    from pyfetch_requests import sync

    verbs = "get options head post put patch delete request".split()
    session = requests.Session()
    for name in [*verbs, "download"]:
        assert inspect.iscoroutinefunction(getattr(requests, name))
        assert inspect.iscoroutinefunction(partial(getattr(session, name), urls.echo()))
        assert not inspect.iscoroutinefunction(getattr(sync, name))
        assert not inspect.iscoroutinefunction(getattr(sync.Session(), name))
    assert inspect.iscoroutinefunction(session.send)
    assert inspect.signature(requests.get) == inspect.signature(sync.get)
    with mock.patch("pyfetch_requests.get") as get:
        get.return_value = "instead"
        found: object = await requests.get("http://nobody.invalid/")
        assert found == "instead"
    autospec = mock.create_autospec(requests.Session)
    autospec().get.return_value = "instead"
    assert await autospec().get(urls.echo()) == "instead"
