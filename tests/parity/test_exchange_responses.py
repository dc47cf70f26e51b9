"""What comes back: statuses, headers, charsets, JSON, framings, and answers that are no HTTP."""

from __future__ import annotations

import base64
import codecs
from urllib.parse import urlencode

from tests.server import Urls

from .clients import Clients
from .exchanges import Exchange, answer, check, header, parametrize

JSON_TYPE = [("Content-Type", "application/json")]

STATUSES = [
    answer(f"status {status}", "body", status=status)
    for status in (200, 201, 202, 203, 204, 205, 206, 207, 226, 299, 300, 304, 305, 306, 400, 401,
                   403, 404, 405, 409, 410, 418, 422, 429, 451, 499, 500, 501, 502, 503, 504, 511,
                   599, 600, 799, 999)
] + [
    answer("reason", "", reason="Everything fine"),
    answer("reason beyond ASCII", "", status=404, reason="nicht gefünden"),
    answer("empty reason", "", status=404, reason=""),
    answer("404 with JSON", '{"error": "é"}', status=404, headers=JSON_TYPE),
]  # fmt: skip

CHARSETS = [
    answer(f"charset {kind!r} {body[:12]!r}", body, headers=header("Content-Type", kind))
    for kind, body in (
        ("text/plain", "é".encode()),
        ("text/plain", b"\xe9"),
        ("text/html; charset=utf-8", "é€".encode()),
        ("text/html;charset=UTF-8", "é€".encode()),
        ('text/html; charset="utf-8"', "é€".encode()),
        ("text/html; charset='utf-8'", "é€".encode()),
        ("text/html; CHARSET=utf-8", "é€".encode()),
        ("text/html; charset = utf-8", "é€".encode()),
        ("text/html; boundary=x; charset=utf-8; y", "é€".encode()),
        ("text/html; charset", "é€".encode()),
        ("text/html; charset=", "é€".encode()),
        ("text/html; charset=;", "é€".encode()),
        ("text/html; =utf-8", "é€".encode()),
        ("text/html;;; ;", "é€".encode()),
        (";charset=utf-8", "é€".encode()),
        ("", "é€".encode()),
        ("text", "é€".encode()),
        ("TEXT/PLAIN", "é€".encode()),
        ("text/plain; charset=latin-1", "é".encode("latin-1")),
        ("text/plain; charset=windows-1252", "€".encode("cp1252")),
        ("text/plain; charset=shift_jis", "日本".encode("shift_jis")),
        ("text/plain; charset=gb2312", "中文".encode("gb2312")),
        ("text/plain; charset=koi8-r", "привет".encode("koi8-r")),
        ("text/plain; charset=utf-16", "é€".encode("utf-16")),
        ("text/plain; charset=utf-16le", "é€".encode("utf-16-le")),
        ("text/plain; charset=utf-32", "é€".encode("utf-32")),
        ("text/plain; charset=utf-7", b"a+AOk-b"),
        ("text/plain; charset=utf-8", b"lie \xe9\xff"),
        ("text/plain; charset=ascii", "lie é".encode()),
        ("text/plain; charset=unknown-8bit", "é".encode()),
        ("text/plain; charset=utf8\x00", "é".encode("latin-1")),
        ("text/plain; charset=base64", b"abc"),
        ("text/plain; charset=hex", b"616263"),
        ("text/plain; charset=idna", b"abc"),
        ("text/plain; charset=../etc", b"abc"),
        ("text/plain; charset=utf-8-sig", b"\xef\xbb\xbfabc"),
        ("text/plain; charset=utf-8", b"\xef\xbb\xbfabc"),
        ("application/octet-stream", bytes(range(256))),
        ("application/xml", "<a>é</a>".encode()),
        ("application/json", '"é"'.encode()),
        ("application/json; charset=latin-1", '"é"'.encode("latin-1")),
        ("application/vnd.api+json", '{"a": "é"}'.encode()),
        ("image/png", b"\x89PNG\r\n\x1a\n"),
    )
]

UTF = "utf-8 utf-8-sig utf-16 utf-16-le utf-16-be utf-32 utf-32-le utf-32-be".split()
JSONS = [
    *(
        answer(f"json in {codec} as {kind[:16]}", '{"é": [1, "€😀"]}'.encode(codec),
               headers=header("Content-Type", kind))
        for codec in UTF
        for kind in ("application/x", "application/json", "text/plain")
    ),
    *(
        answer(f"json {body[:20]!r}", body, headers=header("Content-Type", "application/x"))
        for body in (
            b"", b" ", b"1", b"12", b"123", b"1.0", b"-0", b"1e400", b"9223372036854775808",
            b"null", b"true", b'""', b'"\\ud800"', b"[]", b"{}", b"NaN", b"[Infinity, -Infinity]",
            b'{"a": 1, "a": 2}', b'{"b": 1, "a": 2}', b'{"a": 1', b"{'a': 1}", b"<html>", b"abcd",
            b"[1,]", b"1 2", b'{"a": "\xe9"}', b'"\xff\xfe"', b"\xff\xfe", b"\x00\x00\x00",
            b"\xef\xbb\xbf", b"\xef\xbb\xbf{}", codecs.BOM_UTF32_LE, b"[" * 500 + b"]" * 500,
            b'"a\nb"', b'"\x00"', b"\x001\x002",
        )
    ),
]  # fmt: skip

