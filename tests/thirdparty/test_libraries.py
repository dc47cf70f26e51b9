"""Libraries do the same over `install()` as over requests, and a server sees the same of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from tests.browser.interpreter import Interpreter, own_interpreter
from tests.browser.ways import Way
from tests.inventory_process import ROOT
from tests.server import Server
from tests.thirdparty.api import PREFIX, Api
from tests.thirdparty.jobs import JOBS
from tests.thirdparty.libraries import Installed, Requests, versions

# Older ones come without ssl and sqlite3, which some of the libraries import.
pytestmark = pytest.mark.only_on("314.0.7 and worker and not strict and not isolated")


@pytest.fixture(scope="session")
def pyodide(
    request: pytest.FixtureRequest, server: Server, package_wheel: Path
) -> Iterator[Interpreter]:
    """An interpreter of its own."""
    with own_interpreter(request.param, server, package_wheel) as interpreter:
        yield interpreter


@pytest.fixture(scope="module")
def api(server: Server) -> Api:
    made = Api(server.urls.page)
    server.serve(PREFIX, made)
    return made


@pytest.fixture(scope="module")
def oracle(api: Api) -> Iterator[Requests]:
    with Requests(api) as running:
        yield running


@pytest.mark.only_on("not by_await")
@pytest.mark.usually_on("chromium and worker")
@pytest.mark.parametrize("library", JOBS)
def test_the_same_as_over_requests(
    pyodide: Interpreter, way: Way, library: str, api: Api, oracle: Requests, archive_url: str
) -> None:
    expected = oracle.run(library)
    assert expected.error is None, expected.error
    assert expected.requests() == set(JOBS[library].routes)
    found = Installed(pyodide, api, archive_url).run(library, way.name)
    assert found.error is None, found.error
    assert found.result == expected.result
    assert found.wire == expected.wire


def test_the_table_names_the_libraries_with_jobs() -> None:
    """`make test-libraries` writes it."""
    text = (ROOT / "docs" / "install.md").read_text()
    table = text.partition("<!-- libraries: begin -->")[2].partition("<!-- libraries: end -->")[0]
    rows = [line.split(" | ") for line in table.splitlines() if line.endswith("equal |")]
    known = versions()
    assert [row[0].removeprefix("| ") for row in rows] == [
        f"{library} {known[canonicalize_name(library)]}" for library in sorted(JOBS, key=str.lower)
    ]
    assert [row[1] for row in rows] == [JOBS[key].what for key in sorted(JOBS, key=str.lower)]
    assert {" ".join(row[2:]) for row in rows} == {"equal equal |"}
