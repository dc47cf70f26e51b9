"""A browser that is offline says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.ways import WAYS, Way
from tests.server import Urls

if TYPE_CHECKING:  # what is not inside
    from tests.browser.interpreter import Interpreter

pytestmark = pytest.mark.only_on("chromium and page")


async def is_told(way: Way, urls: Urls) -> None:
    import js

    assert not js.navigator.onLine
    for url in (urls.dead, urls.echo(), f"{urls.other}/echo"):
        with pytest.raises(way.client.ConnectionError, match="The browser is offline") as caught:
            await way.get(url)
        assert not isinstance(caught.value, way.client.CORSError)


async def is_over(way: Way, urls: Urls) -> None:
    assert (await way.get(urls.echo())).ok


def test_offline(pyodide: Interpreter, urls: Urls) -> None:
    driver = pyodide.runner.driver
    pyodide.call(is_over, {"way": WAYS[0], "urls": urls})
    driver.set_network_conditions(offline=True, latency=0, throughput=0)
    try:
        for way in WAYS:
            pyodide.call(is_told, {"way": way, "urls": urls})
    finally:
        driver.set_network_conditions(offline=False, latency=0, throughput=-1)
    pyodide.call(is_over, {"way": WAYS[0], "urls": urls})
