"""Proxies: by keyword, by session, by environment, and past them."""

from __future__ import annotations

import ssl
from pathlib import Path

import httpcore2
import pytest
import requests
import trustme

from pyfetch_requests import exceptions
from pyfetch_requests._transports.socket_failures import before_answer
from pyfetch_requests._wire import Route, WireRequest
from tests.server import Server, Urls

from .callers import Caller
from .proxies import Proxy


def test_http(caller: Caller, proxy: Proxy, urls: Urls) -> None:
    async def story() -> None:
        proxies = {"http": proxy.url("user:p%40ss@")}
        answer = await caller(
            caller.client.post(urls.echo("?a=1"), data="body", proxies=proxies, timeout=9)
        )
        assert answer.json()["target"] == "/echo?a=1"
        assert answer.json()["body"] == "Ym9keQ=="

    caller.run(story)
    (head,) = proxy.seen
    assert head.startswith(f"POST {urls.echo('?a=1')} HTTP/1.1\r\n")
    assert "Proxy-Authorization: Basic dXNlcjpwQHNz\r\n" in head


def test_https(caller: Caller, proxy: Proxy, server: Server) -> None:
    origin = server.secure([])

    async def story() -> None:
        with pytest.raises(caller.client.SSLError, match="not trusted"):
            await caller(
                caller.client.get(f"{origin}/echo", proxies={"https": proxy.url("user:word@")})
            )
        proxies = {"https": proxy.url().removeprefix("http://")}
        session = caller.client.Session()
        session.verify = False
        session.proxies = proxies
        for _ in range(2):
            answer = await caller(session.get(f"{origin}/echo"))
            sent = dict(answer.json()["headers"])
            assert "Proxy-Authorization" not in sent
        session.close()

    caller.run(story)
    host = origin.removeprefix("https://")
    assert [head.split("\r\n")[0] for head in proxy.seen] == [f"CONNECT {host} HTTP/1.1"] * 2
    assert "Proxy-Authorization: Basic dXNlcjp3b3Jk\r\n" in proxy.seen[0]


@pytest.mark.parametrize("path", ["//echo", "//echo//x?a=//b", "///echo"])
def test_a_path_that_begins_with_slashes(
    caller: Caller, proxy: Proxy, urls: Urls, path: str
) -> None:
    url = urls.page + path

    async def story() -> None:
        for proxies in ({}, {"http": proxy.url()}):
            answer = await caller(caller.client.get(url, proxies=proxies))
            theirs = requests.get(url, proxies=proxies)
            assert answer.json()["target"] == theirs.json()["target"] == path
            assert answer.url == theirs.url == url

    caller.run(story)
    assert len({head.split("\r\n")[0] for head in proxy.seen}) == 1


