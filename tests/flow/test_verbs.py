"""The verbs of the module and of a session, and what is plain about every response."""

from __future__ import annotations

import datetime
import sys
from typing import Any

import pytest

from pyfetch_requests import testing
from pyfetch_requests._transports import runtime
from pyfetch_requests.exceptions import ProxyError
from pyfetch_requests.testing import respond

from .faces import URL, Face, script, sent_headers

outside_of_browsers = pytest.mark.skipif(
    sys.platform == "emscripten", reason="a browser refuses the proxies of its environment"
)
VERBS = ("get", "options", "head", "post", "put", "patch", "delete")


@pytest.mark.parametrize("verb", VERBS)
async def test_verb_of_the_module(face: Face, verb: str) -> None:
    with testing.mocked(lambda request: respond(200, request.method)) as transport:
        response = await face(getattr(face, verb)(URL, headers={"X-One": "1"}))
    assert response.text == verb.upper()
    (wire,) = transport.requests
    assert (wire.method, wire.url) == (verb.upper(), URL)
    assert wire.follow is (verb != "head")
    assert sent_headers(wire)["x-one"] == "1"


@pytest.mark.parametrize("verb", VERBS)
async def test_verb_of_a_session(face: Face, verb: str) -> None:
    transport = script(respond(204))
    response = await face(getattr(face.session(transport=transport), verb)(URL))
    assert response.status_code == 204
    assert transport.requests[0].method == verb.upper()


@pytest.mark.parametrize("method", ["get", "PROPFIND", "Query"])
async def test_any_method(face: Face, method: str) -> None:
    with testing.mocked(lambda request: respond()) as transport:
        await face(face.request(method, URL))
    assert transport.requests[0].method == method.upper()


@outside_of_browsers
async def test_a_stand_in_needs_nothing_of_the_environment(
    face: Face, monkeypatch: pytest.MonkeyPatch, recwarn: pytest.WarningsRecorder
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://proxy.example:8080")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", __file__)
    url = URL.replace("http://", "https://")
    with testing.mocked(lambda request: respond()):
        assert (await face(face.get(url))).status_code == 200
        with pytest.raises(ProxyError):
            await face(face.get(url, proxies={"https": "http://other.example:8080"}))
    assert not recwarn.list


@outside_of_browsers
@pytest.mark.parametrize("name", ["ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY"])
async def test_a_stand_in_needs_nothing_of_it_after_a_redirect(
    face: Face, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "http://proxy.example:8080")
    monkeypatch.setenv("NO_PROXY", "direct.example")
    for target in ("http://other.example/", "http://direct.example/", "https://direct.example/"):
        transport = script(respond(302, headers={"Location": target}), respond())
        response = await face(face.session(transport=transport).get(URL))
        assert response.url == target


async def test_arguments_by_position(face: Face) -> None:
    with testing.mocked(lambda request: respond()) as transport:
        await face(face.get(URL, {"a": 1}))
        await face(face.post(URL, {"b": 2}))
        await face(face.post(URL, None, {"c": 3}))
        await face(face.put(URL, b"put"))
        await face(face.patch(URL, b"patch"))
    assert transport.requests[0].url == f"{URL}?a=1"
    assert [wire.body for wire in transport.requests] == [
        None,
        b"b=2",
        b'{"c": 3}',
        b"put",
        b"patch",
    ]


@pytest.mark.parametrize("verb", VERBS)
async def test_unknown_keyword(face: Face, verb: str) -> None:
    with (
        testing.mocked(lambda request: respond()) as transport,
        pytest.raises(TypeError, match="unexpected keyword arguments: colour"),
    ):
        await face(getattr(face, verb)(URL, colour="red"))
    assert transport.requests == []


def test_unknown_keyword_of_a_session(face: Face) -> None:
    with pytest.raises(TypeError, match="unexpected keyword arguments: color, size"):
        face.Session(size=1, color=2)


async def test_url_in_bytes(face: Face) -> None:
    transport = script(respond())
    response = await face(face.Session(transport=transport).get(URL.encode()))
    assert response.url == URL


async def test_response(face: Face) -> None:
    headers = [("Content-Type", "text/plain"), ("X-Two", "1"), ("x-two", "2")]
    transport = script(respond(201, b"made", headers=headers, kind="cors"))
    response = await face(face.Session(transport=transport).get(URL))
    assert (response.status_code, response.reason, response.type) == (201, "Created", "cors")
    assert response.headers == {"content-type": "text/plain", "x-two": "1, 2"}
    assert response.url == URL
    assert isinstance(response.elapsed, datetime.timedelta)
    assert response.history == []
    assert response.request.url == URL
    assert repr(response) == "<Response [201]>"
    assert isinstance(response, face.Response)
    response.raise_for_status()


async def test_time_of_the_transport(face: Face) -> None:
    transport = script(respond()._replace(elapsed=1.5))
    response = await face(face.Session(transport=transport).get(URL))
    assert response.elapsed == datetime.timedelta(seconds=1.5)


@pytest.mark.parametrize(
    ("status", "kind"),
    [(200, None), (304, None), (399, None), (400, "Client"), (499, "Client"), (500, "Server")],
)
async def test_raise_for_status(face: Face, status: int, kind: str | None) -> None:
    transport = script(respond(status, reason="Why"))
    response = await face(face.Session(transport=transport).get("https://u:secret@api.example/x"))
    assert bool(response) is response.ok is (kind is None)
    if kind is None:
        response.raise_for_status()
        return
    with pytest.raises(face.HTTPError) as caught:
        response.raise_for_status()
    assert str(caught.value) == f"{status} {kind} Error: Why for url: https://api.example/x"
    assert caught.value.response is response
    assert caught.value.request is response.request


async def test_failure_of_the_transport_carries_the_request(face: Face) -> None:
    failure = face.CORSError("no")
    with pytest.raises(face.CORSError) as caught:
        await face(face.Session(transport=script(failure)).get(URL))
    assert caught.value is failure
    assert caught.value.request.url == URL
    assert caught.value.response is None


async def test_missing_scheme(face: Face) -> None:
    with pytest.raises(face.MissingSchema, match=r"Perhaps you meant https://api\.example"):
        await face(face.get("api.example/things"))


@pytest.mark.parametrize("url", ["https://", "https:///path", "https://[::1", "https://a:99999/"])
async def test_url_that_is_none(face: Face, url: str) -> None:
    with pytest.raises(face.InvalidURL):
        await face(face.get(url))


async def test_base_url(face: Face) -> None:
    transport = script(*[respond()] * 6)
    session = face.Session(transport=transport, base_url="https://api.example/v1/")
    for url in ("things", b"things", "/root", "?q=a://b", "../v2/x", "https://else.example/"):
        await face(session.get(url))
    assert [wire.url for wire in transport.requests] == [
        "https://api.example/v1/things",
        "https://api.example/v1/things",
        "https://api.example/root",
        "https://api.example/v1/?q=a://b",
        "https://api.example/v2/x",
        "https://else.example/",
    ]


async def test_default_headers_leave_the_browser_its_own(
    face: Face, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime, "IN_PYODIDE", True)
    transport = script(respond())
    await face(face.Session(transport=transport).get(URL))
    assert transport.requests[0].headers == [("Accept", "*/*")]


async def test_mocks_nest(face: Face) -> None:
    with testing.mocked(lambda request: respond(201)):
        with testing.mocked(script(respond(202))):
            inner: Any = await face(face.get(URL))
        outer: Any = await face(face.get(URL))
    assert (inner.status_code, outer.status_code) == (202, 201)
