"""Bodies that JavaScript holds, sent as they are: files, blobs, buffers, forms, streams."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.browser import in_pyodide
from tests.browser.ways import Way
from tests.server import Urls

BYTES = bytes(range(256))


def made(kind: str) -> object:
    """A body of 256 bytes, by its kind in JavaScript."""
    import js
    from pyodide.ffi import to_js

    array = to_js(BYTES)
    if kind == "ArrayBuffer":
        return array.buffer
    if kind == "DataView":
        return js.DataView.new(array.buffer)
    if kind == "Uint16Array":
        return js.Uint16Array.new(array.buffer)
    options = js.JSON.parse('{"type": "image/png"}')
    if kind == "File":
        return js.File.new(to_js([array]), "ä.png", options)
    blob = js.Blob.new(to_js([array]), options)
    return blob.stream() if kind == "ReadableStream" else blob if kind == "Blob" else array


def headers_of(seen: dict) -> dict:
    return {name.lower(): value for name, value in seen["headers"]}


@in_pyodide
async def test_bodies(urls: Urls, way: Way) -> None:
    for kind in ("Blob", "File", "ArrayBuffer", "Uint8Array", "Uint16Array", "DataView"):
        body = made(kind)
        seen = (await way.request("POST", urls.echo(), data=body)).json()
        assert base64.b64decode(seen["body"]) == BYTES, kind
        shown = headers_of(seen)
        assert shown["content-length"] == "256"
        assert shown.get("content-type") == ("image/png" if kind in ("Blob", "File") else None)
    seen = (
        await way.request("PUT", urls.echo(), data=made("File"), headers={"Content-Type": "x/y"})
    ).json()
    assert headers_of(seen)["content-type"] == "x/y"


@in_pyodide
async def test_forms_of_javascript(urls: Urls, way: Way) -> None:
    import js

    data = js.URLSearchParams.new("a=1&b=ä")
    seen = (await way.request("POST", urls.echo(), data=data)).json()
    assert base64.b64decode(seen["body"]) == b"a=1&b=%C3%A4"
    assert headers_of(seen)["content-type"].startswith("application/x-www-form-urlencoded")
    form = js.FormData.new()
    form.append("a", "1")
    seen = (await way.request("POST", urls.echo(), data=form)).json()
    assert b'name="a"\r\n\r\n1\r\n' in base64.b64decode(seen["body"])
    assert headers_of(seen)["content-type"].startswith("multipart/form-data; boundary=")


@in_pyodide
async def test_files_of_javascript(urls: Urls, way: Way) -> None:
    files = {
        "own": made("File"),
        "named": ("b.bin", made("Blob"), "x/y"),
        "buffer": made("ArrayBuffer"),
        "python": ("c.txt", b"abc"),
        "none": None,
    }
    data = {"a": ["1", b"2"], "n": 5}
    seen = (await way.request("POST", urls.echo(), data=data, files=files)).json()
    assert headers_of(seen)["content-type"].startswith("multipart/form-data; boundary=")
    body = base64.b64decode(seen["body"])
    for part in (
        b'name="a"\r\n\r\n1\r\n',
        b'name="n"\r\n\r\n5\r\n',
        'name="own"; filename="ä.png"\r\nContent-Type: image/png\r\n\r\n'.encode() + BYTES,
        b'name="named"; filename="b.bin"\r\nContent-Type: x/y\r\n\r\n' + BYTES,
        b'name="buffer"; filename="buffer"\r\n',
        b'name="python"; filename="c.txt"\r\n',
    ):
        assert part in body, part
    assert b'name="none"' not in body


@in_pyodide
async def test_values_of_javascript(urls: Urls, way: Way) -> None:
    import json

    import js

    value = js.JSON.parse('{"a": [1, "b", null, {"c": 2.5}]}')
    seen = (await way.request("POST", urls.echo(), json=value)).json()
    assert json.loads(base64.b64decode(seen["body"])) == {"a": [1, "b", None, {"c": 2.5}]}
    form = js.JSON.parse('{"a": "1", "b": "x y"}')
    seen = (await way.request("POST", urls.echo(), data=form)).json()
    assert base64.b64decode(seen["body"]) == b"a=1&b=x+y"


def parsed(text: str) -> Any:
    """A value of JavaScript's, made without evaluating anything."""
    import js

    return js.JSON.parse(text)


@in_pyodide
async def test_parameters_of_javascript(urls: Urls, way: Way) -> None:
    import js
    from pyodide.ffi import to_js

    date, address = js.Date.new(0), js.URL.new("http://x.test/a")
    null = js.Reflect.get(parsed('{"a": null}'), "a")  # None up to Pyodide 0.27
    for params, target in (
        (parsed('{"a": [1, "b", null], "c": 2.5, "n": null}'), "a=1&a=b&c=2.5"),
        (parsed('[["a", 1], ["a", "b c"]]'), "a=1&a=b+c"),
        ({"a": parsed("[1, 2]"), "b": null, "c": [null, 3]}, "a=1&a=2&c=3"),
        (js.URLSearchParams.new("a=1&a=2"), "a=1&a=2"),
        (js.Map.new(to_js([["a", 1]])), "a=1"),
        ([("d", date), ("u", address)], "d=1970-01-01T00%3A00%3A00.000Z&u=http%3A%2F%2Fx.test%2Fa"),
        (to_js(b"a=1"), "a=1"),
        (null, ""),
        (parsed("{}"), ""),
    ):
        seen = (await way.request("GET", urls.echo(), params=params)).json()
        assert seen["target"].partition("?")[2] == target
    session = way.client.Session()
    session.params, session.headers = parsed('{"a": 1}'), parsed('{"X-A": "1", "X-B": "2"}')
    seen = (
        await way.finish(
            session.get(urls.echo(), params=parsed('{"b": 2}'), headers=parsed('{"x-b": null}'))
        )
    ).json()
    assert seen["target"].partition("?")[2] == "a=1&b=2"
    assert headers_of(seen)["x-a"] == "1"
    assert "x-b" not in headers_of(seen)


