"""Servers that say more than they were asked, less, or something else."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import h11
import pytest
import requests

from pyfetch_requests.exceptions import (
    BodyTimeout,
    ChunkedEncodingError,
    ConnectionError,
    ReadTimeout,
)

from .callers import Caller

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n"
LARGE = bytes(range(256)) * 4000  # more than is read together with the headers
FALSE = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfalse"


class Script:
    """A server that answers by the bytes it was given, one after the other, then by `OK`.

    Attributes:
        answers: Bytes, or None for the end of the connection.
        targets: What was asked for.
        connections: How many there were.
        piece: How many bytes are sent at once.
        pause: Seconds before each piece.
        ended: Set when a connection was ended by the server.
    """

    def __init__(self) -> None:
        self.answers: list[bytes | None] = []
        self.targets: list[str] = []
        self.connections = 0
        self.piece, self.pause = 1 << 30, 0.0
        self.ended = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.connections += 1
                threading.Thread(target=self._serve, args=[connection], daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            while request := connection.recv(65536):
                self.targets.append(request.split()[1].decode())
                answer = (self.answers.pop(0) if self.answers else OK) or b""
                for start in range(0, len(answer), self.piece):
                    time.sleep(self.pause)
                    connection.sendall(answer[start : start + self.piece])
                if self.answers[:1] == [None]:
                    self.answers.pop(0)
                    break
        self.ended.set()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@pytest.fixture
def script() -> Iterator[Script]:
    made = Script()
    yield made
    made.close()


@pytest.mark.parametrize(
    "answer",
    [
        OK + FALSE,
        OK + b" and more",
        OK + b"\r\n",
        OK + FALSE[:20],
        OK + b"HTTP/1.1 100 Continue\r\n\r\n",
        OK + b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        CHUNKED + b"0\r\n\r\n" + FALSE,
        CHUNKED + b"0\r\nA: b\r\n\r\n" + FALSE,
        OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n") + FALSE,
        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" + FALSE,
        b"HTTP/1.1 204 No Content\r\n\r\n" + FALSE,
        b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n" + FALSE,
        b"HTTP/1.1 204 No Content\r\nContent-Length: 4\r\n\r\nbody",
        b"HTTP/1.1 304 Not Modified\r\nContent-Length: 4\r\n\r\nbody",
        b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n" + FALSE,
    ],
)
def test_what_follows_an_answer_is_not_the_next(
    caller: Caller, script: Script, answer: bytes
) -> None:
    async def story() -> None:
        session = caller.client.Session()
        script.answers.append(answer)
        first = await caller(session.get(script.url))
        assert first.content in (b"ok", b"")
        for _ in range(2):
            assert (await caller(session.get(script.url))).content == b"ok"
        session.close()

    caller.run(story)


def large(length: int, *, more: bytes = b"", close: bool = False) -> bytes:
    """A response that promises a length, and sends `LARGE` and more."""
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n"
    return (head + "Connection: close\r\n" * close + "\r\n").encode() + LARGE + more


@pytest.mark.parametrize("more", [b"", FALSE, b"\r\n", LARGE])
def test_what_follows_a_large_body_is_not_the_next(
    caller: Caller, script: Script, more: bytes
) -> None:
    async def story() -> None:
        session = caller.client.Session()
        script.answers.append(large(len(LARGE), more=more))
        assert (await caller(session.get(script.url))).content == LARGE
        for _ in range(2):
            assert (await caller(session.get(script.url))).content == b"ok"
        session.close()

    caller.run(story)
    assert script.connections == (2 if more else 1)


def test_a_large_body_goes_past_h11(
    caller: Caller, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    fed: list[int] = []
    receive = h11.Connection.receive_data

    def counted(state: h11.Connection, data: bytes) -> None:
        fed.append(len(data))
        receive(state, data)

    monkeypatch.setattr(h11.Connection, "receive_data", counted)

    async def story() -> None:
        script.answers.append(large(len(LARGE)))
        assert (await caller(caller.client.get(script.url))).content == LARGE

    caller.run(story)
    assert sum(fed) < len(LARGE) / 2


@pytest.mark.parametrize("missing", [1, len(LARGE)])
def test_a_large_body_that_is_cut(caller: Caller, script: Script, missing: int) -> None:
    async def story() -> None:
        session = caller.client.Session()
        script.answers += [large(len(LARGE) + missing), None]
        with pytest.raises(ChunkedEncodingError, match=f"received {len(LARGE)} bytes, expected"):
            await caller(session.get(script.url))
        # Nothing of it is left for the next request.
        assert (await caller(session.get(script.url))).content == b"ok"
        session.close()

    caller.run(story)


def test_a_large_body_that_stalls(caller: Caller, script: Script) -> None:
    async def story() -> None:
        session = caller.client.Session()
        script.answers.append(large(len(LARGE) + 1))
        with pytest.raises(BodyTimeout):
            await caller(session.get(script.url, timeout=(5, 0.2)))
        assert (await caller(session.get(script.url))).content == b"ok"
        session.close()

    caller.run(story)


def test_a_large_body_on_a_connection_that_ends(caller: Caller, script: Script) -> None:
    async def story() -> None:
        session = caller.client.Session()
        script.answers.append(large(len(LARGE), close=True))
        assert (await caller(session.get(script.url))).content == LARGE
        assert (await caller(session.get(script.url))).content == b"ok"
        session.close()

    caller.run(story)
    assert script.connections == 2


def test_an_end_is_seen_before_the_next_request(caller: Caller, script: Script) -> None:
    async def story() -> None:
        session = caller.client.Session()
        for _ in range(3):
            script.ended.clear()
            script.answers += [OK, None]
            assert (await caller(session.post(script.url, data=b"x"))).content == b"ok"
            script.ended.wait()  # an event loop has no turn in which it could read the end
        session.close()

    caller.run(story)
    assert len(script.targets) == 3


HINT = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


@pytest.mark.parametrize("is_new", [True, False])
@pytest.mark.parametrize("interim", [HINT, CONTINUE])
def test_informational_answers_without_end(
    caller: Caller, script: Script, interim: bytes, is_new: bool
) -> None:
    async def story() -> None:
        session = caller.client.Session()
        if not is_new:
            assert (await caller(session.get(script.url))).content == b"ok"
        script.answers.append(interim * 1000 + OK)
        with pytest.raises(ConnectionError, match="100 informational answers"):
            await caller(session.get(script.url))
        # As many as are allowed, twice: each request counts anew.
        for _ in range(2):
            script.answers.append(interim * 100 + OK)
            assert (await caller(session.get(script.url))).content == b"ok"
        session.close()

    caller.run(story)
    assert script.connections == 2


@pytest.mark.parametrize("is_new", [True, False])
def test_informational_answers_do_not_extend_the_limit(
    caller: Caller, script: Script, is_new: bool
) -> None:
    async def story() -> None:
        session = caller.client.Session()
        if not is_new:
            assert (await caller(session.get(script.url))).content == b"ok"
        script.answers.append(CONTINUE * 90)
        script.piece, script.pause = len(CONTINUE), 0.1
        with pytest.raises(ReadTimeout, match=r"within 0\.5 s"):
            await caller(session.get(script.url, timeout=0.5))
        session.close()

    caller.run(story)


def test_the_read_limit_is_that_of_a_pause(caller: Caller, script: Script) -> None:
    """Headers that come byte by byte may take as long as they do, as in requests."""
    script.piece, script.pause = 1, 0.03
    assert requests.get(script.url, timeout=(5, 0.9)).text == "ok"

    async def story() -> None:
        answer = await caller(caller.client.get(script.url, timeout=(5, 0.9)))
        assert (answer.text, len(OK) * script.pause > 0.9) == ("ok", True)

    caller.run(story)


def test_a_location_that_is_no_utf_8(caller: Caller, script: Script) -> None:
    script.answers.append(
        b"HTTP/1.1 302 Found\r\nLocation: /\xe9?%41=\xff\r\nContent-Length: 0\r\n\r\n"
    )

    async def story() -> None:
        answer = await caller(caller.client.get(script.url))
        assert answer.url == f"{script.url}/%E9?A=%FF"

    caller.run(story)
    assert script.targets == ["/", "/%E9?A=%FF"]


@pytest.mark.parametrize("size", [b"0x2", b"-2", b"+2", b" 2", b"0_2", b"", b"two", b"0" * 30])
def test_a_chunk_of_no_size(caller: Caller, script: Script, size: bytes) -> None:
    script.answers.append(CHUNKED.replace(b"2\r\nok", size + b"\r\nok") + b"0\r\n\r\n")

    async def story() -> None:
        with pytest.raises(ChunkedEncodingError, match="framing of the body is not valid HTTP"):
            await caller(caller.client.get(script.url))

    caller.run(story)


def test_informational_answers_of_a_proxy(caller: Caller, script: Script) -> None:
    async def story() -> None:
        script.answers.append(CONTINUE * 1000)
        with pytest.raises(ConnectionError, match="100 informational answers"):
            await caller(caller.client.get("https://api.example/", proxies={"https": script.url}))

    caller.run(story)
