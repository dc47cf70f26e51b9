"""Runs the tests of requests in an interpreter of an engine: brings them, and asks how they ended.

Decides nothing about what they should do.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.browser.interpreter import Interpreter, own_interpreter
from tests.browser.runners import LostError
from tests.browser.targets import Target
from tests.requests_suite.httpbin import HttpbinServer
from tests.requests_suite.sdist import ROOT, test_files
from tools.wheels import download

HERE = Path(__file__).parent
LOCK = ROOT / "requirements" / "requests-suite.txt"
FOLDER = "/requests"
FOLDERS = {
    "/pyodide": ROOT / "build" / "pyodide",
    "/browser": ROOT / "tests" / "browser" / "static",
}
Outcomes = dict[str, dict[str, Any]]
# Tests of one call into an engine: what it does not answer any more is lost with all of them.
BATCH = 100


class Suite:
    """requests' tests in one interpreter.

    Args:
        interpreter: Its page lies on the origin of the server.
        server: httpbin.
        way: "switch" (fetch: stacks are switched) or "xhr" (a synchronous XMLHttpRequest).
    """

    def __init__(self, interpreter: Interpreter, server: HttpbinServer, way: str) -> None:
        self.interpreter = interpreter
        urls = server.urls
        self._places = {"page": urls.page, "plain": urls.other, "secure": server.secure([])}
        self._way = way
        self._wheels = download(LOCK, "3.14", ROOT / ".cache")
        server.mount("/suite-wheels", self._wheels[0].parent)

    def collect(self, *arguments: str) -> Outcomes:
        """The tests that there are, none of them run."""
        return self._call(["--collect-only", *(arguments or ("tests",))])

    def run(self, tests: Sequence[str]) -> Outcomes:
        """How each of the tests with these ids ended.

        Tests that an engine did not survive are run once more, one by one.
        """
        outcomes: Outcomes = {}
        for start in range(0, len(tests), BATCH):
            batch = tests[start : start + BATCH]
            try:
                outcomes |= self._call(batch)
            except LostError:
                for test in batch:
                    outcomes |= self._alone(test)
        return outcomes

    def _alone(self, test: str) -> Outcomes:
        try:
            return self._call([test])
        except LostError as error:
            return {test: {"outcome": "failed", "network": True, "text": f"lost: {error}"}}

    def _call(self, arguments: Sequence[str]) -> Outcomes:
        module = self._prepared()
        bundle = f"{FOLDER}/tests/certs/valid/ca/ca.crt"
        what = ", ".join(map(repr, ([*arguments], self._places, bundle)))
        code = f"import sys; sys.modules[{module!r}].run({what})"
        runner = self.interpreter.runner
        answer = json.loads((runner.python if self._way == "xhr" else runner.python_async)(code))
        if answer["status"] not in (0, 1):
            raise RuntimeError(f"pytest has not run: {answer['printed']}")
        outcomes: Outcomes = answer["tests"]
        return outcomes

    def _prepared(self) -> str:
        """Bring what is needed into an interpreter that does not have it; the module's name."""
        runner = self.interpreter.runner
        module = self.interpreter.load(HERE / "inside.py")
        if not hasattr(runner, "requests_suite"):
            wheels = [f"{self._places['page']}/suite-wheels/{wheel.name}" for wheel in self._wheels]
            runner.load_package(wheels)
            if self.interpreter.target.context == "process":
                # The browsers of the tests trust every certificate, too.
                runner.run_js("process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'")
            files = {name: data.decode("latin-1") for name, data in test_files().items()}
            runner.python(
                "import sys, pyfetch_requests; pyfetch_requests.install(); "
                f"sys.modules[{module!r}].unpack({json.dumps(files)!r}, {FOLDER!r})"
            )
            runner.requests_suite = True
        return module


@contextmanager
def suite(target: Target, package_wheel: Path, way: str) -> Iterator[Suite]:
    """The tests in an engine that lasts as long as the block."""
    with (
        HttpbinServer(FOLDERS) as server,
        own_interpreter(target, server, package_wheel) as interpreter,
    ):
        yield Suite(interpreter, server, way)
