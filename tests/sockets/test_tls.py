"""Certificates: what is trusted, what is shown, and what is said where it is not."""

from __future__ import annotations

import ssl
import warnings
from pathlib import Path

import pytest
import requests
import trustme

from tests.server import Server

from .colours import Colour
from .secure import Secure


def test_a_bundle_of_ones_own(colour: Colour, secure: Secure) -> None:
    async def story() -> None:
        for verify in (secure.ca, str(secure.ca)):
            answer = await colour(colour.client.get(f"{secure.open}/echo", verify=verify))
            assert answer.json()["target"] == "/echo"

    colour.run(story)


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_a_bundle_of_the_environment(
    colour: Colour, secure: Secure, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, str(secure.ca))

    async def story() -> None:
        assert (await colour(colour.client.get(f"{secure.open}/echo"))).ok

    colour.run(story)


def test_a_stranger_is_not_trusted(colour: Colour, secure: Secure) -> None:
    async def story() -> None:
        with pytest.raises(colour.client.SSLError, match=r"not trusted.*verify='ca\.pem'"):
            await colour(colour.client.get(f"{secure.open}/echo"))

    colour.run(story)
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(f"{secure.open}/echo")


def test_another_host_is_not_trusted(colour: Colour, server: Server, secure: Secure) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority = trustme.CA()
    authority.issue_cert("other.example").configure_cert(context)
    origin = server.secure([], context)
    with authority.cert_pem.tempfile() as bundle:

        async def story() -> None:
            with pytest.raises(colour.client.SSLError, match=r"not trusted \(.*mismatch"):
                await colour(colour.client.get(f"{origin}/echo", verify=bundle))

        colour.run(story)


def test_no_check(colour: Colour, secure: Secure) -> None:
    async def story() -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert (await colour(colour.client.get(f"{secure.open}/echo", verify=False))).ok

    colour.run(story)


def test_a_certificate_of_the_client(colour: Colour, secure: Secure) -> None:
    async def story() -> None:
        url = f"{secure.closed}/echo"
        for cert in (str(secure.cert), secure.pair):
            answer = await colour(colour.client.get(url, verify=str(secure.ca), cert=cert))
            assert answer.ok
        with pytest.raises((colour.client.SSLError, colour.client.ConnectionError)):
            await colour(colour.client.get(url, verify=str(secure.ca)))

    colour.run(story)


def test_files_that_are_none(colour: Colour, secure: Secure) -> None:
    nonsense = str(Path(__file__))

    async def story() -> None:
        url = f"{secure.open}/echo"
        with pytest.raises(OSError, match="invalid path: /no/such/file"):
            await colour(colour.client.get(url, verify="/no/such/file"))
        with pytest.raises(colour.client.SSLError, match="not a bundle of certificates in PEM"):
            await colour(colour.client.get(url, verify=nonsense))
        with pytest.raises(colour.client.SSLError, match=r"client certificate .* cannot be loaded"):
            await colour(colour.client.get(url, cert=nonsense))

    colour.run(story)


def test_sessions_keep_connections_apart(colour: Colour, secure: Secure) -> None:
    """A connection that was made without a check serves no request that wants one."""

    async def story() -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            session = colour.client.Session()
            assert (await colour(session.get(f"{secure.open}/echo", verify=False))).ok
            with pytest.raises(colour.client.SSLError):
                await colour(session.get(f"{secure.open}/echo"))
            session.close()

    colour.run(story)


def test_http_where_https_is_asked_for(colour: Colour, server: Server) -> None:
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
        with pytest.raises(colour.client.SSLError, match=r"does not speak TLS .* http://"):
            await colour(colour.client.get(url))

    with listener:
        colour.run(story)
