"""What the bytes of a response mean: text, JSON, links, and the same after pickling."""

from __future__ import annotations

import json
import math
import pickle
from typing import Any

import pytest

from pyfetch_requests import exceptions
from pyfetch_requests.testing import respond

from .faces import URL, Face, script


async def answered(face: Face, content: bytes, kind: str | None = None, **headers: str) -> Any:
    if kind is not None:
        headers["Content-Type"] = kind
    answer = respond(200, content, headers=headers)
    return await face(face.Session(transport=script(answer)).get(URL))


@pytest.mark.parametrize(
    ("kind", "content", "encoding", "text"),
    [
        ("text/plain; charset=utf-8", "ü€".encode(), "utf-8", "ü€"),
        ("text/html", b"\xfc", "ISO-8859-1", "ü"),
        ("text/plain; charset='latin-1'", b"\xfc", "latin-1", "ü"),
        ("application/json", "ü".encode(), "utf-8", "ü"),
        ("application/octet-stream", "ünder üs".encode(), None, "ünder üs"),
        (None, b"plain", None, "plain"),
        (None, b"", None, ""),
        ("text/plain; charset=klingon", "ü".encode(), "klingon", "ü"),
        ("text/plain; charset=utf-8", b"a\xffb", "utf-8", "a\ufffdb"),
    ],
)
async def test_text(
    face: Face, kind: str | None, content: bytes, encoding: str | None, text: str
) -> None:
    response = await answered(face, content, kind)
    assert response.encoding == encoding
    assert response.text == text
    assert response.content == content


async def test_encoding_may_be_set(face: Face) -> None:
    response = await answered(face, "€".encode("cp1252"), "text/plain; charset=utf-8")
    response.encoding = "cp1252"
    assert response.text == "€"


@pytest.mark.parametrize(
    ("content", "apparent"),
    [(b"plain ascii", "ascii"), ("\ufeffü".encode("utf-16-le"), "utf-16"), (b"", "utf-8")],
)
async def test_apparent_encoding(face: Face, content: bytes, apparent: str) -> None:
    response = await answered(face, content)
    assert response.apparent_encoding.lower().replace("utf_16", "utf-16") == apparent


class TestJson:
    @pytest.mark.parametrize(
        ("content", "value"),
        [
            (b'{"a": 1.0, "b": 9007199254740993}', {"a": 1.0, "b": 2**53 + 1}),
            (b'{"b": 1, "1": 2, "b": 3}', {"b": 3, "1": 2}),
            (b"[null, true, -0.0, 1e400]", [None, True, -0.0, float("inf")]),
            ('"ü"'.encode("utf-16"), "ü"),
            ('"ü"'.encode("utf-32-be"), "ü"),
            (b'\xef\xbb\xbf"bom"', "bom"),
            (b"1", 1),
        ],
    )
    async def test_value(self, face: Face, content: bytes, value: Any) -> None:
        response = await answered(face, content)
        assert repr(response.json()) == repr(value)

    async def test_nan(self, face: Face) -> None:
        assert math.isnan((await answered(face, b"NaN")).json())

    async def test_arguments_of_loads(self, face: Face) -> None:
        response = await answered(face, b'{"a": 1.5, "b": 2}')
        assert response.json(parse_float=str, object_pairs_hook=list) == [("a", "1.5"), ("b", 2)]

    @pytest.mark.parametrize("content", [b"", b"{", b"[1,]", b"<html>", b"\xff\xfe\xff"])
    async def test_no_json(self, face: Face, content: bytes) -> None:
        response = await answered(face, content)
        with pytest.raises(face.JSONDecodeError) as caught:
            response.json()
        error: Any = caught.value
        assert issubclass(type(error), (json.JSONDecodeError, face.InvalidJSONError))
        assert issubclass(type(error), ValueError)
        assert (error.response, error.request) == (response, response.request)
        assert error.doc == response.text
        assert error.pos >= 0
        assert error.msg

    async def test_decoder_of_ones_own(self, face: Face) -> None:
        response = await answered(face, b"abc")
        assert response.json(decoder=bytes.upper) == b"ABC"

    async def test_decoder_of_the_session(self, face: Face) -> None:
        session = face.Session(transport=script(respond(200, b"1"), respond(200, b"2")))
        session.json_decoder = lambda content: ("own", content)
        response = await face(session.get(URL))
        assert response.json() == ("own", b"1")
        assert response.json(decoder="python") == 1

    async def test_decoder_that_there_is_not(self, face: Face) -> None:
        response = await answered(face, b"1")
        with pytest.raises(ValueError, match="no JSON decoder 'yaml': use"):
            response.json(decoder="yaml")

    async def test_decoder_that_takes_no_arguments(self, face: Face) -> None:
        response = await answered(face, b"1")
        with pytest.raises(TypeError, match="takes no further arguments"):
            response.json(decoder=bytes.upper, parse_int=float)

    async def test_decoder_that_fails(self, face: Face) -> None:
        def fails(content: bytes) -> Any:
            raise ValueError("not like this")

        response = await answered(face, b"abc")
        with pytest.raises(face.JSONDecodeError, match="not like this") as caught:
            response.json(decoder=fails)
        assert (caught.value.doc, caught.value.response) == ("abc", response)

    async def test_of_an_answer_without_content(self, face: Face) -> None:
        response = await face(face.Session(transport=script(respond(204))).get(URL))
        with pytest.raises(face.JSONDecodeError):
            response.json()


