"""`urllib.request` over our transport gives what it gives over its own sockets."""

from __future__ import annotations

import base64
import http.client
import io
import json
import urllib.error
import urllib.request
from collections.abc import Callable
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

import pyfetch_requests
from pyfetch_requests._transports.choose import set_default_transport
from tests.server import Server, Urls

from .sockets import SocketTransport

# What a socket needs and a browser writes by itself.
OF_THE_SOCKET = {"host", "connection", "accept-encoding", "user-agent", "transfer-encoding"}


def sent(answer: Any) -> Any:
    """What the server saw, without what only a socket writes."""
    value = json.loads(answer.read())
    headers = {name.lower(): text for name, text in value["headers"]}
    value["headers"] = {name: headers[name] for name in headers.keys() - OF_THE_SOCKET}
    return value


def shape(answer: Any) -> Any:
    """All that an answer shows."""
    headers = {name.lower(): value for name, value in answer.headers.items()}
    wanted = {name: headers.get(name) for name in ("content-type", "x-a", "etag", "set-cookie")}
    return answer.status, answer.reason, answer.geturl(), wanted, answer.info().get_all("X-A")


def get(urls: Urls) -> Any:
    with urllib.request.urlopen(urls.echo("?q=1#part")) as answer:
        return shape(answer), sent(answer)


def post_form(urls: Urls) -> Any:
    return sent(urllib.request.urlopen(urls.echo(), urlencode({"a": "ü"}).encode()))


def put_json(urls: Urls) -> Any:
    request = urllib.request.Request(
        urls.echo(), b"{}", {"Content-type": "application/json", "X-A": "b"}, method="PUT"
    )
    return sent(urllib.request.urlopen(request, timeout=5))


def post_file(urls: Urls) -> Any:
    request = urllib.request.Request(urls.echo(), io.BytesIO(b"x" * 100_000))
    request.add_header("Content-Length", "100000")
    return sent(urllib.request.urlopen(request))


def post_iterable(urls: Urls) -> Any:
    found = sent(urllib.request.urlopen(urllib.request.Request(urls.echo(), iter([b"a", b"b"]))))
    return base64.b64decode(found["body"]), found["method"]


def head(urls: Urls) -> Any:
    request = urllib.request.Request(urls.respond("body", headers=[("X-A", "1")]), method="HEAD")
    with urllib.request.urlopen(request) as answer:
        return shape(answer), answer.read()


def repeated_headers(urls: Urls) -> Any:
    url = urls.respond("a", headers=[("X-A", "1"), ("X-A", "2"), ("Set-Cookie", "a=b")])
    with urllib.request.urlopen(url) as answer:
        return shape(answer), answer.getheader("X-A"), answer.getheader("none", 7)


def reading(urls: Urls) -> Any:
    body = b"one\ntwo\r\nthree" + b"x" * 200_000
    with urllib.request.urlopen(urls.respond(body, framing="chunked", sizes=7777)) as answer:
        found = [answer.readline(), answer.read(3), answer.read1(1)[:1], list(answer)[-1][-3:]]
        return found, answer.read(), answer.read(1)


def readinto(urls: Urls) -> Any:
    buffer = bytearray(10)
    with urllib.request.urlopen(urls.respond(b"0123456789abc")) as answer:
        return answer.readinto(buffer), bytes(buffer), answer.read()


def loops_to_the_end(urls: Urls) -> Any:
    found = []
    for size in (2, 4, 100):
        answer = urllib.request.urlopen(urls.respond("abcdef"))
        parts: list[bytes] = []
        while not answer.isclosed() and len(parts) < 9:
            parts.append(answer.read(size))
        found.append((b"".join(parts), len(parts) < 9, answer.fp is None))
    return found


def text_wrapper(urls: Urls) -> Any:
    with urllib.request.urlopen(urls.respond("ä\nö")) as answer:
        return list(io.TextIOWrapper(answer, encoding="utf-8"))


def status_404(urls: Urls) -> Any:
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(urls.respond("why", status=404, headers=[("X-A", "1")]))
    error = caught.value
    return error.code, error.reason, error.read(), error.headers["x-a"], error.geturl(), str(error)


def dead(urls: Urls) -> Any:
    with pytest.raises(urllib.error.URLError) as caught:
        urllib.request.urlopen(urls.dead)
    return isinstance(caught.value.reason, OSError)


def headers_late(urls: Urls) -> Any:
    with pytest.raises(TimeoutError):
        urllib.request.urlopen(urls.respond("a", delay=5), timeout=0.2)


def body_stalls(urls: Urls) -> Any:
    answer = urllib.request.urlopen(urls.respond("abc", cut=1, how="stall"), timeout=0.3)
    with pytest.raises(TimeoutError):
        answer.read()


def body_cut(urls: Urls) -> Any:
    with pytest.raises(http.client.IncompleteRead):
        urllib.request.urlopen(urls.respond(b"abc", promise=10)).read()


def redirects(urls: Urls) -> Any:
    url = urls.redirect(urls.redirect(urls.echo("?end"), 301), 302)
    with urllib.request.urlopen(url, b"data") as answer:
        return answer.geturl(), sent(answer)


def endless_redirects(urls: Urls) -> Any:
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(f"{urls.page}/redirect")
    return caught.value.code


def no_redirects(urls: Urls) -> Any:
    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: Any) -> None:
            return None

    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.build_opener(Stay).open(urls.redirect(urls.echo()))
    return caught.value.code, caught.value.headers["location"]


def cookies(urls: Urls) -> Any:
    jar = CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    opener.open(urls.respond("a", headers=[("Set-Cookie", "a=b; Path=/")])).read()
    return [cookie.value for cookie in jar], sent(opener.open(urls.echo()))["headers"]["cookie"]


