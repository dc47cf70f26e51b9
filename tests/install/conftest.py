"""The built wheelhouse."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.make import ROOT, make


@pytest.fixture(scope="session")
def wheelhouse() -> Path:
    """The folder of the wheelhouse, built if it is not there or older than its sources."""
    make("wheelhouse/dist/.stamp")
    return ROOT / "wheelhouse" / "dist"


@pytest.fixture(scope="session")
def our_wheel(wheelhouse: Path) -> Path:
    """The package's own wheel in it."""
    [wheel] = wheelhouse.glob("pyfetch_requests-*.whl")
    return wheel
