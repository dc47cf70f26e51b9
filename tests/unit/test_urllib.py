"""`urllib.request` after `install("urllib")`: what is sent, and what a broken body leaves."""

from __future__ import annotations

import http.client
import urllib.request

import pytest

from pyfetch_requests import exceptions, testing
from pyfetch_requests.testing import respond

URL = "https://api.example/"


def test_headers_that_urllib_sets_for_its_socket_are_not_sent() -> None:
    with testing.mocked(lambda request: respond(200, b"x"), "urllib") as transport:
        urllib.request.urlopen(URL, b"body").read()
        urllib.request.urlopen(urllib.request.Request(URL, headers={"User-Agent": "mine"})).read()
    first, second = (
        {name.lower(): value for name, value in one.headers} for one in transport.requests
    )
    assert first == {"content-type": "application/x-www-form-urlencoded", "content-length": "4"}
    assert second == {"user-agent": "mine"}


def test_a_broken_body_has_what_came_before() -> None:
    cut = exceptions.ChunkedEncodingError("cut off")
    with testing.mocked(lambda request: respond(200, [b"abc", b"de", cut]), "urllib"):
        response = urllib.request.urlopen(URL)
        with pytest.raises(http.client.IncompleteRead) as found:
            response.read()
    assert found.value.partial == b"abcde"
    assert isinstance(found.value.__cause__, exceptions.ChunkedEncodingError)
