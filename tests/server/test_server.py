"""The test server keeps its promises, also the nasty ones."""

from __future__ import annotations

import base64
import socket
from urllib.parse import urlsplit

import pytest
import requests

from tests.server import Server


def exchange(url: str) -> bytes:
    """All bytes that the server sends on one connection to a GET of the URL."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port)) as client:
        target = f"{parts.path}?{parts.query}"
        client.sendall(f"GET {target} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode())
        received = b""
        while data := client.recv(65536):
            received += data
    return received


def test_echo_shows_the_wire(server: Server) -> None:
    url = server.urls.echo("/a%20b?x=1&x=2")
    headers = {"X-One": "1", "x-two": "\xe9"}
    seen = requests.post(url, data=bytes(range(256)), headers=headers, timeout=5).json()
    assert (seen["method"], seen["target"]) == ("POST", "/echo/a%20b?x=1&x=2")
    assert base64.b64decode(seen["body"]) == bytes(range(256))
    assert ["X-One", "1"] in seen["headers"]
    assert ["x-two", "\xe9"] in seen["headers"]


def test_a_path_that_begins_with_slashes(server: Server) -> None:
    seen = requests.get(f"{server.urls.page}//echo?a=//b", timeout=5).json()
    assert seen["target"] == "//echo?a=//b"


def test_chunked_upload(server: Server) -> None:
    seen = requests.put(server.urls.echo(), data=iter([b"one ", b"two"]), timeout=5).json()
    assert base64.b64decode(seen["body"]) == b"one two"


def test_connection_is_reused() -> None:
    # A server of its own: those of other tests may still be about to be closed.
    with Server() as server, requests.Session() as session:
        for _ in range(3):
            session.get(server.urls.echo(), timeout=5)
        assert server.connections == 1


def test_blob(server: Server) -> None:
    body = requests.get(server.urls.blob(300_000), timeout=5).content
    assert body == (bytes(range(256)) * 1200)[:300_000]


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
def test_encodings(server: Server, encoding: str) -> None:
    answer = requests.get(server.urls.respond("text " * 99, encoding=encoding), timeout=5)
    assert answer.headers["Content-Encoding"] == encoding
    assert answer.text == "text " * 99


def test_chosen_head_and_chunks(server: Server) -> None:
    url = server.urls.respond(
        "abcdefg",
        status=299,
        reason="Fine",
        headers=[("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("X-Odd", "\xe9;\t")],
        framing="chunked",
        sizes=[1, 3],
        cut=4,
    )
    head, _, body = exchange(url).partition(b"\r\n\r\n")
    assert head.split(b"\r\n") == [
        b"HTTP/1.1 299 Fine",
        b"Set-Cookie: a=1",
        b"Set-Cookie: b=2",
        b"X-Odd: \xe9;\t",
        b"Transfer-Encoding: chunked",
    ]
    assert body == b"1\r\na\r\n3\r\nbcd\r\n"


def test_cut_inside_a_chunk(server: Server) -> None:
    received = exchange(server.urls.respond("abcdefg", framing="chunked", cut=4))
    assert received.endswith(b"\r\n\r\n7\r\nabcd")


def test_content_length_too_large(server: Server) -> None:
    received = exchange(server.urls.respond("abc", promise=10))
    assert b"Content-Length: 10\r\n" in received
    assert received.endswith(b"\r\n\r\nabc")


@pytest.mark.parametrize("cut", [-1, 0, 2])
def test_reset(server: Server, cut: int) -> None:
    with pytest.raises(ConnectionResetError):
        exchange(server.urls.respond("abc", cut=cut, how="reset"))


def test_closed_before_the_head(server: Server) -> None:
    assert exchange(server.urls.respond("abc", cut=-1)) == b""


@pytest.mark.parametrize("cut", [-1, 2])
def test_stall_until_the_client_leaves(server: Server, cut: int) -> None:
    name = f"stall{cut}"
    url = server.urls.respond("abc", cut=cut, how="stall", id=name)
    with pytest.raises(requests.exceptions.RequestException):
        requests.get(url, timeout=0.2)
    seen = server.seen(name, aborted=1)
    assert (seen["count"], seen["aborted"], seen["completed"]) == (1, 1, 0)


def test_seen_completed(server: Server) -> None:
    requests.head(server.urls.respond("abc", id="whole"), timeout=5)
    seen = requests.get(server.urls.seen("whole", completed=1), timeout=9).json()
    assert (seen["count"], seen["completed"]) == (1, 1)
    assert seen["requests"][0]["method"] == "HEAD"


def test_cors_choices(server: Server) -> None:
    headers = {"Origin": "http://a.example"}
    url = server.urls.cors(server.urls.respond("abc"), expose="X-One", credentials="true")
    answer = requests.get(url, headers=headers, timeout=5)
    assert answer.text == "abc"
    assert answer.headers["Access-Control-Allow-Origin"] == "http://a.example"
    assert answer.headers["Access-Control-Expose-Headers"] == "X-One"
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    plain = requests.get(server.urls.other + "/echo", headers=headers, timeout=5)
    assert not [name for name in plain.headers if name.lower().startswith("access-control")]


@pytest.mark.parametrize(("status", "allowed"), [("204", True), ("403", False)])
def test_preflight(server: Server, status: str, allowed: bool) -> None:
    headers = {
        "Origin": "http://a.example",
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "x-one",
    }
    url = server.urls.cors("/echo", preflight=status)
    answer = requests.options(url, headers=headers, timeout=5)
    assert answer.status_code == int(status)
    assert (answer.headers.get("Access-Control-Allow-Headers") == "x-one") is allowed


def test_redirect_to_the_other_origin(server: Server) -> None:
    target = server.urls.cors("/echo")
    answer = requests.get(server.urls.redirect(target, 307), timeout=5)
    assert answer.url == target
    assert [one.status_code for one in answer.history] == [307]


def test_httpbin_and_digest(server: Server) -> None:
    answer = requests.get(
        f"{server.urls.httpbin}/digest-auth/auth/user/secret/SHA-256",
        auth=requests.auth.HTTPDigestAuth("user", "secret"),
        timeout=9,
    )
    assert answer.json() == {"authenticated": True, "user": "user"}
    posted = requests.post(f"{server.urls.httpbin}/post", data={"a": "1"}, timeout=9).json()
    assert posted["form"] == {"a": "1"}
    assert posted["url"] == f"{server.urls.httpbin}/post"


def test_dead_origin_refuses(server: Server) -> None:
    with pytest.raises(requests.exceptions.ConnectionError, match="refused"):
        requests.get(server.urls.dead, timeout=5)


@pytest.mark.parametrize(
    ("url", "status", "message"),
    [
        ("/nowhere", 404, "no endpoint /nowhere"),
        ("/respond?framing=loose", 400, "framing='loose' is not one of"),
        ("/cors/alow%3D1/echo", 400, r"unknown CORS options: ['alow']"),
        ("/browser/../../../etc/passwd", 404, "no file"),
    ],
)
def test_bad_requests_are_named(server: Server, url: str, status: int, message: str) -> None:
    head, _, body = exchange_target(server, url)
    assert int(head.split()[1]) == status
    assert message in body.decode()


def exchange_target(server: Server, target: str) -> tuple[bytes, bytes, bytes]:
    """Head, separator and body of the answer to a GET of exactly this target."""
    parts = urlsplit(server.urls.page)
    with socket.create_connection((parts.hostname, parts.port)) as client:
        client.sendall(f"GET {target} HTTP/1.1\r\nConnection: close\r\n\r\n".encode())
        client.settimeout(5)
        received = client.recv(65536)
        while b"\r\n\r\n" not in received or received.endswith(b"\r\n\r\n"):
            received += client.recv(65536)
    return received.partition(b"\r\n\r\n")


def test_two_servers_live_side_by_side(server: Server) -> None:
    with Server() as second:
        assert requests.get(second.urls.echo(), timeout=5).ok
        assert second.urls.page != server.urls.page
