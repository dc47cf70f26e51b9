"""Requests through a server that passes them on: what it gets, what comes back, and no secrets."""

from __future__ import annotations

import pickle
from collections.abc import Iterator

import pytest

import pyfetch_requests
from pyfetch_requests import _warn
from pyfetch_requests._nouns import session as _session
from pyfetch_requests.testing import WireRequest, mocked, respond

from .faces import URL, Face, script, sent_headers

ASKED = f"{URL}?q=a b&n=1#part"
PROXY = "https://my.example/?url={url}"
QUOTED = "https://my.example/?url=https%3A%2F%2Fapi.example%2Fthings%3Fq%3Da%2520b%26n%3D1"


@pytest.fixture(autouse=True)
def nothing_stays_mounted() -> Iterator[None]:
    yield
    _session.mounted.clear()
    _warn._warned.clear()


async def test_the_address_that_was_asked_for_stays(face: Face) -> None:
    transport = script(respond(200, b"there", headers={"Content-Type": "text/plain"}))
    session = face.Session()
    session.mount(URL, face.ThroughAdapter(PROXY, transport=transport))
    response = await face(session.post(ASKED, data=b"sent", headers={"X-A": "1"}))
    sent = transport.requests[0]
    assert (sent.method, sent.url, sent.body) == ("POST", QUOTED, b"sent")
    assert sent_headers(sent)["x-a"] == "1"
    assert response.text == "there"
    assert response.url == response.request.url == f"{URL}?q=a%20b&n=1#part"
    assert response.through == f"{QUOTED}"
    assert "through https://my.example" in response._repr_html_()


async def test_an_address_as_it_stands(face: Face) -> None:
    transport = script(respond(200))
    session = face.Session()
    session.mount(URL, face.ThroughAdapter("https://my.example/{+url}", transport=transport))
    await face(session.get(ASKED))
    assert transport.requests[0].url == f"https://my.example/{URL}?q=a%20b&n=1"


async def test_other_addresses_go_their_way(face: Face) -> None:
    transport = script(respond(200), respond(200))
    session = face.Session(transport=transport)
    session.mount("https://api.example/private/", face.ThroughAdapter(PROXY))
    response = await face(session.get(URL))
    assert transport.requests[0].url == URL
    assert response.through is None


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"auth": ("user", "hunter2")}, "Authorization"),
        ({"headers": {"authorization": "Bearer hunter2"}}, "authorization"),
        ({"headers": {"X-Api-Key": "hunter2"}}, "X-Api-Key"),
        ({"headers": {"Cookie": "sid=hunter2"}}, "Cookie"),
        ({"credentials": "include"}, "credentials='include'"),
    ],
)
async def test_secrets_are_refused_aloud(
    face: Face, options: dict[str, object], named: str
) -> None:
    transport = script()
    session = face.Session()
    session.mount(URL, face.ThroughAdapter(PROXY, transport=transport))
    with pytest.raises(face.InvalidHeader, match=r"would go through https://my\.example") as caught:
        await face(session.get(URL, **options))
    assert str(caught.value).startswith(named)
    assert "hunter2" not in str(caught.value)
    assert transport.requests == []


async def test_a_password_in_the_address_is_refused_too(face: Face) -> None:
    session = face.Session()
    session.mount("https://", face.ThroughAdapter(PROXY, transport=script()))
    with pytest.raises(face.InvalidHeader):
        await face(session.get(URL.replace("//", "//user:hunter2@")))


async def test_secrets_go_where_they_are_meant_to(face: Face) -> None:
    transport = script(respond(200))
    session = face.Session()
    adapter = face.ThroughAdapter(PROXY, credentials=True, transport=transport)
    session.mount("https://", adapter)
    await face(session.get(URL.replace("//", "//user:hunter2@")))
    assert sent_headers(transport.requests[0])["authorization"].startswith("Basic ")
    assert "hunter2" not in transport.requests[0].url
    assert "credentials=True" in repr(adapter)


async def test_redirects_stay_in_the_way(face: Face) -> None:
    transport = script(respond(302, headers={"Location": "/other"}), respond(200))
    session = face.Session()
    session.mount("https://api.example/", face.ThroughAdapter(PROXY, transport=transport))
    response = await face(session.get(URL))
    assert response.url == "https://api.example/other"
    assert transport.requests[1].url.endswith("%2Fother")
    assert [step.url for step in response.history] == [URL]


async def test_redirects_that_the_browser_followed(face: Face) -> None:
    answer = respond(200, url="https://my.example/elsewhere", redirected=True)
    session = face.Session()
    session.mount("https://api.example/", face.ThroughAdapter(PROXY, transport=script(answer)))
    response = await face(session.get(URL))
    assert (response.url, response.request.url) == (URL, URL)
    assert response.through == "https://my.example/elsewhere"
    assert [step.url for step in response.history] == [URL]


async def test_failures_say_what_was_asked_through_what(face: Face) -> None:
    session = face.Session()
    failing = face.ThroughAdapter(PROXY, transport=script(face.CORSError("no")))
    session.mount(URL, failing)
    with pytest.raises(face.CORSError) as caught:
        await face(session.get(URL))
    assert caught.value.__notes__ == [f"{URL} was requested through https://my.example/."]
    assert caught.value.request.url == URL


async def test_retries(face: Face) -> None:
    transport = script(face.ConnectionError("no"), respond(200))
    session = face.Session()
    session.mount(URL, face.ThroughAdapter(PROXY, max_retries=1, transport=transport))
    assert (await face(session.get(URL))).ok


def test_a_template_needs_a_place(face: Face) -> None:
    with pytest.raises(face.InvalidURL, match="has no place for the URL"):
        face.ThroughAdapter("https://my.example/")


async def test_mounted_for_all_new_sessions(face: Face) -> None:
    seen: list[str] = []

    def answer(request: WireRequest) -> object:
        seen.append(request.url)
        return respond(200)

    before = face.Session()
    pyfetch_requests.mount("https://api.example/", pyfetch_requests.ThroughAdapter(PROXY))
    with mocked(answer):  # type: ignore[arg-type]
        through = await face(face.get(URL))
        await face(face.Session().get(URL))
        await face(before.get(URL))
        pyfetch_requests.mount("https://api.example/", None)
        await face(face.get(URL))
    proxied = "https://my.example/?url=https%3A%2F%2Fapi.example%2Fthings"
    assert seen == [proxied, proxied, URL, URL]
    assert through.through == proxied


def test_sessions_with_it_can_be_pickled(face: Face) -> None:
    session = face.Session()
    session.mount(URL, face.ThroughAdapter(PROXY))
    again = pickle.loads(pickle.dumps(session))
    assert repr(again.get_adapter(URL)) == f"ThroughAdapter({PROXY!r})"
    assert PROXY in session._repr_html_()
