"""Marks that say where a test runs leave it somewhere to run."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.inventory_process import ROOT

FOLDERS = ("browser", "failures", "install", "load", "thirdparty")
# Pages with a strict policy are targets of the matrix.
IN_THE_MATRIX_ONLY = {"tests/failures/test_held_addresses.py::test_a_policy"}
COLLECT = f"""
import sys
import pytest

def names(items):
    return {{item.nodeid.partition("[")[0] for item in items}}

class Collected:
    left_out, kept = set(), set()

    def pytest_deselected(self, items):
        self.left_out |= names(items)

    def pytest_collection_finish(self, session):
        self.kept |= names(session.items)

folders = [f"tests/{{name}}" for name in {FOLDERS!r}]
pytest.main(["--collect-only", "-qq", "--numprocesses=0", *folders], plugins=[found := Collected()])
assert len(found.kept) > 200
print(*(found.left_out - found.kept), file=sys.stderr)
"""


def test_each_test_runs_somewhere_in_make_test() -> None:
    command = [sys.executable, "-c", COLLECT]
    # Without the variables for targets, and without options: as in `make test`.
    plain = {name: value for name, value in os.environ.items() if not name.startswith("TEST_")}
    done = subprocess.run(
        command, cwd=ROOT, env=plain | {"PYTEST_ADDOPTS": ""}, check=True,
        capture_output=True, text=True,
    )  # fmt: skip
    assert set(done.stderr.split()) == IN_THE_MATRIX_ONLY
