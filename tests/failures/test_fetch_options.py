"""What the caller's own fetch options bring about: named, not retried, never blamed on a server."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser import in_pyodide, script
from tests.browser.ways import Way
from tests.server import Urls

WRONG = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
ABC = "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="
ABC_512 = (
    "sha512-3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9"
    "RU1EI2Q86A4qmslPpUyknw=="
)

SPY = """() => {
  const original = globalThis.fetch;
  const seen = [];
  globalThis.fetch = (url, init) => (seen.push(init), original(url, init));
  return { seen, undo: () => { globalThis.fetch = original; } };
}"""


async def option_error(way: Way, method: str, url: str, **options: Any) -> str:
    """The message of a request that its own options make fail; no retry is spent on it."""
    client = way.client
    spent: list[Exception] = []
    base: Any = client.Retry

    class Counting(base):
        def after_error(self, method: str, error: Exception) -> Any:
            spent.append(error)
            return super().after_error(method, error)

    session = client.Session(retries=Counting(3))
    with pytest.raises(client.FetchOptionError) as caught:
        await way.finish(session.request(method, url, **options))
    error: Any = caught.value
    assert isinstance(error, ValueError)
    assert not isinstance(error, client.ConnectionError)
    assert caught.value.request.url == url
    assert spent == []
    text = str(caught.value)
    assert "cannot be reached" not in text
    assert "CORS" not in text
    return text


async def count(way: Way, urls: Urls, name: str, least: int = 0) -> int:
    """How many requests of a name have reached the server."""
    seen = await way.seen(urls.seen(name, count=least))
    return int(seen["count"])


@in_pyodide
@pytest.mark.over_sockets
@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("other", [False, True])
async def test_integrity(
    way: Way, urls: Urls, request_id: str, stream: bool, method: str, other: bool
) -> None:
    url = urls.respond("abc", id=request_id)
    url = urls.cors(url) if other else url
    response = await way.request(method, url, integrity=ABC, stream=stream)
    assert await way.finish(response.read()) == b"abc"
    text = await option_error(way, method, url, integrity=WRONG, stream=stream)
    assert f"integrity='{WRONG}'" in text
    assert f"has {ABC}" in text
    assert await count(way, urls, request_id, 2) == 2


@in_pyodide
@pytest.mark.over_sockets
@pytest.mark.parametrize(
    ("integrity", "fits"),
    [
        (f"{WRONG} {ABC}", True),
        (ABC_512, True),
        (f"{WRONG} {ABC_512}", True),
        (f"{ABC} sha512-AAAA", False),
        (f"{ABC}?option md5-unknown", True),
        (ABC.replace("+", "-").replace("/", "_").rstrip("="), True),
        ("", True),
    ],
)
async def test_which_hash_counts(way: Way, urls: Urls, integrity: str, fits: bool) -> None:
    url = urls.respond("abc")
    if fits:
        assert (await way.get(url, integrity=integrity)).content == b"abc"
    else:
        await option_error(way, "GET", url, integrity=integrity)


@in_pyodide
@pytest.mark.over_sockets
async def test_integrity_of_what_is_coded_cut_or_redirected(way: Way, urls: Urls) -> None:
    client = way.client
    coded = urls.respond("abc", encoding="gzip")
    assert (await way.get(coded, integrity=ABC)).content == b"abc"
    assert (await way.get(urls.redirect(coded), integrity=ABC)).content == b"abc"
    with pytest.raises((client.ChunkedEncodingError, client.ConnectionError)):
        await way.get(urls.respond("abc" * 50, cut=50), integrity=ABC)
    with pytest.raises(client.ConnectionError):
        await way.get(urls.dead, integrity=ABC)


@in_pyodide
@pytest.mark.over_sockets
@pytest.mark.parametrize("value", ["md5-AAAA", "AAAA", 5])
async def test_what_is_no_hash(way: Way, urls: Urls, request_id: str, value: object) -> None:
    with pytest.raises(way.client.FetchOptionError, match=r"integrity=.*sha256"):
        await way.get(urls.respond("abc", id=request_id), integrity=value)
    assert await count(way, urls, request_id) == 0


@in_pyodide
@pytest.mark.over_sockets
@pytest.mark.only_on("not by_xhr")
@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
@pytest.mark.parametrize("other", [False, True])
@pytest.mark.parametrize("stream", [False, True])
async def test_redirect_that_is_an_error(
    way: Way, urls: Urls, request_id: str, method: str, other: bool, stream: bool
) -> None:
    url = urls.redirect(urls.respond("followed", id=request_id))
    url = urls.cors(urls.path(url)) if other else url
    text = await option_error(way, method, url, redirect="error", stream=stream)
    assert "redirect='error'" in text
    assert await count(way, urls, request_id) == 0
    answer = await way.request(method, urls.respond("abc"), redirect="error", stream=stream)
    assert await way.finish(answer.read()) == b"abc"
    with pytest.raises(way.client.ConnectionError):
        await way.request(method, urls.dead, redirect="error")


@in_pyodide
@pytest.mark.over_sockets
async def test_redirect_decides_before_allow_redirects(way: Way, urls: Urls) -> None:
    url = urls.redirect(urls.respond("abc"))
    assert (await way.get(url, redirect="follow", allow_redirects=False)).content == b"abc"
    if way.name == "xhr":
        with pytest.raises(way.client.BrowserLimitError, match="redirect="):
            await way.get(url, redirect="manual")
        return
    answer = await way.get(url, redirect="manual")
    assert answer.is_redirect
    assert answer.content == b""
    # What is shown is no answer whose hash could be right.
    text = await option_error(way, "GET", url, redirect="manual", integrity=ABC)
    assert "integrity=" in text


@in_pyodide
@pytest.mark.only_on("browser and not by_xhr")
async def test_same_origin(way: Way, urls: Urls, request_id: str) -> None:
    url = f"{urls.other}/echo?id={request_id}"
    text = await option_error(way, "GET", url, mode="same-origin")
    assert "mode='same-origin' does not let" in text
    assert await count(way, urls, request_id) == 0
    assert (await way.get(urls.echo(), mode="same-origin")).ok
    assert (await way.get(urls.redirect(urls.echo()), mode="same-origin")).ok
    # What is not repeated is not known: it is said, together with what else it may be.
    with pytest.raises(way.client.ConnectionError, match="redirect"):
        await way.request("POST", urls.redirect(url, 307), mode="same-origin")
    with pytest.raises(way.client.ConnectionError):
        await way.get(urls.respond("x", cut=-1), mode="same-origin")


@in_pyodide
@pytest.mark.only_on("browser and not by_xhr")
async def test_a_redirect_leaves_the_origin(way: Way, urls: Urls, engine: str, place: str) -> None:
    import js

    url = urls.redirect(f"{urls.other}/echo")
    # Where a report tells what an isolated place holds back.
    reported = engine == "chromium" or (engine, place) == ("webkit", "page")
    if js.crossOriginIsolated and not reported:
        with pytest.raises(way.client.ConnectionError, match="The address redirects, and"):
            await way.get(url, mode="same-origin")
        return
    text = await option_error(way, "GET", url, mode="same-origin")
    assert "redirects to another origin, which mode='same-origin' forbids" in text


@in_pyodide
@pytest.mark.only_on("not by_xhr")
async def test_only_if_cached(way: Way, urls: Urls, engine: str, request_id: str) -> None:
    url = urls.respond("abc", headers=[("Cache-Control", "max-age=60")], id=request_id)
    text = await option_error(way, "GET", url, cache="only-if-cached")
    assert "mode='same-origin'" in text
    if engine in ("chromium", "firefox"):  # the others ask the server (docs/differences.md)
        text = await option_error(way, "GET", url, cache="only-if-cached", mode="same-origin")
        assert "the browser's cache has no answer" in text
        assert await count(way, urls, request_id) == 0
        await way.get(url, cache="default")
    answer = await way.get(url, cache="only-if-cached", mode="same-origin")
    assert answer.content == b"abc"
    assert await count(way, urls, request_id, 1) == 1


@in_pyodide
@pytest.mark.only_on("not by_xhr")
async def test_keepalive(way: Way, urls: Urls, place: str, request_id: str) -> None:
    answer = await way.request("POST", urls.echo(), data=b"x" * 65536, keepalive=True)
    assert answer.ok
    url = urls.respond("", id=request_id)
    for body in (b"x" * 65537, iter([b"x" * 40000] * 2)):
        if place == "process":
            assert (await way.request("POST", url, data=body, keepalive=True)).ok
            continue
        text = await option_error(way, "POST", url, data=body, keepalive=True)
        assert "keepalive=True: the body has" in text
        assert await count(way, urls, request_id) == 0
    with pytest.raises(way.client.ConnectionError):
        await way.request("POST", urls.dead, data=b"x" * 1000, keepalive=True)


@in_pyodide
@pytest.mark.only_on("(chromium or webkit) and by_await")
async def test_bodies_of_keepalive_are_counted_together(way: Way, urls: Urls) -> None:
    import asyncio

    client = way.client
    url = urls.respond("", delay=0.5)
    calls = [client.post(url, data=b"x" * 40000, keepalive=True) for _ in range(2)]
    first, second = await asyncio.gather(*calls, return_exceptions=True)
    assert not isinstance(first, BaseException)
    assert first.ok
    assert type(second) is client.FetchOptionError
    assert "bodies of 80000 bytes" in str(second)
    assert (await client.post(url, data=b"x" * 40000, keepalive=True)).ok


@in_pyodide
@pytest.mark.over_sockets
@pytest.mark.parametrize("name", ["referrer_policy", "cache", "priority", "keepalive"])
async def test_values_that_there_are_not(way: Way, urls: Urls, request_id: str, name: str) -> None:
    with pytest.raises(
        way.client.FetchOptionError, match=f"{name}='none' is not known to fetch: use "
    ):
        await way.get(urls.respond("", id=request_id), **{name: "none"})
    assert await count(way, urls, request_id) == 0


@in_pyodide
@pytest.mark.only_on("browser and not by_xhr")
@pytest.mark.parametrize(
    ("method", "options", "named"),
    [
        ("PUT", {}, "only GET, HEAD and POST"),
        ("GET", {"headers": {"X-One": "1"}}, "does not allow X-One"),
        ("GET", {"auth": ("user", "hunter2")}, "does not allow Authorization"),
        ("POST", {"json": {}}, "does not allow Content-Type"),
        ("GET", {"allow_redirects": False}, "allow_redirects=True"),
        ("GET", {"redirect": "error"}, "no redirect="),
        ("GET", {"integrity": ABC}, "integrity= cannot be checked"),
    ],
)
async def test_no_cors(
    way: Way, urls: Urls, request_id: str, method: str, options: dict[str, Any], named: str
) -> None:
    url = f"{urls.other}/echo?id={request_id}"
    text = await option_error(way, method, url, mode="no-cors", **options)
    assert named in text
    assert "hunter2" not in text
    assert await count(way, urls, request_id) == 0


@in_pyodide
@pytest.mark.only_on("browser and not by_xhr")
async def test_no_cors_that_is_allowed(way: Way, urls: Urls, request_id: str) -> None:
    headers = [("Cross-Origin-Resource-Policy", "cross-origin")]  # else isolated pages hide it
    url = urls.other + urls.path(urls.respond("", headers=headers, id=request_id))
    for method, options in (
        ("GET", {"headers": {"Accept": "text/plain", "Accept-Language": "en"}}),
        ("HEAD", {}),
        ("POST", {"data": {"a": "b"}}),
        ("POST", {"data": b"x", "headers": {"Content-Type": "text/plain"}}),
    ):
        answer = await way.request(
            method, url, mode="no-cors", **{"allow_redirects": True, **options}
        )
        assert answer.type == "opaque"
    assert await count(way, urls, request_id, 4) == 4


@in_pyodide
@pytest.mark.only_on("by_xhr")
@pytest.mark.parametrize(
    "options",
    [
        {"redirect": "error"},
        {"mode": "same-origin"},
        {"cache": "only-if-cached"},
        {"keepalive": True},
        {"referrer_policy": "no-referrer"},
        {"fetch_options": {"duplex": "half"}},
    ],
)
async def test_what_only_fetch_has(
    way: Way, urls: Urls, request_id: str, options: dict[str, Any]
) -> None:
    name = next(iter(options.get("fetch_options", options)))
    with pytest.raises(way.client.BrowserLimitError, match=name):
        await way.get(urls.respond("", id=request_id), **options)
    assert await count(way, urls, request_id) == 0


@in_pyodide
@pytest.mark.over_sockets
async def test_defaults_are_taken_by_every_way(way: Way, urls: Urls) -> None:
    options = {"keepalive": False, "referrer_policy": "", "integrity": "", "priority": "low"}
    assert (await way.get(urls.echo(), **options)).ok


@in_pyodide
@pytest.mark.parametrize("kind", ["controller", "JavaScript's controller", "object", "target"])
async def test_what_is_no_signal(way: Way, urls: Urls, request_id: str, kind: str) -> None:
    import js

    signals = {
        "controller": way.client.AbortController,
        "JavaScript's controller": js.AbortController.new,
        "object": object,
        "target": js.EventTarget.new,
    }
    with pytest.raises(way.client.FetchOptionError, match="AbortSignal") as caught:
        await way.get(urls.respond("", id=request_id), signal=signals[kind]())
    assert (".signal" in str(caught.value)) is ("controller" in kind)
    assert await count(way, urls, request_id) == 0


@in_pyodide
@pytest.mark.only_on("not by_xhr")
async def test_further_options(way: Way, urls: Urls) -> None:
    import js

    client = way.client
    value = js.Object.new()
    spy = script(SPY)()
    try:
        session = client.Session(fetch_options={"duplex": "half", "ours": value})
        answer = await way.finish(session.get(urls.echo(), fetch_options={"list": [1, {"a": 2}]}))
    finally:
        spy.undo()
    assert answer.ok
    assert spy.seen[0].duplex == "half"
    assert js.Object.is_(spy.seen[0].ours, value)
    assert spy.seen[0].list[1].a == 2


@in_pyodide
@pytest.mark.only_on("chromium and not by_xhr")
async def test_further_options_that_the_browser_refuses(
    way: Way, urls: Urls, request_id: str
) -> None:
    url = urls.respond("", id=request_id)
    text = await option_error(way, "GET", url, fetch_options={"duplex": "full"})
    assert "duplex='full'" in text
    assert "RequestDuplex" in text
    assert await count(way, urls, request_id) == 0