def basic_auth(urls: Urls) -> Any:
    handler = urllib.request.HTTPBasicAuthHandler()
    url = f"{urls.httpbin}/basic-auth/u/p"
    handler.add_password("Fake Realm", urls.page, "u", "p")
    opener = urllib.request.build_opener(handler)
    return json.loads(opener.open(url).read())


def digest_auth(urls: Urls) -> Any:
    passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    passwords.add_password(None, urls.page, "u", "p")
    opener = urllib.request.build_opener(urllib.request.HTTPDigestAuthHandler(passwords))
    return json.loads(opener.open(f"{urls.httpbin}/digest-auth/auth/u/p/MD5").read())


def handlers_of_ones_own(urls: Urls) -> Any:
    seen = []

    class Watching(urllib.request.HTTPHandler):
        def http_open(self, req: Any) -> Any:
            seen.append(req.get_method())
            req.add_unredirected_header("X-Mine", "1")
            return super().http_open(req)

    answer = sent(urllib.request.build_opener(Watching).open(urls.echo()))
    return seen, answer["headers"]["x-mine"]


def urlretrieve(urls: Urls) -> Any:
    calls: list[tuple[int, ...]] = []
    name, headers = urllib.request.urlretrieve(
        urls.blob(20_000), reporthook=lambda *numbers: calls.append(numbers)
    )
    content = Path(name).read_bytes()
    urllib.request.urlcleanup()
    return content == bytes(range(256)) * 78 + bytes(range(32)), calls, headers["content-length"]


def lengths(urls: Urls) -> Any:
    found: list[Any] = []
    for options in ({}, {"framing": "chunked"}, {"framing": "close"}, {"status": 204}):
        body = "" if options.get("status") else "abc\ndefghi"
        with urllib.request.urlopen(urls.respond(body, **options)) as answer:
            found.append((answer.length, answer.chunked))
            found += [answer.read(2), answer.length, answer.peek(1)[:1], answer.length]
            found += [answer.readline(), answer.length, answer.readinto(bytearray(1))]
            found += [answer.length, answer.read(), answer.length, answer.isclosed()]
        found.append((answer.length, answer.closed))
    request = urllib.request.Request(urls.respond("body"), method="HEAD")
    with urllib.request.urlopen(request) as answer:
        found.append((answer.length, answer.headers["content-length"]))
    large = urllib.request.urlopen(urls.blob(300_000))
    found += [len(large.read(100_000)), large.length, large.begin(), large.debuglevel]
    large.close()
    return [*found, large.length, large.closed, large.isclosed(), large.fp]


def refusals(urls: Urls) -> Any:
    found = []
    answer = urllib.request.urlopen(urls.respond("abc"))
    calls = {"tell": (), "seek": (0,), "truncate": (), "detach": (), "write": (b"",)}
    for name, arguments in calls.items():
        try:
            found.append((name, getattr(answer, name)(*arguments)))
        except Exception as error:  # noqa: BLE001
            found.append((name, type(error).__name__))
    return found, answer.seekable(), answer.readable(), answer.writable(), answer.isatty()


def empty(urls: Urls) -> Any:
    with urllib.request.urlopen(urls.respond("", status=204)) as answer:
        return answer.status, answer.read()


JOBS: list[Callable[[Urls], Any]] = [
    get, post_form, put_json, post_file, post_iterable, head, repeated_headers, reading, readinto,
    loops_to_the_end, text_wrapper, status_404, dead, headers_late, body_stalls, body_cut,
    redirects, endless_redirects, no_redirects, cookies, basic_auth, digest_auth,
    handlers_of_ones_own, urlretrieve, empty, lengths, refusals,
]  # fmt: skip


# What an answer of urllib has, and ours does not, or with another value.
DIFFERENT = {
    "chunk_left": "a number of the reader of http.client",
    "will_close": "no connection of the caller's is kept or closed",
    "raw": "the file below, as every buffered file has one",
    "fp": "the answer itself, until its end",
    "headers": "another object each time",
}


def test_attributes(server: Server) -> None:
    """All that an answer shows, by name; what differs is in a list."""
    url = server.urls.respond("abcdef", headers=[("X-A", "1")])
    before = set_default_transport(SocketTransport())
    try:
        with pyfetch_requests.installed("urllib"):
            ours = urllib.request.urlopen(url)
    finally:
        set_default_transport(before)
    theirs = urllib.request.urlopen(url)
    names = {name for each in (ours, theirs) for name in dir(each) if not name.startswith("_")}
    missing = object()

    def shown(answer: Any, name: str) -> Any:
        value = getattr(answer, name, missing)
        return "a method" if callable(value) else value

    found = {name for name in names if shown(ours, name) != shown(theirs, name)}
    assert found == DIFFERENT.keys()
    assert ours.headers.items() == theirs.headers.items()
    with pytest.raises(io.UnsupportedOperation):
        ours.fileno()  # there is no socket
    for answer in (ours, theirs):
        answer.close()
    # After the end of a `with` block urllib's gives b"", as if the body had been empty.
    assert theirs.read() == b""
    with pytest.raises(ValueError, match="closed file"):
        ours.read()


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.__name__)
def test_same_as_over_sockets(job: Callable[[Urls], Any], server: Server) -> None:
    expected = job(server.urls)
    before = set_default_transport(SocketTransport())
    try:
        with pyfetch_requests.installed("urllib"):
            found = job(server.urls)
    finally:
        set_default_transport(before)
    assert found == expected
    assert job(server.urls) == expected  # over sockets again
