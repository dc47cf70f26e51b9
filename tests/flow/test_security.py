"""What must never leave: header injection on the wire, credentials in messages."""

from __future__ import annotations

import pickle
import traceback
from typing import Any

import pytest

from pyfetch_requests.testing import respond

from .faces import URL, Face, script

SECRET = "hunter2"
WITH_SECRET = f"https://user:{SECRET}@api.example/things"


@pytest.mark.parametrize(
    "value",
    ["a\r\nX-Injected: 1", "a\nb", "a\rb", "a\0b", "\r", "\n", " leading", b"a\r\nb", b"a\0b"],
)
async def test_header_value_that_would_inject(face: Face, value: Any) -> None:
    transport = script()
    session = face.Session(transport=transport)
    with pytest.raises(face.InvalidHeader, match="X-Bad"):
        await face(session.get(URL, headers={"X-Bad": value}))
    session.headers["X-Bad"] = value
    with pytest.raises(face.InvalidHeader):
        await face(session.get(URL))
    assert transport.requests == []


@pytest.mark.parametrize(
    "name", ["X-A\r\nX-Injected", "X\nA", "X\0A", "X:A", " X", "", b"X\r\nA", "X-A\n"]
)
async def test_header_name_that_would_inject(face: Face, name: Any) -> None:
    transport = script()
    with pytest.raises(face.InvalidHeader):
        await face(face.Session(transport=transport).get(URL, headers={name: "1"}))
    assert transport.requests == []


@pytest.mark.parametrize("value", [5, 1.5, ["a"], object()])
async def test_header_of_another_type(face: Face, value: Any) -> None:
    transport = script()
    with pytest.raises(face.InvalidHeader, match="must be of type str or bytes"):
        await face(face.Session(transport=transport).get(URL, headers={"X-Bad": value}))
    assert transport.requests == []


async def test_header_outside_of_latin_1(face: Face) -> None:
    transport = script()
    with pytest.raises(face.InvalidHeader, match="'X-Bad' contains '€', which is outside Latin-1"):
        await face(face.Session(transport=transport).get(URL, headers={"X-Bad": "a€"}))
    assert transport.requests == []


async def test_header_set_after_preparing_is_checked_too(face: Face) -> None:
    def inject(request: Any) -> Any:
        request.headers["X-Bad"] = "a\r\nX-Injected: 1"
        return request

    transport = script()
    with pytest.raises(face.InvalidHeader):
        await face(face.Session(transport=transport).get(URL, auth=inject))
    assert transport.requests == []


async def test_cookie_cannot_inject(face: Face) -> None:
    transport = script()
    with pytest.raises(face.InvalidHeader):
        await face(face.Session(transport=transport).get(URL, cookies={"a": "1\r\nX-Injected: 1"}))
    assert transport.requests == []


async def test_value_of_a_refused_header_is_not_shown(face: Face) -> None:
    with pytest.raises(face.InvalidHeader) as caught:
        await face(face.get(URL, headers={"Authorization": f"Bearer {SECRET}\n"}))
    assert SECRET not in str(caught.value)


async def test_credentials_do_not_travel_in_the_url(face: Face) -> None:
    transport = script(respond())
    await face(face.Session(transport=transport).get(f"{WITH_SECRET}?q=a@b#part"))
    assert transport.requests[0].url == f"{URL}?q=a@b"


async def test_credentials_are_in_no_message(face: Face) -> None:
    mock = face.Session(transport=script())
    cases: list[tuple[type[Exception], Any]] = [
        (face.ProxyError, lambda: mock.get(WITH_SECRET, proxies={"https": WITH_SECRET})),
        (face.BrowserLimitError, lambda: mock.get(WITH_SECRET, data=SECRET)),
        (face.InvalidSchema, lambda: face.get(WITH_SECRET.replace("https", "ftp"))),
        (face.InvalidURL, lambda: face.get(f"https://user:{SECRET}@api.example:99999/")),
        (face.InvalidURL, lambda: face.get(f"https://user:{SECRET}@[::1")),
        (face.InvalidURL, lambda: face.get(f"https://user:{SECRET}@")),
        (face.InvalidURL, lambda: face.get(f"https://user:{SECRET}@*.example/")),
        (face.InvalidSchema, lambda: face.get(f"user:{SECRET}@api.example/")),
    ]
    shown = []
    for kind, call in cases:
        with pytest.raises(kind) as caught:
            await face(call())
        shown.append(str(caught.value))
    moved = respond(302, headers={"Location": "/"})
    session = face.Session(transport=script(respond(401), moved, moved))
    session.max_redirects = 1
    with pytest.raises(face.HTTPError) as failed:
        (await face(session.get(WITH_SECRET))).raise_for_status()
    with pytest.raises(face.TooManyRedirects) as many:
        await face(session.get(WITH_SECRET))
    shown += [str(failed.value), str(many.value)]
    assert [text for text in shown if SECRET in text] == []


async def test_credentials_are_in_no_repr(face: Face) -> None:
    session = face.Session(transport=script(respond()))
    session.auth = face.HTTPBasicAuth("user", SECRET)
    session.headers["X-Key"] = "k"
    response = await face(session.get(WITH_SECRET))
    request = face.Request("GET", WITH_SECRET, auth=("user", SECRET))
    objects = [
        session,
        session.auth,
        face.HTTPDigestAuth("user", SECRET),
        face.HTTPProxyAuth("user", SECRET),
        response,
        response.request,
        request,
        session.get_adapter(WITH_SECRET),
    ]
    assert [thing for thing in objects if SECRET in repr(thing)] == []


async def test_credentials_are_in_no_pickled_error(face: Face) -> None:
    session = face.Session(transport=script(respond(500)))
    response = await face(session.get(WITH_SECRET))
    with pytest.raises(face.HTTPError) as caught:
        response.raise_for_status()
    assert SECRET.encode() not in pickle.dumps(caught.value.args)
    assert SECRET not in "".join(traceback.format_exception_only(caught.value))
