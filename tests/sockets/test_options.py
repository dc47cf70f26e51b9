"""Options of fetch that hold over sockets: redirect, integrity, and a signal while it blocks."""

from __future__ import annotations

import base64
import hashlib
import ssl
import threading
import time
from typing import Any

import pytest
import trustme

import pyfetch_requests
from pyfetch_requests import sync
from tests.server import Server, Urls

from .callers import Caller
from .test_connections import all_closed


def hashed(content: bytes, name: str = "sha256") -> str:
    return f"{name}-{base64.b64encode(hashlib.new(name, content).digest()).decode()}"


def test_a_redirect_that_is_an_error(caller: Caller, server: Server, urls: Urls) -> None:
    async def story() -> None:
        client = caller.client
        session = client.Session(redirect="error", retries=3)
        with pytest.raises(client.FetchOptionError, match="redirect, which redirect='error' forb"):
            await caller(session.get(urls.redirect(urls.echo())))
        assert (await caller(session.get(urls.echo()))).ok
        session.close()
        assert await all_closed(caller, server)

    caller.run(story)


def test_integrity(caller: Caller, server: Server, urls: Urls) -> None:
    body = b"content" * 50
    url = urls.respond(body, encoding="gzip")

    async def story() -> None:
        client = caller.client
        good, bad = hashed(body), hashed(b"other", "sha512")
        for integrity in (good, f"{hashed(b'other')} {good}", f"{good}?option"):
            assert (await caller(client.get(url, integrity=integrity))).content == body
        for stream in (False, True):
            with pytest.raises(client.FetchOptionError, match=r"integrity=.* does not match"):
                # The strongest of the hashes counts.
                await caller(client.get(url, integrity=f"{good} {bad}", stream=stream))
        cut = urls.respond(body, promise=len(body) + 1)
        with pytest.raises(client.ChunkedEncodingError):
            await caller(client.get(cut, integrity=good))
        assert await all_closed(caller, server)

    caller.run(story)


def given_soon(wait: Any) -> Any:
    """A signal that another thread gives, when a function says so."""
    controller = pyfetch_requests.AbortController()

    def abort() -> None:
        while not wait():
            time.sleep(0.01)
        time.sleep(0.05)
        controller.abort()

    threading.Thread(target=abort).start()
    return controller.signal


@pytest.mark.parametrize("framing", ["length", "chunked", "close"])
@pytest.mark.parametrize("secure", [False, True])
def test_another_thread_ends_a_body(server: Server, urls: Urls, framing: str, secure: bool) -> None:
    path = urls.path(urls.respond(b"x" * 100, cut=50, how="stall", framing=framing))
    origin = urls.page
    authority = trustme.CA()
    if secure:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(context)
        origin = server.secure([], context)
    parts: list[bytes] = []
    with authority.cert_pem.tempfile() as bundle, sync.Session() as session:
        answer = session.get(
            f"{origin}{path}", signal=given_soon(lambda: parts), stream=True, verify=bundle
        )
        with pytest.raises(sync.AbortError, match="aborted by its signal"):
            _read(answer, parts)
        assert b"".join(parts) == b"x" * 50
        blocking = Caller("blocking")
        assert blocking.run(lambda: all_closed(blocking, server))


def _read(answer: Any, parts: list[bytes]) -> None:
    for part in answer.iter_content(None):
        parts.append(part)


def test_a_signal_between_two_chunks(urls: Urls) -> None:
    controller = pyfetch_requests.AbortController()
    url = urls.respond(b"abcdef", cut=3, how="stall")
    answer = sync.get(url, signal=controller.signal, stream=True)
    parts = answer.iter_content(None)
    assert next(parts) == b"abc"
    controller.abort()
    with pytest.raises(sync.AbortError):
        next(parts)
    with pytest.raises(sync.AbortError, match="before the request was sent"):
        sync.get(url, signal=controller.signal)
