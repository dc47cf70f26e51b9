"""Libraries on top of urllib."""

from __future__ import annotations

import hashlib
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

from .job import answer, failure, job

FEED = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>Caf\u00e9</title>
<item><title>One</title><link>{url}/1</link></item>
<item><title>Two</title><link>{url}/2</link></item>
</channel></rss>"""
WORDS = "\u00c5rhus\nWien\n" * 5000
PACKAGE = (
    '<package id="{id}" name="{id}" subdir="corpora" unzip="0" url="{{url}}/{id}.txt" '
    f'size="{len(WORDS.encode())}" unzipped_size="{len(WORDS.encode())}" '
    'checksum="{checksum}"/>'
)
INDEX = f"""<?xml version="1.0"?>
<nltk_data><packages>
{PACKAGE.format(id="words", checksum=hashlib.md5(WORDS.encode()).hexdigest())}
{PACKAGE.format(id="lost", checksum="0")}
</packages><collections>
<collection id="all" name="All"><item ref="words"/></collection>
</collections></nltk_data>"""
CITIES = {
    "head": {"vars": ["city"]},
    "results": {"bindings": [{"city": {"type": "literal", "value": "\u00c5rhus"}}]},
}


@job(
    "feedparser",
    "a feed, the same one not modified, a redirect, a 404",
    {
        "GET /feed": (
            answer(FEED, Content_Type="application/rss+xml", ETag='"v1"'),
            answer("", 304, ETag='"v1"'),
        ),
        "GET /moved": answer("", 302, Location="{url}/new"),
        "GET /new": answer(FEED, Content_Type="application/rss+xml"),
        "GET /none": answer("no such feed", 404),
    },
)
def feedparser(url: str) -> Any:
    import feedparser

    feed = feedparser.parse(f"{url}/feed")
    again = feedparser.parse(f"{url}/feed", etag=feed.etag)
    moved = feedparser.parse(f"{url}/moved", request_headers={"X-Key": "k"})
    missing = feedparser.parse(f"{url}/none")
    return [
        feed.feed.title, [[entry.title, entry.link] for entry in feed.entries], feed.etag,
        feed.status, bool(feed.bozo), again.status, again.entries, moved.href, len(moved.entries),
        missing.status, missing.entries,
    ]  # fmt: skip


@job(
    "nltk",
    "an index, a collection downloaded once, a package that is up to date, a 404, an unknown name",
    {
        "GET /index.xml": answer(INDEX, Content_Type="text/xml"),
        "GET /words.txt": answer(WORDS),
        "GET /lost.txt": answer("no such package", 404),
    },
)
def nltk(url: str) -> Any:
    sys.modules.setdefault("regex", re)  # not of pure Python; to import nltk its names suffice
    import nltk
    from nltk.downloader import Downloader, ErrorMessage

    with tempfile.TemporaryDirectory() as folder:
        index = Downloader(server_index_url=f"{url}/index.xml", download_dir=folder)
        happened = [
            [type(message).__name__ for message in index.incr_download(name)]
            for name in ("all", "words", "lost", "unknown")
        ]
        told = index.incr_download("lost")
        failed = [message.message for message in told if isinstance(message, ErrorMessage)]
        nltk.data.path[:] = [folder]
        found = Path(str(nltk.data.find("corpora/words.txt"))).read_text("utf-8")
        return [
            happened, failed, index.download("lost", quiet=True), index.status("words"),
            found == WORDS,
        ]  # fmt: skip


@job(
    "slack_sdk",
    "a message after it was limited, channels by pages, a file's bytes, an error",
    {
        "POST /chat.postMessage": (
            answer({"ok": False, "error": "ratelimited"}, 429, Retry_After="0"),
            answer({"ok": True, "ts": "1.2", "message": {"text": "h\u00e9"}}),
        ),
        "POST /conversations.list": (
            answer({"ok": True, "channels": [{"id": "C1"}],
                    "response_metadata": {"next_cursor": "next"}}),
            answer({"ok": True, "channels": [{"id": "C2"}],
                    "response_metadata": {"next_cursor": ""}}),
        ),
        "POST /users.setPhoto": answer({"ok": True}),
        "POST /pins.add": answer({"ok": False, "error": "not_pinnable"}),
    },
)  # fmt: skip
def slack_sdk(url: str) -> Any:
    from slack_sdk import WebClient
    from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

    client = WebClient("secret", base_url=f"{url}/")
    client.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=1))
    return [
        client.chat_postMessage(channel="C1", text="h\u00e9")["message"],
        [page["channels"] for page in client.conversations_list(limit=1)],
        client.users_setPhoto(image=bytes(range(256)))["ok"],
        failure(lambda: client.pins_add(channel="C1", timestamp="1.2")),
    ]


@job(
    "SPARQLWrapper",
    "a query by GET and by POST, an update, a bad query, a failure of the server",
    {
        "GET /sparql": (
            answer(CITIES, Content_Type="application/sparql-results+json"),
            answer("what?", 400),
            answer("out of order", 500),
        ),
        "POST /sparql": (
            answer(CITIES, Content_Type="application/sparql-results+json"),
            answer("done"),
        ),
    },
)
def sparqlwrapper(url: str) -> Any:
    from SPARQLWrapper import JSON, POST, SPARQLWrapper

    query = 'SELECT ?city WHERE { ?city ?p "\u00c5" }'
    client = SPARQLWrapper(f"{url}/sparql", returnFormat=JSON)
    client.setCredentials("me", "secret")
    client.setQuery(query)
    by_get = client.queryAndConvert()
    bad, broken = failure(client.query), failure(client.query)
    client.setMethod(POST)
    by_post = client.queryAndConvert()
    client.setQuery('INSERT DATA { <a> <b> "c" }')
    done = client.query().response.read().decode()
    return [by_get, bad, broken, by_post, done]
