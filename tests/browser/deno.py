"""Deno, from npm."""

from __future__ import annotations

from pathlib import Path

from .process import ProcessRunner

PACKAGES = Path(__file__).parents[2] / "node_modules" / "@deno"


class DenoProcess(ProcessRunner):
    """Pyodide in Deno."""

    def command(self) -> list[str]:
        """The program itself: the npm package `deno` only finds and starts it."""
        [deno] = PACKAGES.glob("*/deno")
        # Pyodide before 314 is CommonJS in a file whose name does not say so.
        options = ["--allow-all", "--no-config", "--no-lock", "--no-npm", "--unstable-detect-cjs"]
        return [str(deno), "run", *options]


RUNNERS = {"process": DenoProcess}