@pytest.fixture
def ipv6(server: Server, tmp_path: Path) -> tuple[str, str]:
    """An origin over TLS at ::1, and the file to check its certificate with."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority = trustme.CA()
    authority.issue_cert("::1").configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    return server.secure([], context, "::1"), str(tmp_path / "ca.pem")


def test_https_to_an_ipv6_address(caller: Caller, proxy: Proxy, ipv6: tuple[str, str]) -> None:
    origin, bundle = ipv6
    options = {"proxies": {"https": proxy.url()}, "verify": bundle}

    async def story() -> None:
        with pytest.raises(caller.client.SSLError, match="not trusted"):
            await caller(caller.client.get(f"{origin}/echo", proxies=options["proxies"]))
        assert (await caller(caller.client.get(f"{origin}/echo", **options))).ok

    caller.run(story)
    assert requests.get(f"{origin}/echo", **options).ok  # type: ignore[arg-type]
    host = origin.removeprefix("https://")
    *ours, theirs = [head.split("\r\n") for head in proxy.seen]
    assert {head[0].rsplit(" ", 1)[0] for head in [*ours, theirs]} == {f"CONNECT {host}"}
    assert [head[1] for head in ours] == [f"Host: {host}"] * 2


@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
def test_socks_to_an_ipv6_address(
    caller: Caller, socks: Proxy, ipv6: tuple[str, str], scheme: str
) -> None:
    origin, bundle = ipv6

    async def story() -> None:
        proxies = {"all": socks.url(scheme=scheme)}
        assert (
            await caller(caller.client.get(f"{origin}/echo", proxies=proxies, verify=bundle))
        ).ok

    caller.run(story)
    assert socks.seen == [origin.removeprefix("https://").replace("[", "").replace("]", "")]


@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
def test_socks(caller: Caller, socks: Proxy, urls: Urls, scheme: str) -> None:
    async def story() -> None:
        proxies = {"all": socks.url(scheme=scheme)}
        assert (await caller(caller.client.get(urls.echo(), proxies=proxies))).ok

    caller.run(story)
    assert socks.seen == [urls.page.removeprefix("http://")]


def test_environment(
    caller: Caller, proxy: Proxy, urls: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", proxy.url())

    async def story() -> None:
        assert (await caller(caller.client.get(urls.echo("?by-proxy")))).ok
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        assert (await caller(caller.client.get(urls.echo("?directly")))).ok
        monkeypatch.delenv("no_proxy")
        session = caller.client.Session()
        session.trust_env = False
        assert (await caller(session.get(urls.echo("?directly")))).ok
        session.close()

    caller.run(story)
    assert [head.split(" ")[1] for head in proxy.seen] == [urls.echo("?by-proxy")]


def test_a_proxy_that_refuses(caller: Caller, proxy: Proxy, server: Server) -> None:
    proxy.refuse = True
    origin = server.secure([])

    async def story() -> None:
        with pytest.raises(caller.client.ProxyError, match=r"407 .*http://user:password@host"):
            await caller(caller.client.get(origin, proxies={"https": proxy.url("user:secret@")}))

    caller.run(story)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_is_dead(caller: Caller, urls: Urls, scheme: str) -> None:
    async def story() -> None:
        dead = urls.dead.replace("//", "//user:secret@")
        with pytest.raises(caller.client.ProxyError, match="Cannot connect to proxy") as caught:
            await caller(
                caller.client.get(f"{scheme}://a.example/", proxies={scheme: dead}, timeout=9)
            )
        assert "secret" not in str(caught.value)

    caller.run(story)


def test_proxies_that_are_none(caller: Caller, urls: Urls) -> None:
    async def story() -> None:
        for url, kind, text in (
            ("http:///", caller.client.InvalidProxyURL, "no valid host"),
            ("http://.a", caller.client.InvalidProxyURL, "no valid host"),
            ("http://a:x", caller.client.InvalidProxyURL, "invalid URL"),
            ("gopher://127.0.0.1", caller.client.InvalidProxyURL, "socks5h"),
            ("socks4://127.0.0.1", caller.client.InvalidSchema, "socks5h"),
        ):
            with pytest.raises(kind, match=text):
                await caller(caller.client.get(urls.echo(), proxies={"http": url}))

    caller.run(story)


def test_a_proxy_without_a_scheme_is_named_like_an_http_one(caller: Caller, urls: Urls) -> None:
    async def story() -> None:
        dead = urls.dead.removeprefix("http://")
        with pytest.raises(caller.client.ProxyError, match=f"nothing listens at {urls.dead}"):
            await caller(caller.client.get("http://a.example/", proxies={"http": dead}))

    caller.run(story)


def test_a_proxy_that_does_not_answer_is_a_failure_of_the_proxy() -> None:
    for url, kind in (
        ("http://a.example/", exceptions.ProxyError),
        ("https://a.example/", exceptions.ConnectTimeout),
    ):
        route = Route(True, None, "http://b.example", 3.0)
        request = WireRequest("GET", url, [], route=route)
        assert type(before_answer(request, httpcore2.ConnectTimeout())) is kind
