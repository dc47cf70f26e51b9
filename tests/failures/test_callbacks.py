"""Blocking calls that cannot switch stacks: in a callback of JavaScript, on an old Pyodide."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser import in_pyodide
from tests.server import Urls

LINES = b"a\nbc\nd\n"


def in_callback(call: Callable[[], Any]) -> Any:
    """What a call leads to that JavaScript makes, which cannot switch stacks there."""
    import js
    from pyodide.ffi import create_proxy

    found: list[Any] = []

    def listener(_: Any) -> None:
        try:
            found.append(call())
        except Exception as error:  # noqa: BLE001 - it is looked at by the test
            found.append(error)

    target, proxy = js.EventTarget.new(), create_proxy(listener)
    target.addEventListener("call", proxy)
    target.dispatchEvent(js.Event.new("call"))
    proxy.destroy()
    return found[0]


@in_pyodide
@pytest.mark.only_on("jspi")
@pytest.mark.parametrize(
    ("read", "before"),
    [
        *((read, 0) for read in ("raw", "content", "json", "pieces", "lines", "read")),
        *((read, 1) for read in ("raw", "content", "json", "pieces", "read")),
    ],
)
async def test_a_stream_that_a_callback_reads_is_not_lost(
    urls: Urls, read: str, before: int
) -> None:
    from pyfetch_requests import BrowserLimitError, sync

    url = urls.respond(LINES, framing="chunked", sizes=[2], pause=0.05)
    response = sync.get(url, stream=True)
    assert response.raw.read(before) == LINES[:before]
    calls: dict[str, Callable[[], Any]] = {
        "raw": lambda: response.raw.read(5),
        "content": lambda: response.content,
        "json": response.json,
        "pieces": lambda: list(response.iter_content(3)),
        "lines": lambda: list(response.iter_lines()),
        "read": response.read,
    }
    error = in_callback(calls[read])
    assert type(error) is BrowserLimitError
    assert "switch stacks" in str(error)
    given = 1 if before and read == "pieces" else 0  # what was there already
    assert response.content == LINES[before + given :]  # here they can


@in_pyodide
@pytest.mark.only_on("jspi")
@pytest.mark.parametrize("read", ["lines", "text", "json", "pieces"])
async def test_an_iterator_that_a_callback_has_begun_goes_on(urls: Urls, read: str) -> None:
    from pyfetch_requests import BrowserLimitError, sync

    body = b'"a"\n"\xc3\xa9c"\n"d"\n'
    url = urls.respond(
        body,
        framing="chunked",
        sizes=[6, 1],
        pause=0.05,
        headers=[("Content-Type", "text/plain; charset=utf-8")],
    )
    response = sync.get(url, stream=True)
    ways: dict[str, Any] = {
        "lines": response.iter_lines,
        "text": lambda: response.iter_lines(decode_unicode=True),
        "json": response.iter_json,
        "pieces": lambda: response.iter_content(4),
    }
    pieces = ways[read]()
    found = [next(pieces)]
    if read == "pieces":
        found.append(next(pieces))
    for _ in range(2):
        assert type(in_callback(lambda: next(pieces))) is BrowserLimitError
        assert type(in_callback(lambda: list(pieces))) is BrowserLimitError
    found += pieces
    lines = body.decode().splitlines()
    if read == "pieces":
        assert b"".join(found) == body
    elif read == "json":
        assert found == [line.strip('"') for line in lines]
    else:
        assert found == ([line.encode() for line in lines] if read == "lines" else lines)
    assert list(pieces) == []


@in_pyodide
@pytest.mark.only_on("jspi and browser")
async def test_a_callback_sends_by_xhr(urls: Urls) -> None:
    from pyfetch_requests import sync

    assert in_callback(lambda: sync.get(urls.respond("abc")).text) == "abc"


@in_pyodide
async def test_a_pyodide_that_knows_nothing_of_switching(urls: Urls, place: str) -> None:
    """Pyodide 0.25 has no `can_run_sync`."""
    import pyodide.ffi

    from pyfetch_requests import BrowserLimitError, sync
    from pyfetch_requests._transports import choose_blocking

    known = pyodide.ffi.can_run_sync
    del pyodide.ffi.can_run_sync
    choose_blocking._can_run_sync.cache_clear()
    try:
        if place == "process":
            with pytest.raises(BrowserLimitError, match="XMLHttpRequest"):
                sync.get(urls.respond("abc"))
        else:
            assert sync.get(urls.respond("abc")).text == "abc"
    finally:
        pyodide.ffi.can_run_sync = known
        choose_blocking._can_run_sync.cache_clear()