async def test_links(face: Face) -> None:
    link = '<https://a.example/?p=2>; rel="next"; title="two", <https://a.example/>; rel=first, <x>'
    response = await answered(face, b"", Link=link)
    assert response.links == {
        "next": {"url": "https://a.example/?p=2", "rel": "next", "title": "two"},
        "first": {"url": "https://a.example/", "rel": "first"},
        "x": {"url": "x"},
    }
    assert (await answered(face, b"")).links == {}


async def test_lines_of_a_complete_body(face: Face) -> None:
    response = await answered(face, b"one\r\ntwo\n\nthree", "text/plain; charset=utf-8")
    assert await face.list(response.iter_lines()) == [b"one", b"two", b"", b"three"]
    assert await face.list(response.iter_lines(decode_unicode=True, delimiter="\n\n")) == [
        "one\r\ntwo",
        "three",
    ]


async def test_empty_body(face: Face) -> None:
    response = await answered(face, b"")
    assert (response.content, response.text) == (b"", "")
    assert await face.list(response.iter_content(1)) == []
    assert await face.list(response.iter_lines()) == []


@pytest.mark.parametrize("stream", [False, True])
async def test_pickling(face: Face, stream: bool) -> None:
    moved = respond(302, [b"moved"], headers={"Location": "/next", "Set-Cookie": "a=1"})
    last = respond(200, [b'{"a"', b": 1}"], headers={"Content-Type": "application/json"})
    session = face.Session(transport=script(moved, last))
    response = await face(session.get(URL, headers={"X-Mine": "1"}, stream=stream))
    await face(response.read())
    twin = pickle.loads(pickle.dumps(response))
    assert type(twin) is face.Response
    assert twin.status_code == 200
    assert twin.content == b'{"a": 1}'
    assert twin.json() == {"a": 1}
    assert (twin.url, twin.reason, twin.encoding) == (response.url, "OK", "utf-8")
    assert (twin.headers, twin.elapsed) == (response.headers, response.elapsed)
    assert twin.request.headers["X-Mine"] == "1"
    assert [step.content for step in twin.history] == [b"moved"]
    assert twin.history[0].cookies.get_dict() == {"a": "1"}
    assert await face.list(twin.iter_content(4)) == [b'{"a"', b": 1}"]


async def test_pickling_what_was_not_read(face: Face) -> None:
    session = face.Session(transport=script(respond(200, [b"a", b"b"])))
    response = await face(session.get(URL, stream=True))
    if face.blocking:
        assert pickle.loads(pickle.dumps(response)).content == b"ab"
    else:
        with pytest.raises(RuntimeError, match="has not been read yet"):
            pickle.dumps(response)


async def test_pickling_an_error(face: Face) -> None:
    response = await answered(face, b"{", "application/json")
    with pytest.raises(face.JSONDecodeError) as caught:
        response.json()
    twin = pickle.loads(pickle.dumps(caught.value))
    assert str(twin) == str(caught.value)
    assert (twin.msg, twin.doc, twin.pos) == (caught.value.msg, "{", caught.value.pos)


async def test_an_answer_that_is_no_json_says_what_it_is(face: Face) -> None:
    headers = {"Content-Type": "text/html"}
    answer = respond(200, "<html><title>Log in</title>", headers=headers)
    url = "https://user:secret@api.example/things?key=secret"
    response = await face(face.Session(transport=script(answer)).get(url))
    with pytest.raises(exceptions.JSONDecodeError) as caught:
        response.json()
    assert caught.value.__notes__ == [
        "The response to GET https://api.example/things has status 200 and Content-Type "
        "'text/html'; its body begins '<html><title>Log in</title>'."
    ]
    twin = pickle.loads(pickle.dumps(caught.value))
    assert twin.request.url == caught.value.request.url
    assert (twin.msg, twin.pos, twin.__notes__) == ("Expecting value", 0, caught.value.__notes__)


async def test_an_answer_whose_status_was_set_to_0_has_no_content(face: Face) -> None:
    """So it is in requests, whose own tests hold it."""
    response = await face(face.Session(transport=script(respond(204))).get(URL))
    response.status_code, response._content, response._content_consumed = 0, False, False
    await face(response.read())
    assert response.content is None
    with pytest.raises(ValueError, match="Expecting value"):
        response.json()
