"""The site's copies of wheels."""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path

import pytest

from lite.build import RUNTIME
from lite.wheels import compiled

MODULE = """
import warnings


def warn():
    warnings.warn("mind", stacklevel=1)


def words(word):
    return word in {"one", "two", "three", "four", "five", "six"}
"""

# Installs a copy, and says which file a function of it is of.
INSTALL = """
const { loadPyodide } = await import(`${process.argv[1]}/pyodide.mjs`);
const python = await loadPyodide();
await python.loadPackage(process.argv[2], { messageCallback: () => {} });
console.log(python.runPython(`
import small.inner

"\\\\n".join([small.inner.__file__, small.inner.warn.__code__.co_filename])
`));
"""


@pytest.fixture
def wheels(tmp_path: Path) -> list[Path]:
    """Two wheels that differ in their names."""
    made = []
    for name in ("small", "other"):
        path = tmp_path / f"{name}-1.0-py3-none-any.whl"
        info = f"{name}-1.0.dist-info"
        with zipfile.ZipFile(path, "w") as wheel:
            wheel.writestr(f"{name}/__init__.py", "")
            wheel.writestr(f"{name}/inner.py", MODULE)
            wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\n")
            wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
            wheel.writestr(f"{info}/RECORD", "")
        made.append(path)
    return made


def test_functions_know_their_files(wheels: list[Path], tmp_path: Path) -> None:
    [copy] = compiled(wheels[:1], RUNTIME, tmp_path / "cache")
    command = ["node", "--input-type=module", "-e", INSTALL, str(RUNTIME), str(copy)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    module, function = done.stdout.split()
    assert module.endswith("/site-packages/small/inner.pyc")
    assert function == module.removesuffix("c")


def test_a_copy_is_the_same_each_time(wheels: list[Path], tmp_path: Path) -> None:
    together = compiled(wheels, RUNTIME, tmp_path / "together")
    for wheel, copy in zip(wheels, together, strict=True):
        [alone] = compiled([wheel], RUNTIME, tmp_path / "alone")
        assert alone.read_bytes() == copy.read_bytes()
