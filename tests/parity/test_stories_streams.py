"""Bodies on their way: pieces, lines, raw, and what breaks."""

from __future__ import annotations

import io
import pickle
from typing import Any

import urllib3

from tests.server import Urls

from .clients import Client
from .outcome import attempt, of_cookies, of_prepared
from .stories import Stories

stories = Stories()


LINES = b"one\ntwo\r\nthree\rfour\n\nfive"


@stories.each(
    one=1, seven=7, big=1 << 20, none=None, zero=0, negative=-1, text="5", real=5.5, true=True
)
def chunks_of_a_stream(client: Client, urls: Urls, size: Any) -> Any:
    url = urls.respond(bytes(range(30)), sizes=[10])
    return client.collect(client.get(url, stream=True).iter_content(size))


@stories.each(one=1, seven=7, big=1 << 20, none=None, zero=0, negative=-1)
def chunks_of_a_loaded_body(client: Client, urls: Urls, size: Any) -> Any:
    response = client.get(urls.respond(bytes(range(30))))
    twice = [client.collect(response.iter_content(size)) for _ in range(2)]
    return twice, response.content


@stories.each(length="length", chunked="chunked", close="close")
def chunks_of_each_framing(client: Client, urls: Urls, framing: str) -> Any:
    url = urls.respond(bytes(range(256)) * 100, framing=framing, sizes=[999])
    return client.collect(client.get(url, stream=True).iter_content(1000))


@stories.each(gzip="gzip", deflate="deflate", br="br")
def chunks_of_each_encoding(client: Client, urls: Urls, encoding: str) -> Any:
    url = urls.respond(bytes(range(256)) * 100, encoding=encoding)
    return client.collect(client.get(url, stream=True).iter_content(1000))


@stories.each(
    utf8=("text/plain; charset=utf-8", "aé€😀" * 3),
    utf16=("text/plain; charset=utf-16", "aé€😀" * 3),
    latin1=("text/plain", "aé" * 3),
    unknown=("application/octet-stream", "aé" * 3),
    no_such=("text/plain; charset=no-such", "aé"),
)
def text_in_chunks(client: Client, urls: Urls, body: Any) -> Any:
    kind, text = body
    codec = kind.partition("charset=")[2] or "utf-8"
    content = text.encode("utf-8" if codec == "no-such" else codec)
    url = urls.respond(content, headers=[("Content-Type", kind)])
    return [
        client.collect(client.get(url, stream=True).iter_content(size, decode_unicode=True))
        for size in (1, 2, 3, 5, 100)
    ]


@stories.each(
    plain={},
    small={"chunk_size": 100},
    none={"chunk_size": None},
    text={"decode_unicode": True},
    delimiter={"delimiter": b"\n"},
    long_delimiter={"delimiter": b"e\n"},
    missing_delimiter={"delimiter": b"|"},
    text_delimiter={"delimiter": "\n", "decode_unicode": True},
    wrong_delimiter={"delimiter": "\n"},
)
def lines(client: Client, urls: Urls, options: Any) -> Any:
    url = urls.respond(LINES, headers=[("Content-Type", "text/plain")])
    streamed = client.get(url, stream=True)
    loaded = client.get(url)
    return [client.collect(response.iter_lines(**options)) for response in (streamed, loaded)]


@stories.each(
    empty=b"", end=b"a\nb\n", only_end=b"\n", ends=b"\n\n", none=b"abc", nul=b"a\0b\x0bc\x0cd\x1ce"
)
def lines_of(client: Client, urls: Urls, body: bytes) -> Any:
    response = client.get(urls.respond(body), stream=True)
    loaded = client.get(urls.respond(body))
    return client.collect(response.iter_lines()), client.collect(loaded.iter_lines())


@stories.add
def iteration(client: Client, urls: Urls) -> Any:
    return client.collect(client.get(urls.respond("x" * 300), stream=True))


@stories.add
def reading_twice(client: Client, urls: Urls) -> Any:
    response = client.get(urls.respond("content"), stream=True)
    first = client.collect(response.iter_content(3))
    return first, attempt(lambda: client.collect(response.iter_content(3)))


@stories.add
def content_after_iteration(client: Client, urls: Urls) -> Any:
    response = client.get(urls.respond("content"), stream=True)
    client.collect(response.iter_content(3))
    return attempt(lambda: response.content), attempt(lambda: response.text)


@stories.add
def iteration_after_content(client: Client, urls: Urls) -> Any:
    response = client.get(urls.respond("content"), stream=True)
    return client.content(response), client.collect(response.iter_content(3)), response.text


@stories.add
def raw_read(client: Client, urls: Urls) -> Any:
    raw = client.get(urls.respond(bytes(range(100))), stream=True).raw
    reads = [client.finish(raw.read(size)) for size in (0, 1, 9, 50, 1000, 5)]
    return reads, raw.tell(), raw.status, raw.reason, raw.getheader("content-length")


@stories.add
def raw_read_all(client: Client, urls: Urls) -> Any:
    raw = client.get(urls.respond("content"), stream=True).raw
    return client.finish(raw.read()), client.finish(raw.read())


@stories.add
def raw_stream(client: Client, urls: Urls) -> Any:
    raw = client.get(urls.respond(bytes(range(100))), stream=True).raw
    return client.collect(raw.stream(30))


@stories.each(none=0, some=3, most=6, all=7, more=99, rest=None)
def content_after_raw_read(client: Client, urls: Urls, amount: Any) -> Any:
    response = client.get(urls.respond("content"), stream=True)
    start = client.finish(response.raw.read(amount))
    return start, client.content(response), response.text, response.raw.tell()


