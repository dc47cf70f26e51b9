"""With a pre-shared key: who gets in, and who does not."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import time

import pytest

from tests.inventory.api import Api
from tests.inventory.conftest import KEY


def _part(value: dict) -> bytes:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")


def token(psk: str, lifetime: float = 60) -> dict[str, str]:
    """The Authorization header that resotocore's protocol asks for (JWT, HS256, salted key)."""
    salt = os.urandom(16)
    key = hashlib.pbkdf2_hmac("sha256", psk.encode(), salt, 100_000)
    header = {"typ": "JWT", "alg": "HS256", "salt": base64.b64encode(salt).decode()}
    signed = _part(header) + b"." + _part({"exp": int(time.time() + lifetime)})
    signature = base64.urlsafe_b64encode(hmac.digest(key, signed, "sha256")).rstrip(b"=")
    return {"Authorization": f"Bearer {(signed + b'.' + signature).decode()}"}


def test_the_right_key_opens(locked: Api):
    response = locked.post(
        "/graph/resoto/search/list", data="is(cloud)", headers=token(KEY) | {"Accept": "text/plain"}
    )
    assert response.status_code == 200
    assert "digitalocean" in response.text


def test_the_right_key_may_change_things(locked: Api):
    response = locked.put("/config/test", json={"a": 1}, headers=token(KEY))
    assert response.status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="no token"),
        pytest.param(token("another key"), id="another key"),
        pytest.param(token(KEY, lifetime=-1000), id="expired"),
    ],
)
@pytest.mark.parametrize("path", ["/graph", "/model", "/configs", "/graph/resoto/node/root"])
def test_without_the_key_nothing_is_read(locked: Api, path: str, headers: dict[str, str]):
    assert locked.get(path, headers=headers).status_code == 401


def test_the_site_and_the_system_are_open(locked: Api):
    assert locked.get("/notebook").text == "the site"
    assert locked.get("/notebook/index.html").status_code == 200
    assert locked.get("/system/ping").text == "pong"
    assert locked.get("/ca/cert").content.startswith(b"-----BEGIN CERTIFICATE")


def test_a_page_of_another_host_is_refused(locked: Api):
    headers = token(KEY) | {"Origin": "http://elsewhere.example"}
    assert locked.get("/graph", headers=headers).status_code == 403
    headers = token(KEY) | {"Origin": locked.url}
    assert locked.get("/graph", headers=headers).status_code == 200


def test_the_answers_are_open_to_other_origins_without_a_key(api: Api):
    """Cross-origin requests are allowed as resotocore allows them."""
    asked = {
        "Origin": "http://elsewhere.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    preflight = api.request("OPTIONS", "/graph/resoto/search/list", headers=asked)
    assert preflight.status_code == 204
    assert preflight.headers["Access-Control-Allow-Origin"] == "http://elsewhere.example"
    assert preflight.headers["Access-Control-Allow-Headers"] == "content-type"
    answer = api.get("/graph", headers={"Origin": "http://elsewhere.example"})
    assert answer.headers["Access-Control-Allow-Origin"] == "http://elsewhere.example"
