"""A selection of the exchanges inside Pyodide: what requests got on CPython, a browser gets too.

The oracle runs outside and its results go in as literals. What a browser keeps to itself (the
headers it writes, the steps of a redirect) is not in the results; see `docs/differences.md`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest

from tests.browser import in_pyodide
from tests.server import Urls

pytestmark = pytest.mark.usefixtures("inside")
Call = Callable[[Callable[..., Any], Urls], Any]
# What a row of `differences.py` may be about: all engines, some of them, one transport.
WAYS = ("pyodide", "browser", "xhr", "webkit", "deno")


def respond(body: bytes | str, **options: Any) -> Call:
    """A GET whose answer is made by the recipe of `Urls.respond`."""
    return lambda request, urls: request("GET", urls.respond(body, **options))


def typed(kind: str, body: bytes | str) -> Call:
    return respond(body, headers=[("Content-Type", kind)])


def echo(method: str, suffix: str = "", **options: Any) -> Call:
    return lambda request, urls: request(method, urls.echo(suffix), **options)


VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND")
STATUSES = (200, 201, 204, 206, 299, 400, 401, 404, 418, 429, 500, 503, 599)
HEADERS = {"X-One": "1", "x-two": "two words", "X-Bytes": b"bytes", "X-Empty": ""}

CALLS: dict[str, Call] = {
    **{verb: echo(verb) for verb in VERBS},
    "lower case": echo("post"),
    "params": echo("GET", "?a=1", params={"b": ["c d", "é&="], "n": None, "i": 5}),
    "params as text": echo("GET", params="a=b c&d=é"),
    "params as pairs": echo("GET", params=[("a", "1"), ("a", "2")]),
    "path": echo("GET", "/a b/é/%7e/%2F/../c?x=[y]|{z}"),
    "fragment": echo("GET", "?x#fragment"),
    "form": echo("POST", data={"a": ["b", "c"], "d": "é &=+"}),
    "form pairs": echo("POST", data=[("a", "b"), ("a", "c")]),
    "text": echo("POST", data="é€😀"),
    "bytes": echo("PUT", data=bytes(range(256))),
    "empty text": echo("POST", data=""),
    "bytearray": echo("POST", data=bytearray(b"\x00\xff")),
    "json": echo("POST", json={"a": [1, 2.0, None, True, "é😀"]}),
    "json zero": echo("POST", json=0),
    "json empty": echo("POST", json=[]),
    "delete with a body": echo("DELETE", json={"a": 1}),
    "files": echo("POST", files={"f": ("é.txt", b"\x00\xff", "a/b", {"X-Part": "1"})}),
    "files and data": echo("POST", files=[("f", "1"), ("f", "2")], data={"a": "b"}),
    "generator": lambda request, urls: request("POST", urls.echo(), data=iter([b"a", b"bc"])),
    "headers": echo("GET", headers=HEADERS),
    "header beyond ASCII": echo("GET", headers={"X-Bytes": b"\xe9"}),
    "own type": echo("POST", data="x", headers={"Content-Type": "text/x-own"}),
    "own accept": echo("GET", headers={"Accept": "text/x-own"}),
    "basic": echo("GET", auth=("usér", "päss:word")),
    "basic in the URL": lambda request, urls: request(
        "GET", urls.echo().replace("//", "//user:p%40ss@")
    ),
    **{f"status {status}": respond("body", status=status) for status in STATUSES},
    "reason": respond("", status=404, reason="Nothing here"),
    "utf-8": typed("text/plain; charset=utf-8", "é€😀"),
    "latin-1": typed("text/plain", b"\xe9\xff"),
    "lying charset": typed("text/plain; charset=ascii", "é"),
    "unknown charset": typed("text/plain; charset=no-such", "é"),
    "shift_jis": typed("text/plain; charset=shift_jis", "日本".encode("shift_jis")),
    "no charset": typed("application/x", "plain"),
    "binary": typed("application/octet-stream", bytes(range(256))),
    "utf-8 mark": typed("text/plain; charset=utf-8", b"\xef\xbb\xbfabc"),
    "json 1.0": typed("application/json", "[1.0, 1, 1e3]"),
    "json long": typed("application/json", "[9223372036854775808, 0.1]"),
    "json doubles": typed("application/json", '{"b": 1, "a": 2, "b": 3}'),
    "json NaN": typed("application/json", "[NaN, Infinity]"),
    "json utf-8 mark": typed("application/x", b"\xef\xbb\xbf[1]"),
    "json utf-32": typed("application/x", '{"é": 1}'.encode("utf-32-le")),
    "json broken": typed("application/json", '{"a": 1,}'),
    "json empty body": typed("application/json", ""),
    "link": respond("", headers=[("Link", '<https://a.example/?page=2>; rel="next"')]),
    "repeated headers": respond("", headers=[("X-A", "1"), ("X-A", "2")]),
    "gzip": respond(b"x" * 5000, encoding="gzip"),
    "deflate": respond(b"x" * 5000, encoding="deflate"),
    "chunked": respond(b"x" * 5000, framing="chunked", sizes=[999]),
    "until the end": respond(b"x" * 5000, framing="close"),
    "redirect": lambda request, urls: request("GET", urls.redirect("/echo?x=1")),
    **{
        f"POST and {status}": lambda request, urls, status=status: request(
            "POST", urls.redirect("/echo", status), data={"a": "b"}
        )
        for status in (301, 302, 303, 307, 308)
    },
    "dead host": lambda request, urls: request("GET", urls.dead),
    "no answer": respond("", cut=-1),
    "cut body": respond("x" * 100, cut=50),
    "endless redirects": lambda request, urls: request("GET", f"{urls.page}/redirect"),
    "no scheme": lambda request, urls: request("GET", "host.example"),
    "no host": lambda request, urls: request("GET", "http://"),
    "bad JSON": echo("POST", json=float("nan")),
    "bad header": echo("GET", headers={"A": "b\r\nC: d"}),
    "bad timeout": echo("GET", timeout=-1),
    "unknown adapter": lambda request, urls: request("GET", "ftp://host.example/"),
}  # fmt: skip


def told(response: Any) -> dict[str, Any]:
    """What a caller can see of a response, and of the request that /echo saw."""
    try:
        value = repr(response.json())
    except ValueError as error:
        value = type(error).__name__
    seen = None
    if "/echo" in response.url:
        seen = json.loads(response.content)
        names = ("content-type", "content-length", "accept", "authorization")
        seen["headers"] = [
            [name.lower(), text]
            for name, text in seen["headers"]
            # A browser announces no body for other methods than POST and PUT.
            if (name.lower() in names and text != "0") or name.lower().startswith("x-")
        ]
        seen["headers"].sort()
    return {
        "status": (response.status_code, response.reason, response.ok, bool(response)),
        "url": response.url,
        "encoding": response.encoding,
        "content": None if seen else response.content,
        "text": None if seen else response.text,
        "json": None if seen else value,
        "seen": seen,
        "links": response.links,
        "type": response.headers.get("content-type"),
        "x-a": response.headers.get("X-A"),
        "redirected": bool(response.history),
        "method": response.request.method,
    }


def kinds(error: Exception) -> list[str]:
    return [kind.__name__ for kind in type(error).__mro__]


def check(found: dict[str, Any] | Exception, expected: dict[str, Any]) -> None:
    """The same values, or an exception of the same class; ours may be a subclass of it."""
    if isinstance(found, Exception):
        wanted = expected.get("raises", "").split(" or ")
        found = {"raises": expected["raises"] if {*wanted} & {*kinds(found)} else kinds(found)}
    different = {
        name: (found.get(name), expected.get(name))
        for name in {**found, **expected}
        if found.get(name) != expected.get(name)
    }
    assert different == {}


@pytest.fixture
def expected(
    request: pytest.FixtureRequest, call: str, urls: Urls, engine: str, place: str
) -> dict[str, Any]:
    """What requests gets, changed where a row says so."""
    import requests

    from .differences import instead

    with requests.Session() as session:
        try:
            outcome = told(CALLS[call](session.request, urls))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is to be compared
            outcome = {"raises": kinds(error)[0]}
    ways = ["pyodide", engine] if place == "process" else ["pyodide", "browser", engine]
    if "xhr" in request.node.name or ("blocking" in request.node.name and engine == "webkit"):
        ways.append("xhr")
    for way in ways:
        outcome = instead(f"{way} {call}", outcome)
    return outcome


def same_boundary() -> Any:
    """The multipart boundary that the oracle was given."""
    return patch("os.urandom", lambda count: b"\x07" * count)


async def in_async(call: str, urls: Urls) -> dict[str, Any] | Exception:
    import pyfetch_requests

    try:
        with same_boundary():
            return told(await CALLS[call](pyfetch_requests.Session().request, urls))
    except Exception as error:  # noqa: BLE001
        return error


def in_blocking(call: str, urls: Urls) -> dict[str, Any] | Exception:
    from pyfetch_requests import sync

    try:
        with same_boundary():
            return told(CALLS[call](sync.Session().request, urls))
    except Exception as error:  # noqa: BLE001
        return error


@in_pyodide
@pytest.mark.parametrize("call", CALLS)
async def test_async(call: str, urls: Urls, expected: dict[str, Any]) -> None:
    check(await in_async(call, urls), expected)


@in_pyodide
@pytest.mark.only_on("jspi or xhr")
@pytest.mark.parametrize("call", CALLS)
async def test_blocking_by_switching_stacks(
    call: str, urls: Urls, expected: dict[str, Any]
) -> None:
    check(in_blocking(call, urls), expected)


@in_pyodide
@pytest.mark.only_on("xhr")
@pytest.mark.parametrize("call", CALLS)
def test_blocking_by_xhr(call: str, urls: Urls, expected: dict[str, Any]) -> None:
    check(in_blocking(call, urls), expected)