@in_pyodide
async def test_headers_and_settings_of_javascript(urls: Urls, way: Way) -> None:
    import js

    null = js.Reflect.get(parsed('{"a": null}'), "a")
    for headers in (
        parsed('{"X-A": "1"}'),
        {"X-A": "1", "X-B": null},
        js.Headers.new(parsed('{"x-a": "1"}')),
    ):
        options = {} if way.name == "xhr" else {"timeout": parsed("[5, 5]")}
        seen = await way.request(
            "GET",
            urls.echo(),
            headers=headers,
            verify=null,
            stream=null,
            proxies=parsed("{}"),
            auth=parsed('["me", "ä"]'),
            allow_redirects=True,
            **options,
        )
        assert headers_of(seen.json())["x-a"] == "1"
        assert headers_of(seen.json())["authorization"].startswith("Basic ")
    with pytest.raises(way.client.InvalidHeader):
        await way.get(urls.echo(), headers=parsed('{"X-A": 5}'))
    with pytest.raises(ValueError, match="must be an int"):
        await way.get(urls.echo(), timeout=parsed('{"a": 5}'))
    prepared = way.client.Request("GET", urls.echo(), cookies=parsed('{"a": "1"}')).prepare()
    assert prepared.headers["Cookie"] == "a=1"


@in_pyodide
async def test_json_of_javascript(urls: Urls, way: Way, request_id: str) -> None:
    import json

    import js
    from pyodide.ffi import to_js

    pair = js.Array.from_(to_js([["k", parsed("[null]")]]))
    value = {"d": js.Date.new(0), "m": js.Map.new(pair), "o": [parsed('{"a": [{"b": null}]}')]}
    seen = (await way.request("POST", urls.echo(), json=value)).json()
    assert json.loads(base64.b64decode(seen["body"])) == {
        "d": "1970-01-01T00:00:00.000Z",
        "m": {"k": [None]},
        "o": [{"a": [{"b": None}]}],
    }
    seen = (await way.request("POST", urls.echo(), json=parsed("[1, 2.5, true]"))).json()
    assert base64.b64decode(seen["body"]) == b"[1, 2.5, true]"
    ring = parsed('{"a": []}')
    ring.a.push(ring)
    for bad, error, text in (
        (js.Object, TypeError, "Function"),
        ({"a": js.AbortController.new()}, TypeError, "AbortController"),
        ({"a": made("File")}, TypeError, "File"),
        (ring, way.client.exceptions.InvalidJSONError, "contains itself"),
    ):
        with pytest.raises(error, match=text):
            await way.request("POST", urls.respond(id=request_id), json=bad)
    for place in ("params", "headers", "cookies", "auth", "timeout", "data"):
        with pytest.raises(TypeError, match="Function"):
            await way.request("POST", urls.respond(id=request_id), **{place: js.Object})
    assert (await way.seen(urls.seen(request_id)))["count"] == 0


@in_pyodide
async def test_files_by_names_of_javascript(urls: Urls, way: Way) -> None:
    import js
    from pyodide.ffi import to_js

    form = js.FormData.new()
    form.append("f", made("File"))
    pairs = to_js([to_js(["f", made("File")])])
    for files in (form, js.Map.new(pairs), js.Object.fromEntries(pairs), pairs):
        seen = (await way.request("POST", urls.echo(), files=files)).json()
        body = base64.b64decode(seen["body"])
        head = 'name="f"; filename="ä.png"\r\nContent-Type: image/png\r\n\r\n'
        assert head.encode() + BYTES in body


@in_pyodide
async def test_a_stream(urls: Urls, way: Way, request_id: str) -> None:
    from pyfetch_requests.exceptions import BrowserLimitError

    url = urls.respond(id=request_id)
    if way.name == "xhr":
        with pytest.raises((BrowserLimitError, TypeError)):
            await way.request("POST", url, data=made("ReadableStream"))
        assert (await way.seen(urls.seen(request_id)))["count"] == 0
    elif way.name == "await":
        assert (await way.request("POST", url, data=made("ReadableStream"))).content == BYTES


@in_pyodide
@pytest.mark.only_on("browser and not by_xhr")
async def test_an_upload_is_watched(urls: Urls, way: Way) -> None:
    told: list = []
    await way.request("POST", urls.respond(), data=made("File"), progress=told.append)
    up = [p for p in told if p.direction == "upload"]
    assert (up[0].total, up[-1].done, up[-1].ended) == (256, 256, True)
