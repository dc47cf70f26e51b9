"""Unpack the sources of Pyodide's own Python packages, which mypy takes its types from.

Usage: python tools/pyodide_types.py

Those of the newest Pyodide in node_modules go to .cache/pyodide-types. A package index has the same
files, for Pyodide's own version of Python only.
"""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools.pyodide_folder import npm_versions  # noqa: E402

TARGET = ROOT / ".cache" / "pyodide-types"
PACKAGES = ("pyodide/", "_pyodide/")


def main() -> None:
    runtime = ROOT / "node_modules" / f"pyodide-{npm_versions()[-1]}"
    with zipfile.ZipFile(runtime / "python_stdlib.zip") as archive:
        names = [name for name in archive.namelist() if name.startswith(PACKAGES)]
        archive.extractall(TARGET, names)
    (TARGET / ".stamp").touch()


if __name__ == "__main__":
    main()
