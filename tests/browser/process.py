"""JavaScript runtimes without a browser: Node and Deno, processes that read commands by lines.

They have fetch, but no XMLHttpRequest, no page, no origin and no CORS; redirects and cookies are
visible.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from threading import Timer
from typing import Any

from pytest_pyodide.runner import JavascriptException

from .runners import OurRunner

HERE = Path(__file__).parent
DRIVER = HERE / "process.mjs"
FOLDERS = HERE.parent.parent / "build" / "pyodide"


class LostProcessError(Exception):
    """The process does not answer."""


class RuntimeProcess:
    """A running runtime; what `process.mjs` does, from outside."""

    def __init__(self, command: list[str]) -> None:
        self.seconds = 60.0
        self._process = subprocess.Popen(
            [*command, str(DRIVER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def run(self, code: str) -> Any:
        """Run the body of an async function; its value.

        Raises:
            LostProcessError: There was no answer in time, or the process has ended.
            JavascriptException: The code threw.
        """
        assert self._process.stdin
        assert self._process.stdout
        limit = Timer(self.seconds, self.kill)
        limit.start()
        try:
            self._process.stdin.write(json.dumps(code) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        finally:
            limit.cancel()
        if not line:
            raise LostProcessError(f"no answer within {self.seconds} s, or it ended by itself")
        answer = json.loads(line)
        if "error" in answer:
            raise JavascriptException(answer["error"], answer["stack"])
        return answer.get("result")

    def kill(self) -> None:
        self._process.kill()

    def close(self) -> None:
        """End it, and leave nothing behind."""
        self.kill()
        self._process.communicate()


class ProcessRunner(OurRunner):
    """Pyodide in a runtime's process, from a folder as its users have it from npm."""

    browser: Any = "node"
    driver: RuntimeProcess
    errors = (LostProcessError,)
    # pytest-pyodide's scripts use this name for the global object, which only browsers have.
    prelude = "const self = globalThis;"

    def command(self) -> list[str]:
        """The program and its options."""
        raise NotImplementedError

    def get_driver(self, jspi: bool = False) -> RuntimeProcess:
        return RuntimeProcess(self.command())

    def goto(self, page: str) -> None:
        """Go nowhere: there is no page."""

    def give_up_after(self, seconds: float) -> None:
        self.driver.seconds = seconds

    def set_script_timeout(self, timeout: float) -> None:
        self.give_up_after(timeout)

    def run_inside(self, code: str, check_code: str) -> Any:
        return self.driver.run(
            f"{self.prelude} const result = await (async () => {{ {code} }})();"
            f"{check_code} return result;"
        )

    def load_pyodide(self) -> None:
        module = (FOLDERS / self.version / "pyodide.mjs").as_uri()
        self.run_js(
            f"const {{ loadPyodide }} = await import({json.dumps(module)});"
            "let pyodide = await loadPyodide({ stdout: console.log, stderr: console.error });"
            + self.POST_LOAD_PYODIDE_SCRIPT
        )

    def quit(self) -> None:
        self.driver.close()

    kill = quit
