"""Deno, from npm."""

from __future__ import annotations

from pathlib import Path

from .process import ProcessRunner

PACKAGES = Path(__file__).parents[2] / "node_modules" / "@deno"


class DenoProcess(ProcessRunner):
    """Pyodide in Deno."""

    def command(self) -> list[str]:
        """The program itself: the npm package `deno` only looks it up and starts it."""
        [deno] = PACKAGES.glob("*/deno")
        # Pyodide before 314 is CommonJS in a file that has another name.
        options = ["--allow-all", "--no-config", "--no-lock", "--no-npm", "--unstable-detect-cjs"]
        return [str(deno), "run", *options]


RUNNERS = {"process": DenoProcess}
