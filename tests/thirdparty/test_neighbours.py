"""Clients that have ways of their own in a browser, in one notebook with this package."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser import in_pyodide
from tests.server import Urls

if TYPE_CHECKING:
    from tests.browser.interpreter import Interpreter
    from tests.server import Server

# typing-extensions is for Python 3.12.
NEIGHBOURS = (
    "certifi",
    "h11",
    "httpx2",
    "httpx2-jsfetch",
    "idna",
    "typing-extensions",
    "urllib3",
)

pytestmark = [
    pytest.mark.only_on("browser"),
    pytest.mark.usually_on("chromium and 314.0.7 and worker"),
]


@pytest.fixture(scope="session")
def pyodide(
    request: pytest.FixtureRequest, server: Server, package_wheel: Path
) -> Iterator[Interpreter]:
    """An interpreter of its own, with httpx2 and urllib3."""
    from packaging.utils import parse_wheel_filename

    from tests.browser.interpreter import own_interpreter
    from tests.inventory_process import ROOT
    from tools.wheels import download

    wheels = download(ROOT / "requirements" / "bench.txt", "3.13", ROOT / ".cache")
    server.mount("/neighbours", wheels[0].parent)
    with own_interpreter(request.param, server, package_wheel) as interpreter:
        interpreter.runner.load_package(
            [
                f"{server.urls.page}/neighbours/{wheel.name}"
                for wheel in wheels
                if parse_wheel_filename(wheel.name)[0] in NEIGHBOURS
            ]
        )
        yield interpreter


@in_pyodide
async def test_all_in_one_notebook(urls: Urls) -> None:
    from urllib.request import urlopen

    import httpx2
    import urllib3

    import pyfetch_requests

    async def by_httpx2() -> str:
        async with httpx2.AsyncClient() as client:
            return (await client.get(urls.echo("?b"))).json()["target"]

    def by_urllib3() -> str:
        return urllib3.request("GET", urls.echo("?c")).json()["target"]

    assert [await by_httpx2(), by_urllib3()] == ["/echo?b", "/echo?c"]
    with pyfetch_requests.installed("all") as requests:
        assert requests.get(urls.echo("?a")).json()["target"] == "/echo?a"
        assert [await by_httpx2(), by_urllib3()] == ["/echo?b", "/echo?c"]
        assert b"/echo?d" in urlopen(urls.echo("?d")).read()
        with pytest.raises(urllib3.exceptions.HTTPError):
            urllib3.request("GET", urls.dead, retries=False)
        with pytest.raises(pyfetch_requests.ConnectionError):
            requests.get(urls.dead)
    assert [await by_httpx2(), by_urllib3()] == ["/echo?b", "/echo?c"]
    answer = await pyfetch_requests.get(urls.echo("?e"))
    assert answer.json()["target"] == "/echo?e"


@in_pyodide
@pytest.mark.only_on("not webkit")  # where Pyodide never ends an await of a fetch that fails
async def test_a_neighbour_keeps_its_exceptions(urls: Urls) -> None:
    import httpx2

    import pyfetch_requests

    with pyfetch_requests.installed("all"), pytest.raises(httpx2.HTTPError) as refused:
        await httpx2.AsyncClient().get(urls.dead)
    assert not isinstance(refused.value, pyfetch_requests.RequestException)
