"""The plugin of pytest, out of the wheel: found by its entry point, imported when it is used."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

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


def test_the_fixture(package_wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(package_wheel) as wheel:
        wheel.extractall(tmp_path / "site")
    (tmp_path / "test_it.py").write_text(TESTS)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_it.py"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "1 failed, 2 passed" in done.stdout, done.stdout + done.stderr
    assert (
        "AssertionError: There is no response for GET https://api.example/a: set mocked_"
        in done.stdout
    )
