"""Addresses of what a browser holds itself, or that are what they name: blob: and data:."""

from __future__ import annotations

import pytest

from tests.browser import in_pyodide
from tests.browser.ways import Way
from tests.server import Urls


def held(content: bytes, kind: str) -> str:
    """An address of some bytes, as a page gives one to a file that its user chose."""
    import js
    from pyodide.ffi import to_js

    options = js.JSON.parse(f'{{"type": "{kind}"}}')
    return str(js.URL.createObjectURL(js.Blob.new(to_js([to_js(content)]), options)))


@in_pyodide
@pytest.mark.only_on("not strict")
@pytest.mark.parametrize("stream", [False, True])
async def test_a_blob(way: Way, stream: bool, engine: str, place: str) -> None:
    import js

    for content in (bytes(range(256)) * 1000, b"", b"\xef\xbb\xbfabc"):
        url = held(content, "image/png")
        response = await way.get(url, stream=stream, params={"ignored": 1}, timeout=None)
        assert (response.status_code, response.url) == (200, url)
        # Firefox takes the type that a synchronous request in a page has to be read by.
        overridden = (way.name, engine, place) == ("xhr", "firefox", "page")
        kind = "text/plain;charset=windows-1252" if overridden else "image/png"
        assert response.headers["content-type"] == kind
        assert not response.history
        assert not response.is_rebuilt
        read = (
            response.content
            if not stream
            else b"".join(await way.collect(response.iter_content(1 << 16)))
        )
        assert read == content
        js.URL.revokeObjectURL(url)


@in_pyodide
@pytest.mark.only_on("not strict and not (by_xhr and firefox and page)")
async def test_data(way: Way) -> None:
    for url, kind, content in (
        (
            "data:text/plain;charset=utf-8,a@b//c%20%C3%A4#end",
            "text/plain;charset=utf-8",
            "a@b//c ä".encode(),
        ),
        ("DATA:;base64,AAEC", "text/plain;charset=US-ASCII", b"\0\1\2"),
        ("data:,", "text/plain;charset=US-ASCII", b""),
    ):
        response = await way.get(url)
        assert (response.status_code, response.content) == (200, content)
        assert response.headers["content-type"].replace(" ", "") == kind
        assert not response.is_rebuilt
    session = way.client.Session()
    session.headers["X-A"] = "1"
    assert (await way.finish(session.get('data:application/json,{"a":1}'))).json() == {"a": 1}
    assert list(session.adapters) == ["https://", "http://"]


@in_pyodide
@pytest.mark.only_on("not strict and not by_xhr")
async def test_events_in_an_address(way: Way) -> None:
    events = way.client.sse("data:text/event-stream,id: 1%0Adata: a%0A%0Adata: b%0A%0A")
    if way.name == "await":
        async with events:
            found = await way.collect(events)
    else:
        with events:
            found = await way.collect(events)
    assert [(event.id, event.data) for event in found] == [("1", "a"), ("1", "b")]


@in_pyodide
async def test_other_methods(way: Way) -> None:
    for method in ("POST", "HEAD", "DELETE"):
        for url in (held(b"abc", ""), "data:,abc"):
            with pytest.raises(way.client.InvalidSchema, match=f"with GET, not {method}"):
                await way.request(method, url)


@in_pyodide
@pytest.mark.only_on("strict")
async def test_a_policy(way: Way) -> None:
    for url in (held(b"abc", ""), "data:,abc"):
        with pytest.raises(way.client.ConnectionError, match=f"Policy .* list {url[:5]}"):
            await way.get(url, timeout=None)


@in_pyodide
@pytest.mark.only_on("not strict")
async def test_nothing_there(way: Way) -> None:
    import js

    url = held(b"abc", "")
    js.URL.revokeObjectURL(url)
    with pytest.raises(way.client.ConnectionError, match="revoked"):
        await way.get(url, timeout=None)
    error, text = (way.client.InvalidURL, "not a valid data: address")
    if way.name == "xhr":
        error, text = (way.client.ConnectionError, "malformed")
    with pytest.raises(error, match=text):
        await way.get("data:abc")
    for url in ("ftp://x.test/", "about:blank", "file:///etc/hosts", "javascript:1"):
        with pytest.raises(way.client.InvalidSchema):
            await way.get(url)


@in_pyodide
@pytest.mark.only_on("not (by_xhr and webkit and page)")  # it never ends there
async def test_no_redirect_leads_to_data(urls: Urls, way: Way) -> None:
    url = urls.respond(status=302, headers=[("Location", "data:,abc")])
    with pytest.raises((way.client.ConnectionError, way.client.InvalidSchema)):
        await way.get(url, timeout=None)


@in_pyodide
# It never ends there, but in Firefox it does where the policy forbids it.
@pytest.mark.only_on("not (by_xhr and ((firefox and not strict) or (webkit and page)))")
async def test_no_redirect_leads_to_a_blob(urls: Urls, way: Way) -> None:
    url = urls.respond(status=302, headers=[("Location", held(b"abc", ""))])
    with pytest.raises((way.client.ConnectionError, way.client.InvalidSchema)):
        await way.get(url, timeout=None)


@in_pyodide
@pytest.mark.only_on("by_xhr and firefox and worker and not strict")
async def test_a_redirect_to_a_blob_ends_with_the_time_limit(urls: Urls, way: Way) -> None:
    url = urls.respond(status=302, headers=[("Location", held(b"abc", ""))])
    with pytest.raises(way.client.Timeout):
        await way.get(url, timeout=1)
