"""Adapters that choose what their connections are made with, as they are written for requests."""

from __future__ import annotations

import asyncio
import hashlib
import pickle
import socket
import ssl
import warnings
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest
import requests
import truststore
from urllib3.poolmanager import PoolManager
from urllib3.util.retry import Retry

import pyfetch_requests
from pyfetch_requests import sync
from tests.server import Urls

from .proxies import Proxy
from .secure import Secure


@pytest.fixture(params=["requests", "ours"])
def library(request: pytest.FixtureRequest) -> Iterator[ModuleType]:
    if request.param == "requests":
        yield requests
    else:
        with pyfetch_requests.installed(force=True) as ours:
            yield ours


def adapter_of(library: ModuleType, **settings: Any) -> Any:
    """An adapter whose `init_poolmanager` and `proxy_manager_for` add settings."""
    base: Any = library.adapters.HTTPAdapter

    class Adapter(base):
        def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
            super().init_poolmanager(*arguments, **options, **settings)

        def proxy_manager_for(self, *arguments: Any, **options: Any) -> Any:
            return super().proxy_manager_for(*arguments, **options, **settings)

    return Adapter()


def manager_of(library: ModuleType, **settings: Any) -> Any:
    """An adapter that makes the manager of its pools itself, as those of requests-toolbelt do."""
    base: Any = library.adapters.HTTPAdapter

    class Adapter(base):
        def init_poolmanager(self, connections: int, maxsize: int, block: bool = False) -> None:
            self.poolmanager = PoolManager(connections, maxsize=maxsize, block=block, **settings)

    return Adapter()


def session_of(library: ModuleType, adapter: Any) -> Any:
    session = library.Session()
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def outcome(call: Callable[[], Any]) -> Any:
    """A status, or the class of an exception."""
    try:
        return call().status_code
    except (OSError, ValueError) as error:
        return type(error).__name__


MAKERS = pytest.mark.parametrize("make", [adapter_of, manager_of])


@MAKERS
def test_a_tls_context(library: ModuleType, secure: Secure, make: Any) -> None:
    trusting = ssl.create_default_context(cafile=str(secure.ca))
    session = session_of(library, make(library, ssl_context=trusting))
    url = f"{secure.open}/echo"
    assert session.get(url).ok
    bare = session_of(library, make(library, ssl_context=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)))
    assert outcome(lambda: bare.get(url)) == "SSLError"
    assert outcome(lambda: bare.get(url, verify=str(secure.ca))) == 200
    # The context checks host names, which Python does not allow without a check.
    assert outcome(lambda: session.get(url, verify=False)) == "ValueError"


