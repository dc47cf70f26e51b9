"""Redirects that a runtime shows: where they lead, what they take along, what stays behind."""

from __future__ import annotations

import io
from typing import Any

import pytest

from pyfetch_requests.testing import ChunkedBody, WireRequest, WireResponse, respond

from .faces import HOST, URL, Face, script, sent_headers

STATUSES = (301, 302, 303, 307, 308)
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD")


def redirect(status: int = 302, to: str = "/next", cookie: str | None = None) -> WireResponse:
    cookies = {"Set-Cookie": cookie} if cookie else {}
    return respond(status, b"moved", headers={"Location": to, **cookies})


def method_after(status: int, method: str) -> str:
    """The table of requests, which is that of browsers."""
    if status in (307, 308) or method == "HEAD":
        return method
    if status == 301 and method != "POST":
        return method
    return "GET"


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("method", METHODS)
async def test_method_after_a_redirect(face: Face, status: int, method: str) -> None:
    transport = script(redirect(status), respond(200, b"here"))
    session = face.Session(transport=transport)
    response = await face(session.request(method, URL))
    assert [(wire.method, wire.url) for wire in transport.requests] == [
        (method, URL),
        (method_after(status, method), f"{HOST}/next"),
    ]
    assert response.status_code == 200
    assert response.url == f"{HOST}/next"
    assert [step.status_code for step in response.history] == [status]
    assert response.history[0].content == b"moved"
    assert response.history[0].is_permanent_redirect is (status in (301, 308))
    assert response.request.method == method_after(status, method)


@pytest.mark.parametrize("status", STATUSES)
async def test_body_follows_where_the_method_does(face: Face, status: int) -> None:
    transport = script(redirect(status), respond())
    session = face.Session(transport=transport)
    await face(session.post(URL, json={"a": 1}))
    second = transport.requests[1]
    if status in (307, 308):
        assert second.body == b'{"a": 1}'
        assert sent_headers(second)["content-type"] == "application/json"
        assert sent_headers(second)["content-length"] == "8"
    else:
        assert second.body is None
        assert not {"content-type", "content-length", "transfer-encoding"} & {*sent_headers(second)}


async def test_file_is_rewound(face: Face) -> None:
    source = io.BytesIO(b"skipped|content")
    source.seek(8)
    transport = script(redirect(307), redirect(308), respond())
    session = face.Session(transport=transport)
    await face(session.put(URL, data=source))
    assert [wire.body for wire in transport.requests] == [b"content"] * 3


async def test_generator_cannot_be_sent_again(face: Face) -> None:
    transport = script(redirect(307))
    session = face.Session(transport=transport)
    with pytest.raises(face.UnrewindableBodyError):
        await face(session.post(URL, data=(part for part in [b"a", b"b"])))
    assert len(transport.requests) == 1


@pytest.mark.parametrize("options", [{"allow_redirects": False}, {"redirect": "manual"}])
async def test_what_is_not_followed_needs_no_body_again(
    face: Face, options: dict[str, Any]
) -> None:
    transport = script(redirect(307))
    session = face.Session(transport=transport)
    response = await face(session.post(URL, data=iter([b"a", b"b"]), **options))
    assert response.status_code == 307
    assert response.next.url == f"{HOST}/next"
    assert [wire.follow for wire in transport.requests] == [False]


async def test_redirect_decides_before_allow_redirects(face: Face) -> None:
    transport = script(redirect(), respond(200, b"here"))
    session = face.Session(transport=transport)
    response = await face(session.get(URL, allow_redirects=False, redirect="follow"))
    assert response.content == b"here"


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("/other", f"{HOST}/other"),
        ("other", f"{HOST}/a/other"),
        ("../other", f"{HOST}/other"),
        ("?q=1", f"{HOST}/a/b?q=1"),
        ("//else.example/x", "https://else.example/x"),
        ("http://else.example", "http://else.example"),
        ("/with space", f"{HOST}/with%20space"),
        ("/Ã¼", f"{HOST}/%C3%BC"),  # UTF-8 that arrived as Latin-1
        ("/x#part", f"{HOST}/x#part"),
    ],
)
async def test_location(face: Face, location: str, url: str) -> None:
    transport = script(redirect(to=location), respond())
    session = face.Session(transport=transport)
    response = await face(session.get(f"{HOST}/a/b"))
    assert response.url == url
    assert transport.requests[1].url == url.partition("#")[0]


async def test_fragment_is_inherited(face: Face) -> None:
    session = face.Session(transport=script(redirect(), respond()))
    response = await face(session.get(f"{URL}#part"))
    assert response.url == f"{HOST}/next#part"


