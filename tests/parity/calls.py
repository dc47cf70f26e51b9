"""Calls that are made by real requests on CPython and by ours inside Pyodide."""

from __future__ import annotations

from typing import Any

from .odd_answers import ODD_ANSWERS
from .recipes import Call, respond, typed


def echo(method: str, suffix: str = "", **options: Any) -> Call:
    return lambda request, urls: request(method, urls.echo(suffix), **options)


def post_and(status: int) -> Call:
    return lambda request, urls: request("POST", urls.redirect("/echo", status), data={"a": "b"})


VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND")
STATUSES = (
    200, 201, 204, 206, 299, 300, 304, 400, 401, 403, 404, 407, 410, 418, 429, 451, 500, 502, 503,
    504, 599,
)  # fmt: skip
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
    "redirect from a fragment": lambda request, urls: request(
        "GET", urls.redirect("/echo?x=1") + "#old"
    ),
    **{f"POST and {status}": post_and(status) for status in (301, 302, 303, 307, 308)},
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
    "many headers sent": echo("GET", headers={f"X-{n}": str(n) for n in range(300)}),
    "long header sent": echo("GET", headers={"X-Long": "x" * 20000}),
    "URL of 100 KB": echo("GET", "?" + "x" * 100_000),
    "path of 100 KB": echo("GET", "/" + "x" * 100_000),
    "URL beyond ASCII": echo("GET", "/é/日本/😀?ü=ß&%C3%A9=%e9"),
    **ODD_ANSWERS,
}  # fmt: skip
