"""The built wheelhouse."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Never rebuild the environment that this process runs in.
MAKE = ["make", "--silent", "--old-file=.venv/.stamp", "--old-file=node_modules/.stamp"]


@pytest.fixture(scope="session")
def wheelhouse() -> Path:
    """The folder of the wheelhouse, built if it is not there or older than its sources."""
    subprocess.run([*MAKE, "wheelhouse/dist/.stamp"], cwd=ROOT, check=True)
    return ROOT / "wheelhouse" / "dist"


@pytest.fixture(scope="session")
def our_wheel(wheelhouse: Path) -> Path:
    """The package's own wheel in it."""
    [wheel] = wheelhouse.glob("pyfetch_requests-*.whl")
    return wheel
