"""Firefox, driven by its own Marionette protocol: no package registry has a geckodriver."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from marionette_driver.errors import MarionetteException
from marionette_driver.marionette import Marionette
from pytest_pyodide.runner import _BrowserWorkerRunnerMixin, _SeleniumBaseRunner

from .runners import OurRunner, end_with_us, program

START_LIMIT = 180  # seconds
# No connection to other machines, neither by the browser itself nor by mistake from a page.
PREFERENCES = """
user_pref("marionette.port", {port});
user_pref("network.proxy.type", 0);
user_pref("network.dns.localDomains", "plain.test");
user_pref("app.update.disabledForTesting", true);
user_pref("browser.safebrowsing.update.enabled", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("toolkit.telemetry.enabled", false);
user_pref("services.settings.server", "data:,#remote-settings-dummy/v1");
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("network.disable-localhost-when-offline", true);
"""


class FirefoxSession:
    """A running Firefox, with the few methods of a selenium driver that the runners call."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self._profile = Path(tempfile.mkdtemp(prefix="firefox-"))
        (self._profile / "user.js").write_text(PREFERENCES.format(port=port))
        command = [program("firefox-esr", "firefox-esr"), "--headless", "--marionette"]
        command += [
            "--remote-allow-system-access",
            "--no-remote",
            "--profile",
            str(self._profile),
            "about:blank",
        ]
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=end_with_us,  # noqa: PLW1509 - it takes no lock
        )
        self._marionette = Marionette(host="127.0.0.1", port=port)
        self._connect()

    def _connect(self) -> None:
        end = time.monotonic() + START_LIMIT
        while True:
            try:
                return self._marionette.start_session(
                    {"acceptInsecureCerts": True}, timeout=START_LIMIT
                )
            except (OSError, MarionetteException):
                if time.monotonic() > end or self.process.poll() is not None:
                    self.kill()
                    raise
                time.sleep(0.2)

    def get(self, url: str) -> None:
        self._marionette.navigate(url)

    def set_script_timeout(self, seconds: float) -> None:
        self._marionette.timeout.script = seconds
        self._marionette.client.socket_timeout = seconds + 10

    def execute_async_script(self, script: str, *arguments: object) -> Any:
        # Without a sandbox: the page's own globals, as selenium has them.
        return self._marionette.execute_async_script(script, script_args=arguments, sandbox=None)

    def set_offline(self, offline: bool) -> None:
        """Switch "Work Offline" of its menu on or off."""
        with self._marionette.using_context("chrome"):
            self._marionette.execute_script(
                # The second line because Firefox goes on using connections that are open.
                "Services.io.offline = arguments[0];"
                "Services.obs.notifyObservers(null, 'net:prune-all-connections');",
                script_args=[offline],
            )

    def quit(self) -> None:
        try:
            self._marionette.delete_session()
        finally:
            self.kill()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self._profile, ignore_errors=True)


class FirefoxDriver:
    """Starts and ends Debian's Firefox."""

    driver: FirefoxSession
    errors: tuple[type[Exception], ...] = (MarionetteException, OSError)

    def get_driver(self, jspi: bool = False) -> FirefoxSession:
        return FirefoxSession()

    def give_up_after(self, seconds: float) -> None:
        """Raise if a script takes longer."""
        self.driver.set_script_timeout(seconds)

    def kill(self) -> None:
        """End a browser that may hang."""
        self.driver.kill()


class FirefoxPage(FirefoxDriver, OurRunner, _SeleniumBaseRunner):
    """Pyodide in a page of Firefox."""

    browser: Any = "firefox"


class FirefoxWorker(FirefoxDriver, OurRunner, _BrowserWorkerRunnerMixin, _SeleniumBaseRunner):
    """Pyodide in a module worker of Firefox."""

    browser: Any = "firefox"
    WORKER_FILE = "browser/worker.mjs"


RUNNERS = {"page": FirefoxPage, "worker": FirefoxWorker}
