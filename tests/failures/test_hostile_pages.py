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
  for (const each of [fetch, Request, Response, Headers, AbortController, XMLHttpRequest]) {
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
NO_CONTROLLER = """() => {
  const kept = globalThis.AbortController;
  delete globalThis.AbortController;
  return () => { globalThis.AbortController = kept; };
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
NO_FETCH = """() => {
  const kept = [];
  for (let each = globalThis; each; each = Object.getPrototypeOf(each)) {
    if (!Object.hasOwn(each, "fetch")) continue;
    kept.push([each, "fetch", Object.getOwnPropertyDescriptor(each, "fetch")]);
    delete each.fetch;
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
OF_PAGE = "A script of this page has replaced or removed fetch"


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
        assert OF_PAGE in await failure(way, script(NO_FETCH)(), url)
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
    text = await failure(way, script(NO_CONTROLLER)(), urls.echo())
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
        for options in ({}, {"timeout": 5}, {"stream": True}):
            answer = await way.request("POST", urls.respond(), data=b"abc", **options)
            assert await way.finish(answer.read()) == b"abc"
    finally:
        undo()
