"""What a host's Pyodide is to find, and the command that builds the host's page, if one does."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

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
# What marimo 0.25 asks for, and the address of its own lock of it.
MARIMO_CDN = "/pyodide/v314.0.0/full/"
MARIMO_LOCK = "/pyodide-lock.json"
MARIMO_TAGS = (
    *("--implementation", "cp", "--abi", "cp314"),
    *("--platform", "pyemscripten_2026_0_wasm32", "--platform", "manylinux2014_x86_64"),
)
# What marimo shows last.
MARIMO_ENDED = "#root pre"
# Where thebe-lite looks for Pyodide and for the kernel's wheels, by itself.
THEBE_CDN = "/pyodide/v0.27.0/full/"
THEBE_KERNEL = "/@jupyterlite/pyodide-kernel@0.4.7/pypi/"
# Where the last cell shows what it prints.
THEBE_ENDED = ".thebe-cell:nth-of-type(3) .thebe-output"
# Without what they depend on, all of which they have inside.
THEBE = {
    "thebe@0.9.3": "Rb/7kVhtlffXra3kIe7OuIGE7awsm2/fGWxw21DiNfnWLnUQiDl9AWqYdshPwZPG"
    "/5DzLpsJRPix2xtCPtJmQQ==",
    "thebe-lite@0.5.0": "o+HhDbd/9cfYgCBdQ6BqJ5De+9JJobV5hUM/pPXTb5/1JlKILQcWUuRdhfIdYVCP"
    "USBCMAbU3UwjkeRDJrG1HA==",
}


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


def marimo_pyodide(target: Path) -> Path:
    """A Pyodide with what marimo requires.

    marimo has one version of Pyodide inside, and refuses any other.
    """
    lock = ROOT / "requirements" / "marimo-browser.txt"
    wheels = download(lock, "3.14", ROOT / ".cache", MARIMO_TAGS)
    # There is no wheel of PyYAML for Pyodide, but it works without its C.
    [binary] = [wheel for wheel in wheels if wheel.name.startswith("pyyaml-")]
    wheels[wheels.index(binary)] = write_pure_wheel(target.parent, binary)
    make_pyodide_folder(ROOT / "node_modules" / "marimo-pyodide", wheels, target)
    return target


def thebe_pyodide(target: Path) -> Path:
    """A Pyodide with what the kernel of thebe-lite requires."""
    ours = ("pyfetch_requests-", "resotonotebook_fetch-")
    wheels = [one for one in WHEELHOUSE.glob("*.whl") if not one.name.startswith(ours)]
    make_pyodide_folder(ROOT / "node_modules" / "pyodide-0.27.8", wheels, target)
    return target


def install_thebe(folder: Path) -> Path:
    """Unpack what `npm install` of examples/README.md puts into a folder that the page uses.

    Returns:
        where the kernel's wheels are in it.
    """
    modules = folder / "node_modules"
    for package, digest in THEBE.items():
        unpack_npm(package, digest, modules / package.rpartition("@")[0])
    return modules / "thebe-lite" / "dist" / "lib" / "pypi"


def unpack_npm(package: str, digest: str, target: Path) -> None:
    """Unpack a package of npm, which is downloaded once.

    Args:
        package: name and version.
        digest: SHA-512 in base64, as a lock file has it.
        target: the folder to write to.

    Raises:
        AssertionError: it is not the package that it was.
    """
    cache = ROOT / ".cache" / "npm"
    cache.mkdir(parents=True, exist_ok=True)
    file = cache / f"{package.replace('@', '-')}.tgz"
    if not file.is_file():
        command = ["npm", "pack", package, "--silent", "--pack-destination", str(cache)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    assert base64.b64encode(hashlib.sha512(file.read_bytes()).digest()).decode() == digest, file
    with tarfile.open(file) as archive:
        for member in archive.getmembers():
            member.name = member.name.removeprefix("package/")
            archive.extract(member, target, filter="data")


def write_pure_wheel(folder: Path, binary: Path) -> Path:
    """What a wheel has but for its compiled modules."""
    wheel = folder / ("-".join(binary.name.split("-")[:2]) + "-py3-none-any.whl")
    with zipfile.ZipFile(binary) as archive, zipfile.ZipFile(wheel, "w") as pure:
        for name in archive.namelist():
            if not name.endswith(".so"):
                pure.writestr(name, archive.read(name))
    return wheel


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
    run_documented("jupyter lite build", folder, programs)
    # Tests drive the application by its own commands.
    settings = folder / "site" / "jupyter-lite.json"
    options = json.loads(settings.read_text())
    options["jupyter-config-data"]["exposeAppInBrowser"] = True
    settings.write_text(json.dumps(options))


def build_marimo(folder: Path, notebook: str = "planets.py", mode: str = "run") -> None:
    """Export a notebook, as README.md says for the one of examples/marimo.

    Args:
        folder: where it is, and where its site will be.
        notebook: the name of its file.
        mode: "run" shows what its cells give, "edit" the cells as well.

    Raises:
        AssertionError: the command failed; with what it has printed.
    """
    lock = ROOT / "requirements" / "marimo.txt"
    programs = environment_python(ROOT / ".venv-marimo", lock).parent
    # The export looks for modules beside the notebook by Ruff, which it gets by uv.
    [ruff] = download(ROOT / "requirements" / "marimo-ruff.txt", "3.11", ROOT / ".cache", ())
    offline = {"UV_OFFLINE": "1", "UV_FIND_LINKS": str(ruff.parent)}
    others = {"planets.py": notebook, "run": mode}
    run_documented("marimo export", folder, programs, others, offline)


def run_documented(
    command: str,
    folder: Path,
    programs: Path,
    others: Mapping[str, str] = MappingProxyType({}),
    variables: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Run the line of examples/README.md that contains a command, by an environment's programs.

    Args:
        command: a part of the line.
        folder: where to run it.
        programs: the folder of the environment's programs.
        others: words that stand for words of the line.
        variables: for the program's environment.
    """
    program, *words = documented(command)
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, **variables}
    done = subprocess.run(
        [str(programs / program), *(others.get(word, word) for word in words)],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