async def test_long_chain_has_its_history_in_order(face: Face) -> None:
    answers = [redirect(to=f"/{number}") for number in range(5)]
    session = face.Session(transport=script(*answers, respond()))
    response = await face(session.get(URL))
    assert [step.url for step in response.history] == [
        URL,
        *(f"{HOST}/{number}" for number in range(4)),
    ]
    assert response.url == f"{HOST}/4"
    assert [len(step.history) for step in response.history] == [0, 1, 2, 3, 4]


async def test_too_many(face: Face) -> None:
    transport = script(*[redirect()] * 40)
    session = face.Session(transport=transport)
    session.max_redirects = 3
    with pytest.raises(face.TooManyRedirects, match="Exceeded 3 redirects") as caught:
        await face(session.get(URL))
    assert caught.value.response.status_code == 302
    assert caught.value.request is caught.value.response.request
    assert len(transport.requests) == 4


async def test_limit_is_thirty(face: Face) -> None:
    transport = script(*[redirect()] * 30, respond())
    response = await face(face.Session(transport=transport).get(URL))
    assert len(response.history) == 30


async def test_not_followed(face: Face) -> None:
    transport = script(redirect(303), respond(200, b"here"))
    session = face.Session(transport=transport)
    response = await face(session.post(URL, data="x", allow_redirects=False))
    assert response.status_code == 303
    assert response.is_redirect
    assert not response.is_permanent_redirect
    assert response.history == []
    assert len(transport.requests) == 1
    assert transport.requests[0].follow is False
    following = response.next
    assert (following.method, following.url, following.body) == ("GET", f"{HOST}/next", None)
    assert (await face(session.send(following))).content == b"here"


async def test_head_is_not_followed_by_default(face: Face) -> None:
    session = face.Session(transport=script(redirect()))
    response = await face(session.head(URL))
    assert response.status_code == 302
    assert response.next.method == "HEAD"


async def test_answer_that_is_no_redirect_has_no_next(face: Face) -> None:
    session = face.Session(transport=script(respond(), respond(304), respond(302)))
    for _ in range(3):
        response = await face(session.get(URL))
        assert response.next is None
        assert not response.is_redirect


@pytest.mark.parametrize(
    ("source", "target", "kept"),
    [
        ("https://a.example/", "https://a.example/x", True),
        ("https://a.example/", "https://a.example:443/x", True),
        ("http://a.example/", "https://a.example/x", True),
        ("http://a.example:80/", "https://a.example:443/x", True),
        ("https://a.example/", "https://b.example/x", False),
        ("https://a.example/", "https://sub.a.example/x", False),
        ("https://a.example/", "http://a.example/x", False),
        ("https://a.example/", "https://a.example:8443/x", False),
        ("http://a.example:8080/", "https://a.example/x", False),
    ],
)
async def test_credentials_stay_with_their_site(
    face: Face, source: str, target: str, kept: bool
) -> None:
    transport = script(redirect(to=target), respond())
    session = face.Session(transport=transport)
    await face(session.get(source, auth=("user", "password")))
    first, second = map(sent_headers, transport.requests)
    assert "authorization" in first
    assert ("authorization" in second) is kept


@pytest.mark.parametrize(("scheme", "shown"), [("http", True), ("https", False)])
async def test_login_of_a_proxy(face: Face, scheme: str, shown: bool) -> None:
    """For https the proxy gets it with CONNECT; in the tunnel the server would see it."""
    session = face.Session()
    prepared = face.Request("GET", f"{scheme}://api.example/").prepare()
    prepared.headers["Proxy-Authorization"] = "of another proxy"
    proxies = {scheme: "http://user:secret@proxy.example:8080"}
    assert session.rebuild_proxies(prepared, proxies) == proxies
    assert prepared.headers.get("Proxy-Authorization") == (
        "Basic dXNlcjpzZWNyZXQ=" if shown else None
    )


async def test_challenge_of_another_site_is_not_answered(face: Face) -> None:
    """Requests would send it a hash of the password."""
    challenge = {"WWW-Authenticate": 'Digest realm="x", nonce="n"'}
    transport = script(redirect(to="https://else.example/"), respond(401, headers=challenge))
    session = face.Session(transport=transport)
    response = await face(session.get(URL, auth=face.HTTPDigestAuth("user", "password")))
    assert response.status_code == 401
    assert len(transport.requests) == 2


async def test_cookie_set_on_the_way_is_sent_on(face: Face) -> None:
    transport = script(redirect(cookie="a=1; Path=/"), respond())
    session = face.Session(transport=transport)
    response = await face(session.get(URL))
    assert sent_headers(transport.requests[1])["cookie"] == "a=1"
    assert session.cookies.get_dict() == {"a": "1"}
    assert response.history[0].cookies.get_dict() == {"a": "1"}
    assert response.cookies.get_dict() == {}


async def test_cookies_of_a_request_follow_to_the_same_host(face: Face) -> None:
    transport = script(redirect(), respond())
    session = face.Session(transport=transport)
    await face(session.get(URL, cookies={"mine": "1"}))
    assert [sent_headers(wire)["cookie"] for wire in transport.requests] == ["mine=1"] * 2
    assert len(session.cookies) == 0


