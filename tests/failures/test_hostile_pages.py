"""Pages whose scripts replaced, locked or removed what a request is made with."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.browser import in_pyodide, script
from tests.browser.ways import Way
from tests.server import Urls

pytestmark = pytest.mark.only_on("browser")

# As Object.freeze leaves them to whoever assigns, but to be undone: other tests replace `send`.
READ_ONLY = """() => {
  const undo = [];
  const all = [fetch, Request, Response, Headers, AbortController, XMLHttpRequest, Promise, Object,
    Array, Function, String, Uint8Array, Map];
  for (const each of all) {
    for (const target of [each, each.prototype ?? {}]) {
      for (const name of Reflect.ownKeys(target)) {
        const found = Object.getOwnPropertyDescriptor(target, name);
        if (!found.configurable || !found.writable) continue;
        Object.defineProperty(target, name, { ...found, writable: false });
        undo.push(() => Object.defineProperty(target, name, found));
      }
    }
  }
  return () => { for (const each of undo) each(); };
}"""
ENUMERABLE = """() => {
  Array.prototype.shuffled = () => "polluted";
  Array.prototype.extra = "polluted";
  return () => { delete Array.prototype.shuffled; delete Array.prototype.extra; };
}"""
NO_BUFFER = """() => {
  const kept = Response.prototype.arrayBuffer;
  Response.prototype.arrayBuffer = async () => "text";
  return () => { Response.prototype.arrayBuffer = kept; };
}"""
THROWING_BUFFER = """() => {
  const kept = Response.prototype.arrayBuffer;
  Response.prototype.arrayBuffer = () => { throw new Error("not today"); };
  return () => { Response.prototype.arrayBuffer = kept; };
}"""
NOTHING = """() => {
  const kept = globalThis.fetch;
  globalThis.fetch = () => undefined;
  return () => { globalThis.fetch = kept; };
}"""
# Removes a global, wherever it stands: in Firefox's page the tests run in a sandbox, and the window
# is the prototype of its global.
WITHOUT = """(name) => {
  const kept = [];
  for (let each = globalThis; each; each = Object.getPrototypeOf(each)) {
    if (!Object.hasOwn(each, name)) continue;
    kept.push([each, name, Object.getOwnPropertyDescriptor(each, name)]);
    delete each[name];
  }
  return () => { for (const each of kept) Object.defineProperty(...each); };
}"""
EMPTY_FETCH = """() => {
  const kept = globalThis.fetch;
  globalThis.fetch = undefined;
  return () => { globalThis.fetch = kept; };
}"""
NO_RESPONSE = """() => {
  const kept = globalThis.fetch;
  globalThis.fetch = async () => ({ ok: true, status: 200, text: async () => "mine" });
  return () => { globalThis.fetch = kept; };
}"""
THROWING = """() => {
  const kept = globalThis.fetch;
  globalThis.fetch = () => { throw new Error("not today"); };
  return () => { globalThis.fetch = kept; };
}"""
REJECTING = """() => {
  const kept = globalThis.fetch;
  globalThis.fetch = () => Promise.reject(null);
  return () => { globalThis.fetch = kept; };
}"""
# Members that a page has added to all objects, and that fetch and the others look for in options.
# Not `value`: Pyodide's own code defines properties by functions (0.29), and fails by that.
POLLUTED = """() => {
  const undo = [];
  const add = (target, name, value) => {
    if (Object.hasOwn(target, name)) throw new Error(name);
    target[name] = value;
    undo.push(() => delete target[name]);
  };
  const members = { body: "x", headers: { "X-Polluted": "1" }, redirect: "error",
    integrity: "sha256-AAAA", keepalive: true, duplex: "half", enumerable: true,
    once: true, passive: true, depth: 0, done: true, getBuffer: "x", toJSON: () => "x",
    type: "x", message: "x" };
  for (const [name, value] of Object.entries(members)) add(Object.prototype, name, value);
  add(Array.prototype, "toJSON", () => "x");
  return () => { for (const each of undo) each(); };
}"""
ABORTED = """() => {
  Object.prototype.signal = AbortSignal.abort();
  return () => { delete Object.prototype.signal; };
}"""
THENABLE = """() => {
  Object.prototype.then = "x";
  return () => { delete Object.prototype.then; };
}"""
ERROR = """() => {
  const kept = globalThis.fetch;
  globalThis.fetch = async () => Response.error();
  return () => { globalThis.fetch = kept; };
}"""
READ = """() => {
  const kept = globalThis.fetch;
  globalThis.fetch = async (...parts) => {
    const response = await kept(...parts);
    await response.text();
    return response;
  };
  return () => { globalThis.fetch = kept; };
}"""
DEAF = """() => {
  const kept = globalThis.fetch;
  globalThis.fetch = () => new Promise(() => {});
  return () => { globalThis.fetch = kept; };
}"""
STALLING = """() => {
  const kept = globalThis.fetch;
  globalThis.fetch = async () => new Response(new ReadableStream({
    start: (controller) => controller.enqueue(new Uint8Array(3)),
    pull: () => new Promise(() => {}),
  }));
  return () => { globalThis.fetch = kept; };
}"""
# What a polyfill gives: functions for the whole, and no stream.
POLYFILL = """() => {
  const kept = globalThis.fetch;
  globalThis.fetch = async (...parts) => {
    const { ok, status, statusText, url, headers, ...rest } = await kept(...parts).then(
      async (response) => ({
        ok: response.ok, status: response.status, statusText: response.statusText,
        url: response.url, headers: response.headers, whole: await response.arrayBuffer(),
      }));
    return { ok, status, statusText, url, headers, type: "default", bodyUsed: false,
      arrayBuffer: async () => rest.whole };
  };
  return () => { globalThis.fetch = kept; };
}"""
THROWING_XHR = """() => {
  const kept = XMLHttpRequest.prototype.send;
  XMLHttpRequest.prototype.send = () => { throw new Error("not today"); };
  return () => { XMLHttpRequest.prototype.send = kept; };
}"""
NEVER_BLOCKING = """() => {
  const kept = XMLHttpRequest.prototype.open;
  XMLHttpRequest.prototype.open = function (method, url) { kept.call(this, method, url, true); };
  return () => { XMLHttpRequest.prototype.open = kept; };
}"""
OF_PAGE = "A script of this page has replaced or removed fetch"


async def check_echoes(way: Way, urls: Urls) -> None:
    """A body goes out and comes back, read at once, with a time limit, and piece by piece."""
    for options in ({}, {"timeout": 5}, {"stream": True}):
        answer = await way.request("POST", urls.respond(), data=b"abc", **options)
        assert await way.finish(answer.read()) == b"abc"


async def failure(way: Way, undo: Any, url: str, **options: Any) -> str:
    """The message of a request that fails while something is replaced; what was not is put back."""
    try:
        with pytest.raises(way.client.RequestException) as caught:
            await way.finish((await way.get(url, **options)).read())
    finally:
        undo()
    assert type(caught.value).__module__ == "pyfetch_requests.exceptions"
    text = str(caught.value)
    assert OF_PAGE not in text or re.search(r" \[\w*Error: .+\]$", text)
    return text


@in_pyodide
@pytest.mark.only_on("not by_xhr")
async def test_no_response(way: Way, urls: Urls) -> None:
    for url in (urls.echo(), urls.cors(urls.echo())):
        for options in ({}, {"timeout": 5}, {"stream": True}):
            assert OF_PAGE in await failure(way, script(NO_RESPONSE)(), url, **options)
            assert OF_PAGE in await failure(way, script(NOTHING)(), url, **options)
    assert (await way.get(urls.echo())).ok


@in_pyodide
@pytest.mark.only_on("not by_xhr")
async def test_no_fetch(way: Way, urls: Urls) -> None:
    for url in (urls.echo(), urls.cors(urls.echo())):
        assert OF_PAGE in await failure(way, script(WITHOUT)("fetch"), url)
        assert OF_PAGE in await failure(way, script(EMPTY_FETCH)(), url)
    assert (await way.get(urls.echo())).ok


@in_pyodide
@pytest.mark.only_on("not by_xhr")
async def test_a_function_that_fails(way: Way, urls: Urls) -> None:
    for url in (urls.echo(), urls.cors(urls.echo())):
        assert "not today" in await failure(way, script(THROWING)(), url)
        assert await failure(way, script(REJECTING)(), url)
    assert (await way.get(urls.echo())).ok


@in_pyodide
@pytest.mark.only_on("not by_xhr")
async def test_no_controller(way: Way, urls: Urls) -> None:
    text = await failure(way, script(WITHOUT)("AbortController"), urls.echo())
    assert OF_PAGE in text
    assert "AbortController" in text
    assert (await way.get(urls.echo())).ok


@in_pyodide
@pytest.mark.only_on("by_await")
async def test_a_reader_that_is_none(way: Way, urls: Urls) -> None:
    """A blocking call reads piece by piece, without the function that was replaced."""
    url = urls.respond("abc", framing="chunked")
    assert OF_PAGE in await failure(way, script(NO_BUFFER)(), url, timeout=None)
    assert "not today" in await failure(way, script(THROWING_BUFFER)(), url, timeout=None)
    assert (await way.get(url)).content == b"abc"


@in_pyodide
async def test_arrays_that_have_more(way: Way, urls: Urls) -> None:
    undo = script(ENUMERABLE)()
    try:
        answer = await way.request("POST", urls.respond(), data=b"abc", headers={"X-One": "1"})
        assert answer.content == b"abc"
        assert (await way.get(urls.cors(urls.blob(100)))).ok
    finally:
        undo()


@in_pyodide
async def test_what_may_not_be_replaced(way: Way, urls: Urls) -> None:
    undo = script(READ_ONLY)()
    try:
        await check_echoes(way, urls)
    finally:
        undo()


class CallableBytes(bytes):
    """Nothing else is of this kind: Pyodide makes a class for each kind of object that it sees."""

    def __call__(self) -> None:
        raise NotImplementedError


@in_pyodide
@pytest.mark.only_on("not (strict or by_xhr)")  # these copy a body into bytes of the usual kind
async def test_what_pyodide_cannot_convert(way: Way, urls: Urls) -> None:
    """As with SES, where nothing may be assigned that Object.prototype has."""
    undo = script(READ_ONLY)()
    try:
        with pytest.raises(way.client.ConnectionError, match=OF_PAGE) as caught:
            await way.request("POST", urls.respond(), data=CallableBytes(b"abc"))
    finally:
        undo()
    assert re.search("read.?only", str(caught.value))
    await check_echoes(way, urls)


@in_pyodide
@pytest.mark.only_on("not strict")  # Python makes objects with the usual prototype only
async def test_objects_that_have_more(way: Way, urls: Urls) -> None:
    undo = script(POLLUTED)()
    try:
        await check_echoes(way, urls)
        answer = await way.get(urls.cors(urls.echo()))
        assert "x-polluted" not in {name.lower() for name, _ in answer.json()["headers"]}
        with pytest.raises(way.client.ConnectionError):
            await way.get(urls.dead)
    finally:
        undo()


@in_pyodide
@pytest.mark.only_on("not (strict or 0.29.5)")  # 0.29's event loop gives scheduler.postTask options
async def test_objects_that_have_an_aborted_signal(way: Way, urls: Urls) -> None:
    undo = script(ABORTED)()
    try:
        await check_echoes(way, urls)
        assert (await way.get(urls.cors(urls.echo()))).ok
    finally:
        undo()


@in_pyodide
async def test_objects_that_look_like_promises(way: Way, urls: Urls) -> None:
    undo = script(THENABLE)()
    try:
        assert (await way.get(urls.respond("abc"))).content == b"abc"
    finally:
        undo()


@in_pyodide
async def test_no_url(way: Way, urls: Urls) -> None:
    """It is missed when a failure is explained, too."""
    for url in (urls.dead, f"{urls.other}/echo"):
        assert OF_PAGE in await failure(way, script(WITHOUT)("URL"), url)
    assert (await way.get(urls.echo())).ok


@in_pyodide
@pytest.mark.only_on("not by_xhr")
async def test_timers_that_cannot_be_stopped(way: Way, urls: Urls) -> None:
    undo = script(WITHOUT)("clearTimeout")
    try:
        for options in ({"timeout": 60}, {"timeout": 60, "stream": True}):
            answer = await way.get(urls.respond("abc"), **options)
            assert await way.finish(answer.read()) == b"abc"
        with pytest.raises(way.client.ConnectionError):
            await way.get(urls.dead, timeout=60)
    finally:
        undo()


@in_pyodide
@pytest.mark.only_on("by_await and not strict")  # Python joins the chunks there
async def test_no_blob(way: Way, urls: Urls) -> None:
    assert OF_PAGE in await failure(way, script(WITHOUT)("Blob"), urls.respond("abc"), timeout=5)


@in_pyodide
@pytest.mark.only_on("not by_xhr")
async def test_a_response_of_no_use(way: Way, urls: Urls) -> None:
    for url in (urls.echo(), urls.cors(urls.echo())):
        for options in ({}, {"timeout": 5}, {"stream": True}):
            assert "Response.error()" in await failure(way, script(ERROR)(), url, **options)
            assert "has been read already" in await failure(way, script(READ)(), url, **options)
    assert (await way.get(urls.echo())).ok


@in_pyodide
@pytest.mark.only_on("not by_xhr")
async def test_a_function_that_knows_no_signal(way: Way, urls: Urls) -> None:
    """The time limit holds all the same."""
    client = way.client
    for options in ({}, {"stream": True}):
        undo = script(DEAF)()
        try:
            with pytest.raises(client.HeadersTimeout):
                await way.get(urls.echo(), timeout=0.2, **options)
        finally:
            undo()
        undo = script(STALLING)()
        try:
            with pytest.raises(client.BodyTimeout):
                await way.finish((await way.get(urls.echo(), timeout=0.2, **options)).read())
        finally:
            undo()


@in_pyodide
@pytest.mark.only_on("by_await")
async def test_a_signal_that_the_page_ignores(way: Way, urls: Urls) -> None:
    import asyncio

    client = way.client
    for text in ("deaf", "stalling"):
        controller = client.AbortController()
        undo = script(DEAF)() if text == "deaf" else script(STALLING)()
        try:
            task = asyncio.create_task(way.get(urls.echo(), signal=controller.signal))
            await asyncio.sleep(0.05)
            controller.abort()
            with pytest.raises(client.AbortError if text == "deaf" else client.RequestException):
                await task
        finally:
            undo()


@in_pyodide
@pytest.mark.only_on("not by_xhr")
async def test_a_polyfill_without_streams(way: Way, urls: Urls) -> None:
    undo = script(POLYFILL)()
    try:
        for options in ({}, {"timeout": 5}, {"stream": True}):
            answer = await way.get(urls.respond("abc"), **options)
            assert await way.finish(answer.read()) == b"abc"
        answer = await way.get(urls.respond(""), stream=True)
        assert await way.finish(answer.read()) == b""
    finally:
        undo()


@in_pyodide
@pytest.mark.only_on("by_xhr")
async def test_an_xmlhttprequest_that_is_none(way: Way, urls: Urls) -> None:
    assert (await way.get(urls.echo())).ok
    for url in (urls.echo(), urls.cors(urls.echo())):
        assert OF_PAGE in await failure(way, script(WITHOUT)("XMLHttpRequest"), url)
        assert OF_PAGE in await failure(way, script(WITHOUT)("PerformanceObserver"), url)
        assert "not today" in await failure(way, script(THROWING_XHR)(), url)
        assert "before the request was finished" in await failure(
            way, script(NEVER_BLOCKING)(), url
        )
    assert (await way.get(urls.echo())).ok
