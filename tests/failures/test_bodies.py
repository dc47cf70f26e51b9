"""Bodies arrive byte for byte, by every way, or something is raised."""

from __future__ import annotations

import base64
from urllib.parse import urlencode

import pytest

from tests.browser import in_pyodide
from tests.browser.ways import Way
from tests.server import Urls

pytestmark = pytest.mark.over_sockets

ALL_BYTES = bytes(range(256))


@in_pyodide
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00",
        b"\x80\xff\x00",
        "ÿþ".encode(),
        ALL_BYTES,
        b"\xef\xbb\xbfabc",
        b"\xef\xbb\xbf",
        b"\xef\xbb\xbf\xc3\xa9 \xe2\x82\xac",
        "\ufeffabc é".encode("utf-16-le"),
        "\ufeffabc é".encode("utf-16-be"),
        "\ufeffabc é".encode("utf-32-le"),
        b"\xef\xbb\xbf\xff\xfe broken",
    ],
)
@pytest.mark.parametrize("kind", ["text/csv", "application/octet-stream"])
async def test_every_byte(way: Way, urls: Urls, body: bytes, kind: str, place: str) -> None:
    url = urls.respond(body, headers=[("Content-Type", kind)])
    utf16 = body[:2] in (b"\xff\xfe", b"\xfe\xff")
    if (way.name, place) == ("xhr", "page") and (utf16 or b"broken" in body):
        # The one thing that cannot be told: it is said, and no byte is guessed.
        with pytest.raises(way.client.ContentDecodingError, match="byte order mark"):
            await way.get(url)
    else:
        assert (await way.get(url)).content == body


@in_pyodide
@pytest.mark.parametrize("size", [0, 1, 255, 65535, 65536, 65537, 1_000_000])
async def test_every_size(way: Way, urls: Urls, size: int) -> None:
    content = (await way.get(urls.blob(size))).content
    assert content == (ALL_BYTES * (size // 256 + 1))[:size]


@in_pyodide
@pytest.mark.only_on("chromium and worker and 314.0.7")
async def test_one_hundred_megabytes(way: Way, urls: Urls) -> None:
    content = (await way.get(urls.blob(100_000_000))).content
    assert len(content) == 100_000_000
    block = ALL_BYTES * 4000
    for start in range(0, len(content), len(block)):
        assert block.startswith(content[start : start + len(block)])


@in_pyodide
@pytest.mark.parametrize("size", [0, 1, 70_000, 1_000_000])
async def test_sent_and_back(way: Way, urls: Urls, size: int) -> None:
    body = (ALL_BYTES * (size // 256 + 1))[:size]
    assert (await way.request("POST", urls.respond(), data=body)).content == body


@in_pyodide
@pytest.mark.only_on("chromium or firefox")
@pytest.mark.parametrize("framing", ["length", "chunked"])
async def test_zstd(way: Way, urls: Urls, framing: str) -> None:
    url = urls.respond(b"0123456789" * 1000, encoding="zstd", framing=framing)
    assert (await way.get(url)).content == b"0123456789" * 1000


# With bytes behind the head that do not belong to it: they are no body, and no other answer.
BODILESS = [
    ("GET", b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\nabc"),
    ("GET", b"HTTP/1.1 304 Not Modified\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc"),
    ("HEAD", b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc"),
]


@in_pyodide
@pytest.mark.parametrize(("method", "answer"), BODILESS)
async def test_bodies_that_must_not_be(way: Way, urls: Urls, method: str, answer: bytes) -> None:
    import base64

    url = f"{urls.page}/raw?bytes64={base64.b64encode(answer).decode()}".replace("+", "%2B")
    assert (await way.request(method, url)).content == b""


@in_pyodide
async def test_unknown_body_is_refused_by_type(way: Way, urls: Urls) -> None:
    class Odd:
        pass

    for value in (Odd(), 3, [Odd()]):
        with pytest.raises(TypeError, match=r"Odd|int"):
            await way.request("POST", urls.echo(), data=value)


@in_pyodide
@pytest.mark.parametrize("text", ["{", "[1,]", "\ufeffnull x", "<html>", "NaN,"])
async def test_bad_json(way: Way, urls: Urls, text: str) -> None:
    import json

    response = await way.get(urls.respond(text))
    with pytest.raises(way.client.JSONDecodeError) as caught:
        response.json()
    assert isinstance(caught.value, json.JSONDecodeError)
    assert isinstance(caught.value, way.client.RequestException)
    assert caught.value.response is response


def raw(urls: Urls, answer: bytes) -> str:
    """A URL that is answered with these bytes, after which the connection is closed."""
    return f"{urls.page}/raw?{urlencode({'bytes64': base64.b64encode(answer).decode()})}"


@in_pyodide
@pytest.mark.only_on("browser")  # Node and h11 take none of these for HTTP
@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("length", ["9", "2000000"])
async def test_a_length_beside_chunks(way: Way, urls: Urls, length: str, stream: bool) -> None:
    """It means nothing: RFC 9112, section 6.3."""
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nTransfer-Encoding: chunked\r\n\r\n"
    url = raw(urls, head.encode() + b"2\r\nok\r\n0\r\n\r\n")
    answer = await way.get(url, stream=stream)
    assert await way.finish(answer.read()) == b"ok"


@in_pyodide
@pytest.mark.only_on("chromium")  # WebKit takes this for no HTTP
@pytest.mark.parametrize("length", ["1e3", "0x10", "9.5", "-5", "many"])
async def test_a_length_that_is_no_number(way: Way, urls: Urls, length: str) -> None:
    url = raw(urls, f"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\nok".encode())
    for stream in (False, True):
        answer = await way.get(url, stream=stream)
        assert await way.finish(answer.read()) == b"ok"