async def test_cookie_of_a_host_stays_there(face: Face) -> None:
    transport = script(redirect(to="https://else.example/", cookie="secret=1; Path=/"), respond())
    await face(face.Session(transport=transport).get(URL))
    assert "cookie" not in sent_headers(transport.requests[1])


async def test_streamed_answer_is_read_before_it_is_left(face: Face) -> None:
    moved = respond(302, [b"mo", b"ved"], headers={"Location": "/next"})
    session = face.Session(transport=script(moved, respond(200, [b"a", b"b"])))
    response = await face(session.get(URL, stream=True))
    assert response.history[0].content == b"moved"
    assert await face(response.read()) == b"ab"


async def test_hooks_see_every_step(face: Face) -> None:
    seen: list[int] = []

    def note(response: Any, **options: Any) -> None:
        seen.append(response.status_code)

    session = face.Session(transport=script(redirect(), respond()))
    await face(session.get(URL, hooks={"response": note}))
    assert seen == [302, 200]


async def test_options_hold_for_every_step(face: Face) -> None:
    transport = script(redirect(), respond())
    session = face.Session(transport=transport)
    await face(session.get(URL, timeout=3, credentials="omit", stream=True))
    for wire in transport.requests:
        assert wire.headers_timeout == 3
        assert wire.options == {"credentials": "omit"}
        assert wire.stream is True


async def test_redirect_that_the_browser_followed(face: Face) -> None:
    def handler(request: WireRequest) -> WireResponse:
        return respond(200, b"x", url=f"{HOST}/final", redirected=True)

    session = face.Session(transport=script(handler))
    response = await face(session.post(URL, data={"a": 1}))
    assert response.url == f"{HOST}/final"
    assert response.request.url == f"{HOST}/final"
    (before,) = response.history
    assert (before.url, before.request.method, before.content) == (URL, "POST", b"")
    assert before.is_redirect
    assert before.status_code == 0


async def test_opaque_redirect_of_a_browser(face: Face) -> None:
    session = face.Session(transport=script(respond(0, kind="opaqueredirect", reason="")))
    response = await face(session.get(URL, allow_redirects=False))
    assert response.status_code == 0
    assert response.is_redirect
    assert response.next is None
    assert response.type == "opaqueredirect"


async def test_redirect_to_an_unknown_scheme(face: Face) -> None:
    session = face.Session(transport=script(redirect(to="ftp://else.example/")))
    with pytest.raises(face.InvalidSchema, match=r"ftp://else\.example/"):
        await face(session.get(URL))


@pytest.mark.parametrize("target", ["data:text/plain,x", "blob:https://api.example/x"])
async def test_a_server_does_not_lead_to_local_addresses(face: Face, target: str) -> None:
    """Also where an adapter would serve them."""
    transport = script(redirect(to=target), respond(200, b"local"))
    session = face.Session(transport=transport)
    session.mount(target.partition(":")[0], session.get_adapter(URL))
    with pytest.raises(face.InvalidSchema, match="A server redirects to"):
        await face(session.get(URL))
    assert len(transport.requests) == 1


@pytest.mark.parametrize("target", ["data:text/plain,x", "blob:https://api.example/x"])
async def test_nor_where_the_browser_has_followed(face: Face, target: str) -> None:
    """Firefox does, in a worker."""
    body = ChunkedBody([b"local"])
    answer = respond(200, url=target, redirected=True)._replace(body=body)
    session = face.Session(transport=script(answer))
    with pytest.raises(face.InvalidSchema, match="A server redirects to"):
        await face(session.get(URL, stream=True))
    assert body.closed


async def test_challenge_after_a_redirect(face: Face) -> None:
    """The history has the redirect first, and then the refused request."""
    challenge = {"WWW-Authenticate": 'Digest realm="here", nonce="n"'}
    answers = (redirect(), respond(401, headers=challenge), respond(200, b"in"))
    session = face.Session(transport=script(*answers))
    response = await face(session.get(URL, auth=face.HTTPDigestAuth("user", "secret")))
    assert response.content == b"in"
    assert [step.status_code for step in response.history] == [302, 401]


@pytest.mark.parametrize(
    ("final", "sent"), [(f"{HOST}/final", True), ("https://else.example/final", False)]
)
async def test_what_a_browser_has_sent_on(face: Face, final: str, sent: bool) -> None:
    """It takes Authorization off where a redirect leaves the origin: WHATWG Fetch."""
    answer = respond(200, b"x", url=final, redirected=True)
    session = face.Session(transport=script(answer))
    response = await face(session.get(URL, auth=("user", "secret")))
    assert ("Authorization" in response.request.headers) is sent
    assert "Authorization" in response.history[0].request.headers
