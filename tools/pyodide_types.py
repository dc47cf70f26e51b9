"""Unpack the sources of Pyodide's own Python packages, from which mypy takes their types.

Usage: python tools/pyodide_types.py

Those of the newest Pyodide in node_modules go to .cache/pyodide-types. The package pyodide-py has
the same files, but can be installed only on the version of Python that this Pyodide has.
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
