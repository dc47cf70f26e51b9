"""Artefacts of the Makefile that tests use: built if they are not there, or older than sources."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def make(target: str, tree: Path = ROOT) -> None:
    """Build a target of the Makefile.

    Args:
        target: the file's name.
        tree: the checkout to build it in.

    Raises:
        subprocess.CalledProcessError: it cannot be built; make has said why.
    """
    # Never the environment that this process runs in.
    kept = ("--old-file=.venv/.stamp", "--old-file=node_modules/.stamp") if tree == ROOT else ()
    subprocess.run(["make", "--silent", *kept, target], cwd=tree, check=True)
