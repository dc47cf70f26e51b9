"""Build the notebook site: JupyterLite, its own Pyodide with all wheels, and the notebooks.

Usage: python lite/build.py [--target build/site]

Decides what lies in the site. It needs no other host: kernel, wheels and notebooks are inside.
"""

from __future__ import annotations

import argparse
import gzip
import json
import logging
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT))

from tools.pyodide_folder import make_pyodide_folder  # noqa: E402

KERNEL = Path(sys.prefix) / "share/jupyter/labextensions/@jupyterlite/pyodide-kernel-extension"
KERNEL_WHEELS = ("ipykernel", "piplite", "pyodide_kernel")
RUNTIME = ROOT / "node_modules" / "pyodide-0.27.8"
COMPRESSED = {".css", ".html", ".ipynb", ".js", ".json", ".mjs", ".svg", ".wasm"}
GRAPHVIZ = ROOT / "node_modules" / "@viz-js" / "viz" / "dist" / "viz.js"


def plotly_renderer(plotly: Path, folder: Path) -> Path:
    """Take from plotly's wheel the JupyterLab extension that draws its figures.

    The wheel's extension is two: the renderer, and widgets that need ipywidgets. Announced together
    without ipywidgets, the second only writes errors to the console of every visitor.
    """
    with zipfile.ZipFile(plotly) as wheel:
        inside = "jupyterlab_plotly/labextension/"
        wheel.extractall(folder, [name for name in wheel.namelist() if name.startswith(inside)])
    description = folder / inside / "package.json"
    package = json.loads(description.read_text())
    del package["jupyterlab"]["_build"]["extension"]
    description.write_text(json.dumps(package, indent=2))
    return description.parent


def jupyterlite(target: Path, plotly: Path) -> None:
    """Run `jupyter lite build` with the settings of this folder."""
    work = ROOT / "build" / "jupyterlite"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    for name in ("jupyter-lite.json", "overrides.json"):
        shutil.copy(HERE / name, work)
    command = [sys.executable, "-m", "jupyterlite_core", "build", "--lite-dir", str(work)]
    settings = ["--config", str(HERE / "jupyter_lite_config.json"), "--output-dir", str(target)]
    contents = ["--contents", str(HERE / "files")]
    extensions = ["--ignore-sys-prefix"]
    for extension in (KERNEL, plotly_renderer(plotly, work)):
        extensions.append(f"--LiteBuildConfig.federated_extensions={extension}")
    done = subprocess.run(
        [*command, *settings, *contents, *extensions],
        cwd=work,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        sys.exit(f"{done.stdout}\nlite: jupyter lite build failed")


def compress(folder: Path) -> None:
    """Lay a twin in gzip beside each file that gets smaller by it, for servers that send those."""
    for file in filter(Path.is_file, sorted(folder.rglob("*"))):
        if file.suffix not in COMPRESSED or file.stat().st_size < 1024:
            continue
        content = file.read_bytes()
        packed = gzip.compress(content, 9, mtime=0)
        if len(packed) < 0.9 * len(content):
            file.with_name(f"{file.name}.gz").write_bytes(packed)


def build(wheelhouse: Path, target: Path) -> None:
    """Make the site anew from the wheelhouse, the npm runtime and the notebooks."""
    wheels = sorted(wheelhouse.glob("*.whl"))
    kernel = [wheel for name in KERNEL_WHEELS for wheel in KERNEL.glob(f"static/pypi/{name}-*.whl")]
    print("lite: building the notebook site", flush=True)
    shutil.rmtree(target, ignore_errors=True)
    jupyterlite(target, next(wheelhouse.glob("plotly-*.whl")))
    # Placeholders and type stubs have no module to import, which is not worth a warning.
    logging.getLogger("pyodide_lock").setLevel(logging.ERROR)
    make_pyodide_folder(RUNTIME, [*wheels, *kernel], target / "static" / "pyodide")
    shutil.copy(GRAPHVIZ, target / "static")
    shutil.copy(HERE / "index.html", target)
    compress(target)
    size = sum(file.stat().st_size for file in target.rglob("*") if file.is_file()) / 1e6
    print(f"lite: {size:.1f} MB in {target}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wheelhouse", type=Path, default=ROOT / "wheelhouse" / "dist")
    parser.add_argument("--target", type=Path, default=ROOT / "build" / "site")
    arguments = parser.parse_args()
    build(arguments.wheelhouse.resolve(), arguments.target.resolve())
