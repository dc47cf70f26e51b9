"""What libraries on top of requests ask of it, beyond its documented interface."""

from __future__ import annotations

import io
from collections.abc import Iterator
from http.client import HTTPMessage
from types import ModuleType
from typing import Any
from unittest import mock

import pytest
import requests.status_codes
import urllib3
from urllib3.util.timeout import _DEFAULT_TIMEOUT, Timeout

import pyfetch_requests
from pyfetch_requests import testing
from pyfetch_requests._nouns.settings import parse_timeout


@pytest.mark.parametrize(
    ("timeout", "limits"),
    [
        (_DEFAULT_TIMEOUT, (None, None)),
        ((_DEFAULT_TIMEOUT, 5), (None, 5)),
        (Timeout(read=5), (None, 5)),
        (Timeout(), (None, None)),
    ],
)
def test_the_default_timeout_of_urllib3_is_no_limit(
    timeout: object, limits: tuple[float | None, float | None]
) -> None:
    assert parse_timeout(timeout) == limits


def test_names_of_status_codes_are_those_of_requests() -> None:
    wanted = requests.status_codes._codes
    with pyfetch_requests.installed(force=True):
        from requests.status_codes import _codes

        assert _codes == wanted


def test_a_request_that_was_replaced_is_not_sent() -> None:
    with pyfetch_requests.installed(force=True) as ours:
        with mock.patch("requests.api.request") as replaced:
            ours.get("http://h/", params={"a": 1})
            ours.post("http://h/", data=b"x")
        assert [call.args[0] for call in replaced.call_args_list] == ["get", "post"]


def test_an_adapter_that_chooses_tls() -> None:
    """Real requests calls `init_poolmanager` itself; adapters call it, too, and override it."""
    with pyfetch_requests.installed(force=True) as ours:

        class Tls(ours.adapters.HTTPAdapter):  # type: ignore[misc, name-defined]
            def __init__(self) -> None:
                super().__init__()
                self.init_poolmanager(10, 10, ssl_version=5)

            def init_poolmanager(self, *arguments: object, **options: object) -> None:
                super().init_poolmanager(*arguments, **options)

        session = ours.Session()
        session.mount("http://", Tls())
        with testing.mocked(lambda request: testing.respond(200)):
            assert session.get("http://h/").ok


def canned(ours: ModuleType, *answers: tuple[int, dict[str, str]]) -> Any:
    """A session whose adapter gives urllib3's responses, as responses and requests-mock do."""
    rest = list(answers)

    class Canned(ours.adapters.HTTPAdapter):  # type: ignore[misc, name-defined]
        def send(self, request: Any, **_: object) -> Any:
            sent.append(request)
            status, headers = rest.pop(0)
            original = mock.Mock(msg=HTTPMessage())
            for name, value in headers.items():
                original.msg[name] = value
            raw = urllib3.HTTPResponse(
                body=io.BytesIO(b"body"),
                headers=headers,
                status=status,
                preload_content=False,
                original_response=original,
            )
            return self.build_response(request, raw)

    sent: list[Any] = []
    session = ours.Session()
    session.mount("http://", Canned())
    session.sent = sent
    return session


REAL = "requests"
OURS = "pyfetch_requests"


@pytest.fixture(params=[REAL, OURS])
def library(request: pytest.FixtureRequest) -> Iterator[ModuleType]:
    if request.param == REAL:
        yield requests
    else:
        with pyfetch_requests.installed(force=True) as ours:
            yield ours


def test_redirect_and_cookies_out_of_an_adapter_of_somebody_else(library: ModuleType) -> None:
    there = {"Location": "http://h/there", "Set-Cookie": "a=1; Path=/"}
    session = canned(library, (302, there), (200, {"Set-Cookie": "b=2"}), (200, {}))
    response = session.get("http://h/")
    assert (response.url, response.text) == ("http://h/there", "body")
    assert [each.status_code for each in response.history] == [302]
    assert session.sent[1].headers["Cookie"] == "a=1"
    assert session.cookies.get_dict() == {"a": "1", "b": "2"}
    session.get("http://h/")
    assert session.sent[2].headers["Cookie"] == "a=1; b=2"
