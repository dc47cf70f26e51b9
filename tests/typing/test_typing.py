"""A user's code under mypy --strict and pyright, with the package installed as he has it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
FILES = ("asynchronous.py", "blocking.py")
Check = Callable[[str], str]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of a user's: his environment, where the package lies as pip would lay it."""
    folder = tmp_path_factory.mktemp("user")
    venv.create(folder / "env", with_pip=False, symlinks=True)
    packages = next((folder / "env").glob("lib/python*/site-packages"))
    shutil.copytree(
        ROOT / "pyfetch_requests",
        packages / "pyfetch_requests",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    for path in HERE.glob("*.py"):
        if not path.name.startswith(("test_", "__init__")):
            shutil.copy(path, folder)
    return folder


def run(site: Path, *command: str | Path) -> str:
    done = subprocess.run(command, cwd=site, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done.stdout


@pytest.fixture(params=["mypy", "pyright"])
def check(request: pytest.FixtureRequest, site: Path) -> Check:
    """Check a file, and return what the checker says of it."""
    python = site / "env" / "bin" / "python"
    if request.param == "mypy":
        options = ("--strict", "--config-file=", "--no-error-summary", "--hide-error-context")
        mypy = (sys.executable, "-m", "mypy", *options, f"--python-executable={python}")
        return lambda name: run(site, *mypy, name)
    (site / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}')
    pyright = ROOT / "node_modules" / "pyright" / "index.js"
    return lambda name: run(site, "node", pyright, f"--pythonpath={python}", name)


def complaints(said: str, name: str) -> set[int]:
    """The lines of a file that a checker complains of."""
    found = re.findall(rf"{re.escape(name)}:(\d+)(?::\d+)?(?: -|:) error", said)
    return set(map(int, found))


@pytest.mark.parametrize("name", FILES)
def test_right_code_is_accepted(check: Check, name: str) -> None:
    said = check(name)
    assert complaints(said, name) == set(), said
    assert "error" not in said.replace("0 errors", ""), said


def test_wrong_code_is_refused(check: Check) -> None:
    said = check("wrong.py")
    lines = (HERE / "wrong.py").read_text().splitlines()
    wrong = {number for number, line in enumerate(lines, 1) if line.endswith("# wrong")}
    assert complaints(said, "wrong.py") == wrong, said


def test_the_files_have_no_ignores() -> None:
    for name in FILES:
        assert "ignore" not in (HERE / name).read_text()
