"""Everything in which the package may differ from requests, each row with its reason.

A comparison that finds a difference without a row fails, and so does a row without a difference.
`docs/differences.md` says the same in users' words: each row names the heading that covers it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from pyfetch_requests import __version__, exceptions

from .outcome import raised_by


class Row(NamedTuple):
    """One difference.

    Attributes:
        heading: Of `docs/differences.md`.
        reason: Why it is so.
        ours: The exception class that ours raises; or the fields in which its outcome differs
            (where requests raises: those fields of ours that matter); or the outcome; or a set of
            the fields that differ, where they hold what is new in each run.
        cases: The names of the cases.
        browser: A browser decides so: over our own sockets there is no such difference.
    """

    heading: str
    reason: str
    ours: Any
    cases: tuple[str, ...]
    browser: bool = False


# The fields of an answer of `/echo` that tell what was sent.
ON_THE_WIRE = frozenset({"headers", "content", "text", "json"})
RAW = "cpython raw b'HTTP/1.1 200 OK\\r\\n"

ROWS = (
    Row(
        "Bodies and parameters",
        "requests accepts data without bytes, and fails while it is sending",
        TypeError,
        (
            "data: 5", "data: 1.5", "data: True", "data: <class 'object'>", "data: items",
            "data: object with a text", "data: path", "session body: {} {'data': 5}",
        ),
    ),
    Row(
        "Bodies and parameters",
        "requests counts items instead of bytes, and announces half of the body",
        {"headers": [("Content-Length", "4")]},
        ("data: memoryview of wide items",),
    ),
    Row(
        "Bodies and parameters",
        "bytes are UTF-8 in URLs; requests insists on ASCII here, and takes UTF-8 as `url`",
        {"url": "http://host.example/path?%C3%A9=1"},
        ("params: b'\\xc3\\xa9=1'",),
    ),
    Row(
        "Headers",
        "a browser sends names that are tokens; http.client sends nearly all of ASCII",
        exceptions.InvalidHeader,
        (
            "sent headers: {'A ': 'b'}", "sent headers: {'A B': 'c'}",
            "sent headers: {'A\\t': 'b'}", "sent headers: {'A(B)': 'c'}",
            "sent headers: {'é': 'a'}",
        ),
    ),
    Row(
        "Headers",
        "NUL is in no header; requests writes it on the wire",
        exceptions.InvalidHeader,
        ("headers: {'A': 'b\\x00c'}", "headers: {'A\\x00': 'b'}"),
    ),
    Row(
        "Headers",
        "bytes in headers are Latin-1, in names as in values",
        {"headers": [("ÿ", "a"), ("Content-Length", "0")]},
        ("headers: {b'\\xff': 'a'}",),
    ),
    Row(
        "Headers",
        "a character beyond Latin-1 has no byte; the error tells the header",
        exceptions.InvalidHeader,
        (
            "sent headers: {'A': 'b\\u2028c'}", "sent headers: {'A': '€'}",
            "sent headers: {'A': '😀'}", "sent headers: {'€': 'a'}",
        ),
    ),
    Row(
        "Headers",
        "a cookie with a line break is found before it comes to the connection",
        exceptions.InvalidHeader,
        ("sent cookies: {'a': 'b\\r\\nX: y'}",),
    ),
    Row(
        "Methods",
        "browsers send no body with GET and HEAD",
        exceptions.BrowserLimitError,
        (
            "sent bodies: get_with_data", "sent bodies: get_with_json",
            "sent bodies: head_with_text", "sent method: 'GET' {'data': 'x'}",
            "sent method: 'get' {'data': 'x'}", "sent method: 'Head' {'data': 'x'}",
            "sent method: b'get' {'data': 'x'}",
        ),
        browser=True,
    ),
    Row(
        "Methods",
        "browsers keep these methods to themselves",
        exceptions.BrowserLimitError,
        (
            "sent method: 'TRACE' {}", "sent method: 'TRACE' {'data': 'x'}",
            "sent method: 'connect' {}", "sent method: 'connect' {'data': 'x'}",
            "sent method: '' {}", "sent method: '' {'data': 'x'}",
            "sent method: 'x-é' {}", "sent method: 'x-é' {'data': 'x'}",
        ),
        browser=True,
    ),
    Row(
        "Cookies",
        "requests fails with AttributeError on something inside; ours names the cookie",
        TypeError,
        ("cookies: {'a': 1}", "cookies: own jar, number", "cookies: simple cookie"),
    ),
    Row(
        "Authentication",
        "a login that Latin-1 cannot write goes as UTF-8 (RFC 7617); requests fails",
        {"headers": [("Content-Length", "4"), ("Authorization", "Basic dXNlcjrigqw=")]},
        ("auth: ('user', '€')",),
    ),
    Row(
        "Authentication",
        "the same for a login in the URL",
        {"headers": [("Authorization", "Basic dXNlcjpw4oKs")]},
        ("url: 'http://user:p%E2%82%AC@host.example/'",),
    ),
    Row(
        "Authentication",
        "Digest answers a refusal inside the flow, not by a hook",
        {"hooks": {"response": []}},
        ("auth: digest",),
    ),
    Row(
        "Authentication",
        "requests sends the request again unchanged where it cannot answer the challenge",
        (None, 0, 401),
        ("digest_challenge: only_int", "digest_challenge: unknown"),
    ),
    Row(
        "Authentication",
        "requests fails with KeyError on a challenge without a nonce",
        (None, 0, 401),
        ("digest_challenge: empty",),
    ),
    Row(
        "Authentication",
        'a list in qop may have spaces; requests misses the "auth" behind one',
        (
            'Digest username="user", realm="r", nonce="", , response="", '
            'qop="auth", nc=00000001, cnonce=""',
            1,
            401,
        ),
        ("digest_challenge: spaced_list",),
    ),
    Row(
        "Redirects",
        "requests loses the refused answer from `history` where a redirect came before it",
        (200, [302, 401]),
        ("digest_after_a_redirect",),
    ),
    Row(
        "Redirects",
        "requests sends an empty body, because the generator is used up",
        exceptions.UnrewindableBodyError,
        ("generator_after_307",),
    ),
    Row(
        "Redirects",
        "an answer on the way is read as any other; a browser does not show it at all",
        exceptions.ContentDecodingError,
        ("redirect_with_a_broken_encoding",),
    ),
    Row(
        "Responses",
        "a parameter with a = in its value is kept; requests drops it and those after it",
        {"links": {"next": {"url": "/x", "title": "a=b", "rel": "next"}}},
        ("link '</x>; title=a=b; rel=next'",),
    ),
    Row(
        "Responses",
        "a charset that cannot decode is read as UTF-8; requests fails with UnicodeError",
        {"text": b"abc"},
        ("charset 'text/plain; charset=idna' b'abc'",),
    ),
    Row(
        "Responses",
        "the same for a charset that is not even a name; requests fails with ValueError",
        {"text": "\ufffd".encode()},
        ("charset 'text/plain; charset=utf8\\x00' b'\\xe9'",),
    ),
    Row(
        "Responses",
        "an unknown charset is read as UTF-8 in pieces, too; requests does so for the whole only",
        [["a", "é"], ["a", "é"], ["aé"], ["aé"], ["aé"]],
        ("text_in_chunks: no_such",),
    ),
    Row(
        "Redirects",
        "a redirect to what is no URL; in requests a ValueError of urllib.parse",
        exceptions.InvalidURL,
        ("redirect to 'http://[::1'", "redirect to 'http://[::1' not followed"),
    ),
    Row(
        "Responses",
        "pieces of no size are pieces as they arrive; requests gives none, and no content",
        [bytes(range(30))],
        ("chunks_of_a_stream: zero",),
    ),
    Row(
        "Responses",
        "a browser hands over what it has decoded, and never what it received",
        b"content",
        ("raw_of_an_encoded_body_as_it_is",),
    ),
    Row(
        "Exceptions",
        "there is no urllib3 whose HTTPError could be a base",
        exceptions.ContentDecodingError,
        ("gzip that is none", "broken_gzip_while_streaming"),
    ),
    Row(
        "Exceptions",
        "a browser does not tell connecting from waiting: both kinds of timeout at once",
        exceptions.HeadersTimeout,
        ("slow headers",),
        browser=True,
    ),
    Row(
        "Exceptions",
        "a body that stalls is a ConnectionError as in requests, and a ReadTimeout as well",
        exceptions.BodyTimeout,
        ("stalled body", "stalled_while_streaming"),
    ),
    Row(
        "Exceptions",
        "an error of `json()` tells request and response, as the others do",
        [(True, False), (True, 404), (True, 200)],
        ("exceptions_carry_request_and_response",),
    ),
    Row(
        "Redirects",
        "the browser follows redirects and does not tell by which methods",
        {"method": "POST"},
        ("browser POST and 301", "browser POST and 302", "browser POST and 303"),
    ),
    Row(
        "Redirects",
        "a browser gives up after 20 redirects, and says no more than that it failed",
        exceptions.ConnectionError,
        ("browser endless redirects",),
    ),
    Row(
        "Bodies and parameters",
        "a body of unknown length is gathered, and sent with its length",
        {
            "seen": {
                "method": "POST",
                "target": "/echo",
                "version": "HTTP/1.1",
                "headers": [["accept", "*/*"], ["content-length", "3"]],
                "body": "YWJj",
            }
        },
        ("pyodide generator",),
    ),
    Row(
        "Responses",
        "charset-normalizer is not there unless it is installed; without it bytes that are no "
        "UTF are Latin-1",
        {"text": bytes(range(256)).decode("latin-1")},
        ("pyodide binary",),
    ),
    Row(
        "Exceptions",
        "a synchronous XMLHttpRequest may not tell whether it failed before or in the body",
        {"raises": "ConnectionError or ChunkedEncodingError"},
        ("xhr cut body",),
    ),
    Row(
        "Headers",
        "WebKitGTK writes UTF-8 where the fetch standard has Latin-1",
        {
            "seen": {
                "method": "GET",
                "target": "/echo",
                "version": "HTTP/1.1",
                "headers": [["accept", "*/*"], ["x-bytes", "Ã©"]],
                "body": "",
            }
        },
        ("webkit header beyond ASCII",),
    ),
    Row(
        "Responses",
        "Chromium and Node keep to themselves what only a proxy may say",
        exceptions.ConnectionError,
        ("chromium status 407", "node status 407"),
    ),
    Row(
        "Responses",
        "Deno gives the reason that belongs to the status, whatever the server says",
        {"status": (299, '', True, True)},
        ("deno status 299",),
    ),
    Row(
        "Responses",
        "Deno gives the reason that belongs to the status, whatever the server says",
        {"status": (418, "I'm a teapot", False, False)},
        ("deno status 418",),
    ),
    Row(
        "Responses",
        "Deno gives the reason that belongs to the status, whatever the server says",
        {"status": (599, '', False, False)},
        ("deno status 599",),
    ),
    Row(
        "Responses",
        "Deno gives the reason that belongs to the status, whatever the server says",
        {"status": (404, 'Not Found', False, False)},
        ("deno reason",),
    ),
    Row(
        "Headers",
        "WebKitGTK reads UTF-8 where the fetch standard has Latin-1",
        {"x": {"x-a": "ï¿½"}},
        ("webkit header of latin-1",),
    ),
    Row(
        "Responses",
        "an answer of status 205 has no body in the fetch standard",
        {"content": b"", "text": ""},
        tuple(f"{engine} 205 with a body" for engine in ("chromium", "firefox", "node", "deno")),
    ),
    Row(
        "Headers",
        "Node takes 16 KB of headers at most",
        exceptions.ConnectionError,
        ("node header of much",),
    ),
    Row(
        "URLs",
        "Deno takes URLs of 64 KB at most",
        exceptions.InvalidURL,
        ("deno URL of 100 KB", "deno path of 100 KB"),
    ),
    Row(
        "Responses",
        "Deno fails where requests is lenient",
        exceptions.BrokenBodyError,
        ("deno raw deflate", "deno gzip cut by its maker", "deno gzip and br"),
    ),
    Row(
        "Responses",
        "Node fails where gzip is followed by anything else",
        exceptions.BrokenBodyError,
        ("node garbage after gzip",),
    ),
    Row(
        "Responses",
        "browsers stop after the first of several members of gzip",
        {"content": b"abc", "text": "abc"},
        tuple(
            f"{engine} two members of gzip"
            for engine in ("chromium", "firefox", "webkit", "deno")
        ),
    ),
    Row(
        "Authentication",
        "a challenge of another site than the one that was asked is not answered: the password "
        "is not for it",
        401,
        ("digest_of_another_host",),
    ),
    Row(
        "Headers",
        "the browser writes User-Agent, Accept-Encoding and Connection itself",
        [("Accept", "*/*")],
        ("browser default headers",),
    ),
    Row(
        "Certificates and proxies",
        "a program in a browser cannot choose a proxy, and going without it would be a lie",
        exceptions.ProxyError,
        ("a proxy that is there",),
        browser=True,
    ),
    Row(
        "Outside of a browser",
        "User-Agent names this package",
        [
            ("User-Agent", f"pyfetch-requests/{__version__}"),
            ("Accept-Encoding", "gzip, deflate, br, zstd"),
            ("Accept", "*/*"),
            ("Connection", "keep-alive"),
        ],
        ("default headers",),
    ),
    Row(
        "Outside of a browser",
        "who takes User-Agent out sends none; in requests that of urllib3 is sent then",
        ON_THE_WIRE,
        ("cpython sent headers: []", "cpython sent headers: ''"),
    ),
    Row(
        "Outside of a browser",
        "Host is the first header, also where it is set by hand",
        ON_THE_WIRE - {"headers"},
        (
            "cpython sent headers: {'Host': 'other.example'}",
            "cpython sent cookies with: host_header", "cpython sent cookies with: bytes_host",
        ),
    ),
    Row(
        "Outside of a browser",
        "an empty form has the length 0; requests sends it in chunks",
        ON_THE_WIRE,
        (
            "cpython sent data: {'a': None}", "cpython sent data: {'a': []}",
            "cpython sent data: [('a', None)]",
        ),
    ),
    Row(
        "Outside of a browser",
        "a body that is longer than its Content-Length is not sent; requests breaks the connection",
        exceptions.InvalidHeader,
        ("cpython sent data: StringIO beyond ASCII", "cpython sent data: deque"),
    ),
    Row(
        "Outside of a browser",
        "a method or header that HTTP has no place for is refused",
        exceptions.InvalidHeader,
        (
            "cpython sent method: 'x-é' {}", "cpython sent method: 'x-é' {'data': 'x'}",
            "cpython sent method: '' {}", "cpython sent method: '' {'data': 'x'}",
            "cpython sent headers: {'A': 'b\\x0bc'}", "cpython sent headers: {'é': 'a'}",
            "cpython sent headers: {'A ': 'b'}", "cpython sent headers: {'A B': 'c'}",
            "cpython sent headers: {'A\\t': 'b'}", "cpython sent headers: {'A(B)': 'c'}",
        ),
    ),
    Row(
        "Outside of a browser",
        "what follows the answer to CONNECT is no body of it",
        frozenset({"content", "text", "json", "apparent_encoding"}),
        ("cpython sent method: 'connect' {}", "cpython sent method: 'connect' {'data': 'x'}"),
    ),
    Row(
        "Outside of a browser",
        "white space around a header is not part of it",
        {"headers": [("X-A", "padded"), ("Content-Length", "0")]},
        ("cpython headers [('X-A', '  padded  ')]",),
    ),
    Row(
        "Outside of a browser",
        "a length that is said twice is one length",
        {"headers": [("Content-Length", "2")]},
        (RAW + "Content-Length: 2, 2\\r\\n\\r\\nok'",),
    ),
    Row(
        "Outside of a browser",
        "an answer that breaks the rules of HTTP is refused; requests reads what it can of it",
        exceptions.ConnectionError,
        (
            "cpython charset 'text/plain; charset=utf8\\x00' b'\\xe9'",
            RAW + "Content-Length: 2\\r\\nA : b\\r\\n\\r\\nok'",
            RAW + "Content-Length: 2\\r\\nA:b\\r\\nNo colon\\r'",
            RAW + "Content-Length: -1\\r\\n\\r\\nok'",
        ),
    ),
)  # fmt: skip

CPYTHON = "cpython "
BY_CASE = {case: row for row in ROWS for case in row.cases}


def compare(case: str, theirs: Any, ours: Any) -> None:
    """Hold ours to the oracle, or to the row that names the case."""
    row = BY_CASE.get(case)
    base = BY_CASE.get(case.removeprefix(CPYTHON))
    if row is None and base is not None and not base.browser:
        row = base
    if row is None:
        assert ours == theirs
        return
    assert ours != theirs, f"{case}: no difference any more; remove its row"
    if isinstance(row.ours, type):
        assert ours == raised_by(row.ours)
    elif isinstance(row.ours, frozenset):
        assert {name for name in ours if ours[name] != theirs[name]} == row.ours
    elif isinstance(ours, dict):
        assert ours == {**(theirs if isinstance(theirs, dict) else ours), **row.ours}
    else:
        assert ours == row.ours


def instead(case: str, theirs: dict[str, Any]) -> dict[str, Any]:
    """What ours has to give, where it cannot be compared on the spot."""
    row = BY_CASE.get(case)
    if row is None:
        return theirs
    ours = {"raises": row.ours.__name__} if isinstance(row.ours, type) else {**theirs, **row.ours}
    assert ours != theirs, f"{case}: no difference any more; remove its row"
    return ours


def excused(theirs: Any, ours: Any) -> bool:
    """Tell whether a row covers the difference between two outcomes of a generated case."""
    if not (isinstance(theirs, tuple) and isinstance(ours, dict)):
        return False
    # "a login that Latin-1 cannot write goes as UTF-8", also where it is a part of the URL
    login = dict(ours["headers"]).get("Authorization", "")
    return theirs[1][0] == "UnicodeEncodeError" and login.startswith("Basic ")
