"""A page that puts a function of its own in the place of `fetch`, to add a token or to trace."""

from __future__ import annotations

import re

import pytest

from tests.browser import in_pyodide, script
from tests.browser.ways import Way
from tests.server import Urls

WRAP = """() => {
  const original = globalThis.fetch;
  globalThis.fetch = async (url, init) => {
    await new Promise((resolve) => setTimeout(resolve, 200));
    return original(url, init);
  };
  return () => { globalThis.fetch = original; };
}"""

# Passes a response on when its body has arrived, or has broken off.
LATE = """() => {
  const original = globalThis.fetch;
  globalThis.fetch = async (...parts) => {
    const response = await original(...parts);
    await response.clone().arrayBuffer().catch(() => undefined);
    return response;
  };
  return () => { globalThis.fetch = original; };
}"""

# What polyfills do: they know no modes, and no signals.
BY_XHR = """() => {
  const original = globalThis.fetch;
  globalThis.fetch = (url, init) => new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    xhr.open(init.method, url);
    xhr.responseType = "arraybuffer";
    xhr.onload = () => resolve(new Response(xhr.response, { status: xhr.status }));
    xhr.onerror = () => reject(new TypeError("Network request failed"));
    xhr.send(init.body);
  });
  return () => { globalThis.fetch = original; };
}"""

# Responses that look right, until something in them is used.
ODD = """(kind) => {
  const kept = globalThis.fetch;
  const streamOf = (...chunks) => new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
  const like = ({ status, statusText, url, headers }, more) =>
    ({ status, statusText, url, headers, type: "basic", ...more });
  const odd = {
    "is being read already": (response) => {
      response.body.getReader();
      return response;
    },
    "is no integer": (response, whole) =>
      like(response, { status: "200", arrayBuffer: async () => whole }),
    "cannot be read": (response) => like(response, { text: async () => "abc" }),
    "is no Uint8Array": (response, whole) =>
      like(response, {
        arrayBuffer: async () => whole,
        body: streamOf(whole.slice(0, 1000), whole.slice(1000)),
      }),
    "a chunk of the body": (response) => new Response(streamOf("abc")),
    "body of the response": (response) => like(response, { arrayBuffer: null, body: "abc" }),
  };
  globalThis.fetch = async (...parts) => {
    const response = await kept(...parts);
    const whole = await response.clone().arrayBuffer();
    return odd[kind](response, whole);
  };
  return () => { globalThis.fetch = kept; };
}"""


@in_pyodide
@pytest.mark.only_on("not by_xhr")
@pytest.mark.parametrize("stream", [False, True])
async def test_a_body_that_broke_off_before_it_was_read(way: Way, urls: Urls, stream: bool) -> None:
    url = urls.respond(bytes(10_000), cut=3000)
    undo = script(LATE)()
    try:
        with pytest.raises(way.client.ChunkedEncodingError):
            await way.finish((await way.get(url, stream=stream)).read())
    finally:
        undo()


@in_pyodide
@pytest.mark.only_on("not by_xhr")
@pytest.mark.parametrize(
    "kind",
    [
        "is being read already", "is no integer", "cannot be read", "is no Uint8Array",
        "a chunk of the body", "body of the response",
    ],
)  # fmt: skip
async def test_a_response_of_odd_parts(way: Way, urls: Urls, kind: str) -> None:
    """It is said what is odd, and no byte is made up."""
    of_page = "A script of this page has replaced or removed fetch"
    for url in (urls.respond("abc"), urls.blob(2_000_000)):
        # Without a time limit the whole may come by another way.
        for options in ({"timeout": 5}, {"stream": True}):
            undo = script(ODD)(kind)
            try:
                with pytest.raises(way.client.ConnectionError, match=of_page) as caught:
                    await way.finish((await way.get(url, **options)).read())
            finally:
                undo()
            assert type(caught.value).__module__ == "pyfetch_requests.exceptions"
            assert kind in str(caught.value)
            assert re.search(r" \[\w*Error: .+\]$", str(caught.value))


@in_pyodide
@pytest.mark.only_on("browser and not by_xhr")
async def test_a_polyfill_cannot_tell_cors_from_a_dead_server(way: Way, urls: Urls) -> None:
    undo = script(BY_XHR)()
    try:
        assert (await way.request("POST", urls.respond(), data=b"abc\xff")).content == b"abc\xff"
        for url in (f"{urls.other}/echo", urls.dead):
            with pytest.raises(way.client.ConnectionError) as caught:
                await way.get(url)
            assert "cannot be reached, or" in str(caught.value)
            assert "'Access-Control-Allow-Origin'" in str(caught.value)
    finally:
        undo()


@in_pyodide
@pytest.mark.parametrize("what", ["memory grows", "bytearray changes"])
@pytest.mark.parametrize("size", [1000, 2_000_000])
async def test_the_body_is_the_one_that_was_given(urls: Urls, what: str, size: int) -> None:
    """It waits before it sends, and Python goes on meanwhile."""
    import asyncio
    import base64

    import pyodide_js

    import pyfetch_requests

    body = bytearray(b"0123456789" * (size // 10))
    undo = script(WRAP)()
    try:
        task = asyncio.create_task(pyfetch_requests.post(urls.echo(), data=body))
        await asyncio.sleep(0.05)
        ballast = []
        if what == "memory grows":
            before = pyodide_js._module.HEAPU8.length
            while pyodide_js._module.HEAPU8.length == before:
                ballast.append(bytearray(16_000_000))
        else:
            body[:] = b"x" * size
        answer = await task
    finally:
        undo()
    assert base64.b64decode(answer.json()["body"]) == b"0123456789" * (size // 10)
