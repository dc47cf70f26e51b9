"""Build the wheelhouse: every wheel the notebook needs, and indexes that browsers install from.

Usage: python wheelhouse/build.py [--base URL] [--target FOLDER]
       python wheelhouse/build.py --lock

Decides where each wheel comes from. The indexes are written by index.py.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from packaging.utils import parse_wheel_filename

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT))

from tools.wheels import EPOCH  # noqa: E402
from wheelhouse.index import write_all_json, write_simple_index  # noqa: E402

LOCK = HERE / "wheels.txt"
# The package that depends on ours, as others' packages will.
CLIENT = ROOT / "examples" / "resotonotebook"
# Pyodide 0.27's ABI. pandas calls it pyemscripten, which piplite's index of that time ignores.
PLATFORM = "pyodide_2024_0_wasm32"
PIP_PLATFORM = "pyemscripten_2024_0_wasm32"


def run(*command: str | Path) -> None:
    """Run a command; its output is shown only if it fails."""
    environment = os.environ | {"SOURCE_DATE_EPOCH": EPOCH}
    output = subprocess.PIPE
    done = subprocess.run(
        command, check=False, env=environment, stdout=output, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode:
        sys.exit(f"{done.stdout}\nwheelhouse: failed: {' '.join(map(str, command))}")


def download(requirements: Path, target: Path, *options: str) -> None:
    """Download exactly the wheels that a requirements file names, for Pyodide 0.27's platform."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet"]
    platform = ["--platform", PIP_PLATFORM, "--python-version", "312"]
    abi = ["--implementation", "cp", "--abi", "cp312", "--only-binary", ":all:", "--no-deps"]
    run(*pip, *platform, *abi, *options, "--requirement", requirements, "--dest", target)


def locked_wheels() -> Path:
    """The folder with the wheels of the lock file, downloaded once for each state of it."""
    digest = hashlib.sha256(LOCK.read_bytes()).hexdigest()[:16]
    folder = ROOT / ".cache" / f"wheelhouse-{digest}"
    if not folder.is_dir():
        print(f"wheelhouse: downloading the wheels of {LOCK.relative_to(ROOT)}", flush=True)
        partial = folder.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        download(LOCK, partial, "--require-hashes")
        partial.rename(folder)
    return folder


def write_lock() -> None:
    """Write wheels.txt anew from wheels.in: the newest wheels that fit, with their hashes."""
    with tempfile.TemporaryDirectory() as folder:
        download(HERE / "wheels.in", Path(folder))
        lines = ["# Made from wheels.in by: python wheelhouse/build.py --lock"]
        for wheel in sorted(Path(folder).glob("*.whl"), key=lambda wheel: wheel.name.lower()):
            name, version, *_ = parse_wheel_filename(wheel.name)
            digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
            lines.append(f"{name}=={version} \\\n    --hash=sha256:{digest}")
    LOCK.write_text("\n".join(lines) + "\n")


def build_wheel(project: Path, target: Path) -> None:
    """Build one of our own wheels with the tools of this environment."""
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", target, project)


def build_numpy(target: Path) -> None:
    """Repack the conda package of numpy on npm as a wheel, without tests, headers and stubs.

    There is no other numpy for this Pyodide outside of a CDN.
    """
    package = ROOT / "node_modules" / "@emscripten-forge" / "numpy" / "pkg"
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(next(package.glob("*.tar.gz"))) as archive:
            archive.extractall(folder, filter="data")
        site = Path(folder) / "lib" / "python3.12" / "site-packages"
        info = next(site.glob("numpy-*.dist-info"))
        # They describe an installation; `wheel pack` writes a new RECORD.
        for name in ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json"):
            (info / name).unlink()
        for pattern in ("tests", "include", "_examples", "*.pyi", "*.a", "*.h"):
            for path in sorted(site.rglob(pattern)):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        description = (info / "WHEEL").read_text()
        (info / "WHEEL").write_text(description.replace("unknown_wasm32", PLATFORM))
        run(sys.executable, "-m", "wheel", "pack", "--dest-dir", target, site)


def build(target: Path, base: str) -> None:
    """Fill the target folder with all wheels and all indexes."""
    print("wheelhouse: collecting and building wheels", flush=True)
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(locked_wheels(), target)
    pandas = next(target.glob("pandas-*.whl"))
    run(sys.executable, "-m", "wheel", "tags", "--remove", "--platform-tag", PLATFORM, pandas)
    build_numpy(target)
    for project in (ROOT, CLIENT, *sorted((HERE / "stand-ins").iterdir())):
        build_wheel(project, target)
    for wheel in target.glob("*.whl"):
        # The index contains the time of each file: a fixed one keeps it reproducible.
        os.utime(wheel, (int(EPOCH), int(EPOCH)))
    write_all_json(target)
    write_simple_index(target, base)
    wheels = list(target.glob("*.whl"))
    size = sum(wheel.stat().st_size for wheel in wheels) / 1e6
    print(f"wheelhouse: {len(wheels)} wheels, {size:.1f} MB in {target}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--base",
        default="",
        help="URL of the published folder, written into the links of the simple index; "
        "without it they are relative (README.md says who needs which)",
    )
    parser.add_argument("--target", type=Path, default=HERE / "dist")
    parser.add_argument("--lock", action="store_true", help="renew wheels.txt from wheels.in")
    arguments = parser.parse_args()
    if arguments.lock:
        write_lock()
    else:
        build(arguments.target, arguments.base)
