"""Certificates: what is trusted, what is shown, and what is said where it is not."""

from __future__ import annotations

import ssl
import warnings
from pathlib import Path

import pytest
import requests
import trustme

from tests.server import Server

from .callers import Caller
from .secure import Secure


def test_a_bundle_of_ones_own(caller: Caller, secure: Secure) -> None:
    async def story() -> None:
        for verify in (secure.ca, str(secure.ca)):
            answer = await caller(caller.client.get(f"{secure.open}/echo", verify=verify))
            assert answer.json()["target"] == "/echo"

    caller.run(story)


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_a_bundle_of_the_environment(
    caller: Caller, secure: Secure, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, str(secure.ca))

    async def story() -> None:
        assert (await caller(caller.client.get(f"{secure.open}/echo"))).ok

    caller.run(story)


def test_a_stranger_is_not_trusted(caller: Caller, secure: Secure) -> None:
    async def story() -> None:
        with pytest.raises(caller.client.SSLError, match=r"not trusted.*verify='ca\.pem'"):
            await caller(caller.client.get(f"{secure.open}/echo"))

    caller.run(story)
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(f"{secure.open}/echo")


def test_another_host_is_not_trusted(caller: Caller, server: Server, secure: Secure) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority = trustme.CA()
    authority.issue_cert("other.example").configure_cert(context)
    origin = server.secure([], context)
    with authority.cert_pem.tempfile() as bundle:

        async def story() -> None:
            with pytest.raises(caller.client.SSLError, match=r"not trusted \(.*mismatch"):
                await caller(caller.client.get(f"{origin}/echo", verify=bundle))

        caller.run(story)


def test_no_check(caller: Caller, secure: Secure) -> None:
    async def story() -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert (await caller(caller.client.get(f"{secure.open}/echo", verify=False))).ok

    caller.run(story)


def test_a_certificate_of_the_client(caller: Caller, secure: Secure) -> None:
    async def story() -> None:
        url = f"{secure.closed}/echo"
        for cert in (str(secure.cert), secure.pair):
            answer = await caller(caller.client.get(url, verify=str(secure.ca), cert=cert))
            assert answer.ok
        with pytest.raises((caller.client.SSLError, caller.client.ConnectionError)):
            await caller(caller.client.get(url, verify=str(secure.ca)))

    caller.run(story)


def test_files_that_are_none(caller: Caller, secure: Secure) -> None:
    nonsense = str(Path(__file__))

    async def story() -> None:
        url = f"{secure.open}/echo"
        with pytest.raises(OSError, match="invalid path: /no/such/file"):
            await caller(caller.client.get(url, verify="/no/such/file"))
        with pytest.raises(caller.client.SSLError, match="not a bundle of certificates in PEM"):
            await caller(caller.client.get(url, verify=nonsense))
        with pytest.raises(caller.client.SSLError, match=r"client certificate .* cannot be loaded"):
            await caller(caller.client.get(url, cert=nonsense))

    caller.run(story)


def test_sessions_keep_connections_apart(caller: Caller, secure: Secure) -> None:
    """A connection that was made without a check serves no request that wants one."""

    async def story() -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            session = caller.client.Session()
            assert (await caller(session.get(f"{secure.open}/echo", verify=False))).ok
            with pytest.raises(caller.client.SSLError):
                await caller(session.get(f"{secure.open}/echo"))
            session.close()

    caller.run(story)


def test_http_where_https_is_asked_for(caller: Caller, server: Server) -> None:
    """What does not speak TLS answers with something else, and it is said so."""
    import socket
    import threading

    listener = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(100)
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    threading.Thread(target=answer, daemon=True).start()

    async def story() -> None:
        url = f"https://127.0.0.1:{listener.getsockname()[1]}/"
        with pytest.raises(caller.client.SSLError, match=r"does not speak TLS .* http://"):
            await caller(caller.client.get(url))

    with listener:
        caller.run(story)
