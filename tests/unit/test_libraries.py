"""What libraries on top of requests ask of it, beyond its documented interface."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from http.client import HTTPMessage
from types import ModuleType
from typing import Any
from unittest import mock

import pytest
import requests.status_codes
import urllib3
from urllib3.util.timeout import _DEFAULT_TIMEOUT, Timeout

import pyfetch_requests
from pyfetch_requests import sync, testing
from pyfetch_requests._nouns.settings import parse_timeout


@pytest.mark.parametrize(
    ("timeout", "limits"),
    [
        (_DEFAULT_TIMEOUT, (None, None)),
        ((_DEFAULT_TIMEOUT, 5), (5, 5)),  # without a limit for connecting, the other holds
        (Timeout(read=5), (5, 5)),
        (Timeout(), (None, None)),
    ],
)
def test_the_default_timeout_of_urllib3_is_no_limit(
    timeout: Any, limits: tuple[float | None, float | None]
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
        base: Any = ours.adapters.HTTPAdapter

        class Tls(base):
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

    base: Any = ours.adapters.HTTPAdapter

    class Canned(base):
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


class Forbidden(Exception):
    pass


class ByBody(urllib3.Retry):
    """As PyGithub's: what the answer says decides, and how long to wait."""

    def increment(self, *arguments: Any, **options: Any) -> Any:
        response = options["response"]
        text = response.read()
        if text == b"no":
            raise Forbidden(response.status, response.reason, response.headers["X-Why"])
        return super().increment(*arguments, **options)


def policy_session(answers: list[bytes], **settings: Any) -> tuple[Any, Any, list[float]]:
    class Transport(testing.MockTransport):
        async def sleep(self, seconds: float) -> None:
            slept.append(seconds)

    slept: list[float] = []
    policy = ByBody(3, status_forcelist=[403], backoff_factor=1, **settings)
    headers = {"X-Why": "rate"}
    transport = Transport(lambda _: testing.respond(403, answers.pop(0), headers=headers))
    adapter = sync.HTTPAdapter(max_retries=policy, transport=transport)
    assert adapter.max_retries is policy
    session = sync.Session()
    session.mount("http://", adapter)
    return session, transport, slept


@pytest.mark.parametrize("stream", [False, True])
def test_increment_of_a_subclass_of_urllib3s_retry_decides(stream: bool) -> None:
    session, transport, slept = policy_session([b"wait", b"wait", b"no"])
    with pytest.raises(Forbidden) as caught:
        session.get("http://h/", stream=stream)
    assert caught.value.args == (403, "Forbidden", "rate")
    assert (len(transport.requests), slept) == (3, [0, 2])


def test_tries_of_a_subclass_of_urllib3s_retry_come_to_an_end() -> None:
    session, transport, _ = policy_session([b"wait"] * 4)
    with pytest.raises(sync.RetryError) as caught:
        session.get("http://h/")
    assert str(caught.value.args[0].reason) == "too many 403 error responses"
    assert len(transport.requests) == 4
    session, transport, _ = policy_session([b"wait"] * 4, raise_on_status=False)
    assert session.get("http://h/").content == b"wait"


def always(error: Exception) -> Callable[[testing.WireRequest], Exception]:
    return lambda _: error


def test_errors_are_counted_by_a_subclass_of_urllib3s_retry() -> None:
    class Policy(urllib3.Retry):
        def increment(self, *arguments: Any, **options: Any) -> Any:
            seen.append(type(options["error"]).__name__)
            return super().increment(*arguments, **options)

    seen: list[str] = []
    cases: list[tuple[dict[str, Any], int]] = [({}, 2), ({"read": False}, 1)]
    errors = [sync.ConnectionError("a"), sync.ReadTimeout("b"), sync.ConnectTimeout("c")]
    for error in errors:
        for settings, count in cases:
            transport = testing.MockTransport(always(error))
            adapter = sync.HTTPAdapter(max_retries=Policy(1, **settings), transport=transport)
            session = sync.Session()
            session.mount("http://", adapter)
            with pytest.raises(type(error)) as caught:
                session.get("http://h/")
            assert caught.value is error
            assert len(transport.requests) == (2 if type(error) is sync.ConnectTimeout else count)
    assert {*seen} == {"ProtocolError", "ReadTimeoutError", "ConnectTimeoutError"}


@pytest.mark.parametrize(
    "policy", [urllib3.Retry(0, status_forcelist=[503]), ByBody(0, status_forcelist=[503])]
)
def test_reason_of_a_retry_error(policy: urllib3.Retry) -> None:
    session = sync.Session(
        transport=testing.MockTransport(lambda _: testing.respond(503)), retries=policy
    )
    with pytest.raises(sync.RetryError) as caught:
        session.get("http://h/")
    assert str(caught.value.args[0].reason) == "too many 503 error responses"