def test_a_context_serves_requests_with_and_without_a_check(
    library: ModuleType, secure: Secure
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    url = f"{secure.open}/echo"
    for verify in (False, True, False, True):
        session = session_of(library, adapter_of(library, ssl_context=context))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert outcome(lambda: session.get(url, verify=verify)) == (  # noqa: B023
                "SSLError" if verify else 200
            )


def test_names_are_checked_again(secure: Secure) -> None:
    """An adapter without names must not take the check from others with the same context."""
    context = ssl.create_default_context(cafile=str(secure.ca))
    url = f"{secure.open}/echo"
    lax = session_of(sync, adapter_of(pyfetch_of(), ssl_context=context, assert_hostname=False))
    assert lax.get(url).ok
    assert not context.check_hostname
    strict = session_of(
        sync, adapter_of(pyfetch_of(), ssl_context=context, server_hostname="other.example")
    )
    with pytest.raises(sync.SSLError, match="not valid for"):
        strict.get(url)


def pyfetch_of() -> Any:
    with pyfetch_requests.installed(force=True) as ours:
        return ours


@MAKERS
def test_versions_of_tls(library: ModuleType, secure: Secure, make: Any) -> None:
    least = make(library, ssl_minimum_version=ssl.TLSVersion.TLSv1_3)
    url = f"{secure.open}/echo"
    assert session_of(library, least).get(url, verify=str(secure.ca)).ok


@MAKERS
@pytest.mark.parametrize("is_right", [True, False])
@pytest.mark.parametrize("verify", [True, False])
@pytest.mark.parametrize("proxied", [True, False])
def test_a_fingerprint(
    library: ModuleType,
    secure: Secure,
    proxy: Proxy,
    make: Any,
    is_right: bool,
    verify: bool,
    proxied: bool,
) -> None:
    if make is manager_of and proxied:
        make = adapter_of  # a manager of pools has no say in requests with a proxy
    port = int(secure.open.rpartition(":")[2])
    pem = ssl.get_server_certificate(("127.0.0.1", port))
    digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest() if is_right else "ab" * 32
    session = session_of(library, make(library, assert_fingerprint=digest))
    session.proxies = {"https": proxy.url()} if proxied else {}
    session.verify = str(secure.ca) if verify else False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = outcome(lambda: session.get(f"{secure.open}/echo"))
    assert found == (200 if is_right else "SSLError")


@MAKERS
def test_a_source_address(library: ModuleType, urls: Urls, make: Any) -> None:
    url = urls.echo()
    assert session_of(library, make(library, source_address=("127.0.0.5", 0))).get(url).ok
    other = session_of(library, make(library, source_address=("192.0.2.7", 0)))
    assert outcome(lambda: other.get(url)) == "ConnectionError"


@MAKERS
def test_options_of_sockets(library: ModuleType, urls: Urls, make: Any) -> None:
    alive = [(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)]
    assert session_of(library, make(library, socket_options=alive)).get(urls.echo()).ok
    unknown = make(library, socket_options=[(socket.SOL_SOCKET, 9999, 1)])
    assert outcome(lambda: session_of(library, unknown).get(urls.echo())) == "ConnectionError"


def test_the_name_of_a_host_header(library: ModuleType, secure: Secure) -> None:
    base: Any = library.adapters.HTTPAdapter

    class OfHost(base):
        def send(self, request: Any, **options: Any) -> Any:
            settings = self.poolmanager.connection_pool_kw
            settings.pop("assert_hostname", None)
            if host := request.headers.get("host"):
                settings["assert_hostname"] = host
            return super().send(request, **options)

    session = session_of(library, OfHost())
    session.verify = str(secure.ca)

    def get(**headers: str) -> Any:
        return outcome(lambda: session.get(f"{secure.open}/echo", headers=headers))

    found = get(Host="localhost"), get(Host="other.example"), get()
    assert found == (200, "SSLError", 200)


def test_steps_that_check(library: ModuleType, secure: Secure) -> None:
    base: Any = library.adapters.HTTPAdapter

    class Keys(base):
        def build_connection_pool_key_attributes(
            self, request: Any, verify: Any, cert: Any = None
        ) -> Any:
            address, settings = super().build_connection_pool_key_attributes(request, verify, cert)
            assert address["scheme"] == "https"
            return address, {**settings, "assert_hostname": False}

    class Checks(base):
        def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
            super().cert_verify(conn, url, str(secure.ca), cert)

    for adapter in (Keys(), Checks()):
        verify = str(secure.ca) if isinstance(adapter, Keys) else True
        assert session_of(library, adapter).get(f"{secure.open}/echo", verify=verify).ok


def test_a_certificate_of_the_client(library: ModuleType, secure: Secure) -> None:
    adapter = adapter_of(library, cert_file=str(secure.cert))
    answer = session_of(library, adapter).get(f"{secure.closed}/echo", verify=str(secure.ca))
    assert answer.ok


def test_settings_that_are_made_later(library: ModuleType, secure: Secure) -> None:
    context = ssl.create_default_context(cafile=str(secure.ca))
    session = library.Session()
    session.get_adapter("https://").init_poolmanager(10, 10, ssl_context=context)
    assert session.get(f"{secure.open}/echo").ok
    other = library.Session()
    other.get_adapter("https://").poolmanager.connection_pool_kw["ssl_context"] = context
    assert other.get(f"{secure.open}/echo").ok


def test_truststore(library: ModuleType, secure: Secure) -> None:
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    session = session_of(library, adapter_of(library, ssl_context=context))
    url = f"{secure.open}/echo"
    assert outcome(lambda: session.get(url)) == "SSLError"
    assert outcome(lambda: session.get(url, verify=str(secure.ca))) == 200
    truststore.inject_into_ssl()
    try:
        assert library.get(url, verify=str(secure.ca)).ok
    finally:
        truststore.extract_from_ssl()


def test_classes_for_connections(library: ModuleType, urls: Urls) -> None:
    """As in elastic-transport: whatever is put in there, requests can be sent."""
    base: Any = library.adapters.HTTPAdapter

    class OwnClasses(base):
        def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
            super().init_poolmanager(*arguments, **options)
            manager = self.poolmanager
            # That of requests shares these with all others.
            manager.pool_classes_by_scheme.setdefault("https", object)
            manager.key_fn_by_scheme.setdefault("https", len)
            assert len(manager.pools) == 0

    assert session_of(library, OwnClasses()).get(urls.echo()).ok


def test_what_an_adapter_shows(library: ModuleType) -> None:
    adapter = library.adapters.HTTPAdapter(3, 4, pool_block=True)
    assert (adapter.config, adapter._pool_connections, adapter._pool_maxsize) == ({}, 3, 4)
    assert adapter._pool_block is True
    twin = pickle.loads(pickle.dumps(library.Session())).get_adapter("https://")
    assert isinstance(twin.poolmanager.connection_pool_kw, dict)


def test_what_is_not_possible(urls: Urls, proxy: Proxy) -> None:
    ours = pyfetch_of()
    session = session_of(sync, adapter_of(ours, source_address=("127.0.0.5", 4000)))
    with pytest.raises(sync.RequestException, match="not the port"):
        session.get(urls.echo())
    session = session_of(sync, adapter_of(ours, source_address=("127.0.0.5", 0)))
    with pytest.raises(sync.InvalidProxyURL, match="source_address has no effect with a proxy"):
        session.get(urls.echo(), proxies={"http": proxy.url()})
    session = session_of(sync, adapter_of(ours, assert_fingerprint="abc"))
    with pytest.raises(sync.RequestException, match="is no fingerprint"):
        session.get(urls.echo())
    assert not proxy.seen


def test_the_async_face(secure: Secure) -> None:
    context = ssl.create_default_context(cafile=str(secure.ca))

    class Adapter(pyfetch_requests.HTTPAdapter):
        def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
            super().init_poolmanager(*arguments, **{"ssl_context": context, **options})

    async def story() -> None:
        async with pyfetch_requests.Session() as session:
            session.mount("https://", Adapter())
            assert (await session.get(f"{secure.open}/echo")).ok
            adapter = Adapter()
            adapter.init_poolmanager(1, 1, assert_fingerprint="ab" * 32)
            session.mount("https://", adapter)
            with pytest.raises(pyfetch_requests.SSLError, match="the fingerprint of the cert"):
                await session.get(f"{secure.open}/echo")

    asyncio.run(story())


def test_methods_of_a_retry_policy_that_are_not_called() -> None:
    with pytest.warns(sync.RequestsWarning, match="Mine overrides increment, which is not"):
        sync.HTTPAdapter(max_retries=type("Mine", (sync.Retry,), {"increment": None})(1))
    policy = type("Pausing", (Retry,), {"sleep": lambda *_: None})(1, status_forcelist=[500])
    with (
        sync.Session(retries=policy) as session,
        pytest.warns(sync.RequestsWarning, match="Pausing overrides sleep, which is not called"),
        pytest.raises(sync.ConnectionError),
    ):
        session.get("http://127.0.0.1:9/")
