"""`urllib.request` over our sockets: what its handlers choose for a connection counts."""

from __future__ import annotations

import ssl
import urllib.request
from typing import Any
from urllib.error import URLError

import pytest

import pyfetch_requests
from tests.server import Server, Urls

from .proxies import Proxy
from .secure import Secure


@pytest.fixture(params=["urllib's own", "ours"])
def opened(request: pytest.FixtureRequest) -> Any:
    def opened(url: str, *handlers: Any, **options: Any) -> Any:
        opener = urllib.request.build_opener(*handlers)
        if request.param == "ours":
            with pyfetch_requests.installed("urllib"):
                return opener.open(url, **options)
        return opener.open(url, **options)

    return opened


def test_a_tls_context(opened: Any, secure: Secure) -> None:
    def handler(context: ssl.SSLContext) -> Any:
        return urllib.request.HTTPSHandler(context=context)

    url = f"{secure.open}/echo"
    own = ssl.create_default_context(cafile=str(secure.ca))
    assert opened(url, handler(own)).status == 200
    authorities = len(own.get_ca_certs())
    assert opened(url, handler(own)).status == 200
    assert len(own.get_ca_certs()) == authorities  # no others are trusted from then on
    with pytest.raises(URLError, match="certificate"):
        opened(url, handler(ssl.create_default_context()))
    lax = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    lax.check_hostname, lax.verify_mode = False, ssl.CERT_NONE
    assert opened(url, handler(lax)).status == 200
    own.load_cert_chain(str(secure.cert))
    assert opened(f"{secure.closed}/echo", handler(own)).status == 200


@pytest.mark.parametrize("login", ["", "user:p%40ss@"])
def test_a_proxy(opened: Any, proxy: Proxy, urls: Urls, server: Server, login: str) -> None:
    lax = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    lax.check_hostname, lax.verify_mode = False, ssl.CERT_NONE
    handlers = (
        urllib.request.ProxyHandler({"http": proxy.url(login), "https": proxy.url(login)}),
        urllib.request.HTTPSHandler(context=lax),
    )
    assert opened(urls.echo(), *handlers).status == 200
    origin = server.secure([])
    assert opened(f"{origin}/echo", *handlers).status == 200
    first, second = (head.split("\r\n") for head in proxy.seen)
    assert first[0] == f"GET {urls.echo()} HTTP/1.1"
    assert second[0].startswith(f"CONNECT {origin.removeprefix('https://')} HTTP/1.")
    for head in (first, second):
        sent = [line for line in head if line.lower().startswith("proxy-authorization")]
        assert [line.partition(": ")[2] for line in sent] == ["Basic dXNlcjpwQHNz"] * bool(login)