@stories.each(one=1, two=2, many=99, none=None)
def iteration_after_raw_read(client: Client, urls: Urls, size: Any) -> Any:
    response = client.get(urls.respond("content", sizes=[4, 3]), stream=True)
    start = client.finish(response.raw.read(3))
    pieces = client.collect(response.iter_content(size))
    # Where one chunk ends and the next begins is the network's affair.
    return start, b"".join(pieces) if size is None else pieces


@stories.add
def lines_after_raw_read(client: Client, urls: Urls) -> Any:
    response = client.get(urls.respond(LINES), stream=True)
    return client.finish(response.raw.read(6)), client.collect(response.iter_lines())


@stories.add
def raw_read_after_some_pieces(client: Client, urls: Urls) -> Any:
    response = client.get(urls.respond("content"), stream=True)
    pieces = response.iter_content(2)
    found = [client.step(pieces), client.finish(response.raw.read(3)), client.step(pieces)]
    return found, client.content(response), client.collect(response.iter_content(1))


@stories.add
def raw_read_after_content(client: Client, urls: Urls) -> Any:
    response = client.get(urls.respond("content"), stream=True)
    return client.content(response), client.finish(response.raw.read(3))


@stories.add
def content_without_a_stream_after_raw_read(client: Client, urls: Urls) -> Any:
    response = client.get(urls.respond("content"))
    return client.finish(response.raw.read(3)), response.content


@stories.each(
    file=io.BytesIO,
    urllib3=lambda data: urllib3.HTTPResponse(io.BytesIO(data), preload_content=False),
)
def raw_of_ones_own(client: Client, urls: Urls, make: Any) -> Any:
    whole, pieces = (client.get(urls.respond("content"), stream=True) for _ in range(2))
    for response in (whole, pieces):
        client.finish(response.close())
        response.raw = make(b"other things")
    return client.content(whole), client.collect(pieces.iter_content(5))


@stories.each(kept=b"kept", nothing=None, empty=b"")
def content_that_is_set(client: Client, urls: Urls, content: Any) -> Any:
    response = client.get(urls.respond("content"), stream=True)
    response._content, response._content_consumed = content, True
    return response.content, response._content, response._content_consumed, response.text


@stories.add
def content_that_is_forgotten(client: Client, urls: Urls) -> Any:
    response = client.get(urls.respond("content"))
    response._content = response._content_consumed = False
    response.raw = io.BytesIO(b"again")
    return client.content(response)


@stories.add
def flags_of_a_body(client: Client, urls: Urls) -> Any:
    response = client.get(urls.respond("content"), stream=True)
    flags = [(response._content, response._content_consumed)]
    client.collect(response.iter_content(3))
    flags.append((response._content, response._content_consumed))
    loaded = client.get(urls.respond("content"))
    return flags, loaded._content, loaded._content_consumed


@stories.add
def raw_of_an_encoded_body(client: Client, urls: Urls) -> Any:
    response = client.get(urls.respond(b"content", encoding="gzip"), stream=True)
    return client.finish(response.raw.read(decode_content=True))


@stories.add
def raw_of_an_encoded_body_as_it_is(client: Client, urls: Urls) -> Any:
    response = client.get(urls.respond(b"content", encoding="deflate"), stream=True)
    return client.finish(response.raw.read())


@stories.each(
    closed={"cut": 50},
    reset={"cut": 50, "how": "reset"},
    chunked={"cut": 50, "framing": "chunked"},
    promised={"promise": 200},
)
def cut_while_streaming(client: Client, urls: Urls, options: Any) -> Any:
    response = client.get(urls.respond("x" * 100, **options), stream=True)
    return response.status_code, attempt(lambda: client.collect(response.iter_content(10)))


@stories.add
def stalled_while_streaming(client: Client, urls: Urls) -> Any:
    url = urls.respond("x" * 100, cut=50, how="stall")
    response = client.get(url, stream=True, timeout=0.2)
    return client.collect(response.iter_content(10))


@stories.add
def broken_gzip_while_streaming(client: Client, urls: Urls) -> Any:
    url = urls.respond("no gzip", headers=[("Content-Encoding", "gzip")])
    response = client.get(url, stream=True)
    return client.collect(response.iter_content(10))


@stories.add
def closed_early(client: Client, urls: Urls) -> Any:
    response = client.get(urls.blob(1_000_000), stream=True)
    client.finish(response.close())
    return response.status_code


@stories.add
def stream_of_the_session(client: Client, urls: Urls) -> Any:
    client.session.stream = True
    response = client.get(urls.respond("content"))
    return client.collect(response.iter_content(3))


@stories.add
def pickled_response(client: Client, urls: Urls) -> Any:
    headers = [("Set-Cookie", "a=1; Path=/"), ("Content-Type", "text/plain")]
    url = urls.respond("é", status=404, headers=headers)
    response = pickle.loads(pickle.dumps(client.get(urls.redirect(url))))
    response.text  # noqa: B018 - it can be decoded
    names = "status_code reason url content text encoding ok links is_redirect raw elapsed".split()
    return (
        [getattr(response, name) for name in names[:-1]],
        type(response.elapsed),
        list(response.headers.items()),
        [step.status_code for step in response.history],
        of_cookies(response.cookies),
        of_prepared(response.request),
        client.collect(response.iter_content(1)),
    )


@stories.add
def with_block(client: Client, urls: Urls) -> Any:
    response = client.get(urls.respond("content"))
    if hasattr(response, "__aenter__"):
        entered = client.finish(response.__aenter__())
        client.finish(response.__aexit__(None, None, None))
    else:
        with response as entered:
            pass
    return entered is response, response.content


test = stories.test()
