"""The value of the `pyodide` fixture: an interpreter that is restarted when a test breaks it."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from coverage import CoverageData
from pytest_pyodide.runner import JavascriptException

from tests.server import Server, Urls

from .runners import LostError, OurRunner, start
from .scripts import registration
from .targets import Target
from .ways import Way

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
PACKAGE = "pyfetch_requests"
NAMES = {"Urls": Urls, "Way": Way, "inf": float("inf")}
# A browser that is not installed or exits at once, and a Pyodide that does not load.
START_ERRORS = (LostError, RuntimeError)
# Reports which transports were in use: each is created by the first call that needs it.
TRANSPORTS = """
import json
from pyfetch_requests._transports import fetch, xhr
json.dumps([name for name, made in {
    "fetch": fetch.fetch_transport,
    "fetch with JSPI": fetch.blocking_fetch_transport,
    "XMLHttpRequest": xhr.xhr_transport,
}.items() if made.cache_info().currsize])
"""


@contextmanager
def own_interpreter(
    target: Target,
    server: Server,
    package: Path,
    *,
    urls: Urls | None = None,
    special: type | None = None,
) -> Iterator[Interpreter]:
    """Yield an interpreter that no other test shares.

    Args:
        target: where.
        server: of the tests.
        package: the wheel under test.
        urls: where the server is as the page sees it; None for the usual addresses.
        special: a class to refine the runner, see `runners.start`.
    """
    urls = urls or server.urls
    server.mount("/wheels", package.parent)
    interpreter = Interpreter(target, urls, f"{urls.page}/wheels/{package.name}", None, special)
    try:
        yield interpreter
    finally:
        interpreter.close()


class Interpreter:
    """Pyodide with the package under test installed.

    Attributes:
        target: Where it runs.
        engine_name: Name and version of the engine, after it was started.
        transports: The transports that were in use, after it was closed.
    """

    def __init__(
        self,
        target: Target,
        urls: Urls,
        wheel: str,
        coverage: Path | None,
        special: type | None = None,
    ) -> None:
        self._special = special
        self.target = target
        self._urls = urls
        self._wheel = wheel
        self._coverage = coverage
        self._runner: OurRunner | None = None
        self._loaded: set[str] = set()
        self._hopeless = ""
        self.engine_name = ""
        self.transports: list[str] = []

    @property
    def runner(self) -> OurRunner:
        """pytest-pyodide's runner, started at first use, and again after it was lost."""
        if self._hopeless:
            raise LostError(self._hopeless)
        if self._runner and self._runner.lost:
            self._lose()
        if self._runner is None:
            try:
                self._start()
            except START_ERRORS as error:
                print(f"{self.target} did not start, and is tried once more: {error}")
                self._start_or_give_up()
        assert self._runner
        return self._runner

    def _start(self) -> None:
        self._runner = start(self.target, self._urls.page, self._special)
        try:
            self._prepare(self._runner)
        except BaseException:
            self._lose(kill=True)
            raise

    def _start_or_give_up(self) -> None:
        try:
            self._start()
        except START_ERRORS as error:
            self._hopeless = f"it does not start: {error}"
            raise LostError(self._hopeless) from error

    def close(self) -> None:
        """End it, after taking the transports and the coverage from it."""
        try:
            if self._runner and not self._runner.lost:
                self.transports = json.loads(self._runner.python(TRANSPORTS))
                if self._coverage:
                    take = "sys.modules['tests.browser.arcs'].take()"
                    self._save_coverage(self._runner.python(take))
        finally:
            self._lose()

    def restart(self) -> None:
        """Use a new engine for the next call."""
        self._lose(kill=True)

    def _lose(self, *, kill: bool = False) -> None:
        runner, self._runner = self._runner, None
        self._loaded = set()
        if runner is None:
            return
        try:
            runner.kill() if kill or runner.lost else runner.quit()
        except runner.errors:
            runner.kill()

    def _save_coverage(self, found: str) -> None:
        """Write a data file of coverage.py, with the paths of the working tree."""
        assert self._coverage
        self._coverage.mkdir(parents=True, exist_ok=True)
        data = CoverageData(str(self._coverage / f".coverage.{self.target}"))
        for path, arcs in json.loads(found).items():
            if f"/{PACKAGE}/" in path:
                file = ROOT / PACKAGE / path.rpartition(f"/{PACKAGE}/")[2]
                data.add_arcs({str(file): [(start, end) for start, end in arcs]})
        data.write()

    def _prepare(self, runner: OurRunner) -> None:
        self.engine_name = runner.engine_name()
        runner.load_package(["pytest", self._wheel])
        remote = json.dumps((HERE / "remote.py").read_text())
        runner.python(
            "import sys, types, json\n"
            "remote = sys.modules['remote'] = types.ModuleType('remote')\n"
            "remote.__file__ = 'remote.py'\n"
            f"exec(compile(json.loads({remote!r}), 'remote.py', 'exec'), remote.__dict__)\n"
            "remote.package('tests')\n"
            "remote.package('tests.browser', in_pyodide=lambda function: function, pyodide_in=str, "
            "script=remote.script)\n"
            "remote.package('tests.server')\n"
        )
        self.load(HERE / "ways.py")
        urls = self.load(ROOT / "tests" / "server" / "urls.py")
        runner.python(f"sys.modules['tests.server'].Urls = sys.modules[{urls!r}].Urls")
        if self._coverage:
            arcs = self.load(HERE / "arcs.py")
            runner.python(f"sys.modules[{arcs!r}].start('/site-packages/{PACKAGE}/')")

    def load(self, path: Path) -> str:
        """Execute a module of this project's tests inside, once; its name there.

        Modules that it imports by `from .name import …` are loaded, too.
        """
        shown = path.relative_to(ROOT)
        name = ".".join(shown.with_suffix("").parts)
        if name not in self._loaded:
            source = path.read_text()
            for sibling in re.findall(r"^from \.(\w+) import", source, re.MULTILINE):
                self.load(path.with_name(f"{sibling}.py"))
            if self.target.strict:
                self.runner.run_js(registration(source))
            what = f"{name!r}, {str(shown)!r}, {source!r}"
            self.runner.python(f"import remote; remote.load({what})")
            self._loaded.add(name)
        return name

    def call(
        self, function: Callable[..., Any], arguments: Mapping[str, Any], seconds: float = 90
    ) -> None:
        """Run a test function of a test module inside; fail as it fails.

        Args:
            function: A function of a module.
            arguments: By name.
            seconds: After which a coroutine is cancelled.

        Raises:
            TypeError: An argument has no source text that gives it back.
        """
        text = _source_of(arguments)
        by_xhr = arguments.get("way") == Way("xhr")
        asynchronous = inspect.iscoroutinefunction(function) and not by_xhr
        try:
            runner = self.runner
            module = self.load(Path(inspect.getfile(function)))
            what = f"{module!r}, {function.__name__!r}, {text!r}"
            if asynchronous:
                answer = runner.python_async(f"await remote.call_async({what}, {seconds})")
            else:
                answer = runner.python(f"remote.call({what})")
        except JavascriptException as error:
            # The module did not load: errors of tests are returned as results.
            pytest.fail(error.msg or error.stack, pytrace=False)
        except LostError as error:
            # The next test gets a new one.
            pytest.fail(f"{self.target} was lost: {error}", pytrace=False)
        result = json.loads(answer)
        print(result["printed"], end="")
        if "error" in result:
            pytest.fail(result["error"], pytrace=False)


def _source_of(arguments: Mapping[str, Any]) -> str:
    for name, value in arguments.items():
        try:
            same = eval(repr(value), dict(NAMES)) == value
        except (SyntaxError, NameError, TypeError):
            same = False
        if not same:
            raise TypeError(f"cannot send {name}={value!r} into Pyodide: not a literal, not Urls")
    return repr(dict(arguments))
