"""A desktop that has resotonotebook, and fresh environments on it that pip installs into."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.inventory_process import ROOT, environment_python

LOCK = Path(__file__).with_name("desktop.txt")


def packages_of(environment: Path) -> Path:
    [folder] = environment.glob("lib/python3.*/site-packages")
    return folder


def fresh_environment(folder: Path, *what: str | Path) -> Path:
    """The interpreter of a new environment on the desktop, with a package and its dependencies.

    pip sees what the desktop has, with all its pins, and brings the rest.

    Args:
        folder: where to make it.
        what: the end of `pip install`: where from, and what.
    """
    desktop = environment_python(ROOT / ".cache" / "resotonotebook", LOCK, "--below", "3.12")
    subprocess.run([desktop, "-m", "venv", "--without-pip", folder], check=True)
    (packages_of(folder) / "desktop.pth").write_text(f"{packages_of(desktop.parents[1])}\n")
    python = folder / "bin" / "python"
    pip: list[str | Path] = [desktop, "-m", "pip", "--isolated", "--disable-pip-version-check"]
    pip += ["--python", python]
    subprocess.run([*pip, "install", "--quiet", *what], check=True)
    return python
