"""Wheels: downloaded by lock files with hashes, or built from a project in this tree.

Decides how pip and build are called. Never which wheels: the lock files do.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

# SOURCE_DATE_EPOCH for archives, so that the same sources give the same bytes; hatchling's default.
EPOCH = "1580601600"
PURE = ("--platform", "any", "--implementation", "py", "--abi", "none")


def download(
    requirements: Path, python: str, cache: Path, tags: tuple[str, ...] = PURE
) -> list[Path]:
    """The wheels that a lock file with hashes names, downloaded once.

    Args:
        requirements: The lock file.
        python: The version of Python that they are for.
        cache: The folder with a folder for each lock.
        tags: pip's options for platform, implementation and ABI; by default pure Python.
    """
    # By content: another lock file gets another folder.
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()[:16]
    folder = cache / f"{requirements.stem}-{digest}"
    safe = ["--require-hashes", "--no-deps", "--only-binary", ":all:"]
    what = ["--python-version", python, "--requirement", str(requirements)]
    fill_once(folder, lambda place: pip_download(place, *safe, *tags, *what))
    return sorted(folder.glob("*.whl"))


def pip_download(place: Path, *options: str) -> None:
    """Have pip download what its options name."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet"]
    subprocess.run([*pip, *options, "--dest", str(place)], check=True)


def fill_once(folder: Path, fill: Callable[[Path], object]) -> None:
    """Have a function fill a folder, unless it is there.

    It is there whole or not at all: work that breaks off leaves nothing, and several processes may
    do it at once, of which one wins.

    Args:
        folder: What is to be there.
        fill: Is called with the folder to fill, which becomes that one.
    """
    if folder.is_dir():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=f"{folder.name}-", dir=folder.parent) as place:
        filled = Path(place, "filled")
        filled.mkdir()
        fill(filled)
        try:
            filled.rename(folder)
        except OSError:
            if not folder.is_dir():  # it is, if another process was faster
                raise


def build_wheel(project: Path, folder: Path) -> Path:
    """The wheel of a project, built into a folder with the build tools of this environment.

    Raises:
        RuntimeError: it cannot be built; the message has the output of the build tool.
    """
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    done = subprocess.run([*build, str(project)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the wheel cannot be built:\n{done.stdout}{done.stderr}")
    return max(folder.glob("*.whl"), key=lambda wheel: wheel.stat().st_mtime_ns)
