"""What a cassette does not write: secrets by their names, and their values wherever they occur."""

from __future__ import annotations

import json
from collections.abc import Iterable

import pytest

from pyfetch_requests._testing.exchanges import Chunk, Exchange, Failure
from pyfetch_requests._testing.secrets import Secrets
from pyfetch_requests.testing import WireRequest, WireResponse, respond

JSON = [("Content-Type", "application/json")]
URL = "https://api.example/"


def request(
    body: bytes | None = None, url: str = URL, headers: Iterable[tuple[str, str]] = ()
) -> WireRequest:
    return WireRequest("POST", url, list(headers), body)


def hidden(body: bytes, *names: str, kind: str = "application/json") -> bytes:
    """Return the body of a request as a cassette writes it."""
    found = Secrets(names).hide_request(request(body, headers=[("Content-Type", kind)])).body
    assert isinstance(found, bytes)
    return found


def answer(content: bytes, chunks: list[Chunk] | None = None) -> Exchange:
    response: WireResponse = respond(headers=JSON)
    return Exchange(request(), response, chunks or [Chunk(content)], is_whole=True)


def test_a_field_that_stands_twice_has_two_secrets() -> None:
    first, second = "first-secret", "second-secret"
    body = f'{{"token": "{first}", "token": "{second}", "n": 1.0}}'.encode()
    exchanges = [Exchange(request(body, headers=JSON)), answer(f"{first} {second}".encode())]
    asked, answered = Secrets(["token"]).hide_all(exchanges)
    assert asked.request.body == b'{"token": "hidden", "n": 1.0}'
    assert answered.content == b"hidden hidden"


@pytest.mark.parametrize(
    ("body", "written"),
    [
        (b'{"a":[{"KEY":"x"}],"b":1.0}', b'{"a":[{"KEY":"hidden"}],"b":1.0}'),
        (b'{"a": [{"key": "x"}]}\n', b'{"a": [{"key": "hidden"}]}\n'),
        (
            b'{"key": 1}\n{"b": 1e0}\n{"key": 2}',
            b'{"key": "hidden"}\n{"b": 1e0}\n{"key": "hidden"}',
        ),
        (b'{"b": 1e0}', b'{"b": 1e0}'),
        (b"no JSON", b"no JSON"),
    ],
)
def test_json(body: bytes, written: bytes) -> None:
    assert hidden(body, "key") == written


def test_a_form_keeps_what_is_not_hidden() -> None:
    body = b"a=%41+b&k%65y=secret&flag&x=\xff"
    kind = "application/x-www-form-urlencoded"
    assert hidden(body, "key", kind=kind) == b"a=%41+b&key=hidden&flag&x=\xff".replace(
        b"key", b"k%65y"
    )


def test_the_file_name_of_a_part_is_not_its_name() -> None:
    parts = [b'name="a"; filename="key"', b'name="key"; filename="a"']
    body = b"".join(
        b"--B\r\nContent-Disposition: form-data; " + part + b"\r\n\r\ncontent\r\n" for part in parts
    )
    written = hidden(body + b"--B--\r\n", "key", kind="multipart/form-data; boundary=B")
    assert written.count(b"content\r\n") == 1
    assert written.index(b"content\r\n") < written.index(b"hidden\r\n")


@pytest.mark.parametrize(
    ("url", "written"),
    [
        ("https://user:pass@a.example/", "https://hidden@a.example/"),
        ("https://a.example/?key=x&b=1#f", "https://a.example/?key=hidden&b=1#f"),
        ("https://a.example/?a%5Bkey%5D=x", "https://a.example/?a%5Bkey%5D=hidden"),
        ("https://a.example/?a[key]=x&monkey=1", "https://a.example/?a[key]=hidden&monkey=1"),
    ],
)
def test_urls(url: str, written: str) -> None:
    assert Secrets(["key", "a[key]"]).hide_request(request(url=url)).url == written


@pytest.mark.parametrize(
    ("name", "value", "written"),
    [
        ("Authorization", "Bearer abcdefghij", "Bearer hidden"),
        ("Authorization", "abcdefghij", "hidden"),
        ("Cookie", "a=1; b=2", "a=hidden; b=hidden"),
        ("X-Key", "abcdefghij", "hidden"),
        ("X-Other", "abcdefghij", "abcdefghij"),
    ],
)
def test_headers(name: str, value: str, written: str) -> None:
    found = Secrets(["x-key"]).hide_request(request(headers=[(name, value)]))
    assert found.headers == [(name, written)]


def test_the_attributes_of_a_cookie_stay() -> None:
    response = respond(headers=[("Set-Cookie", "a=1; Path=/; HttpOnly")])
    [found] = Secrets().hide_all([Exchange(request(), response)])
    assert found.response is not None
    assert list(found.response.headers) == [("Set-Cookie", "a=hidden; Path=/; HttpOnly")]


@pytest.mark.parametrize(("value", "shown"), [("1234567", "1234567"), ("12345678", "hidden")])
def test_a_value_of_eight_characters_is_hidden_elsewhere(value: str, shown: str) -> None:
    asked = Exchange(request(headers=[("Authorization", f"Basic {value}")]))
    [_, found] = Secrets().hide_all([asked, answer(f"you sent {value}".encode())])
    assert found.content == f"you sent {shown}".encode()


def test_a_value_is_hidden_before_it_is_known_and_however_it_is_written() -> None:
    token = 'a"b c/d+e'
    exchanges = [
        answer(json.dumps({"seen": token}).encode()),
        Exchange(request(url=f"{URL}?q=a%22b%20c%2Fd%2Be"), failure=Failure("HTTPError", token)),
        Exchange(request(headers=[("Authorization", f"Bearer {token}")])),
    ]
    first, second, _ = Secrets().hide_all(exchanges)
    assert first.content == b'{"seen": "hidden"}'
    assert second.request.url == f"{URL}?q=hidden"
    assert second.failure == Failure("HTTPError", "hidden")


def test_the_longest_value_first() -> None:
    exchanges = [
        Exchange(request(headers=[("Authorization", "Basic 12345678")])),
        Exchange(request(headers=[("Authorization", "Basic 12345678-more")])),
        answer(b"12345678-more 12345678"),
    ]
    assert Secrets().hide_all(exchanges)[2].content == b"hidden hidden"


def test_a_length_is_corrected_if_it_was_right() -> None:
    body = b'{"key": "x"}'
    for given, written in ((str(len(body)), "17"), ("5", "5")):
        asked = request(body, headers=[*JSON, ("Content-Length", given)])
        found = Secrets(["key"]).hide_request(asked)
        assert dict(found.headers)["Content-Length"] == written


def test_a_secret_across_two_chunks_makes_them_one() -> None:
    chunks = [Chunk(b'{"key": "ab', 0.5), Chunk(b'cd"}', 0.25)]
    [found] = Secrets(["key"]).hide_all([answer(b"", chunks)])
    assert found.chunks == [Chunk(b'{"key": "hidden"}', 0.75)]


def test_without_a_secret_nothing_is_written_anew() -> None:
    chunks = [Chunk(b'{"a": 1.0,', 0.5), Chunk(b'"b":  1e0}', 0.25)]
    [found] = Secrets(["key"]).hide_all([answer(b"", chunks)])
    assert found.chunks == chunks
