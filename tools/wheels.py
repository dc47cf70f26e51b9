"""Wheels: downloaded by lock files with hashes, or built from a project in this tree.

Decides how pip and build are called. Never which wheels: the lock files do.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

# SOURCE_DATE_EPOCH for archives, so that the same sources give the same bytes; hatchling's default.
EPOCH = "1580601600"
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet"]
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
    if not folder.is_dir():
        # Renamed when complete: a download that broke off is not taken for a whole one.
        partial = folder.with_suffix(".partial")
        safe = ["--require-hashes", "--no-deps", "--only-binary", ":all:"]
        what = ["--python-version", python, "--requirement", str(requirements)]
        subprocess.run([*PIP, *safe, *tags, *what, "--dest", str(partial)], check=True)
        partial.rename(folder)
    return sorted(folder.glob("*.whl"))


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
