"""Proxies that are themselves reached by TLS: the same as with requests, for both kinds of URL."""

from __future__ import annotations

import socketserver
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
import trustme

from tests.server import Server, Urls

from .callers import Caller
from .proxies import HttpHandler, Proxy

LOGIN = "Proxy-Authorization: Basic dXNlcjpwQHNz"


@dataclass
class Place:
    """A proxy over TLS, and servers behind it.

    Attributes:
        proxy: Its certificate is from the authority of `both`.
        urls: By scheme; the secure one has a certificate of the same authority.
        both: File with the authority.
        other: File with another one.
    """

    proxy: Proxy
    urls: dict[str, str]
    both: str
    other: str


@pytest.fixture
def place(server: Server, urls: Urls, tmp_path: Path) -> Iterator[Place]:
    authority, other = trustme.CA(), trustme.CA()
    contexts = [ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) for _ in range(2)]
    for context in contexts:
        authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "both.pem")
    other.cert_pem.write_to_path(tmp_path / "other.pem")
    secure = server.secure([], contexts[1])
    with Proxy(HttpHandler, contexts[0]) as proxy:
        yield Place(
            proxy,
            {"http": urls.echo("?a=1"), "https": f"{secure}/echo?a=1"},
            str(tmp_path / "both.pem"),
            str(tmp_path / "other.pem"),
        )


def heads(proxy: Proxy) -> list[list[str]]:
    """The request lines that the proxy got since the last look, with the login; then forgotten."""
    # http.client of older Pythons sends CONNECT as HTTP/1.0.
    lines = [head.replace("HTTP/1.0", "HTTP/1.1").split("\r\n") for head in proxy.seen]
    proxy.seen.clear()
    return [[head[0], *(line for line in head if line == LOGIN)] for head in lines]


async def outcome(caller: Caller | None, url: str, **options: Any) -> Any:
    """What the server saw, or the name of the error."""
    client = caller.client if caller else requests
    try:
        call = client.get(url, timeout=9, **options)
        answer = (await caller(call)) if caller else call
    except client.RequestException as error:
        return type(error).__name__
    return answer.status_code, answer.json()["target"]


@pytest.mark.filterwarnings("ignore:Unverified HTTPS")
@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("trusts", ["both", "other", "any"])
@pytest.mark.parametrize("login", ["", "user:p%40ss@"])
def test_the_same_as_with_requests(
    caller: Caller, place: Place, scheme: str, trusts: str, login: str
) -> None:
    url = place.urls[scheme]
    options: dict[str, Any] = {
        "proxies": {scheme: place.proxy.url(login, "https")},
        "verify": {"both": place.both, "other": place.other}.get(trusts, False),
    }

    async def story() -> None:
        ours = await outcome(caller, url, **options), heads(place.proxy)
        theirs = await outcome(None, url, **options), heads(place.proxy)
        # requests checks no certificate for an http URL, not even that of the proxy.
        expected = ("ProxyError", []) if (scheme, trusts) == ("http", "other") else theirs
        assert ours == expected
        assert (ours[0] == (200, "/echo?a=1")) is (trusts != "other")
        assert any(LOGIN in head for head in ours[1]) is bool(login and trusts != "other")

    caller.run(story)


def test_whose_certificate_is_not_trusted(caller: Caller, place: Place, server: Server) -> None:
    proxies = {"https": place.proxy.url("user:secret@", "https")}
    stranger = server.secure([])

    async def message(kind: type[Exception], url: str, verify: str) -> str:
        with pytest.raises(kind) as caught:
            await caller(caller.client.get(url, proxies=proxies, verify=verify, timeout=9))
        return str(caught.value)

    async def story() -> None:
        text = await message(caller.client.ProxyError, place.urls["https"], place.other)
        assert f"certificate of {place.proxy.url(scheme='https')} is not trusted" in text
        text = await message(caller.client.SSLError, stranger, place.both)
        assert f"certificate of {stranger} is not trusted" in text

    caller.run(story)


@pytest.fixture
def plain() -> Iterator[str]:
    """The address of what answers everything by 400, as a proxy does that gets TLS unawares."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(100)
            self.request.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.02,))
        thread.start()
        yield f"127.0.0.1:{running.server_address[1]}"
        running.shutdown()
        thread.join()


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_without_tls(caller: Caller, urls: Urls, plain: str, scheme: str) -> None:
    """The usual mistake in HTTPS_PROXY."""
    url = urls.echo().replace("http", scheme)
    proxies = {scheme: f"https://{plain}"}

    async def story() -> None:
        with pytest.raises(requests.exceptions.ProxyError):
            requests.get(url, proxies=proxies, timeout=9)
        with pytest.raises(caller.client.ProxyError, match="should the URL of the proxy be http:"):
            await caller(caller.client.get(url, proxies=proxies, timeout=9))

    caller.run(story)


def test_a_connection_through_it_is_kept(caller: Caller, place: Place) -> None:
    async def story() -> None:
        session = caller.client.Session()
        session.verify = place.both
        session.proxies = dict.fromkeys(place.urls, place.proxy.url(scheme="https"))
        for _ in range(2):
            assert (await caller(session.get(place.urls["https"]))).ok
        assert len(place.proxy.seen) == 1
        for size in (100, 3_000_000):
            sent = await caller(session.post(place.urls["https"], data=b"x" * size))
            assert len(sent.json()["body"]) >= size
        session.close()

    caller.run(story)
