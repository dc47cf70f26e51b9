"""Request and PreparedRequest, where no flow is needed to see what they do."""

from __future__ import annotations

import io
import sys
from inspect import signature
from typing import Any

import pytest

from pyfetch_requests import PreparedRequest, Request, exceptions
from pyfetch_requests._nouns.arguments import FETCH_OPTIONS
from pyfetch_requests._nouns.request import ARGUMENTS
from pyfetch_requests._nouns.response import ResponseBase
from pyfetch_requests._nouns.session import SessionBase
from pyfetch_requests._nouns.types import FetchOptions
from pyfetch_requests._nouns.verbs import Verbs
from pyfetch_requests._transports import base_url


def test_an_unknown_event_is_refused_even_without_a_hook() -> None:
    with pytest.raises(ValueError, match='Unsupported event specified, with event name "late"'):
        PreparedRequest().prepare_hooks({"late": []})


def test_method_in_bytes() -> None:
    request = PreparedRequest()
    request.prepare_method(b"get")
    assert request.method == "GET"


def test_prepare_gets_keywords_as_in_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    found: dict[str, Any] = {}
    monkeypatch.setattr(PreparedRequest, "prepare", lambda self, **given: found.update(given))
    Request("GET", "https://a.example/", json=1).prepare()
    assert found.keys() == {*ARGUMENTS}
    assert (found["method"], found["url"], found["json"]) == ("GET", "https://a.example/", 1)


@pytest.mark.parametrize("url", [b"https://a.example/", "  https://a.example/"])
def test_url(url: Any) -> None:
    assert Request("GET", url).prepare().url == "https://a.example/"


@pytest.mark.parametrize(
    ("url", "absolute"),
    [
        ("/x", "https://page.example/x"),
        ("./x?a=1", "https://page.example/lab/x?a=1"),
        ("../x", "https://page.example/x"),
        (b"?a=1", "https://page.example/lab/index.html?a=1"),
        ("//else.example/x", "https://else.example/x"),
        (" /x", "https://page.example/x"),
    ],
)
def test_url_relative_to_the_page(url: Any, absolute: str, monkeypatch: pytest.MonkeyPatch) -> None:
    page = "https://page.example/lab/index.html?q=1#here"
    monkeypatch.setattr(base_url, "base_url", lambda: page)
    assert Request("GET", url).prepare().url == absolute


@pytest.mark.skipif(sys.platform == "emscripten", reason="there is a page here")
def test_url_relative_to_nothing() -> None:
    with pytest.raises(exceptions.MissingSchema, match="name the server"):
        Request("GET", "/x").prepare()


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://a.example", "/"),
        ("https://a.example/x/y?a=1#b", "/x/y?a=1"),
        ("https://a.example?a=1", "/?a=1"),
    ],
)
def test_path_url(url: str, path: str) -> None:
    assert Request("GET", url).prepare().path_url == path


class Pipe(io.BytesIO):
    """It has a position, and cannot tell it."""

    def tell(self) -> int:
        raise OSError


class Stuck(io.BytesIO):
    """It can tell its position, and cannot return to it."""

    def seek(self, *_: Any) -> int:
        raise OSError


@pytest.mark.parametrize("kind", [Pipe, Stuck])
def test_body_that_cannot_be_rewound(kind: Any) -> None:
    request = Request("PUT", "https://a.example/", data=kind(b"x")).prepare()
    with pytest.raises(exceptions.UnrewindableBodyError, match=r"(?i)rewind"):
        request.rewind_body()


def test_hooks() -> None:
    hooks: Any = {"response": [print, "no hook", repr]}
    request = Request("GET", hooks=hooks)
    assert request.hooks == {"response": [print, repr]}
    no_hook: Any = 5
    request.register_hook("response", no_hook)
    assert request.hooks == {"response": [print, repr]}


def test_prepared_anew() -> None:
    request = PreparedRequest()
    assert [vars(request)[name] for name in ("method", "url", "headers")] == [None] * 3
    request.prepare("post", "https://a.example/", data={"a": 1}, cookies={"c": "1"})
    assert request.headers == {
        "Cookie": "c=1",
        "Content-Length": "3",
        "Content-Type": "application/x-www-form-urlencoded",
    }


def test_what_the_faces_fill_in() -> None:
    for call in (
        lambda: Verbs().get("https://a.example/"),
        lambda: ResponseBase().text,
        lambda: ResponseBase().iter_content(),
        SessionBase,
    ):
        with pytest.raises(NotImplementedError):
            call()


def test_reason_in_bytes() -> None:
    response: Any = ResponseBase()
    response.status_code, response.reason, response.url = 404, "Gefunden? Nö".encode(), "https://a/"
    with pytest.raises(exceptions.HTTPError, match="404 Client Error: Gefunden"):
        response.raise_for_status()


def test_request_and_prepare_have_the_same_arguments() -> None:
    """`Request.prepare` passes them on by position."""
    for function in (Request.__init__, PreparedRequest.prepare):
        assert tuple(signature(function).parameters)[1:] == ARGUMENTS


def test_fetch_options_are_those_of_the_types() -> None:
    assert tuple(FetchOptions.__annotations__) == FETCH_OPTIONS
