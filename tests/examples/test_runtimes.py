"""Node and Deno, as processes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.browser.deno import PACKAGES
from tests.browser.runners import program
from tests.examples.conftest import EXAMPLES, PYODIDE
from tests.examples.outside import Outside
from tests.examples.test_pages import PLANETS

PRELOAD = Path(__file__).with_name("outside.mjs")


def command(runtime: str) -> list[str]:
    """The runtime as README.md starts it, with a module before the program."""
    if runtime == "node":
        return [program("node", "nodejs"), "--import", str(PRELOAD)]
    [deno] = PACKAGES.glob("*/deno")
    return [str(deno), "run", "--allow-all", "--preload", str(PRELOAD), "--node-modules-dir=manual"]


@pytest.mark.parametrize("runtime", ["node", "deno"])
def test_prints_the_planets_and_the_failure(
    runtime: str, outside: Outside, served: str, tmp_path: Path
) -> None:
    shutil.copytree(EXAMPLES / "node", tmp_path, dirs_exist_ok=True)
    shutil.copytree(EXAMPLES / runtime, tmp_path, dirs_exist_ok=True)
    # What `npm install` makes; with micropip in it, which Pyodide takes from the CDN by itself.
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "pyodide").symlink_to(PYODIDE)
    done = subprocess.run(
        [*command(runtime), "main.mjs", f"{served}/"],
        cwd=tmp_path,
        env=os.environ | {"OUTSIDE": outside.http},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = [line for line in done.stdout.splitlines() if ": " in line]
    assert lines[:-1] == [f"{planet['name']}: {planet['moons']} moons" for planet in PLANETS]
    # Deno knows no reasons but the usual ones.
    failure = (
        rf"Without data: 404 Client Error: (File not found|Not Found) for url: {served}/comets"
    )
    assert re.match(failure, lines[-1])
    assert outside.unknown == []
