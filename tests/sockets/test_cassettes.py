"""Cassettes: real exchanges are recorded, and give the same without the server."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path
from typing import Any

import pytest

import pyfetch_requests
from pyfetch_requests import sync, testing
from tests.server import Server, Urls

from .callers import Caller

BYTES = bytes(range(256)) * 3


def everything(response: Any) -> Any:
    """All that a response shows."""
    return (
        response.status_code, response.reason, response.url, list(response.headers.items()),
        list(response.raw.header_pairs), response.content, response.elapsed,
        [(each.status_code, each.headers["location"]) for each in response.history],
        dict(response.cookies),
    )  # fmt: skip


async def outcome(caller: Caller, call: Any) -> Any:
    try:
        return everything(await caller(call()))
    except pyfetch_requests.RequestException as error:
        return type(error), str(error)


async def tour(caller: Caller, urls: Urls) -> list[Any]:
    """What a client does: answers of all kinds, failures of all kinds, the same one twice."""
    session = caller.client.Session()

    def chunks() -> Any:
        yield b"one"
        yield b"two"

    cut = urls.respond(b"abc", promise=10)
    calls = [
        lambda: session.get(urls.respond(BYTES, headers=[("X-A", "1"), ("x-a", "2")])),
        lambda: session.get(urls.respond("ü\r\n\u2028line\n", encoding="gzip")),
        lambda: session.get(urls.redirect(urls.respond("", headers=[("Set-Cookie", "k=hidden")]))),
        lambda: session.post(urls.echo(), data={"a": "ü"}),
        lambda: session.post(urls.echo(), data=chunks()),
        lambda: session.post(urls.echo(), files={"f": b"content"}),
        lambda: session.head(urls.respond("body")),
        lambda: session.get(urls.respond("no", status=404, reason="Not This")),
        lambda: session.get(f"{urls.dead}/x"),
        lambda: session.get(cut),
        lambda: session.get(urls.respond("late", delay=5), timeout=0.1),
        lambda: session.get(urls.seen("nobody", within=0)),
        lambda: session.get(urls.seen("nobody", within=0)),
    ]
    found = [await outcome(caller, call) for call in calls]
    session.close()
    return found


def test_the_same_without_the_server(caller: Caller, tmp_path: Path) -> None:
    path = tmp_path / "folder" / "tour.json"
    found = []
    with Server() as server:
        urls = server.urls

        async def record() -> None:
            with testing.cassette(path, "record"):
                found.extend(await tour(caller, urls))

        caller.run(record)

    async def replay() -> None:
        with testing.cassette(path) as cassette:
            again = await tour(caller, urls)
        assert cassette.unused == []
        for before, after in zip(found, again, strict=True):
            # The boundary of a multipart body is another each time, and the server repeats it.
            assert before == after

    caller.run(replay)
    assert '"GET"' in path.read_text(encoding="utf-8")


def test_one_face_replays_what_the_other_has_recorded(urls: Urls, tmp_path: Path) -> None:
    path, url = tmp_path / "a.json", urls.echo("?q=1")
    with testing.cassette(path, "record"):
        found = sync.get(url).json()

    async def ask() -> Any:
        return await pyfetch_requests.get(url).json()

    for name in ("asyncio", "trio"):
        with testing.cassette(path):
            assert Caller(name).run(ask) == found


def test_streams_are_recorded_as_far_as_they_were_read(urls: Urls, tmp_path: Path) -> None:
    path, url = tmp_path / "a.json", urls.respond(b"a\nb\nc\n", cut=2, how="stall")
    with testing.cassette(path, "record"), sync.get(url, stream=True) as response:
        assert next(response.iter_lines(chunk_size=None)) == b"a"
    with testing.cassette(path), sync.get(url, stream=True) as response:
        lines = response.iter_lines(chunk_size=None)
        assert next(lines) == b"a"
        with pytest.raises(testing.NotRecordedError, match="only the first 2 bytes of the body"):
            list(lines)


def test_chunks_and_their_times(caller: Caller, urls: Urls, tmp_path: Path) -> None:
    path, url = tmp_path / "a.json", urls.respond(b"abcdef", sizes=3, pause=0.05)

    async def read() -> list[bytes]:
        response = await caller(caller.client.get(url, stream=True))
        if caller.name == "blocking":
            return list(response.iter_content(None))
        return [chunk async for chunk in response.iter_content(None)]

    with testing.cassette(path, "record", timing=True):
        chunks = caller.run(read)
    assert b"".join(chunks) == b"abcdef"
    written = json.loads(path.read_text())["exchanges"][0]["response"]["chunks"]
    assert [chunk["body"].encode() for chunk in written] == chunks
    assert all(chunk["after"] >= 0 for chunk in written)
    with testing.cassette(path):
        assert caller.run(read) == chunks


def test_new_sends_what_is_missing(server: Server, urls: Urls, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    with testing.cassette(path, "new"):
        sync.get(urls.echo("?first"))
    first = path.read_bytes()
    with testing.cassette(path, "new") as cassette:
        sync.get(urls.echo("?first"))
    assert path.read_bytes() == first
    with testing.cassette(path, "new") as cassette:
        sync.get(urls.echo("?first"))
        sync.get(urls.echo("?second"))
        sync.get(urls.echo("?second"))
    assert [each.request.url[-6:] for each in cassette.exchanges] == ["?first", *["second"] * 2]
    with testing.cassette(path) as cassette:
        sync.get(urls.echo("?second"))
    assert len(cassette.unused) == 2


def test_all_sends_all_and_keeps_the_others(urls: Urls, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    with testing.cassette(path, "record"):
        sync.get(urls.echo("?kept"))
        sync.get(urls.echo("?again"), headers={"X-A": "1"})
    with testing.cassette(path, "all"):
        sync.get(urls.echo("?again"), headers={"X-A": "2"})
    with testing.cassette(path) as cassette:
        assert len(cassette.exchanges) == 2
        assert ["X-A", "2"] in sync.get(urls.echo("?again")).json()["headers"]
        assert sync.get(urls.echo("?kept")).ok


def test_nothing_secret_is_written(urls: Urls, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    secrets = {
        "authorization": "Bearer bearer-token-1", "cookie": "cookie-value-2",
        "field": "field-value-3", "query": "query value-4", "header": "header-value-5",
        "answer": "answer-value-6", "set": "cookie-set-7", "form": "form value-8",
        "multipart": "part-value-9", "password": "basic-password-10",
    }  # fmt: skip
    hide = ("Field", "key", "X-Key", "token", "header")

    def client() -> list[Any]:
        session = sync.Session()
        session.headers["Authorization"] = secrets["authorization"]
        session.headers["X-Key"] = secrets["header"]
        session.cookies["sid"] = secrets["cookie"]
        answers = [
            session.post(
                urls.echo(),
                params={"key": secrets["query"], "page": "2"},
                json={"a": [{"field": secrets["field"]}], "b": 1},
            ),
            session.post(urls.echo(), data={"field": secrets["form"], "other": "1"}),
            session.post(urls.echo(), files={"field": secrets["multipart"]}),
            session.get(
                urls.respond(
                    json.dumps({"token": secrets["answer"], "n": 1}),
                    headers=[("Set-Cookie", f"s={secrets['set']}; Path=/")],
                )
            ),
        ]
        answers.append(session.get(urls.echo(f"?t={answers[-1].json()['token']}")))
        answers.append(session.get(urls.redirect(f"{urls.page}/echo?key={secrets['field']}")))
        return answers

    with testing.cassette(path, "record", hide=hide):
        client()
    written = path.read_text()
    assert [name for name, value in secrets.items() if value in written] == []
    assert "page=2" in written
    assert "Bearer hidden" in written
    with testing.cassette(path, hide=hide) as cassette:
        answers = client()
    assert cassette.unused == []
    assert answers[3].json() == {"token": "hidden", "n": 1}
    assert dict(answers[3].cookies) == {"s": "hidden"}


def test_what_was_not_recorded_is_said(urls: Urls, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    with testing.cassette(path, "record"):
        sync.post(urls.echo("?page=1"), data="one")
        sync.get(f"{urls.page}/other")
    with testing.cassette(path):
        with pytest.raises(testing.NotRecordedError) as caught:
            sync.post(urls.echo("?page=2"), data="one")
        text = str(caught.value)
        assert "was not recorded in" in text
        assert "(2 exchanges). Nearest is POST " in text
        assert (
            f"\n  url: '{urls.echo('?page=1')}' was recorded, not '{urls.echo('?page=2')}'" in text
        )
        assert "body:" not in text
        with pytest.raises(
            testing.NotRecordedError, match=r"body: b'one' was recorded, not b'two'"
        ):
            sync.post(urls.echo("?page=1"), data="two")
        assert sync.post(urls.echo("?page=1"), data="one").ok
        with pytest.raises(testing.NotRecordedError, match="was recorded 1 times"):
            sync.post(urls.echo("?page=1"), data="one")
    with testing.cassette(path, repeat=True):
        for _ in range(3):
            assert sync.post(urls.echo("?page=1"), data="one").ok


def test_what_matches_can_be_chosen(urls: Urls, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    with testing.cassette(path, "record"):
        sync.post(urls.echo("?page=1"), data="one", headers={"X-A": "1"})
    elsewhere = "https://elsewhere.invalid/echo?page=1"
    with testing.cassette(path, match=("method", "path", "query")):
        assert sync.post(elsewhere).json()["method"] == "POST"
    for rules in (["origin"], ["headers"]):
        with testing.cassette(path, match=rules), pytest.raises(LookupError, match=rules[0]):
            sync.post(elsewhere)

    def same_length(asked: testing.WireRequest, recorded: testing.WireRequest) -> bool:
        return len(str(asked.body)) == len(str(recorded.body))

    with testing.cassette(path, match=[same_length], repeat=True):
        assert sync.post(elsewhere, data="two").ok
        with pytest.raises(testing.NotRecordedError, match="same_length: does not match"):
            sync.post(elsewhere, data="three")


def test_urllib_is_recorded_and_mocked_too(urls: Urls, tmp_path: Path) -> None:
    path, url = tmp_path / "a.json", urls.redirect(urls.echo("?urllib"))
    with pyfetch_requests.installed("urllib"):
        with testing.cassette(path, "record"):
            found = urllib.request.urlopen(url).read()
        with testing.cassette(path) as cassette:
            assert urllib.request.urlopen(url).read() == found
            assert cassette.unused == []
            with pytest.raises(testing.NotRecordedError):
                urllib.request.urlopen(url)
    before = vars(urllib.request.AbstractHTTPHandler)["do_open"]
    with testing.mocked(lambda request: testing.respond(json=request.url), "urllib") as transport:
        assert json.load(urllib.request.urlopen("https://api.example/x")) == "https://api.example/x"
    assert len(transport.requests) == 1
    assert vars(urllib.request.AbstractHTTPHandler)["do_open"] is before


def test_a_cancelled_request_is_not_recorded(urls: Urls, tmp_path: Path) -> None:
    import asyncio

    path = tmp_path / "a.json"

    async def story() -> None:
        task = asyncio.ensure_future(pyfetch_requests.get(urls.respond("late", delay=5)))
        while not cassette.exchanges:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with testing.cassette(path, "record") as cassette:
        asyncio.run(story())
    assert cassette.exchanges == []
    assert json.loads(path.read_text())["exchanges"] == []


def test_what_is_no_cassette(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="mode= is one of 'replay', 'record', 'new', 'all'"):
        testing.cassette(tmp_path / "a", "once")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"match= does not know .uri.: use .method., .url."):
        testing.cassette(tmp_path / "a", match=["uri"])
    with pytest.raises(FileNotFoundError, match=r"There is no cassette .*mode='record'"):
        testing.cassette(tmp_path / "a").start()
    for text in ("", "{}", '{"format": "other", "exchanges": []}', "[1]"):
        (tmp_path / "b").write_text(text)
        with pytest.raises(ValueError, match="cannot be read as a cassette"):
            testing.cassette(tmp_path / "b").start()
    # Nothing is left in the way of requests.
    with testing.mocked(lambda request: testing.respond(204)):
        assert sync.get("http://h/").status_code == 204
