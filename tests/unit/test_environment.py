"""Outside of a browser: what is said, what a browser would drop, what a mock does."""

from __future__ import annotations

import asyncio
import sys
import warnings
from typing import Any

import pytest

import pyfetch_requests
from pyfetch_requests import AbortController, _transports, _warn, sync, testing
from pyfetch_requests._transports import choose, runtime
from pyfetch_requests._transports.base_url import base_url
from pyfetch_requests._transports.choose_blocking import blocking_transport
from pyfetch_requests._transports.request_headers import sendable
from pyfetch_requests._wire import BytesBody, WireRequest
from pyfetch_requests.exceptions import ConnectionError, MissingSchema


@pytest.fixture
def without_httpcore2(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setitem(sys.modules, "httpcore2", None)
    for name in ("sockets", "socket_failures", "socket_requests", "tls"):
        monkeypatch.delitem(sys.modules, f"{choose.__package__}.{name}", raising=False)
        monkeypatch.delattr(_transports, name, raising=False)


MISSING = r"httpcore2 is not installed.*pip install 'httpcore2\[asyncio\]'.*transport="


@pytest.mark.usefixtures("without_httpcore2")
def test_httpcore2_is_missing() -> None:
    with pytest.raises(ConnectionError, match=MISSING) as caught:
        sync.get("https://user:secret@a.example/")
    assert "secret" not in str(caught.value)
    with pytest.raises(ConnectionError, match=MISSING):
        asyncio.run(pyfetch_requests.get("https://a.example/"))


@pytest.mark.parametrize("chosen", [choose.async_transport, blocking_transport])
def test_default_transport(chosen: Any) -> None:
    transport = testing.MockTransport(lambda request: testing.respond())
    assert choose.set_default_transport(transport) is None
    try:
        assert chosen() is transport
    finally:
        assert choose.set_default_transport(None) is transport


def test_no_page() -> None:
    assert base_url() is None
    assert runtime.is_node() is False


def test_a_page_that_the_environment_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYFETCH_REQUESTS_BASE_URL", "http://127.0.0.1:8900/notebook/")
    with testing.mocked(lambda request: testing.respond(json=request.url)):
        for given, asked in (("/a", "/a"), ("./a", "/notebook/a"), ("?q", "/notebook/?q")):
            assert sync.get(given).json() == f"http://127.0.0.1:8900{asked}"
        with pytest.raises(sync.MissingSchema):
            sync.get("a")


def test_a_base_that_was_set() -> None:
    with pytest.raises(MissingSchema, match="is not absolute"):
        pyfetch_requests.set_base_url("/data/")
    pyfetch_requests.set_base_url("https://my.example/project/lab/")
    try:
        with testing.mocked(lambda _: testing.respond(200)):
            found = [sync.get(url).url for url in ("./a.csv", "../a.csv", "/a.csv", "?a=1")]
    finally:
        pyfetch_requests.set_base_url(None)
    base = "https://my.example"
    assert found == [
        f"{base}/project/lab/a.csv",
        f"{base}/project/a.csv",
        f"{base}/a.csv",
        f"{base}/project/lab/?a=1",
    ]
    with pytest.raises(MissingSchema):
        sync.get("./a.csv")


@pytest.mark.parametrize("name", ["fetch.js", "xhr.js"])
def test_scripts_are_in_the_package(name: str) -> None:
    assert "=>" in runtime.load_script(name)


class TestSendable:
    @pytest.fixture(autouse=True)
    def nothing_said_yet(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(_warn, "_warned", set())

    def sent(self, *headers: tuple[str, str]) -> tuple[list[tuple[str, str]], list[str]]:
        request = WireRequest("GET", "https://a.example/", list(headers))
        with warnings.catch_warnings(record=True, action="always") as caught:
            found = sendable(request)
        return found, [str(warning.message) for warning in caught]

    def test_others_pass(self) -> None:
        headers = [("Accept", "*/*"), ("X-A", "1"), ("Authorization", "b")]
        assert self.sent(*headers) == (headers, [])

    def test_length_is_the_browsers_business(self) -> None:
        assert self.sent(("Content-Length", "1"), ("Transfer-Encoding", "chunked")) == ([], [])

    def test_forbidden_header_is_dropped_aloud_and_once(self) -> None:
        found, said = self.sent(("Host", "a"), ("host", "b"), ("X-A", "1"))
        assert found == [("X-A", "1")]
        assert said == ["The header 'Host' is dropped: the browser does not let a program set it."]

    def test_cookie_says_what_helps(self) -> None:
        found, (said,) = self.sent(("Cookie", "secret=1"))
        assert found == []
        assert "credentials='include'" in said
        assert "secret" not in said

    def test_node_lets_them_through(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(runtime, "is_node", lambda: True)
        headers = [("Cookie", "a=1"), ("Origin", "https://b.example")]
        assert self.sent(*headers, ("Transfer-Encoding", "chunked")) == (headers, [])

    def test_what_node_does_not_let_through(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(runtime, "is_node", lambda: True)
        found, said = self.sent(("Host", "a"), ("expect", "100-continue"), ("X-A", "1"))
        assert found == [("X-A", "1")]
        assert said == [
            "The header 'Host' is dropped: fetch in Node and Deno sets it itself.",
            "The header 'expect' is dropped: fetch in Node and Deno sets it itself.",
        ]


class TestMock:
    def send(self, transport: testing.MockTransport, body: Any = None) -> Any:
        request = WireRequest("POST", "https://a.example/", [], body)
        return asyncio.run(transport.send(request))

    def test_body_is_gathered(self) -> None:
        transport = testing.MockTransport(lambda request: testing.respond())
        for body in (None, b"ab", iter([b"a", b"b"]), memoryview(b"ab")):
            self.send(transport, body)
        assert [request.body for request in transport.requests] == [None, b"ab", b"ab", b"ab"]

    def test_exception(self) -> None:
        with pytest.raises(LookupError):
            self.send(testing.MockTransport(lambda request: LookupError("x")))

    def test_answers(self) -> None:
        answer = testing.respond(404, "\u00fc", headers={"A": "1"}, url="https://b/", kind="cors")
        assert answer.status == 404
        assert answer.reason == "Not Found"
        assert answer.headers == [("A", "1")]
        assert isinstance(answer.body, BytesBody)
        assert asyncio.run(answer.body.read()) == "\u00fc".encode()
        assert testing.respond(999).reason == ""
        assert testing.respond(reason="Why").reason == "Why"
        said = testing.respond(json=[1])
        assert said.headers == [("Content-Type", "application/json")]
        assert asyncio.run(said.body.read()) == b"[1]"

    def test_bodies_close(self) -> None:
        async def closed(body: Any) -> bytes:
            await body.close()
            return await body.read()

        for content in (b"ab", [b"a", b"b"]):
            assert asyncio.run(closed(testing.respond(200, content).body)) == b""

    def test_nobody_waits(self) -> None:
        transport = testing.MockTransport(lambda request: testing.respond())
        asyncio.run(transport.sleep(1e9))
        assert transport.slept == [1e9]


def test_signal() -> None:
    controller = AbortController()
    assert controller.signal is controller.signal
    assert not controller.signal.aborted
    controller.abort()
    assert controller.signal.aborted
    controller.abort()
