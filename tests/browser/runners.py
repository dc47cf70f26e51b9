"""pytest-pyodide's runners, with our own server, page and worker.

Decides how Pyodide is loaded; a module for each engine starts the engine.
"""

from __future__ import annotations

import ctypes
import json
import os
import re
import shutil
import signal
import ssl
from importlib import import_module
from itertools import count
from typing import Any
from urllib.request import Request, urlopen

from pytest_pyodide.runner import JavascriptException, _BrowserBaseRunner, _SeleniumBaseRunner
from selenium.webdriver.remote.remote_connection import RemoteConnection
from selenium.webdriver.remote.webdriver import WebDriver

from .targets import Target

# Seconds that a single script may take; a test inside Pyodide gives up by itself after 90.
SCRIPT_TIMEOUT = 240

ENGINE_NAME = re.compile(r"(Chrome|Firefox|Node\.js|Deno)/\d+(\.\d+)?")


def program(name: str, package: str) -> str:
    """The path of a program, or an error that names the Debian package to install."""
    path = shutil.which(name)
    if path is None:
        raise RuntimeError(f"{name} is not installed (on Debian: apt-get install {package})")
    return path


def end_with_us() -> None:
    """For `preexec_fn`: the kernel ends this process when its parent ends, for whatever reason."""
    set_death_signal = 1  # PR_SET_PDEATHSIG
    ctypes.CDLL(None).prctl(set_death_signal, signal.SIGTERM)


def limit_scripts(driver: WebDriver, seconds: float) -> None:
    """Limit the time of a browser's scripts."""
    driver.set_script_timeout(seconds)
    # A page that is stuck in a loop does not heed it: then the connection times out.
    assert isinstance(driver.command_executor, RemoteConnection)
    driver.command_executor.client_config.timeout = int(seconds) + 10


class LostError(Exception):
    """The engine hangs, has crashed, or does not start."""


class OurRunner(_BrowserBaseRunner):
    """What is the same in every engine: the page, and Pyodide from a folder of our server.

    Attributes:
        errors: What the driver raises when the engine is lost.
        lost: True after that.
        PAGE: Path of the page, without a leading slash.

    Args:
        base: Origin of the server.
        version: Of Pyodide; loaded from /pyodide/VERSION.
    """

    errors: tuple[type[Exception], ...] = ()
    lost = False
    PAGE = "browser/page.html"

    def __init__(self, base: str, version: str) -> None:
        self.version = version
        self._base = base
        host, port = base.partition("://")[2].split(":")
        try:
            super().__init__(server_port=port, server_hostname=host)
        except BaseException as error:
            if hasattr(self, "driver"):
                self.kill()
            if isinstance(error, self.errors):
                raise LostError(str(error).split("Stacktrace")[0]) from error
            raise

    @property
    def base_url(self) -> str:
        """The origin of the server; pytest-pyodide would always make it http."""
        return self._base

    @base_url.setter
    def base_url(self, _: str) -> None:
        pass

    def goto(self, page: str) -> None:
        super().goto(page.replace("/module_test.html", f"/{self.PAGE}"))

    def load_pyodide(self) -> None:
        folder = f"{self.base_url}/pyodide/{self.version}/"
        self.run_js(
            f"const {{ loadPyodide }} = await import({json.dumps(folder + 'pyodide.mjs')});"
            "let pyodide = await loadPyodide();" + self.POST_LOAD_PYODIDE_SCRIPT
        )

    def run_js_inner(self, code: str, check_code: str) -> Any:
        try:
            return self.run_inside(code, check_code)
        except self.errors as error:
            self.lost = True
            raise LostError(str(error).split("Stacktrace")[0]) from error
        except JavascriptException as error:
            if "PythonError" in f"{error.msg} {error.stack}":
                raise
            self.lost = True  # Pyodide does not load, or has failed fatally
            raise LostError(str(error)) from error

    def run_inside(self, code: str, check_code: str) -> Any:
        """Run the body of an async function, and the check after it."""
        return super().run_js_inner(code, check_code)

    def prepare_driver(self) -> None:
        self.give_up_after(SCRIPT_TIMEOUT)
        super().prepare_driver()

    def give_up_after(self, seconds: float) -> None:
        raise NotImplementedError

    def kill(self) -> None:
        raise NotImplementedError

    def engine_name(self) -> str:
        """Name and version, as the engine has them in its user agent, for example Firefox/153."""
        agent = "globalThis.navigator?.userAgent ?? `Node.js/${process.versions.node}`"
        found = ENGINE_NAME.search(self.run_js(f"return {agent}"))
        return found.group() if found else "unknown"

    def python(self, code: str) -> Any:
        """Run Python with `runPython`, where nothing can be awaited and no stack switched."""
        return self.run_js(f"return pyodide.runPython({json.dumps(code)})")

    def python_async(self, code: str) -> Any:
        """Run Python with `runPythonAsync`."""
        return self.run_js(f"return await pyodide.runPythonAsync({json.dumps(code)})")


