"""Sessions, adapters, authentication and prepared requests that extend those of requests."""

from __future__ import annotations

import hashlib
import io
import marshal
import sys
import tempfile
from email.utils import formatdate
from pathlib import Path
from types import ModuleType
from typing import Any

from .job import answer, failure, job

DATED: dict[str, Any] = {"Date": formatdate(usegmt=True)}
FRESH: dict[str, Any] = {"Cache_Control": "max-age=86400", **DATED}
PAGE = "Grüße\n" * 5
DAY = "20260102T030405Z"


KEPT = {
    "GET /kept": answer("kept", **FRESH),
    "GET /gzip": answer(PAGE, Content_Encoding="gzip", **FRESH),
    "GET /json": answer({"a": "é"}, **FRESH),
    "GET /tagged": (
        answer("one", ETag='"1"', **DATED),
        answer("", 304, ETag='"1"', X_Again="yes", **DATED),
    ),
    "GET /varies": answer("varies", Vary="X-Key", **FRESH),
    "GET /passing": answer("passing", Cache_Control="no-store", **DATED),
    "GET /none": answer("none", 404, **DATED),
}
CACHES = ("memory", "file", "files")
# Each cache has its own addresses: a browser, too, asks whether what it knows has changed.
PLACES = {
    route.replace("/", f"/{cache}/"): kept for route, kept in KEPT.items() for cache in CACHES
}


@job(
    "CacheControl",
    "what is kept, in memory and in files; streamed and in gzip; not modified; changed by a PUT",
    {
        **PLACES,
        "GET /gzip": KEPT["GET /gzip"],
        "GET /plain": answer(PAGE, **DATED),
        "GET /half": answer(PAGE, **DATED),
        "PUT /plain": answer("changed"),
    },
)
def cachecontrol(url: str) -> Any:
    # Not of pure Python; what it does here, marshal does.
    msgpack: Any = sys.modules.setdefault("msgpack", ModuleType("msgpack"))
    msgpack.dumps = lambda value, **_: marshal.dumps(value)
    msgpack.loads = lambda data, **_: marshal.loads(data)
    import requests
    from cachecontrol import CacheControl, CacheControlAdapter
    from cachecontrol.caches import FileCache, SeparateBodyFileCache
    from cachecontrol.heuristics import ExpiresAfter

    def look(session: Any, place: str, **options: Any) -> list[Any]:
        response = session.get(f"{url}/{place}", **options)
        return [response.status_code, response.text, response.from_cache, response.encoding]

    def visit(session: Any, cache: str) -> list[Any]:
        seen = [
            look(session, f"{cache}/{place}")
            for place in ("kept", "gzip", "json", "tagged", "passing", "none")
            for _ in range(3)
        ]
        seen += [
            look(session, f"{cache}/varies", headers={"X-Key": key}) for key in ("a", "a", "b")
        ]
        return seen

    # A browser's own cache has no part in these: it keeps nothing that does not say for how long.
    def guessed(session: Any) -> list[Any]:
        seen = [look(session, "plain") for _ in range(2)]
        session.put(f"{url}/plain", data="new")
        seen.append(look(session, "plain"))
        for _ in range(2):
            with session.get(f"{url}/half", stream=True) as response:
                seen.append([next(response.iter_content(2)).decode("latin-1"), response.from_cache])
        for place in ("half", "gzip", "half", "gzip"):
            with session.get(f"{url}/{place}", stream=True) as response:
                pieces = b"".join(response.iter_content(7))
                seen.append([place, pieces.decode(), response.from_cache])
        return seen

    mounted = requests.Session()
    adapter = CacheControlAdapter(max_retries=1, heuristic=ExpiresAfter(days=1))
    mounted.mount("http://", adapter)
    results = [visit(CacheControl(requests.Session()), CACHES[0]), guessed(mounted)]
    for cache, kind in zip(CACHES[1:], (FileCache, SeparateBodyFileCache), strict=True):
        with tempfile.TemporaryDirectory() as folder:
            results.append(visit(CacheControl(requests.Session(), kind(folder)), cache))
            again = CacheControl(requests.Session(), kind(folder))
            results.append([look(again, f"{cache}/{place}") for place in ("gzip", "tagged")])
    return results


@job(
    "requests-aws4auth",
    "requests signed with all kinds of bodies, in a session, and a signature of a fixed day",
    {
        "GET /bucket": answer("<ListBucketResult/>", Content_Type="application/xml"),
        "PUT /bucket/%C3%A9": answer(""),
        "POST /search": answer({"found": 1}),
        "DELETE /bucket/%C3%A9": answer({"Code": "AccessDenied"}, 403),
    },
    varies=("authorization", "x-amz-date"),
)
def requests_aws4auth(url: str) -> Any:
    import requests
    from requests_aws4auth import AWS4Auth

    auth = AWS4Auth("id", "secret", "eu-west-1", "s3", session_token="token")
    session = requests.Session()
    session.auth = auth
    data = b"\x00\xff" * 1000
    listed = session.get(f"{url}/bucket", params={"prefix": "a b/é", "list-type": "2"})
    put = session.put(f"{url}/bucket/é", data=data, headers={"X-Amz-Acl": "private"})
    session.put(f"{url}/bucket/é", data=io.BytesIO(data))
    found = session.post(f"{url}/search", json={"q": "é"})
    denied = session.delete(f"{url}/bucket/é")
    fixed = requests.Request(
        "POST", "https://s3.example/b?y=2&x=é", data={"a": "b c"}, headers={"X-Amz-Date": DAY}
    )
    return [
        listed.text, put.status_code, found.json(), failure(denied.raise_for_status)[0],
        str(put.request.headers["Authorization"]).rpartition("Signature")[0].rpartition("/")[2],
        put.request.headers["x-amz-content-sha256"],
        dict(session.prepare_request(fixed).headers)["Authorization"],
    ]  # fmt: skip


