"""A page that puts a function of its own in the place of `fetch`, to add a token or to trace."""

from __future__ import annotations

import pytest

from tests.browser import in_pyodide, script
from tests.server import Urls

WRAP = """() => {
  const original = globalThis.fetch;
  globalThis.fetch = async (url, init) => {
    await new Promise((resolve) => setTimeout(resolve, 200));
    return original(url, init);
  };
  return () => { globalThis.fetch = original; };
}"""


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
