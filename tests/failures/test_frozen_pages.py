"""Pages that the browser freezes for a while, as it does with those in the background."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.ways import Way
from tests.server import Urls

if TYPE_CHECKING:  # what is not inside
    from tests.browser.interpreter import Interpreter

# The other drivers have no switch for it, and a worker goes on while its page is frozen.
pytestmark = pytest.mark.only_on("chromium and page")
AWAIT = Way("await")
FROZEN = 2.0  # seconds
BODY = b"abc" * 20
begun: dict[str, asyncio.Task[bytes]] = {}  # of requests that last from one call to another


async def content(url: str, **options: Any) -> bytes:
    body: bytes = await AWAIT.finish((await AWAIT.get(url, **options)).read())
    return body


async def begin(urls: Urls) -> None:
    requests: dict[str, tuple[str, dict[str, Any]]] = {
        "never": (urls.respond(delay=60), {"timeout": FROZEN / 2}),
        "late": (urls.respond(BODY, delay=FROZEN / 2), {"timeout": 60}),
        "slow": (urls.respond(BODY, sizes=[1], pause=FROZEN / 40), {}),
        "chunked": (urls.respond(BODY, sizes=[1], pause=FROZEN / 40, framing="chunked"), {}),
        "cut": (urls.respond(BODY, sizes=[1], pause=FROZEN / 40, cut=20), {}),
    }
    for name, (url, options) in requests.items():
        options["stream"] = name == "chunked"
        begun[name] = asyncio.ensure_future(content(url, **options))


async def end() -> None:
    client = AWAIT.client
    with pytest.raises(client.HeadersTimeout):
        await begun.pop("never")
    with pytest.raises(client.ChunkedEncodingError):
        await begun.pop("cut")
    for task in begun.values():
        assert await task == BODY
    begun.clear()


def test_requests_that_were_under_way(pyodide: Interpreter, urls: Urls) -> None:
    """They end as any others, while the page is frozen or later."""
    from tests.browser.devtools import DevTools

    pyodide.call(begin, {"urls": urls})
    with DevTools(pyodide.runner.driver, "page") as tools:
        tools.set_frozen(True)
        try:
            time.sleep(FROZEN)
        finally:
            tools.set_frozen(False)
    pyodide.call(end, {})