@job(
    "requests-file",
    "files by URL: all of one, in pieces, its length; none; a folder; beside a server",
    {"GET /beside": answer("beside")},
)
def requests_file(url: str) -> Any:
    import requests
    from requests_file import FileAdapter

    session = requests.Session()
    session.mount("file://", FileAdapter())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a é.txt")
        path.write_text(PAGE, "utf-8")
        whole = session.get(path.as_uri())
        with session.get(path.as_uri(), stream=True) as response:
            pieces = list(response.iter_content(9))
            rest = response.raw.read()
        head = session.head(path.as_uri())
        missing = session.get(Path(folder, "none").as_uri())
        lines = list(session.get(path.as_uri(), stream=True).iter_lines(decode_unicode=True))
        return [
            whole.status_code, whole.content.decode(), dict(whole.headers), whole.encoding,
            whole.apparent_encoding, whole.reason, whole.history, whole.ok,
            whole.url.endswith("a%20%C3%A9.txt"), whole.request.method,
            b"".join(pieces).decode(), len(pieces), len(rest), dict(head.headers),
            missing.status_code, failure(missing.raise_for_status)[0], len(lines), str(lines[0]),
            failure(lambda: session.post(path.as_uri())),
            failure(lambda: session.get("file://elsewhere/a")),
            failure(lambda: requests.get(path.as_uri()))[0],
            session.get(f"{url}/beside").text,
        ]  # fmt: skip


@job(
    "requests-ratelimiter",
    "a session and an adapter that let two requests pass, and one that a 429 stops",
    {"GET /often": answer("often"), "GET /limited": answer("slow down", 429)},
)
def requests_ratelimiter(url: str) -> Any:
    import requests
    from requests_ratelimiter import LimiterAdapter, LimiterSession

    def send(session: Any, place: str) -> Any:
        try:
            return session.get(f"{url}/{place}").status_code
        except Exception as error:  # noqa: BLE001 - of the library's own kind
            return type(error).__name__

    options: dict[str, Any] = {"per_hour": 2, "max_delay": 1}
    mounted = requests.Session()
    mounted.mount("http://", LimiterAdapter(**options, max_retries=1))
    return [
        [send(LimiterSession(**options, per_host=False), "often") for _ in range(3)],
        [send(session, "often") for session in [LimiterSession(**options)] * 3],
        [send(mounted, "often") for _ in range(3)],
        [send(session, "limited") for session in [LimiterSession(**options)] * 2],
    ]


ITEM = {
    "metadata": {"identifier": "book", "title": "Bücher", "mediatype": "texts"},
    "files": [
        {"name": "a.txt", "size": str(len(PAGE.encode())), "mtime": "1", "format": "Text",
         "md5": hashlib.md5(PAGE.encode()).hexdigest()},
    ],
    "reviews": [],
}  # fmt: skip
HOST = "/archive.org"


@job(
    "internetarchive",
    "an item, a file of it, a search by pages after a 503 that is tried again, a change, a 404",
    {
        f"GET {HOST}/metadata/book": answer(ITEM),
        f"GET {HOST}/metadata/none": answer({}),
        f"POST {HOST}/metadata/book": answer({"success": True, "task_id": 7}),
        f"GET {HOST}/download/book/a.txt": answer(PAGE),
        f"GET {HOST}/download/book/lost.txt": answer("none", 404),
        f"POST {HOST}/services/search/v1/scrape": (
            answer("busy", 503, Retry_After="0"),
            answer({"items": [{"identifier": "book"}], "total": 2, "cursor": "next"}),
            answer({"items": [{"identifier": "film"}], "total": 2}),
        ),
    },
)
def internetarchive(url: str) -> Any:
    import internetarchive

    general = {"secure": False, "host": url.removeprefix("http://") + HOST}
    keys = {"access": "key", "secret": "secret"}
    session = internetarchive.get_session(config={"general": general, "s3": keys})
    session.mount_http_adapter(host=session.host)
    item = session.get_item("book")
    lost = item.get_file("lost.txt", file_metadata={"name": "lost.txt"})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.txt")
        item.get_file("a.txt").download(destdir=folder)
        kept = [path.read_text("utf-8") == PAGE, path.stat().st_mtime]
        failed = failure(lambda: lost.download(destdir=folder, retries=-1))[0]
    changed = item.modify_metadata({"title": "Neu", "n": "1"}, reduced_priority=True)
    return [
        item.exists, item.metadata["title"], session.get_item("none").exists, kept, failed,
        [found["identifier"] for found in session.search_items("title:é", fields=["title"])],
        changed.json(), changed.request.body, type(changed.request).__name__,
    ]  # fmt: skip
