"""The plugin of pytest, out of the wheel: found by its entry point, imported when it is used."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

from tests.inventory_process import ROOT

TESTS = """
import sys
import urllib.request


def test_nothing_is_imported_before():
    assert not [name for name in sys.modules if name.startswith("pyfetch_requests")]


def test_both_faces_and_urllib(mocked_requests):
    from pyfetch_requests import sync, testing

    mocked_requests.handler = lambda request: testing.respond(text(request))
    assert sync.get("https://api.example/a").content == b"GET /a"
    assert urllib.request.urlopen("https://api.example/b").read() == b"GET /b"
    assert len(mocked_requests.requests) == 2


def text(request):
    return 200, f"{request.method} {request.url.removeprefix('https://api.example')}"


def test_without_a_handler(mocked_requests):
    from pyfetch_requests import sync

    sync.get("https://api.example/a")
""".replace("testing.respond(text(request))", "testing.respond(*text(request))")


def run(text: str, wheel: Path, folder: Path) -> str:
    """What pytest prints for a file of tests, in a folder where the package is installed."""
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder / "site")
    (folder / "test_it.py").write_text(text)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_it.py"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder / "site")},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def test_the_fixture(package_wheel: Path, tmp_path: Path) -> None:
    printed = run(TESTS, package_wheel, tmp_path)
    assert "1 failed, 2 passed" in printed, printed
    assert "AssertionError: There is no response for GET https://api.example/a: set m" in printed


def test_the_example_of_the_guide(package_wheel: Path, tmp_path: Path) -> None:
    guide = (ROOT / "docs" / "guide.md").read_text()
    blocks = re.findall(r"^```python\n(.*?)^```", guide, re.DOTALL | re.MULTILINE)
    (example,) = (text for text in blocks if "(mocked_requests)" in text)
    printed = run(example, package_wheel, tmp_path)
    assert "1 passed" in printed, printed