class StrictRunner(OurRunner):
    """A page or worker whose policy forbids evaluation: it imports what it runs as a module.

    The policy does not apply to the driver's own scripts, and perhaps not to what they call
    synchronously; it does apply to what comes after an `import()`.
    """

    PAGE = "strict/page.html"
    # Instead of pytest-pyodide's worker, which evaluates text.
    WORKER_FILE = "strict/worker.mjs"
    _numbers = count()

    def run_inside(self, code: str, check_code: str) -> Any:
        body = f"const result = await (async () => {{ {code} }})(); {check_code} return result;"
        url = self._serve(f"export default async () => {{ {body} }};")
        if not getattr(self, "_worker", False):
            return super().run_inside(f"return (await import({url!r})).default();", "")
        call = (
            f"const answer = await self.__workerCall({url!r}); if (answer.ok) return answer.result;"
            "throw Object.assign(new Error(answer.message || answer.error),"
            "  { stack: answer.stack });"
        )
        return _SeleniumBaseRunner.run_js_inner(self, call, "")

    def _serve(self, script: str) -> str:
        # No random name: a test may have replaced the source of chance.
        url = f"{self.base_url}/scripts/{os.getpid()}-{next(self._numbers)}.mjs"
        # Over TLS as well, where the certificate is not from a known authority.
        context = ssl._create_unverified_context() if url.startswith("https:") else None
        with urlopen(Request(url, script.encode()), timeout=SCRIPT_TIMEOUT, context=context):
            return url


class IsolatedRunner(OurRunner):
    """A page or worker that is cross-origin isolated: the usual files, with other headers."""

    PAGE = "isolated/page.html"
    WORKER_FILE = "isolated/worker.mjs"


class UnblockedRunner(OurRunner):
    """A page whose Permissions-Policy forbids synchronous requests."""

    PAGE = "unblocked/page.html"


class ServiceWorkerRunner(OurRunner):
    """A page or worker below a folder that a service worker controls.

    Attributes:
        SERVICE_WORKER: Path of its script.
    """

    SERVICE_WORKER = ""
    REGISTER = """
        const [script, scope, done] = arguments;
        navigator.serviceWorker
          .register(script, { scope })
          .then(() => navigator.serviceWorker.ready)
          .then(() => done(), (error) => done(String(error)));
    """

    def goto(self, page: str) -> None:
        super().goto(page)
        scope = f"/{self.PAGE.partition('/')[0]}/"
        error = self.driver.execute_async_script(self.REGISTER, self.SERVICE_WORKER, scope)
        assert error is None, error
        super().goto(page)


class RebuiltRunner(ServiceWorkerRunner):
    """A page or worker whose service worker rebuilds every answer, and isolates it by doing so."""

    PAGE = "rebuilt/page.html"
    WORKER_FILE = "rebuilt/worker.mjs"
    SERVICE_WORKER = "/rebuilding/service_worker.js"


class AnsweredRunner(ServiceWorkerRunner):
    """A page or worker whose service worker answers some requests in odd ways."""

    PAGE = "answered/page.html"
    WORKER_FILE = "answered/worker.mjs"
    SERVICE_WORKER = "/answering/service_worker.js"


def start(target: Target, base: str, special: type | None = None) -> OurRunner:
    """A running interpreter; `special` is a base class before that of the target.

    Only the module of the chosen engine is imported: they need different libraries.
    """
    module = import_module(f".{target.engine.replace('-', '_')}", __package__)
    kind: type[OurRunner] = module.RUNNERS[target.context]
    if target.strict:
        kind = type(f"Strict{kind.__name__}", (StrictRunner, kind), {})
    elif target.isolated:
        kind = type(f"Isolated{kind.__name__}", (IsolatedRunner, kind), {})
    if special is not None:
        kind = type(f"{special.__name__}{kind.__name__}", (special, kind), {})
    return kind(base, target.version)
