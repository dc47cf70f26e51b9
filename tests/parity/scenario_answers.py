"""Random answers of a server."""

from __future__ import annotations

from hypothesis import strategies as st

from .scenarios import Answer

PLACES = (
    "http://127.0.0.1:{a}", "http://localhost:{a}", "http://127.0.0.1:{b}", "http://[::1]:{six}",
)  # fmt: skip

BODIES = st.sampled_from((
    b"", b"abc", b'{"a": 1}', b"[1, ", "é ü €".encode(), "é".encode("latin-1"), b"\xef\xbb\xbf{}",
    '{"a": "é"}'.encode("utf-16"), b"a\r\nb\nc\r\rd", b"\x00\xff" * 20, b"0123456789" * 30,
    b"<html><meta charset=utf-8>x", b"null", b'"\\ud800"', b"NaN",
))  # fmt: skip
PATHS = st.sampled_from(("/", "/0", "/x", "/x/0", "", "/0/", "x", "/X"))
SET_COOKIE = st.builds(
    lambda name, value, parts: f"{name}={value}{''.join(parts)}".encode(),
    st.sampled_from(("a", "b", "c", "", "A", "__Host-a", "a b")),
    st.sampled_from(("1", "2", "", '"q"', '"q;r"', "a=b", "x y", "%20", "é", "\\\"")),
    st.lists(
        st.one_of(
            st.sampled_from((
                "; Domain=localhost", "; Domain=.localhost", "; domain=127.0.0.1", "; Domain=",
                "; Domain=localhost.local", "; Domain=.local", "; Domain=example.com",
                "; Domain=[::1]",
            )),
            PATHS.map("; Path={}".format),
            st.sampled_from((
                "; Max-Age=0", "; Max-Age=1000", "; max-age=-1", "; Max-Age=x", "; Max-Age",
                "; Expires=Wed, 21 Oct 2065 07:28:00 GMT",
                "; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
                "; Expires=Wed, 21-Oct-65 07:28:00 GMT", "; expires=never", "; Expires=0",
            )),
            st.sampled_from((
                "; Secure", "; HttpOnly", "; SameSite=Lax", "; SameSite=None; Secure",
                "; Version=1",
                "; Comment=c", "; Port", '; Port="80,{a}"', "; Discard", ";;", "; =",
                "; Partitioned",
                ", d=4; Path=/", "; Priority=High",
            )),
        ),
        max_size=3,
    ),
)  # fmt: skip
LOCATIONS = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(("", "", *PLACES, "//localhost:{b}", "http://u:p@127.0.0.1:{a}",
    "HTTP://LOCALHOST:{a}")),
    st.sampled_from(("/0", "/1", "/2", "/3", "/x/1", "2", "./1", "../0", "/a b/1", "/%C3%A9/2",
    "/é/1")),
    st.sampled_from(("", "", "?a=b", "?a=é b", "?")),
    st.sampled_from(("", "", "#f", "#")),
)  # fmt: skip
CHALLENGES = st.sampled_from((
    b'Basic realm="r"', b'Digest realm="r", nonce="n", qop="auth"', b'Digest realm="r", nonce="n"',
    b'Digest realm="r", nonce="n", algorithm=SHA-256, qop="auth", opaque="o"',
    b'Digest realm="r\xe9", nonce="m", algorithm=MD5-sess, qop="auth"',
    b'Basic realm="b", Digest realm="r", nonce="n", qop="auth"',
    b'digest realm=r, nonce=n, qop=auth', b"Bearer",
))  # fmt: skip
HEADER = st.one_of(
    st.tuples(
        st.sampled_from((b"X-A", b"x-a", b"X-B", b"Link", b"Vary", b"ETag")),
        st.sampled_from((
            b"1", b"", b"a, b", b"\xe9", b"a\tb", b"\xc3\xa9", b"a\r\n folded", b"x" * 300,
            b'<http://x/?a=b>; rel="next", </y>; rel=prev; title="t"', b'"q"', b"a;b", b"  padded",
        )),
    ),
    SET_COOKIE.map(lambda value: (b"Set-Cookie", value)),
    SET_COOKIE.map(lambda value: (b"set-cookie", value)),
    st.sampled_from((
        b"text/plain", b"text/html; charset=utf-8", b"application/json", b"text/x; charset=latin-1",
        b"text/plain; charset=\"utf-8\"", b"text/plain; charset=utf-16", b"image/png", b"TEXT/HTML",
        b"text/plain; CHARSET=UTF-8; a=b", b"application/json; charset=utf-8", b"", b"text",
        b"; charset=utf-8",
        b"text/plain; charset=no-such", b"text/plain; charset='utf-8'", b"text/plain;charset",
        b"text/a, text/b",
    )).map(lambda value: (b"Content-Type", value)),
    CHALLENGES.map(lambda value: (b"WWW-Authenticate", value)),
    LOCATIONS.map(lambda value: (b"Location", value.encode())),
    st.sampled_from((b"0", b"x")).map(lambda value: (b"Retry-After", value)),
)  # fmt: skip
STATUS = st.sampled_from((
    200, 200, 201, 204, 205, 206, 300, 301, 302, 303, 304, 307, 308, 400, 401, 404, 407, 418, 429,
    500, 503, 599,
    299, 999,
))  # fmt: skip
FRAMINGS = st.sampled_from(
    ("length", "length", "length", "chunked", "trailers", "close", "none", "shorter", "longer")
)
PLAIN = st.builds(
    Answer,
    status=STATUS,
    reason=st.sampled_from((b"OK", b"", b"Not OK", b"\xe9", b"a  b")),
    headers=st.lists(HEADER, max_size=4).map(tuple),
    body=BODIES,
    codings=st.sampled_from((
        (), (), (), ("gzip",), ("deflate",), ("x-gzip",), ("identity",), ("unknown",),
        ("gzip", "deflate"), ("deflate", "gzip"), ("gzip", "gzip"),
    )),
    framing=FRAMINGS,
    version=st.sampled_from((b"HTTP/1.1", b"HTTP/1.1", b"HTTP/1.1", b"HTTP/1.0")),
    interim=st.sampled_from(((), (), (), (100,), (100, 100))),
    closes=st.sampled_from((False, False, True)),
    keeps=st.booleans(),
    stray_body=st.sampled_from((False, False, False, True)),
)  # fmt: skip
REDIRECT = st.builds(
    lambda answer, status, location: Answer(
        **{
            **vars(answer),
            "status": status,
            "headers": (
                *(pair for pair in answer.headers if pair[0] != b"Location"),
                (b"Location", location.encode()),
            ),
        }
    ),
    PLAIN,
    st.sampled_from((301, 302, 303, 307, 308)),
    LOCATIONS,
)
REFUSAL = st.builds(
    lambda answer, challenge: Answer(
        **{
            **vars(answer),
            "status": 401,
            "headers": (
                *(pair for pair in answer.headers if pair[0] != b"WWW-Authenticate"),
                (b"WWW-Authenticate", challenge),
            ),
        }
    ),
    PLAIN,
    CHALLENGES,
)
SIMPLE = st.builds(Answer, body=BODIES, headers=st.lists(HEADER, max_size=1).map(tuple))
ANSWER = st.one_of(SIMPLE, PLAIN, REDIRECT, REFUSAL)
REPLIES = st.one_of(
    st.tuples(ANSWER),
    st.tuples(ANSWER, ANSWER),
    st.tuples(REFUSAL, SIMPLE),
    st.tuples(REDIRECT, ANSWER),
)
