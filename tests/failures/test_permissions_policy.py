"""A page whose Permissions-Policy forbids synchronous requests."""

from __future__ import annotations

import pytest

from tests.browser import in_pyodide, pyodide_in
from tests.browser.ways import Way
from tests.server import Urls

# Only Chromium has the policy, and only pages: a worker may block.
pytestmark = pytest.mark.only_on("chromium and page and not (0.29.5 or strict or isolated)")
pyodide = pyodide_in("UnblockedRunner")


@in_pyodide
@pytest.mark.only_on("by_xhr")
async def test_a_call_that_would_have_to_block(way: Way, urls: Urls) -> None:
    for method in ("GET", "POST"):
        for url in (urls.echo(), urls.cors(urls.echo()), urls.dead):
            with pytest.raises(way.client.BrowserLimitError, match="Permissions-Policy"):
                await way.request(method, url)


@in_pyodide
@pytest.mark.only_on("not by_xhr")
async def test_other_calls(way: Way, urls: Urls) -> None:
    assert (await way.get(urls.echo())).ok
