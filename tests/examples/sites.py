"""What a host's Pyodide is to find, and the command that builds the host's page, if one does."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

from tests.inventory_process import environment_python
from tools.pyodide_folder import make_pyodide_folder
from tools.wheels import download

ROOT = Path(__file__).resolve().parents[2]
WHEELHOUSE = ROOT / "wheelhouse" / "dist"
# The Pyodide that JupyterLite takes by itself.
JUPYTERLITE_CDN = "/pyodide/v314.0.6/full/"

# The one that examples/stlite asks for.
STLITE_CDN = "/pyodide/v0.27.8/full/"
# Where Streamlit shows what the app says last.
STLITE_ENDED = "[data-testid=stText]"


def jupyterlite_pyodide(target: Path) -> Path:
    """A Pyodide with what JupyterLite's kernel asks of its distribution."""
    wheels = download(ROOT / "requirements" / "jupyterlite.txt", "3.14", ROOT / ".cache")
    make_pyodide_folder(ROOT / "node_modules" / "pyodide-314.0.7", wheels, target)
    return target


def stlite_pyodide(target: Path) -> Path:
    """A Pyodide with what stlite's Streamlit requires.

    Of altair, Pillow and fastparquet there are no wheels outside Pyodide's distribution (or not of
    what they require). Streamlit imports them for charts, images and tables of data only: here they
    are empty.
    """
    runtime = ROOT / "node_modules" / "pyodide-0.27.8"
    distribution = json.loads((runtime / "pyodide-lock.json").read_text())["packages"]
    empty = target.with_name("empty")
    empty.mkdir(exist_ok=True)
    wheels = [
        *download(ROOT / "requirements" / "stlite.txt", "3.12", ROOT / ".cache"),
        *(next(WHEELHOUSE.glob(f"{name}-*.whl")) for name in ("numpy", "pandas", "ssl", "sqlite3")),
        *(
            write_empty_wheel(empty, name, distribution[name]["version"])
            for name in ("altair", "pillow", "fastparquet")
        ),
    ]
    make_pyodide_folder(runtime, wheels, target)
    # Streamlit requires pandas<3, and this is a 3: it goes by the version that it stands for.
    lock = json.loads((target / "pyodide-lock.json").read_text())
    lock["packages"]["pandas"]["version"] = distribution["pandas"]["version"]
    (target / "pyodide-lock.json").write_text(json.dumps(lock))
    return target


def write_empty_wheel(folder: Path, name: str, version: str) -> Path:
    """A wheel with a name, a version and no module."""
    wheel = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        about = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        archive.writestr(f"{info}/METADATA", about)
        tags = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        archive.writestr(f"{info}/WHEEL", tags)
        archive.writestr(f"{info}/RECORD", "")
    return wheel


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
