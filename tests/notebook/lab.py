"""JupyterLab in a headless Chromium: open a notebook, run it, read what came out of it.

Knows the application and the browser; knows nothing of what the notebooks are about.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from selenium.common.exceptions import TimeoutException
from selenium.webdriver.support.wait import WebDriverWait

from tests.examples.browser import PATIENCE, outside_flags, start_chromium

PANEL = "jupyterapp.shell.currentWidget"
IS_READY = """
    const [path, kernel] = arguments;
    const panel = window.jupyterapp?.shell.currentWidget;
    return panel?.context?.path === path && panel.context.isReady
        && (!kernel || panel.sessionContext.session?.kernel?.status === "idle");
"""
START = """
    window.ran = null;
    jupyterapp.commands.execute(arguments[0]).then(() => { window.ran = "done" },
                                                   (error) => { window.ran = String(error) });
"""


class Lab:
    """One browser with a profile of its own.

    Args:
        url: The site's URL, up to and with /notebook.
        net_log: Where the browser writes everything that its network stack does.
        outside: The port of what every other host leads to; None for nowhere.
        profile: The folder of a profile that outlives the browser; None for one of its own.
    """

    def __init__(
        self,
        url: str,
        net_log: Path | None = None,
        window: tuple[int, int] = (1400, 1000),
        outside: int | None = None,
        profile: Path | None = None,
    ) -> None:
        self.url = url
        flags = [f"--log-net-log={net_log}"] if net_log else []
        flags += outside_flags(outside) if outside else []
        flags += [f"--user-data-dir={profile}"] if profile else []
        self.browser = start_chromium(window, *flags)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.browser.quit()

    def script(self, code: str, *arguments: Any) -> Any:
        """Run JavaScript in the page."""
        return self.browser.execute_script(code, *arguments)

    def wait(self, condition: Callable[[], Any], what: str) -> Any:
        """The first true value of the condition.

        Raises:
            AssertionError: It never came; with the last that the page wrote to the console.
        """
        waiting = WebDriverWait(self.browser, PATIENCE, poll_frequency=0.2)
        try:
            return waiting.until(lambda _: condition())
        except TimeoutException as error:
            written = [entry["message"] for entry in self.browser.get_log("browser")][-20:]
            raise AssertionError("\n".join([f"waited in vain until {what}:", *written])) from error

    def open(self, path: str, address: str | None = None, *, kernel: bool = True) -> None:
        """Open a notebook, and wait until it is ready.

        Args:
            path: The notebook's.
            address: What of the site leads to it; None for the usual one.
            kernel: Wait for the kernel, too, which takes most of the time.
        """
        usual = f"/lab/index.html?path={path}"
        self.browser.get(self.url + (usual if address is None else address))
        what = f"{path} is open{' and its kernel idle' if kernel else ''}"
        self.wait(lambda: self.script(IS_READY, path, kernel), what)

    def run_all(self) -> list[dict[str, Any]]:
        """Run all cells, and return the notebook's cells as they are then (nbformat).

        The application stops at the first cell that fails.
        """
        self.command("notebook:run-all-cells")
        return self.cells()

    def run(self, cell: str, source: str) -> str:
        """Replace the source of the cell with this id, run it alone, and return what it shows."""
        self.set_source(cell, source)
        self.script(
            f"""
            const notebook = {PANEL}.content;
            const found = notebook.widgets.findIndex((one) => one.model.id === arguments[0]);
            notebook.activeCellIndex = found;
            """,
            cell,
        )
        self.command("notebook:run-cell")
        outputs = "[...arguments[0].querySelectorAll('.jp-OutputArea-output')]"
        shown = f"return {outputs}.map((one) => one.innerText).join('\\n')"
        return str(self.script(shown, self.element(cell)))

    def command(self, name: str) -> None:
        """Run one of the application's commands to its end."""
        self.script(START, name)
        result = self.wait(lambda: self.script("return window.ran"), f"{name} is done")
        assert result == "done", f"{name}: {result}"

    def cells(self) -> list[dict[str, Any]]:
        """The cells with their outputs, from the model: the page may not show all of them."""
        return json.loads(self.script(f"return JSON.stringify({PANEL}.context.model.toJSON())"))[
            "cells"
        ]

    def set_source(self, cell: str, source: str) -> None:
        """Replace the source of the cell with this id, as typing would."""
        self.script(
            f"""
            const cells = {PANEL}.content.model.sharedModel.cells;
            cells.find((cell) => cell.id === arguments[0]).setSource(arguments[1]);
            """,
            cell,
            source,
        )

    def element(self, cell: str) -> Any:
        """The element in the page that shows the cell with this id, scrolled into view."""
        return self.script(
            f"""
            const widget = {PANEL}.content.widgets.find((one) => one.model.id === arguments[0]);
            widget.node.scrollIntoView({{block: "start"}});
            return widget.node;
            """,
            cell,
        )

    def screenshot(self, cell: str, file: Path) -> None:
        """Write a PNG of one cell with its output."""
        element = self.element(cell)
        file.write_bytes(element.screenshot_as_png)
