"""The tree of exceptions: requests' own, with a few leaves more."""

from __future__ import annotations

import copy
import inspect
import json
import pickle
from typing import Any

import pytest
import requests.exceptions as original

from pyfetch_requests import exceptions
from pyfetch_requests._nouns.request import Request

OURS = {
    name: getattr(exceptions, name)
    for name in exceptions.__all__
    if issubclass(getattr(exceptions, name), Exception)
}
# What has no twin in requests, and what requests raises in its place.
ADDED = {
    "CORSError": {"ConnectionError"},
    "HeadersTimeout": {"ConnectTimeout", "ReadTimeout"},
    "BodyTimeout": {"ConnectionError", "ReadTimeout"},
    "BrokenBodyError": {"ChunkedEncodingError", "ContentDecodingError"},
    "BrowserLimitError": {"RequestException"},
    "FetchOptionError": {"RequestException", "ValueError"},
    "FileChangedError": {"RequestException"},
    "HashMismatchError": {"RequestException", "ValueError"},
    "AbortError": {"RequestException"},
}


def family(kind: type) -> set[str]:
    """The names of a class and its bases, those of requests' own parts left out."""
    return {base.__name__ for base in kind.__mro__} - {"CompatJSONDecodeError"}


@pytest.mark.parametrize("name", OURS)
def test_bases(name: str) -> None:
    twin = getattr(original, name, None)
    if twin is None:
        assert {base.__name__ for base in OURS[name].__bases__} >= ADDED[name]
        return
    mine = family(OURS[name]) - {"BaseHTTPError"}
    # urllib3's HTTPError is a base of one class of requests, and cannot be one here.
    assert mine == {n for n in family(twin) if n != "HTTPError" or name == "HTTPError"}


def test_every_name_of_requests_is_there() -> None:
    theirs = {
        name
        for name, value in vars(original).items()
        if inspect.isclass(value) and value.__module__ == original.__name__
    }
    assert theirs - set(exceptions.__all__) == set()
    assert set(ADDED) == set(OURS) - theirs


@pytest.mark.parametrize("name", [n for n in OURS if "Warning" not in n and n != "JSONDecodeError"])
def test_attributes_and_pickling(name: str) -> None:
    request = Request("GET", "https://a.example/").prepare()
    error = OURS[name]("what happened", request=request, response=None)
    assert (str(error), error.request, error.response) == ("what happened", request, None)
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(twin) is OURS[name]
        assert str(twin) == "what happened"
        assert twin.args == error.args
    bare = OURS[name]()
    assert (bare.request, bare.response) == (None, None)


def test_request_of_the_response() -> None:
    class Response:
        request = "the request"

    assert exceptions.HTTPError("x", response=Response()).request == "the request"
    assert exceptions.HTTPError("x", response=Response(), request="mine").request == "mine"


class TestJSONDecodeError:
    def make(self) -> Any:
        return exceptions.JSONDecodeError("Expecting value", "line\n,", 5)

    def test_attributes(self) -> None:
        error = self.make()
        assert (error.msg, error.doc, error.pos) == ("Expecting value", "line\n,", 5)
        assert (error.lineno, error.colno) == (2, 1)
        assert str(error) == "Expecting value: line 2 column 1 (char 5)"
        assert (error.request, error.response) == (None, None)

    def test_family(self) -> None:
        kinds = (json.JSONDecodeError, ValueError, exceptions.InvalidJSONError, OSError)
        assert all(isinstance(self.make(), kind) for kind in kinds)

    def test_pickling(self) -> None:
        twin = pickle.loads(pickle.dumps(self.make()))
        assert type(twin) is exceptions.JSONDecodeError
        assert (twin.msg, twin.doc, twin.pos) == ("Expecting value", "line\n,", 5)
        assert str(twin) == str(self.make())


def test_timeouts_are_caught_as_requests_code_catches_them() -> None:
    assert issubclass(exceptions.HeadersTimeout, exceptions.ConnectTimeout)
    assert issubclass(exceptions.HeadersTimeout, exceptions.ReadTimeout)
    assert issubclass(exceptions.BodyTimeout, exceptions.ConnectionError)
    assert issubclass(exceptions.RequestException, IOError)


def test_reason_is_text_with_what_urllib3s_exceptions_have() -> None:
    reason = exceptions.Reason("tried 3 times: refused", "refused")
    error = exceptions.ConnectionError(reason)
    assert str(error) == "tried 3 times: refused"
    assert error.args[0].args == ("tried 3 times: refused",)
    assert error.args[0].reason == "refused"
    assert error.args[0].reason.reason.args == ("refused",)
    twin = pickle.loads(pickle.dumps(error)).args[0]
    assert (twin, twin.reason) == (reason, "refused")
