"""Artefacts of the Makefile that tests use: built if they are not there, or older than sources."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def make(target: str) -> None:
    """Build a target of the Makefile.

    Raises:
        subprocess.CalledProcessError: it cannot be built; make has said why.
    """
    # Never the environment that this process runs in.
    kept = ("--old-file=.venv/.stamp", "--old-file=node_modules/.stamp")
    subprocess.run(["make", "--silent", *kept, target], cwd=ROOT, check=True)
