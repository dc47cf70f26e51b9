"""WebKit, Safari's engine: Debian's WebKitGTK under a virtual screen.

It has no JSPI: here a blocking call is always a synchronous XMLHttpRequest.
"""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress
from typing import Any

from pytest_pyodide.runner import _BrowserWorkerRunnerMixin, _SeleniumBaseRunner
from selenium.common.exceptions import WebDriverException
from selenium.webdriver import WebKitGTK
from selenium.webdriver.webkitgtk.options import Options
from selenium.webdriver.webkitgtk.service import Service
from urllib3.exceptions import HTTPError

from .runners import OurRunner, end_with_us, limit_scripts, program

BROWSER = "/usr/lib/{}-linux-gnu/webkit2gtk-4.1/MiniBrowser"


def virtual_screen() -> tuple[subprocess.Popen[bytes], str]:
    """Start an X server without a screen; the process and its DISPLAY."""
    reading, writing = os.pipe()
    command = [program("Xvfb", "xvfb"), "-displayfd", str(writing), "-nolisten", "tcp"]
    process = subprocess.Popen(
        command,
        pass_fds=(writing,),
        stderr=subprocess.DEVNULL,
        preexec_fn=end_with_us,  # noqa: PLW1509 - it takes no lock
    )
    os.close(writing)
    with os.fdopen(reading) as pipe:
        number = pipe.readline().strip()  # comes when the server is ready
    return process, f":{number}"


class WebKitDriver:
    """Starts and ends WebKitGTK's MiniBrowser, with a screen of its own."""

    driver: WebKitGTK
    errors: tuple[type[Exception], ...] = (WebDriverException, HTTPError)

    def get_driver(self, jspi: bool = False) -> WebKitGTK:
        self.screen, display = virtual_screen()
        options = Options()
        options.binary_location = BROWSER.format(os.uname().machine)
        options.add_argument("--automation")
        options.accept_insecure_certs = True
        environment = {**os.environ, "DISPLAY": display, "WEBKIT_DISABLE_COMPOSITING_MODE": "1"}
        # A group of its own, so that a browser that hangs can be ended with its driver.
        self.service = Service(
            program("WebKitWebDriver", "webkit2gtk-driver"),
            env=environment,
            popen_kw={"start_new_session": True, "preexec_fn": end_with_us},
        )
        try:
            return WebKitGTK(options=options, service=self.service)
        except BaseException:
            self._end_screen()
            raise

    def give_up_after(self, seconds: float) -> None:
        """Raise if a script takes longer."""
        limit_scripts(self.driver, seconds)

    def engine_name(self) -> str:
        """Name and version; the user agent would only name a Safari."""
        return f"WebKitGTK/{self.driver.capabilities['browserVersion']}"

    def quit(self) -> None:
        try:
            self.driver.quit()
        finally:
            self._end_screen()

    def kill(self) -> None:
        """End a browser that may hang."""
        with suppress(ProcessLookupError):
            os.killpg(self.service.process.pid, signal.SIGKILL)
        self._end_screen()

    def _end_screen(self) -> None:
        self.screen.terminate()
        self.screen.wait()


class WebKitPage(WebKitDriver, OurRunner, _SeleniumBaseRunner):
    """Pyodide in a page of WebKit."""

    browser: Any = "safari"


class WebKitWorker(WebKitDriver, OurRunner, _BrowserWorkerRunnerMixin, _SeleniumBaseRunner):
    """Pyodide in a module worker of WebKit."""

    browser: Any = "safari"
    WORKER_FILE = "browser/worker.mjs"


RUNNERS = {"page": WebKitPage, "worker": WebKitWorker}
