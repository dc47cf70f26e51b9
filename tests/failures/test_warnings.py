"""What a browser leaves out is said, at the line of who asked for it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser import in_pyodide
from tests.browser.ways import Way
from tests.server import Urls


@in_pyodide
@pytest.mark.only_on("browser")
async def test_a_user_agent_is_sent_or_said_to_be_dropped(
    way: Way, urls: Urls, engine: str
) -> None:
    import warnings

    from pyfetch_requests import _warn

    _warn._warned.discard("header:user-agent")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        answers = [await way.get(urls.echo(), headers={"User-Agent": "mine/1"}) for _ in range(2)]
    sent = [["User-Agent", "mine/1"] in answer.json()["headers"] for answer in answers]
    dropped = engine == "chromium"
    assert sent == [not dropped] * 2
    assert ["User-Agent" in str(one.message) for one in caught] == [True] * dropped


@in_pyodide
@pytest.mark.only_on("browser")
async def test_no_preflight_for_a_user_agent_that_is_dropped(
    way: Way, urls: Urls, engine: str
) -> None:
    url = urls.cors(urls.echo(), headers="x-other")
    if engine == "chromium":
        assert (await way.get(url, headers={"User-Agent": "mine/1"})).ok
    else:
        with pytest.raises(way.client.ConnectionError, match="Access-Control"):
            await way.get(url, headers={"User-Agent": "mine/1"})


@in_pyodide
@pytest.mark.parametrize("by", ["verb", "session"])
async def test_the_line(way: Way, urls: Urls, by: str) -> None:
    import sys
    import warnings

    from pyfetch_requests import _warn

    client = way.client if by == "verb" else way.client.Session()
    _warn._warned.discard("header:host")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        line = sys._getframe().f_lineno + 1
        await way.finish(client.get(urls.echo(), headers={"Host": "x"}))
    (warning,) = caught
    assert "'Host'" in str(warning.message)
    # What is awaited is awaited in `finish`.
    assert warning.filename == sys._getframe().f_code.co_filename or way.name == "await"
    assert warning.lineno == line or way.name == "await"
    assert "pyfetch_requests" not in warning.filename


@in_pyodide
async def test_what_an_adapter_sets_for_its_connections(way: Way, urls: Urls) -> None:
    import warnings

    from pyfetch_requests import _warn

    client: Any = way.client

    class Adapter(client.HTTPAdapter):
        def init_poolmanager(self, *arguments: object, **options: object) -> None:
            super().init_poolmanager(*arguments, **options, source_address=("127.0.0.1", 0))

    _warn._warned.discard(f"adapter {Adapter.__qualname__} source_address")  # given on another face
    session = client.Session()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        session.mount("http://", Adapter())
        for _ in range(2):
            assert (await way.finish(session.get(urls.echo()))).ok
    (warning,) = caught
    assert "Adapter sets source_address" in str(warning.message)
