"""Proxies: by keyword, by session, by environment, and past them."""

from __future__ import annotations

import pytest

from tests.server import Server, Urls

from .colours import Colour
from .proxies import Proxy


def test_http(colour: Colour, proxy: Proxy, urls: Urls) -> None:
    async def story() -> None:
        proxies = {"http": proxy.url("user:p%40ss@")}
        answer = await colour(
            colour.client.post(urls.echo("?a=1"), data="body", proxies=proxies, timeout=9)
        )
        assert answer.json()["target"] == "/echo?a=1"
        assert answer.json()["body"] == "Ym9keQ=="

    colour.run(story)
    (head,) = proxy.seen
    assert head.startswith(f"POST {urls.echo('?a=1')} HTTP/1.1\r\n")
    assert "Proxy-Authorization: Basic dXNlcjpwQHNz\r\n" in head


def test_https(colour: Colour, proxy: Proxy, server: Server) -> None:
    origin = server.secure([])

    async def story() -> None:
        with pytest.raises(colour.client.SSLError, match="not trusted"):
            await colour(
                colour.client.get(f"{origin}/echo", proxies={"https": proxy.url("user:word@")})
            )
        proxies = {"https": proxy.url().removeprefix("http://")}
        session = colour.client.Session()
        session.verify = False
        session.proxies = proxies
        for _ in range(2):
            answer = await colour(session.get(f"{origin}/echo"))
            sent = dict(answer.json()["headers"])
            assert "Proxy-Authorization" not in sent
        session.close()

    colour.run(story)
    host = origin.removeprefix("https://")
    assert [head.split("\r\n")[0] for head in proxy.seen] == [f"CONNECT {host} HTTP/1.1"] * 2
    assert "Proxy-Authorization: Basic dXNlcjp3b3Jk\r\n" in proxy.seen[0]


@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
def test_socks(colour: Colour, socks: Proxy, urls: Urls, scheme: str) -> None:
    async def story() -> None:
        proxies = {"all": socks.url(scheme=scheme)}
        assert (await colour(colour.client.get(urls.echo(), proxies=proxies))).ok

    colour.run(story)
    assert socks.seen == [urls.page.removeprefix("http://")]


def test_environment(
    colour: Colour, proxy: Proxy, urls: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", proxy.url())

    async def story() -> None:
        assert (await colour(colour.client.get(urls.echo("?by-proxy")))).ok
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        assert (await colour(colour.client.get(urls.echo("?directly")))).ok
        monkeypatch.delenv("no_proxy")
        session = colour.client.Session()
        session.trust_env = False
        assert (await colour(session.get(urls.echo("?directly")))).ok
        session.close()

    colour.run(story)
    assert [head.split(" ")[1] for head in proxy.seen] == [urls.echo("?by-proxy")]


def test_a_proxy_that_refuses(colour: Colour, proxy: Proxy, server: Server) -> None:
    proxy.refuse = True
    origin = server.secure([])

    async def story() -> None:
        with pytest.raises(colour.client.ProxyError, match=r"407 .*http://user:password@host"):
            await colour(colour.client.get(origin, proxies={"https": proxy.url("user:secret@")}))

    colour.run(story)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_is_dead(colour: Colour, urls: Urls, scheme: str) -> None:
    async def story() -> None:
        dead = urls.dead.replace("//", "//user:secret@")
        with pytest.raises(colour.client.ProxyError, match="Cannot connect to proxy") as caught:
            await colour(
                colour.client.get(f"{scheme}://a.example/", proxies={scheme: dead}, timeout=9)
            )
        assert "secret" not in str(caught.value)

    colour.run(story)


def test_proxies_that_are_none(colour: Colour, urls: Urls) -> None:
    async def story() -> None:
        for url, kind, text in (
            ("http:///", colour.client.InvalidProxyURL, "has no host"),
            ("gopher://127.0.0.1", colour.client.InvalidSchema, "socks5h"),
            ("socks4://127.0.0.1", colour.client.InvalidSchema, "socks5h"),
        ):
            with pytest.raises(kind, match=text):
                await colour(colour.client.get(urls.echo(), proxies={"http": url}))

    colour.run(story)