HEADERS = [
    answer(f"headers {pairs!r:.60}", "", headers=pairs)
    for pairs in (
        header("X-A", "1", "2", "3"),
        [("X-A", "1"), ("x-a", "2"), ("X-B", "3")],
        header("X-A", ""),
        header("X-A", "  padded  "),
        header("X-A", "é"),
        header("X-A", "a, b; c=\"d\""),
        [("ETag", '"x"'), ("Last-Modified", "Sat, 01 Jan 2000 00:00:00 GMT")],
        [("Content-Type", "text/plain"), ("Content-Type", "application/json")],
        header("Location", "/elsewhere"),
    )
] + [
    answer(f"link {value!r:.70}", "", headers=header("Link", value))
    for value in (
        "<https://a.example/?page=2>; rel=next",
        '<https://a.example/?page=2>; rel="next", <https://a.example/?page=9>; rel="last"',
        '<https://a.example/?page=2>;rel="next",<https://a.example/?page=9>;rel="last"',
        "<https://a.example/>",
        "</x>; rel=a; title='b c'; type=\"text/html\"",
        "</x>; rel=a, </y>; rel=a",
        "</x>; rel",
        "</x>; =a",
        "</x>; title=a=b; rel=next",
        "</x;y>; rel=a",
        "</x,y>; rel=a",
        "</x>; rel=\"a b\"",
        "</x>;",
        "x; rel=a",
        "<>",
        "",
        " ",
        ",",
        "</x>; rel=a,",
        "</x>; rel=a; rel=b",
    )
] + [
    answer(f"cookies {values!r:.80}", "", headers=header("Set-Cookie", *values))
    for values in (
        ["a=b"],
        ["a=b; Path=/"],
        ["a=b", "c=d; Path=/x"],
        ["a=b; Path=/respond"],
        ["a=b; Domain=127.0.0.1"],
        ["a=b; Domain=other.example"],
        ["a=b; Secure; HttpOnly; SameSite=Lax"],
        ["a=b; Max-Age=3600"],
        ["a=b; Max-Age=0"],
        ["a=b; Expires=Sat, 01 Jan 2000 00:00:00 GMT"],
        ["a=b; Expires=Tue, 01 Jan 2999 00:00:00 GMT"],
        ["a=b", "a=c"],
        ["a=b", "a=; Max-Age=0"],
        ['a="b c"'],
        ["a=b=c"],
        ["a"],
        ["=b"],
        ["a="],
        ["a=é"],
        ["a=b, c=d"],
        [""],
    )
]  # fmt: skip

BODY = b"The quick brown fox. " * 200
FRAMINGS = [
    answer(f"framing {framing} {encoding} {sizes}", BODY, framing=framing, sizes=sizes,
           **({"encoding": encoding} if encoding else {}))
    for framing in ("length", "chunked", "close")
    for encoding in (None, "gzip", "deflate", "br")
    for sizes in ([4200], [1000, 7])
] + [
    answer("empty gzip", b"", headers=header("Content-Encoding", "gzip")),
    answer("gzip that is none", b"plain", headers=header("Content-Encoding", "gzip")),
    answer("encoding identity", b"plain", headers=header("Content-Encoding", "identity")),
    answer("encoding unknown", b"plain", headers=header("Content-Encoding", "rot13")),
    answer("cut inside gzip", BODY, encoding="gzip", cut=20),
    Exchange("httpbin gzip", lambda client, urls: client.get(f"{urls.httpbin}/gzip")),
    Exchange("httpbin deflate", lambda client, urls: client.get(f"{urls.httpbin}/deflate")),
    Exchange("httpbin utf8", lambda client, urls: client.get(f"{urls.httpbin}/encoding/utf8")),
    Exchange("httpbin html", lambda client, urls: client.get(f"{urls.httpbin}/html")),
    Exchange("httpbin image", lambda client, urls: client.get(f"{urls.httpbin}/image/png")),
    Exchange("big", lambda client, urls: client.get(urls.blob(3_000_000))),
    Exchange("HEAD", lambda client, urls: client.request("HEAD", urls.respond("body"))),
    Exchange(
        "HEAD gzip",
        lambda client, urls: client.request("HEAD", urls.respond(b"x", encoding="gzip")),
    ),
]  # fmt: skip


def raw_exchange(text: bytes) -> Exchange:
    return Exchange(
        f"raw {text[:50]!r}", lambda client, urls: client.get(raw(urls, text), timeout=5)
    )


RAW = [
    raw_exchange(text)
    for text in (
        b"HTTP/1.1 200 OK\r\n\r\nuntil the end",
        b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nA: b\r\n c\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nA : b\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nA:b\r\nNo colon\r\n\r\nok",
        b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nok\r\n0\r\nT: v\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nok\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nok",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 20 OK\r\n\r\n",
        b"nonsense\r\n\r\n",
        b"",
    )
]


def raw(urls: Urls, text: bytes) -> str:
    return f"{urls.page}/raw?{urlencode({'bytes64': base64.b64encode(text).decode()})}"


EXCHANGES = [*STATUSES, *CHARSETS, *JSONS, *HEADERS, *FRAMINGS, *RAW]


@parametrize(EXCHANGES)
def test_exchange(exchange: Exchange, urls: Urls, clients: Clients) -> None:
    check(exchange, urls, clients)
