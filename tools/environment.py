"""Create a virtual environment from a lock file, or explain in one line why that fails.

Usage: python3 tools/environment.py TARGET LOCK [--below 3.13]

Decides which Python to use: the one that runs this script if its version fits, else the first
`python3.N` on PATH that does. Never installs anything that the lock file has no hash for.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

LOWEST = (3, 11)


def version_of(python: str) -> tuple[int, int] | None:
    """(major, minor) of an interpreter, None if it does not start or has no venv."""
    # Debian has Python without these two, which are packages of their own.
    code = "import sys, venv, ensurepip; print(*sys.version_info[:2])"
    try:
        command = [python, "-c", code]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return tuple(map(int, done.stdout.split())) if done.returncode == 0 else None  # type: ignore[return-value]


def find_python(below: tuple[int, int]) -> str | None:
    """The first interpreter that is at least 3.11 and older than `below`."""
    names = [sys.executable, *(f"python3.{minor}" for minor in range(11, 20))]
    for name in filter(None, map(shutil.which, names)):
        version = version_of(name)
        if version and LOWEST <= version < below:
            return name
    return None


def make(target: Path, lock: Path, below: tuple[int, int]) -> None:
    if target.is_symlink():  # other checkouts use it, and --clear would pull it from under them
        sys.exit(f"{target} is a link and older than {lock}: update it at its real place")
    python = find_python(below)
    if python is None:
        newest = f" and older than {below[0]}.{below[1]}" if below < (4, 0) else ""
        sys.exit(
            f"{target.name}: needs Python 3.11 or newer{newest}, with venv "
            "(on Debian: apt-get install python3-venv)."
        )
    print(f"{target.name}: installing {lock} with {python}", flush=True)
    subprocess.run([python, "-m", "venv", "--clear", target], check=True)
    pip = [str(target / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--quiet", "--require-hashes", "-r", lock], check=True)
    (target / ".stamp").touch()  # last: make repeats what was interrupted


def parse_version(text: str) -> tuple[int, int]:
    major, minor = text.split(".")
    return int(major), int(minor)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("target", type=Path)
    parser.add_argument("lock", type=Path)
    parser.add_argument("--below", type=parse_version, default=(4, 0))
    arguments = parser.parse_args()
    make(arguments.target, arguments.lock, arguments.below)
