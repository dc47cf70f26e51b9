"""Secrets in recorded exchanges: where they may be, and how they may be written."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from pyfetch_requests._testing.exchanges import Chunk, Exchange
from pyfetch_requests._testing.secrets import Secrets
from pyfetch_requests._wire import BytesBody, WireResponse
from pyfetch_requests.testing import WireRequest

SECRET = "s3cr/et+token=="
QUOTED = quote(SECRET, "")
# Each is said by the request, and repeated by the answer.
ASKED = {
    "url": WireRequest("GET", f"http://host.example/?key={QUOTED}", []),
    "header": WireRequest("GET", "http://host.example/", [("Key", SECRET)]),
    "login": WireRequest("GET", "http://host.example/", [("Authorization", f"Bearer {SECRET}")]),
    "form": WireRequest(
        "POST",
        "http://host.example/",
        [("Content-Type", "application/x-www-form-urlencoded")],
        f"key={QUOTED}".encode(),
    ),
    "JSON": WireRequest("POST", "http://host.example/", [], json.dumps({"key": SECRET}).encode()),
}
REPEATED = {
    "as it is": SECRET,
    "in a URL": f"http://host.example/?a=b&other={QUOTED}",
    "in a URL, in lower case": QUOTED.replace("%2F", "%2f").replace("%2B", "%2b"),
    "in JSON": json.dumps([SECRET]),
    "in JSON, with every slash escaped": json.dumps([SECRET]).replace("/", r"\/"),
}
# Nothing of the request says these.
TOLD = {
    "in a fragment": f'"http://host.example/#key={QUOTED}&a=b"',
    "in HTML": f'<a href="/?a=b&amp;key={QUOTED}">',
    "in a URL, in JSON": json.dumps({"next": f"/?key={QUOTED}"}),
    "in JSON": json.dumps({"a": [{"KEY": SECRET}]}),
    "in lines of JSON": json.dumps({"key": SECRET}) + "\n" + json.dumps({"a": 1}),
    "in an event": f"event: a\ndata: {json.dumps({'key': SECRET})}\n\n",
}
SPELLINGS = {SECRET, QUOTED, QUOTED.lower(), SECRET.replace("/", r"\/")}


def written(exchange: Exchange) -> str:
    """All text of an exchange without its secrets."""
    hidden = Secrets(["key"]).hide_all([exchange])[0]
    assert hidden.response is not None
    return repr((hidden.request[:4], hidden.response[:4], hidden.content)).replace("\\\\", "\\")


def answer(body: str, *headers: tuple[str, str]) -> WireResponse:
    pairs = [*headers, ("Content-Length", str(len(body)))]
    return WireResponse(200, "OK", pairs, "", BytesBody(b""))


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("repeated", REPEATED)
def test_what_a_server_repeats(asked: str, repeated: str) -> None:
    body = f"before {REPEATED[repeated]} after"
    exchange = Exchange(ASKED[asked], answer(body), [Chunk(body.encode())])
    text = written(exchange)
    assert not [spelling for spelling in SPELLINGS if spelling in text]
    assert "before" in text
    assert "after" in text


@pytest.mark.parametrize("told", TOLD)
def test_what_only_the_server_says(told: str) -> None:
    body = TOLD[told]
    exchange = Exchange(ASKED["url"]._replace(url="/"), answer(body), [Chunk(body.encode())])
    text = written(exchange)
    assert not [spelling for spelling in SPELLINGS if spelling in text]


def test_a_redirect_tells_the_next_address() -> None:
    location = ("Location", f"/#key={QUOTED}")
    first = Exchange(ASKED["url"]._replace(url="/"), answer("", location))
    second = Exchange(ASKED["url"]._replace(url="/"), answer(QUOTED), [Chunk(QUOTED.encode())])
    hidden = Secrets(["key"]).hide_all([first, second])
    assert QUOTED not in repr([each.response for each in hidden])
    assert hidden[1].content == b"hidden"


def test_json_in_a_url_stays_json() -> None:
    body = r'{"a": "/?key=\"12345678\"", "b": "/?key=12345678\n"}'
    exchange = Exchange(ASKED["url"]._replace(url="/"), answer(body), [Chunk(body.encode())])
    hidden = Secrets(["key"]).hide_all([exchange])[0]
    assert set(json.loads(hidden.content)) == {"a", "b"}
