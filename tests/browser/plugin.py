"""The pytest side: options, parameters, the fixture `pyodide`, and calls of tests into Pyodide."""

from __future__ import annotations

import os
import re
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.server import Server, Urls
from tools.wheels import build_wheel

from . import report
from .interpreter import ROOT, Interpreter
from .local import ThisPython
from .targets import CPYTHON, Target, add_options, chosen, is_for_its_target, parameters_of
from .ways import WAYS

# What Firefox 153 sometimes turns exceptions in Pyodide 0.27 into, until the interpreter is
# restarted (docs/differences.md): no test result counts there.
LOST_EXCEPTION = "SystemError: error return without exception set"
# A test opens a whole site, or starts processes: it takes as long as so many others.
SLOW_FOLDERS = set(
    "docs examples install inventory notebook requests_suite thirdparty typing".split()
)
SLOWER = 50
ADDRESS = re.compile(r" at 0x[0-9a-f]+")

__all__ = [
    "engine",
    "package_wheel",
    "place",
    "pyodide",
    "pytest_addoption",
    "pytest_collection_modifyitems",
    "pytest_configure",
    "pytest_generate_tests",
    "pytest_pyfunc_call",
    "request_id",
    "urls",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    add_options(parser)
    report.add_option(parser)
    parser.addoption(
        "--load-scale",
        type=float,
        default=0.05,
        help="share of the whole load that tests/load puts on each target (default: %(default)s)",
    )
    parser.addoption(
        "--probes",
        default=os.environ.get("TEST_PROBES", "60"),
        help="how many requests tests/failures/test_probes.py tries by each way, or all; also by "
        "TEST_PROBES (default: %(default)s)",
    )


def pytest_configure(config: pytest.Config) -> None:
    report.configure(config)
    # Like Ctrl-C, so that fixtures end the engines and servers.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if config.getoption("numprocesses", None) and config.getoption("dist") != "loadgroup":
        # Else each process would start another browser at nearly every test.
        raise pytest.UsageError("several processes need --dist=loadgroup")
    config.addinivalue_line("markers", "in_pyodide: the body of the test runs inside Pyodide")
    config.addinivalue_line(
        "markers", "over_sockets: the test holds on CPython as well, where it runs over sockets"
    )
    config.addinivalue_line(
        "markers",
        "aborts: the server has to see a connection end; in Firefox, which keeps one or two in a "
        "hundred (docs/differences.md), it may need a second try",
    )
    config.addinivalue_line(
        "markers",
        "only_on(expression): the targets that the test is for; see tests/browser/targets.py",
    )
    config.addinivalue_line(
        "markers",
        "usually_on(expression): the same, unless an option names targets: for a slow test that "
        "would show nothing new elsewhere",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One case for each target; with the fixture `way` one for each way that the target has."""
    if "pyodide" not in metafunc.fixturenames:
        return
    targets = chosen(metafunc.config)
    if len(targets) > 1 and not metafunc.definition.get_closest_marker("over_sockets"):
        targets = [target for target in targets if target is not CPYTHON]
    names = ["pyodide"]
    cases: list[tuple[object, ...]] = [(target,) for target in targets]
    if "way" in metafunc.fixturenames:
        names.append("way")
        cases = [(target, way) for target in targets for way in WAYS if target.has_way(way)]
    metafunc.parametrize(
        names,
        [pytest.param(*case, id="-".join(map(str, case))) for case in cases],
        indirect=["pyodide"],
        scope="session",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is not for its target, and keep together what shares an interpreter.

    Groups are for pytest-xdist: one process each. Those without an interpreter share a server. The
    longest begin first, so that no process is left with one of them while the others are done.
    """
    kept: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        (kept if is_for_its_target(item) else left_out).append(item)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = kept
    for item in items:
        # pytest-xdist compares ids between processes, where an object has another address.
        item._nodeid = ADDRESS.sub("", item.nodeid)
        item.add_marker(pytest.mark.xdist_group(group_of(item)))
    if "PYTEST_XDIST_WORKER" in os.environ:  # else they run in the order of their files
        work = Counter[str]()
        for item in items:
            work[group_of(item)] += SLOWER if folder_of(item) in SLOW_FOLDERS else 1
        items.sort(key=lambda item: -work[group_of(item)])


def folder_of(item: pytest.Item) -> str:
    """The folder of tests/ that a test is in."""
    return item.path.relative_to(ROOT / "tests").parts[0]


def group_of(item: pytest.Item) -> str:
    """What a test shares an interpreter or a server with."""
    return str(parameters_of(item).get("pyodide") or folder_of(item))


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Send the call of a test marked by `in_pyodide` into the interpreter."""
    if pyfuncitem.get_closest_marker("in_pyodide") is None:
        return None
    arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    pyodide = pyfuncitem.funcargs["pyodide"]
    assert isinstance(pyodide, Interpreter | ThisPython)
    for further in range(_further_tries(pyfuncitem, pyodide.target), -1, -1):
        try:
            pyodide.call(pyfuncitem.function, arguments)
            return True
        except pytest.fail.Exception as failure:
            if pyodide.target.engine == "firefox" and LOST_EXCEPTION in str(failure):
                print(f"{pyodide.target} has lost an exception, and is restarted")
                pyodide.restart()
                break
            if not further:
                raise
        if "request_id" in arguments:
            arguments["request_id"] = uuid4().hex
    pyodide.call(pyfuncitem.function, arguments)
    return True


def _further_tries(item: pytest.Function, target: Target) -> int:
    """How often to repeat a test that is known to fail by chance in this engine."""
    return 1 if target.engine == "firefox" and item.get_closest_marker("aborts") else 0


@pytest.fixture(scope="session")
def urls(server: Server) -> Urls:
    """Where the test server is."""
    return server.urls


@pytest.fixture
def place(pyodide: Interpreter) -> str:
    """Where the test runs: "page", "worker" or "process"."""
    return pyodide.target.context


@pytest.fixture
def engine(pyodide: Interpreter) -> str:
    """What the test runs in, for example "chromium" or "node"."""
    return pyodide.target.engine


@pytest.fixture
def request_id() -> str:
    """A fresh value for `id=`, by which the server remembers requests."""
    return uuid4().hex


@pytest.fixture(scope="session")
def package_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package's wheel, built from the working tree for this session."""
    return build_wheel(ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def pyodide(
    request: pytest.FixtureRequest, server: Server, package_wheel: Path
) -> Iterator[Interpreter | ThisPython]:
    """An interpreter with the package installed, one for all tests of the same target."""
    target: Target = request.param
    if target is CPYTHON:
        yield ThisPython(target)
        return
    server.mount("/wheels", package_wheel.parent)
    url = f"{server.urls.page}/wheels/{package_wheel.name}"
    coverage = request.config.getoption("--pyodide-coverage")
    interpreter = Interpreter(target, server.urls, url, coverage)
    yield interpreter
    try:
        interpreter.close()
    finally:
        report.note(request.config, interpreter)
