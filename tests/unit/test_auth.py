"""Authentication headers: the vectors of the RFCs, and hashes made with hashlib alone."""

from __future__ import annotations

import hashlib
import os
import re
from types import SimpleNamespace
from typing import Any

import pytest

from pyfetch_requests import HTTPBasicAuth, HTTPDigestAuth, HTTPProxyAuth
from pyfetch_requests._nouns.auth import basic_auth_header
from pyfetch_requests._nouns.request import PreparedRequest, Request
from pyfetch_requests._text.field_lists import parse_dict


def fields(header: str | None) -> dict[str, str | None]:
    assert header is not None
    assert header.startswith("Digest ")
    return parse_dict(header.removeprefix("Digest "))


def scheme(challenge: str, user: Any = "Mufasa", password: Any = "Circle of Life") -> Any:
    auth = HTTPDigestAuth(user, password)
    auth._challenge = parse_dict(challenge)
    return auth


REALM = 'realm="http-auth@example.org", qop="auth, auth-int", '
NONCE = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"
CNONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
OPAQUE = "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_vectors_of_rfc_7616(
    algorithm: str, response: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Section 3.9.1; its client nonce is not hexadecimal, as ours are."""

    class Bytes(bytes):
        def hex(self, *_: Any) -> str:
            return CNONCE

    monkeypatch.setattr(os, "urandom", Bytes)
    challenge = f'{REALM} algorithm={algorithm}, nonce="{NONCE}", opaque="{OPAQUE}"'
    auth = scheme(challenge)
    found = fields(auth.build_digest_header("GET", "http://www.example.org/dir/index.html"))
    assert found == {
        "username": "Mufasa",
        "realm": "http-auth@example.org",
        "uri": "/dir/index.html",
        "algorithm": algorithm,
        "nonce": NONCE,
        "nc": "00000001",
        "cnonce": CNONCE,
        "qop": "auth",
        "opaque": OPAQUE,
        "response": response,
    }


HASHES = {
    "MD5": hashlib.md5,
    "SHA": hashlib.sha1,
    "SHA-256": hashlib.sha256,
    "SHA-512": hashlib.sha512,
}


@pytest.mark.parametrize("name", HASHES)
@pytest.mark.parametrize("session", [False, True])
@pytest.mark.parametrize("qop", [None, "auth"])
def test_algorithms(name: str, session: bool, qop: str | None) -> None:
    def digest(*parts: str | None) -> str:
        return HASHES[name](":".join(map(str, parts)).encode()).hexdigest()

    algorithm = f"{name}-sess" if session else name
    challenge = f'realm="r", nonce="n", algorithm={algorithm}' + (f', qop="{qop}"' if qop else "")
    auth = scheme(challenge, "us\u00e9r", b"p")
    found = fields(auth.build_digest_header("POST", "https://a.example/x?y=1"))
    secret = digest("us\u00e9r", "r", "p")
    if session:
        # Without qop the client nonce stays unsaid, and nobody could check the answer.
        if not qop:
            return
        secret = digest(secret, "n", found["cnonce"])
    middle = ("n", found["nc"], found["cnonce"], "auth") if qop else ("n",)
    assert found["response"] == digest(secret, *middle, digest("POST", "/x?y=1"))
    assert ("cnonce" in found) is bool(qop)
    assert found["algorithm"] == algorithm


def test_without_algorithm() -> None:
    found = fields(scheme('realm="", nonce="n"').build_digest_header("GET", "https://a.example"))
    assert "algorithm" not in found
    assert "opaque" not in found
    assert found["uri"] == "/"


@pytest.mark.parametrize("challenge", ["algorithm=SHA-3", "qop=auth-int", 'qop="x, y"'])
def test_what_is_not_supported(challenge: str) -> None:
    assert scheme(challenge).build_digest_header("GET", "https://a.example/") is None


def test_client_nonce_is_another_each_time() -> None:
    auth = scheme('realm="r", nonce="n", qop=auth')
    headers = [fields(auth.build_digest_header("GET", "https://a.example/")) for _ in range(2)]
    assert headers[0]["cnonce"] != headers[1]["cnonce"]
    assert [header["nc"] for header in headers] == ["00000001", "00000002"]


def refusal(status: int = 401, header: str = 'Digest realm="r", nonce="n"') -> Any:
    return SimpleNamespace(
        status_code=status,
        headers={"www-authenticate": header},
        request=Request("GET", "https://a.example/").prepare(),
    )


@pytest.mark.parametrize("header", ['Digest realm="r", nonce="n"', 'Basic x, digest nonce="n"'])
def test_answer_to_a_challenge(header: str) -> None:
    auth = HTTPDigestAuth("u", "p")
    response = refusal(header=header)
    request = auth.follow_up(response)
    assert request is not None
    assert request is not response.request
    assert re.match(r'Digest username="u", realm="r?", nonce="n"', request.headers["Authorization"])
    assert "Authorization" not in response.request.headers


@pytest.mark.parametrize(
    "response", [refusal(200), refusal(500), refusal(header="Basic x"), refusal(header="")]
)
def test_no_challenge(response: Any) -> None:
    assert HTTPDigestAuth("u", "p").follow_up(response) is None


@pytest.mark.parametrize(
    ("user", "password", "value"),
    [
        ("Aladdin", "open sesame", "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),  # RFC 7617 section 2
        (b"test", "123\u00a3", "dGVzdDoxMjOj"),
        ("\u20ac", "", "4oKsOg=="),
    ],
)
def test_basic(user: Any, password: Any, value: str) -> None:
    assert basic_auth_header(user, password) == f"Basic {value}"


def test_basic_of_another_type() -> None:
    with pytest.warns(DeprecationWarning, match="the password should be str or bytes, not int"):
        assert basic_auth_header("u", 5) == basic_auth_header("u", "5")


@pytest.mark.parametrize("kind", [HTTPBasicAuth, HTTPProxyAuth, HTTPDigestAuth])
def test_equality(kind: Any) -> None:
    assert kind("u", "p") == kind("u", "p")
    assert kind("u", "p") != kind("u", "q")
    assert kind("u", "p") != ("u", "p")
    assert hash(kind("u", "p")) == hash(kind("u", "p"))
    assert repr(kind("u", "secret")) == f"<{kind.__name__}>"


def test_headers() -> None:
    request = PreparedRequest()
    request.prepare("GET", "https://a.example/", auth=HTTPProxyAuth("u", "p"))
    assert request.headers == {"Proxy-Authorization": "Basic dTpw"}
