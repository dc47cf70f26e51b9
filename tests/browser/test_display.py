"""What a notebook shows of an answer, where Python is a guest of JavaScript."""

from __future__ import annotations

import pytest

from tests.browser import in_pyodide
from tests.server import Urls

from .ways import Way


@in_pyodide
@pytest.mark.parametrize("depth", [400, 5000, 100_000])
async def test_json_of_any_depth_can_be_shown(way: Way, urls: Urls, depth: int) -> None:
    # Python's own decoder ends the interpreter at some thousand levels.
    body = "[" * depth + "]" * depth
    # A request brings it: it is too long for a URL of Deno's.
    url = urls.respond(headers=[("Content-Type", "application/json")])
    shown = (await way.request("POST", url, data=body))._repr_html_()
    assert ("for a tree" in shown) == (depth > 500)


@in_pyodide
async def test_half_a_character_reaches_the_page(way: Way, urls: Urls) -> None:
    from pyodide.ffi import to_js

    url = urls.respond(r'["\ud800"]', headers=[("Content-Type", "application/json")])
    shown = (await way.get(url))._repr_html_()
    assert r'"\ud800"' in shown
    assert shown.encode().decode() == to_js([shown]).to_py()[0]
