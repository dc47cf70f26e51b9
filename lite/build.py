"""Build the notebook site: JupyterLite, its own Pyodide with all wheels, and the notebooks.

Usage: python lite/build.py [--target build/site]
       python lite/build.py --latest [--target build/site-latest]

Decides what is in the site, which needs no other host: kernel, wheels and notebooks are inside.
Never decides on versions: JupyterLite is that of the environment which runs this. For the Pyodide
of the newest one there are no wheels of pandas outside of a CDN, so that site has only the tour of
the package.
"""

from __future__ import annotations

import argparse
import json
import logging
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT))

from lite.wheels import compiled, replace_wheels  # noqa: E402
from tools.pyodide_folder import make_pyodide_folder  # noqa: E402
from tools.wheels import download  # noqa: E402

KERNEL = Path(sys.prefix) / "share/jupyter/labextensions/@jupyterlite/pyodide-kernel-extension"
KERNEL_WHEELS = ("ipykernel", "piplite", "pyodide_kernel")
RUNTIME = ROOT / "node_modules" / "pyodide-0.27.8"
LATEST_RUNTIME = ROOT / "node_modules" / "pyodide-314.0.7"
# Each Pyodide needs a micropip of its own time; this lock file has the one for the newest.
LATEST_WHEELS = ROOT / "requirements" / "pyodide-3.14.txt"
PLUGIN = "@jupyterlite/pyodide-kernel-extension:kernel"
# Parts of the standard library that older Pyodides have as packages; these are empty wheels.
PLACEHOLDERS = ("ssl", "sqlite3")
# What each notebook installs and imports.
NEEDED = {
    "example.ipynb": ("resotonotebook", "plotly", "pyfetch-requests"),
    "requests.ipynb": ("pyfetch-requests",),
}
# What the kernel says of its language. JupyterLab writes it into a notebook that gets a kernel; one
# that lacks it has unsaved changes before anybody has touched it.
LANGUAGE = {
    "codemirror_mode": {"name": "python", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
    "version": "3.8",
}
# Of the page with the notebooks.
SCRIPTS = ("reopen.js", "preload.js")
# JupyterLab breaks lines of text in the middle of words, also those of an error's message.
STYLE = ".jp-OutputArea .jp-RenderedText pre { word-break: normal; overflow-wrap: anywhere }"
GRAPHVIZ = ROOT / "node_modules" / "@viz-js" / "viz" / "dist" / "viz.js"


def plotly_renderer(plotly: Path, folder: Path) -> Path:
    """Extract from plotly's wheel the JupyterLab extension that draws its figures.

    It contains a renderer, and widgets that need ipywidgets. Without ipywidgets the latter would
    only write errors to the console of every visitor, so they are not announced.
    """
    with zipfile.ZipFile(plotly) as wheel:
        inside = "jupyterlab_plotly/labextension/"
        wheel.extractall(folder, [name for name in wheel.namelist() if name.startswith(inside)])
    description = folder / inside / "package.json"
    package = json.loads(description.read_text())
    del package["jupyterlab"]["_build"]["extension"]
    description.write_text(json.dumps(package, indent=2))
    return description.parent


def own_wheels() -> list[Path]:
    """The wheels that come with the kernel, except the stand-ins for widgetsnbextension."""
    return [wheel for name in KERNEL_WHEELS for wheel in KERNEL.glob(f"static/pypi/{name}-*.whl")]


def kernel_wheels(wheelhouse: Path, *more: str) -> list[Path]:
    """The wheels that the kernel loads when it starts, by a heading in the wheelhouse's list.

    Args:
        wheelhouse: the folder with the built wheels.
        more: names of further packages.
    """
    text = (ROOT / "wheelhouse" / "wheels.in").read_text()
    section = text.partition("# what the kernel needs\n")[2].partition("\n\n")[0]
    names = re.findall(r"^[\w.-]+", section, re.MULTILINE)
    patterns = [re.sub(r"[-_.]", "[-_.]", name) + "-[0-9]*" for name in [*names, *more]]
    return own_wheels() + [next(wheelhouse.glob(f"{pattern}.whl")) for pattern in patterns]


def is_micropip(wheel: Path) -> bool:
    return wheel.name.startswith("micropip-")


def settings(latest: bool) -> str:
    """The site's jupyter-lite.json; the newest kernel needs none of the placeholders."""
    text = (HERE / "jupyter-lite.json").read_text()
    if not latest:
        return text
    content = json.loads(text)
    kernel = content["jupyter-config-data"]["litePluginSettings"][PLUGIN]
    # The newest Pyodide is a module.
    kernel["pyodideUrl"] = kernel["pyodideUrl"].replace(".js", ".mjs")
    packages = kernel["loadPyodideOptions"]["packages"]
    packages[:] = [name for name in packages if name not in PLACEHOLDERS]
    return json.dumps(content, indent=2)


def jupyterlite(target: Path, *, extensions: list[Path], latest: bool = False) -> None:
    """Run `jupyter lite build` with the settings of this folder."""
    work = ROOT / "build" / f"jupyterlite{'-latest' if latest else ''}"
    shutil.rmtree(work, ignore_errors=True)
    contents = work / "contents"
    shutil.copytree(HERE / "files", contents)
    if latest:
        (contents / "example.ipynb").unlink()
    for notebook in contents.glob("*.ipynb"):
        content = json.loads(notebook.read_text())
        content["metadata"]["language_info"] = LANGUAGE
        notebook.write_text(json.dumps(content, indent=1))
    shutil.copy(HERE / "overrides.json", work)
    (work / "jupyter-lite.json").write_text(settings(latest))
    command = [sys.executable, "-m", "jupyterlite_core", "build", "--lite-dir", str(work)]
    command += ["--config", str(HERE / "jupyter_lite_config.json"), "--output-dir", str(target)]
    command += ["--contents", str(contents), "--ignore-sys-prefix"]
    command += [f"--LiteBuildConfig.federated_extensions={one}" for one in extensions]
    done = subprocess.run(
        command,
        cwd=work,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        sys.exit(f"{done.stdout}\nlite: jupyter lite build failed")


def compress(folder: Path) -> None:
    """Write a Brotli and a gzip copy beside each file that becomes smaller by it."""
    cache = ROOT / ".cache" / "site-twins"
    subprocess.run(["node", HERE / "compress.mjs", folder, cache], check=True)


def build(wheelhouse: Path, target: Path) -> None:
    """Build the site from the wheelhouse, the npm runtime and the notebooks."""
    wheels = sorted(wheelhouse.glob("*.whl"))
    print("lite: building the notebook site", flush=True)
    shutil.rmtree(target, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        renderer = plotly_renderer(next(wheelhouse.glob("plotly-*.whl")), Path(folder))
        jupyterlite(target, extensions=[KERNEL, renderer])
    # Placeholders and type stubs have no module to import, for which pyodide-lock warns.
    logging.getLogger("pyodide_lock").setLevel(logging.ERROR)
    pyodide(RUNTIME, [*wheels, *own_wheels()], target)
    shutil.copy(GRAPHVIZ, target / "static")
    finish(target, (HERE / "index.html").read_text())


def build_latest(wheelhouse: Path, target: Path) -> None:
    """Build the site with the newest JupyterLite."""
    print("lite: building the site with the newest JupyterLite", flush=True)
    shutil.rmtree(target, ignore_errors=True)
    jupyterlite(target, extensions=[KERNEL], latest=True)
    wheels = [
        *(one for one in kernel_wheels(wheelhouse, "pyfetch_requests") if not is_micropip(one)),
        *filter(is_micropip, download(LATEST_WHEELS, "3.14", ROOT / ".cache")),
    ]
    pyodide(LATEST_RUNTIME, wheels, target)
    finish(target, (HERE / "index.html").read_text().replace("example.ipynb", "requests.ipynb"))


def pyodide(runtime: Path, wheels: list[Path], target: Path) -> None:
    """Lay a Pyodide into the site, with copies of wheels and library that import faster."""
    folder = target / "static" / "pyodide"
    make_pyodide_folder(runtime, wheels, folder)
    originals = [*wheels, runtime / "python_stdlib.zip"]
    replace_wheels(folder, compiled(originals, runtime, ROOT / ".cache" / "site-wheels"))
    # The tour reads the source of one module out of the library.
    with zipfile.ZipFile(originals[-1]) as library:
        poem = library.read("this.py")
    with zipfile.ZipFile(folder / "python_stdlib.zip", "a", zipfile.ZIP_DEFLATED) as copy:
        copy.writestr(zipfile.ZipInfo("this.py"), poem)


def files_of(names: Iterable[str], lock: Path) -> list[str]:
    """The files that a lock has for some packages and all that those depend on."""
    packages = json.loads(lock.read_text())["packages"]
    found: dict[str, str] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop(0)
        if name not in found:
            found[name] = packages[name]["file_name"]
            waiting += packages[name]["depends"]
    return list(found.values())


def finish(target: Path, index: str) -> None:
    """Add what is the same in both sites, and report the size."""
    (target / "index.html").write_text(index)
    lab = target / "lab"
    for name in SCRIPTS:
        shutil.copy(HERE / name, lab)
    lock = target / "static" / "pyodide" / "pyodide-lock.json"
    there = {one: names for one, names in NEEDED.items() if (target / "files" / one).is_file()}
    files = {one: files_of(names, lock) for one, names in there.items()}
    (lab / "preload.json").write_text(json.dumps(files))
    added = [*(f'<script src="{name}"></script>' for name in SCRIPTS), f"<style>{STYLE}</style>"]
    head = "\n    ".join(["<head>", *added])
    page = (lab / "index.html").read_text()
    (lab / "index.html").write_text(page.replace("<head>", head, 1))
    compress(target)
    size = sum(file.stat().st_size for file in target.rglob("*") if file.is_file()) / 1e6
    print(f"lite: {size:.1f} MB in {target}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--wheelhouse", type=Path, default=ROOT / "wheelhouse" / "dist")
    parser.add_argument("--latest", action="store_true", help="with the newest JupyterLite")
    parser.add_argument("--target", type=Path, help="build/site or build/site-latest")
    arguments = parser.parse_args()
    usual = ROOT / "build" / ("site-latest" if arguments.latest else "site")
    make = build_latest if arguments.latest else build
    make(arguments.wheelhouse.resolve(), (arguments.target or usual).resolve())


if __name__ == "__main__":
    main()
