"""Tools for the tests of others do the same over `install()` as over real requests."""

from __future__ import annotations

import gzip
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.browser.interpreter import Interpreter, own_interpreter
from tests.browser.ways import Way
from tests.inventory_process import ROOT
from tests.server import Server
from tests.server.wire import Exchange
from tests.thirdparty.libraries import prepare
from tests.thirdparty.testing_tools import PROGRAMS, program

INSTALLED = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
import pyfetch_requests
pyfetch_requests.install()
"""
INSIDE = """
import contextlib, io, json
import pyfetch_requests

printed = io.StringIO()
with pyfetch_requests.installed(), contextlib.redirect_stdout(printed):
    exec({program!r}, {{}})
printed.getvalue()
"""


@pytest.fixture(scope="session")
def pyodide(
    request: pytest.FixtureRequest, server: Server, package_wheel: Path
) -> Iterator[Interpreter]:
    """An interpreter of its own."""
    with own_interpreter(request.param, server, package_wheel) as interpreter:
        yield interpreter


class Counter:
    """An endpoint that counts what it is asked, and sends that back in gzip with a cookie."""

    def __init__(self) -> None:
        self.served = 0

    async def __call__(self, exchange: Exchange) -> None:
        self.served += 1
        body = gzip.compress(b"%d %s" % (self.served, exchange.request.body))
        await exchange.send(201, [("Content-Encoding", "gzip"), ("Set-Cookie", "a=b")], body)


def url(server: Server) -> str:
    """Where a counter begins at 1."""
    server.serve("/counter", Counter())
    return f"{server.urls.page}/counter"


def printed(text: str) -> str:
    command = [sys.executable, "-c", text]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def over_requests(server: Server) -> Callable[[str], str]:
    """What a program prints over real requests."""
    return cache(lambda name: printed(program(name, url(server))))


@pytest.mark.parametrize("name", PROGRAMS)
def test_on_cpython(name: str, server: Server, over_requests: Callable[[str], str]) -> None:
    expected = over_requests(name)
    assert len(expected.splitlines()) > 1
    assert printed(INSTALLED + program(name, url(server))) == expected


@pytest.mark.only_on("314.0.7 and worker and not strict and not isolated and not by_await")
@pytest.mark.usually_on("chromium and worker")
@pytest.mark.parametrize("name", PROGRAMS)
def test_in_pyodide(
    pyodide: Interpreter,
    way: Way,
    name: str,
    server: Server,
    archive_url: str,
    over_requests: Callable[[str], str],
) -> None:
    expected = over_requests(name)
    prepare(pyodide, archive_url)
    code = INSIDE.format(program=program(name, url(server)))
    runner = pyodide.runner
    found = (runner.python if way.name == "xhr" else runner.python_async)(code)
    assert found == expected
