"""The site's copies of wheels, and of Python's library."""

from __future__ import annotations

import json
import shutil
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


# Installs a copy with many modules, and asks Python what it knows of some.
LOOK = """
const { loadPyodide } = await import(`${process.argv[1]}/pyodide.mjs`);
const python = await loadPyodide();
await python.loadPackage(process.argv[2], { messageCallback: () => {} });
console.log(python.runPython(`
import importlib.resources, json, os, pickle, pkgutil
import large, large.part.inner
from large import m7, part
from large.bare import deep

json.dumps({
    "value": [large.VALUE, m7.VALUE, deep.VALUE],
    "file": m7.__file__,
    "code": m7.value.__code__.co_filename,
    "packages": [one.__package__ for one in (large, m7, part, part.inner)],
    "data": [
        importlib.resources.files(part).joinpath("data.txt").read_text(),
        pkgutil.get_data("large.part", "data.txt").decode(),
    ],
    "pickled": pickle.loads(pickle.dumps(m7.value))(),
    "files": sorted(os.listdir(os.path.dirname(large.__file__))),
    "missing": importlib.util.find_spec("large.nowhere") is None,
    "names": [name for name in vars(large) if not name.startswith("__")],
})
`));
"""

# Says which file a module of Python's library is of.
LIBRARY = """
const { loadPyodide } = await import(`${process.argv[2]}/pyodide.mjs`);
const python = await loadPyodide();
console.log(python.runPython(`
import json

"\\\\n".join([json.__file__, json.dumps.__code__.co_filename, json.dumps({})])
`));
"""


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A wheel with so many modules that its copy has them in one file."""
    module = "VALUE = {}\n\n\ndef value():\n    return VALUE\n"
    files = {f"large/m{number}.py": module.format(number) for number in range(25)}
    files |= {"large/part/__init__.py": "", "large/part/inner.py": "from large import m3\n"}
    # A name that is Python's own as well, as fsspec has it.
    files |= {
        "large/__init__.py": "from large.m1 import VALUE, value as open\n",
        "large/part/data.txt": "data",
    }
    files |= {"large/bare/deep.py": "VALUE = 'no __init__ here'\n"}
    info = "large-1.0.dist-info"
    files |= {f"{info}/METADATA": "Metadata-Version: 2.1\nName: large\nVersion: 1.0\n"}
    files |= {f"{info}/WHEEL": "Wheel-Version: 1.0\nTag: py3-none-any\n", f"{info}/RECORD": ""}
    path = tmp_path / "large-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for name, content in files.items():
            wheel.writestr(name, content)
    return path


def in_node(program: str, file: Path) -> str:
    """What a program prints that is called with the runtime and a file."""
    command = ["node", "--input-type=module", "-e", program, str(RUNTIME), str(file)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


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
    module, function = in_node(INSTALL, copy).split()
    assert module.endswith("/site-packages/small/inner.pyc")
    assert function == module.removesuffix("c")


def test_modules_in_one_file_are_as_ever(large: Path, tmp_path: Path) -> None:
    [copy] = compiled([large], RUNTIME, tmp_path / "cache")
    found = json.loads(in_node(LOOK, copy))
    site = found["file"].removesuffix("/large/m7.pyc")
    assert site.endswith("/site-packages")
    assert found == {
        "value": [1, 7, "no __init__ here"],
        "file": f"{site}/large/m7.pyc",
        "code": f"{site}/large/m7.py",
        "packages": ["large", "large", "large.part", "large.part"],
        "data": ["data", "data"],
        "pickled": 7,
        "files": ["__init__.modules", "__init__.pyc", "part"],
        "missing": True,
        "names": ["m1", "VALUE", "open", "part", "m3", "m7", "bare"],
    }


def test_the_library_is_compiled_and_knows_its_files(tmp_path: Path) -> None:
    library = RUNTIME / "python_stdlib.zip"
    [copy] = compiled([library], RUNTIME, tmp_path / "cache")
    folder = tmp_path / "pyodide"
    shutil.copytree(RUNTIME, folder)
    shutil.copy(copy, folder)
    assert in_node(LIBRARY, folder).split() == [
        "/lib/python312.zip/json/__init__.pyc",
        "/lib/python312.zip/json/__init__.py",
        "{}",
    ]
    with zipfile.ZipFile(library) as before, zipfile.ZipFile(copy) as after:
        names = [name for name in before.namelist() if not name.endswith("/")]
        assert [name.removesuffix("c") for name in after.namelist()] == sorted(names)


def test_a_copy_is_the_same_each_time(wheels: list[Path], tmp_path: Path) -> None:
    together = compiled(wheels, RUNTIME, tmp_path / "together")
    for wheel, copy in zip(wheels, together, strict=True):
        [alone] = compiled([wheel], RUNTIME, tmp_path / "alone")
        assert alone.read_bytes() == copy.read_bytes()
