"""Runs tests of requests by pytest, in this interpreter, and tells how each of them ended.

Standard library and pytest only: Pyodide runs this very file.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

# A browser sends its own cookies, and keeps those of answers, for the page's own origin only.
NEED_COOKIES_OF_THE_BROWSER = ("test_cookie_sent_on_redirect",)
# Those of requests' package `tests`, while ours of the same name are in use.
_modules: dict[str, Any] = {}


class Httpbin:
    """What the fixtures of pytest-httpbin give."""

    def __init__(self, url: str) -> None:
        self.url = url


class Recorder:
    """A plugin: the fixtures that pytest-httpbin would bring, and a note of each outcome.

    Attributes:
        outcomes: By a test's id: how it ended ("passed", "failed", "skipped"; "xfailed",
            "xpassed"), whether it uses the network, what it says.

    Args:
        places: Where httpbin is: "plain", "secure" (by https) and "page" (the page's own origin).
        bundle: The path of a certificate.
    """

    def __init__(self, places: dict[str, str], bundle: str) -> None:
        self._places = places
        self._bundle = bundle
        self.outcomes: dict[str, dict[str, Any]] = {}

    @pytest.fixture
    def httpbin(self, request: pytest.FixtureRequest) -> Httpbin:
        # A 401 of the page's own origin makes a browser show a login window, and wait for it.
        own = request.node.name in NEED_COOKIES_OF_THE_BROWSER
        return Httpbin(self._places["page" if own else "plain"])

    @pytest.fixture
    def httpbin_secure(self) -> Httpbin:
        return Httpbin(self._places["secure"])

    @pytest.fixture
    def httpbin_ca_bundle(self) -> str:
        return self._bundle

    @pytest.hookimpl
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            names = getattr(item, "fixturenames", ())
            network = "httpbin" in names or "httpbin_secure" in names
            self.outcomes[item.nodeid] = {"outcome": "not run", "network": network, "text": ""}

    @pytest.hookimpl
    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.outcomes[report.nodeid] = {
                "outcome": "failed", "network": False, "text": report.longreprtext
            }  # fmt: skip

    @pytest.hookimpl
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        noted = self.outcomes[report.nodeid]
        if report.when == "call" or not report.passed:
            expected = hasattr(report, "wasxfail") and not report.failed
            noted["outcome"] = f"x{report.outcome}" if expected else report.outcome
            if report.skipped and expected:
                noted["outcome"] = "xfailed"
            noted["text"] += report.longreprtext


def unpack(files: str, folder: str) -> None:
    """Write files, and make the folder the current one.

    Args:
        files: JSON of texts by path; each character of a text is a byte.
        folder: Where to; it is made.
    """
    for name, text in json.loads(files).items():
        path = Path(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("latin-1"))
    os.chdir(folder)


def run(arguments: list[str], places: dict[str, str], bundle: str) -> str:
    """Run tests of the folder that is the current one; JSON of `Recorder.outcomes`.

    Args:
        arguments: Of pytest: paths and ids of tests, and options.
        places, bundle: See `Recorder`.
    """
    recorder = Recorder(places, bundle)
    quiet = ["-q", "-p", "no:cacheprovider", "--tb=short", "--rootdir", os.getcwd()]
    printed = io.StringIO()
    with (
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(printed),
        _their_modules(),
    ):
        status = pytest.main([*quiet, *arguments], plugins=[recorder])
    return json.dumps(
        {"status": int(status), "tests": recorder.outcomes, "printed": printed.getvalue()[-20000:]}
    )


@contextlib.contextmanager
def _their_modules() -> Iterator[None]:
    """Let requests' tests be the package `tests`, which is ours before and after."""
    ours = _take_modules()
    sys.modules.update(_modules)
    try:
        yield
    finally:
        _modules.update(_take_modules())
        sys.modules.update(ours)


def _take_modules() -> dict[str, Any]:
    names = [name for name in sys.modules if name.partition(".")[0] == "tests"]
    return {name: sys.modules.pop(name) for name in names}
