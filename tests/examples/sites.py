"""Hosts whose page is built by a command: the command, and what their Pyodide is to find."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

from tests.inventory_process import environment_python
from tools.pyodide_folder import make_pyodide_folder
from tools.wheels import download

ROOT = Path(__file__).resolve().parents[2]
# The Pyodide that JupyterLite takes by itself.
JUPYTERLITE_CDN = "/pyodide/v314.0.6/full/"


def jupyterlite_pyodide(target: Path) -> Path:
    """A Pyodide with what JupyterLite's kernel asks of its distribution."""
    wheels = download(ROOT / "requirements" / "jupyterlite.txt", "3.14", ROOT / ".cache")
    make_pyodide_folder(ROOT / "node_modules" / "pyodide-314.0.7", wheels, target)
    return target


def documented(command: str) -> list[str]:
    """The words of the one line of examples/README.md that contains this one."""
    text = (ROOT / "examples" / "README.md").read_text()
    [line] = re.findall(rf"^.*{re.escape(command)}.*$", text, re.MULTILINE)
    return str(line).split()


def build_jupyterlite(folder: Path, wheel: Path) -> None:
    """Build the site in a copy of examples/jupyterlite, as README.md says.

    Raises:
        AssertionError: the command failed; with what it has printed.
    """
    lock = ROOT / "requirements" / "lite-latest.txt"
    programs = environment_python(ROOT / ".venv-lite-latest", lock).parent
    dist = folder.parents[1] / "dist"
    dist.mkdir(exist_ok=True)
    shutil.copy(wheel, dist)
    command = documented("jupyter lite build")
    run = [str(programs / command[0]), *command[1:]]
    done = subprocess.run(run, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    # Tests drive the application by its own commands.
    settings = folder / "site" / "jupyter-lite.json"
    options = json.loads(settings.read_text())
    options["jupyter-config-data"]["exposeAppInBrowser"] = True
    settings.write_text(json.dumps(options))
