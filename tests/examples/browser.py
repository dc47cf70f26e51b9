"""A headless Chromium in which every host but this machine is `Outside`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from selenium.common.exceptions import TimeoutException
from selenium.webdriver import Chrome
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.wait import WebDriverWait

from tests.browser.chromium import CHROMIUM_FLAGS
from tests.browser.runners import limit_scripts, program

# Seconds; only a safety net, generous because several browsers may share few processors.
PATIENCE = 240


def outside_flags(port: int) -> list[str]:
    """What tells Chromium that every host but this machine is `Outside` on this port."""
    rules = f"MAP * 127.0.0.1:{port} , EXCLUDE 127.0.0.1"
    # The later of two equal options counts.
    return [f"--host-resolver-rules={rules}", "--ignore-certificate-errors"]


def start_chromium(window: tuple[int, int], *flags: str) -> Chrome:
    """A headless Chromium that keeps what its pages write to the console."""
    options = Options()
    options.binary_location = program("chromium", "chromium")
    for flag in (*CHROMIUM_FLAGS, "--window-size={},{}".format(*window), *flags):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = Chrome(options=options, service=Service(program("chromedriver", "chromium-driver")))
    limit_scripts(driver, PATIENCE)
    return driver


class Browser:
    """One Chromium with a profile of its own.

    Args:
        outside: The port of `Outside`.
    """

    def __init__(self, outside: int, window: tuple[int, int] = (900, 620)) -> None:
        self.driver = start_chromium(window, *outside_flags(outside))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.driver.quit()

    def open(self, url: str, ended: str = "#failure") -> None:
        """Open one of the examples' pages, and wait until its program has ended.

        Args:
            url: Its address.
            ended: The selector of what it fills last.
        """
        self.driver.get(url)
        self.wait(lambda: self.text(ended) not in ("", "…"), "the program has ended")

    def script(self, code: str, *arguments: Any) -> Any:
        """Run JavaScript in the page."""
        return self.driver.execute_script(code, *arguments)

    def wait(self, condition: Callable[[], Any], what: str) -> Any:
        """The first true value of the condition.

        Raises:
            AssertionError: It never came; with what the page wrote to the console.
        """
        waiting = WebDriverWait(self.driver, PATIENCE, poll_frequency=0.1)
        try:
            return waiting.until(lambda _: condition())
        except TimeoutException as error:
            raise AssertionError(f"waited in vain until {what}:\n{self.console()}") from error

    def text(self, selector: str) -> str:
        """What is to be read in the elements of a selector."""
        code = (
            "return [...document.querySelectorAll(arguments[0])].map(e => e.innerText).join('\\n')"
        )
        return str(self.script(code, selector))

    def console(self) -> str:
        """What the page has written to its console since it was last asked."""
        return "\n".join(entry["message"] for entry in self.driver.get_log("browser"))

    def picture(self, file: Path) -> None:
        """Write what is to be seen as a PNG."""
        self.driver.save_screenshot(str(file))
