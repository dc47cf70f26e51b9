"""Chromium, from Debian."""

from __future__ import annotations

import os
import signal
from contextlib import suppress

from pytest_pyodide.runner import BrowserWorkerChromeRunner, SeleniumChromeRunner
from selenium.common.exceptions import WebDriverException
from selenium.webdriver import Chrome
from selenium.webdriver.chrome.options import Options as ChromeOptions
from selenium.webdriver.chrome.service import Service as ChromeService
from urllib3.exceptions import HTTPError

from .runners import OurRunner, end_with_us, limit_scripts, program

CHROMIUM_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # Nothing outside this machine is ever looked up.
    "--host-resolver-rules=MAP plain.test 127.0.0.1 , MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)


class ChromiumDriver:
    """Starts and ends Debian's Chromium."""

    driver: Chrome
    errors: tuple[type[Exception], ...] = (WebDriverException, HTTPError)
    flags: tuple[str, ...] = CHROMIUM_FLAGS

    def get_driver(self, jspi: bool = False) -> Chrome:
        options = ChromeOptions()
        options.binary_location = program("chromium", "chromium")
        options.accept_insecure_certs = True
        for flag in self.flags:
            options.add_argument(flag)
        driver = program("chromedriver", "chromium-driver")
        service = ChromeService(driver, popen_kw={"preexec_fn": end_with_us})
        return Chrome(options=options, service=service)

    def give_up_after(self, seconds: float) -> None:
        """Raise if a script takes longer."""
        limit_scripts(self.driver, seconds)

    def kill(self) -> None:
        """End a browser that may hang."""
        with suppress(ProcessLookupError):
            os.kill(self.driver.capabilities["goog:processID"], signal.SIGKILL)
        self.driver.quit()


class ChromiumPage(ChromiumDriver, OurRunner, SeleniumChromeRunner):
    """Pyodide in a page of Chromium."""


class ChromiumWorker(ChromiumDriver, OurRunner, BrowserWorkerChromeRunner):
    """Pyodide in a module worker of Chromium."""

    WORKER_FILE = "browser/worker.mjs"


RUNNERS = {"page": ChromiumPage, "worker": ChromiumWorker}
