"""Authentication: who adds what, and what happens after a refusal."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from typing import Any

import pytest

import pyfetch_requests
from pyfetch_requests.testing import MockTransport, WireRequest, WireResponse, respond

from .faces import HOST, URL, Face, script, sent_headers

CHALLENGE = 'Digest realm="here", nonce="n0", qop="auth,auth-int", opaque="o", algorithm=SHA-256'


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode("latin-1")).decode()


def digest_fields(header: str) -> dict[str, str]:
    assert header.startswith("Digest ")
    return {name: value.strip('"') for name, value in re.findall(r'(\w+)=("[^"]*"|\w+)', header)}


class DigestServer:
    """Answers as RFC 7616 asks, with hashlib and nothing of ours."""

    def __init__(self, user: str = "user", password: str = "secret") -> None:
        self.user, self.password = user, password
        self.nonce = "n0"
        self.statuses: list[int] = []
        self.transport = MockTransport(self.handle)

    def handle(self, request: WireRequest) -> WireResponse:
        header = sent_headers(request).get("authorization")
        good = header is not None and self.accepts(request, digest_fields(header))
        self.statuses.append(200 if good else 401)
        if good:
            return respond(200, b"in", headers={"Set-Cookie": "in=1"})
        challenge = CHALLENGE.replace("n0", self.nonce)
        return respond(401, b"out", headers={"WWW-Authenticate": challenge, "Set-Cookie": "seen=1"})

    def accepts(self, request: WireRequest, fields: dict[str, str]) -> bool:
        def digest(*parts: str) -> str:
            return hashlib.sha256(":".join(parts).encode()).hexdigest()

        secret = digest(self.user, "here", self.password)
        target = request.url.removeprefix(HOST)
        middle = (fields["nonce"], fields["nc"], fields["cnonce"], fields["qop"])
        expected = digest(secret, *middle, digest(request.method, target))
        return (
            fields["nonce"] == self.nonce
            and fields["uri"] == target
            and fields["opaque"] == "o"
            and fields["response"] == expected
        )


async def test_pair_is_basic(face: Face) -> None:
    transport = script(respond())
    session = face.Session(transport=transport)
    await face(session.get(URL, auth=("Ällen", "p:w")))
    assert sent_headers(transport.requests[0])["authorization"] == basic("Ällen:p:w")


async def test_credentials_of_the_url(face: Face) -> None:
    transport = script(respond())
    session = face.Session(transport=transport)
    response = await face(session.get("https://us%40er:p%20w@api.example/x"))
    assert sent_headers(transport.requests[0])["authorization"] == basic("us@er:p w")
    assert transport.requests[0].url == f"{HOST}/x"
    assert "p%20w" in response.url


async def test_auth_of_the_call_wins(face: Face) -> None:
    transport = script(respond(), respond(), respond())
    session = face.Session(transport=transport)
    session.auth = ("session", "1")
    await face(session.get("https://url:2@api.example/"))
    await face(session.get(URL, auth=("call", "3")))
    await face(session.get(URL))
    shown = [sent_headers(wire)["authorization"] for wire in transport.requests]
    assert shown == [basic("session:1"), basic("call:3"), basic("session:1")]


async def test_proxy_auth(face: Face) -> None:
    transport = script(respond())
    session = face.Session(transport=transport)
    await face(session.get(URL, auth=face.HTTPProxyAuth("u", "p")))
    assert sent_headers(transport.requests[0])["proxy-authorization"] == basic("u:p")


async def test_callable_sees_the_whole_request(face: Face) -> None:
    def sign(request: Any) -> Any:
        request.headers["X-Signature"] = f"{request.method} {request.path_url} {request.body!r}"
        return request

    transport = script(respond())
    session = face.Session(transport=transport)
    await face(session.post(URL, params={"a": 1}, data={"b": 2}, auth=sign))
    assert sent_headers(transport.requests[0])["x-signature"] == "POST /things?a=1 'b=2'"


async def test_callable_may_change_the_body(face: Face) -> None:
    def wrap(request: Any) -> Any:
        request.body = b"<" + request.body + b">"
        return request

    transport = script(respond())
    session = face.Session(transport=transport)
    await face(session.post(URL, data=b"ab", auth=wrap))
    assert transport.requests[0].body == b"<ab>"
    assert sent_headers(transport.requests[0])["content-length"] == "4"


@pytest.mark.parametrize("auth", [5, ("one",), ("a", "b", "c"), "user:password"])
async def test_what_is_no_auth_is_refused(face: Face, auth: Any) -> None:
    transport = script()
    session = face.Session(transport=transport)
    with pytest.raises(TypeError, match=f"auth must be .* not {type(auth).__name__}"):
        await face(session.get(URL, auth=auth))
    assert transport.requests == []


async def test_netrc(face: Face, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "netrc"
    file.write_text("machine api.example login machine password word\n")
    file.chmod(0o600)
    monkeypatch.setenv("NETRC", str(file))
    transport = script(respond(), respond(), respond(302, headers={"Location": URL}), respond())
    session = face.Session(transport=transport)
    await face(session.get(URL))
    session.trust_env = False
    await face(session.get(URL))
    session.trust_env = True
    await face(session.get("https://else.example/"))
    shown = [sent_headers(wire).get("authorization") for wire in transport.requests]
    assert shown == [basic("machine:word"), None, None, basic("machine:word")]


async def test_digest(face: Face) -> None:
    server = DigestServer()
    session = face.Session(transport=server.transport)
    session.auth = face.HTTPDigestAuth("user", "secret")
    response = await face(session.get(URL, params={"q": "a b"}))
    assert (response.status_code, response.content) == (200, b"in")
    assert [step.status_code for step in response.history] == [401]
    assert response.history[0].content == b"out"
    assert "Authorization" not in response.history[0].request.headers
    assert session.cookies.get_dict() == {"seen": "1", "in": "1"}


async def test_digest_keeps_its_nonce(face: Face) -> None:
    server = DigestServer()
    session = face.Session(transport=server.transport)
    session.auth = face.HTTPDigestAuth("user", "secret")
    for _ in range(3):
        assert (await face(session.get(URL))).ok
    assert server.statuses == [401, 200, 200, 200]
    counts = [
        digest_fields(sent_headers(wire)["authorization"])["nc"]
        for wire in server.transport.requests[1:]
    ]
    assert counts == ["00000001", "00000002", "00000003"]
    server.nonce = "n1"  # it has grown stale
    assert (await face(session.get(URL))).ok
    assert server.statuses[4:] == [401, 200]


async def test_digest_with_a_wrong_password_asks_once(face: Face) -> None:
    server = DigestServer()
    session = face.Session(transport=server.transport)
    response = await face(session.get(URL, auth=face.HTTPDigestAuth("user", "wrong")))
    assert response.status_code == 401
    assert server.statuses == [401, 401]


async def test_digest_that_is_refused_with_the_same_nonce_counts_on(face: Face) -> None:
    server = DigestServer()
    session = face.Session(transport=server.transport)
    session.auth = face.HTTPDigestAuth("user", "wrong")
    for _ in range(2):
        assert (await face(session.get(URL))).status_code == 401
    counts = [
        digest_fields(header)["nc"]
        for wire in server.transport.requests
        if (header := sent_headers(wire).get("authorization"))
    ]
    assert counts == ["00000001", "00000002", "00000003"]


async def test_another_nonce_is_counted_from_one(face: Face) -> None:
    """RFC 7616, section 3.4: nc is the number of requests with this nonce."""
    server = DigestServer()
    session = face.Session(transport=server.transport)
    session.auth = face.HTTPDigestAuth("user", "secret")
    for nonce in ("n0", "n0", "n1"):
        server.nonce = nonce
        assert (await face(session.get(URL))).status_code == 200
    sent = [
        digest_fields(header)
        for wire in server.transport.requests
        if (header := sent_headers(wire).get("authorization"))
    ]
    assert [(fields["nonce"], fields["nc"]) for fields in sent] == [
        ("n0", "00000001"),
        ("n0", "00000002"),
        ("n0", "00000003"),
        ("n1", "00000001"),
    ]


async def test_digest_sends_a_file_again(face: Face) -> None:
    server = DigestServer()
    session = face.Session(transport=server.transport)
    auth = face.HTTPDigestAuth(b"user", b"secret")
    response = await face(session.put(URL, data=io.BytesIO(b"content"), auth=auth))
    assert response.ok
    assert [wire.body for wire in server.transport.requests] == [b"content"] * 2


async def test_digest_cannot_send_a_generator_again(face: Face) -> None:
    server = DigestServer()
    session = face.Session(transport=server.transport)
    auth = face.HTTPDigestAuth("user", "secret")
    with pytest.raises(face.UnrewindableBodyError):
        await face(session.put(URL, data=iter([b"a"]), auth=auth))
    assert server.statuses == [401]


@pytest.mark.parametrize(
    "challenge", ["Basic realm=x", 'Digest nonce="n", algorithm=UNKNOWN', 'Digest qop="auth-int"']
)
async def test_challenge_that_digest_cannot_answer(face: Face, challenge: str) -> None:
    transport = script(respond(401, headers={"WWW-Authenticate": challenge}))
    session = face.Session(transport=transport)
    response = await face(session.get(URL, auth=face.HTTPDigestAuth("u", "p")))
    assert response.status_code == 401
    assert len(transport.requests) == 1


class TokenAuth(pyfetch_requests.AuthBase):
    """A scheme of the user's own, which has to see a refusal first."""

    def __call__(self, r: Any) -> Any:
        r.authenticator = self
        return r

    def follow_up(self, response: Any) -> Any:
        if response.status_code != 401:
            return None
        request = response.request.copy()
        request.headers["Authorization"] = "Token " + response.headers["X-Token"]
        return request


async def test_scheme_that_follows_up(face: Face) -> None:
    transport = script(respond(401, headers={"X-Token": "t"}), respond(200, b"in"))
    session = face.Session(transport=transport)
    response = await face(session.get(URL, auth=TokenAuth()))
    assert response.content == b"in"
    assert [sent_headers(wire).get("authorization") for wire in transport.requests] == [
        None,
        "Token t",
    ]


async def test_scheme_that_is_no_callable_at_all(face: Face) -> None:
    with pytest.raises(NotImplementedError):
        await face(face.Session(transport=script()).get(URL, auth=pyfetch_requests.AuthBase()))
