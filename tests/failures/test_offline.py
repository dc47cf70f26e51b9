"""A browser that is offline says so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.browser.ways import WAYS, Way
from tests.server import Urls

if TYPE_CHECKING:  # what is not inside
    from tests.browser.interpreter import Interpreter

# WebKit's driver has no switch for it, and what a strict page runs comes over the network.
pytestmark = pytest.mark.only_on("(chromium or firefox) and not strict")


async def is_told(way: Way, urls: Urls) -> None:
    import js

    assert not js.navigator.onLine
    # Not asked for before: Firefox looks into its cache when it is offline.
    for url in (urls.dead, urls.echo("?offline"), f"{urls.other}/echo?offline"):
        with pytest.raises(way.client.ConnectionError, match="The browser is offline") as caught:
            await way.get(url)
        assert not isinstance(caught.value, way.client.CORSError)


async def is_over(way: Way, urls: Urls) -> None:
    assert (await way.get(urls.echo())).ok


@contextmanager
def offline(pyodide: Interpreter) -> Iterator[None]:
    driver, place = pyodide.runner.driver, pyodide.target.context
    switches = [driver]
    with ExitStack() as stack:
        if pyodide.target.engine == "chromium":
            from tests.browser.devtools import DevTools

            # A worker's navigator.onLine is that of its page, its requests are its own.
            targets = ["page", "worker"] if place == "worker" else ["page"]
            switches = [stack.enter_context(DevTools(driver, target)) for target in targets]
        for switch in switches:
            stack.callback(switch.set_offline, False)
            switch.set_offline(True)
        yield


def test_offline(pyodide: Interpreter, urls: Urls) -> None:
    ways = [way for way in WAYS if pyodide.target.has_way(way)]
    pyodide.call(is_over, {"way": WAYS[0], "urls": urls})
    with offline(pyodide):
        for way in ways:
            pyodide.call(is_told, {"way": way, "urls": urls})
    pyodide.call(is_over, {"way": WAYS[0], "urls": urls})
