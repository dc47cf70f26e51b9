"""Bodies that JavaScript holds, sent as they are: files, blobs, buffers, forms, streams."""

from __future__ import annotations

import base64

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
