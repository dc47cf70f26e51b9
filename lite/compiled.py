"""Copies of wheels, and of Python's library, that install and import faster in a browser.

Runs inside the site's Pyodide.

Decides what stays out of a copy. Python's files are compiled, because compiling takes most of the
time of a first import. What nobody needs in a notebook is left out, because a browser fetches all
of it, and unpacks it file by file.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import marshal
import re
import site
import sys
import zipfile
from collections.abc import Iterator
from importlib.util import MAGIC_NUMBER
from pathlib import Path, PurePath

# Tests, type stubs (jedi's of Python 2, of others' packages, and of what no browser's Python has),
# and JavaScript that the site has already.
LEFT_OUT = re.compile(
    r"(jedi/third_party/(django-stubs|typeshed/(stdlib/2|third_party))"
    r"|jedi/third_party/typeshed/stdlib/(3/(distutils|tkinter|venv)|2and3/(curses|lib2to3|msilib))"
    r"|jupyterlab_plotly|pandas-stubs|pandas/tests|plotly-.*\.data)/"
)
# Whose source stays: what the notebooks show, and what a reader of the documents looks into.
WITH_SOURCE = ("pyfetch_requests", "pytest_pyfetch_requests", "resoto")
# A package of so many modules gets them in one file, as joined.py reads it. Plotly has 15,000, and
# unpacking those took longer than all else.
MANY = 20
# Python's own library, in Pyodide. From npm it comes as source.
LIBRARY = "python_stdlib.zip"
CHECKED = 0b11
# Where the site's kernel installs wheels. Without a source Python takes the name of a file as the
# bytecode has it, and libraries look by it for who has called them: pandas' warnings do.
INSTALLED = site.getsitepackages()[0]


def code_of(source: bytes, name: str, folder: str = INSTALLED) -> bytes:
    """The bytecode of a module, without a head."""
    return marshal.dumps(compile(source, f"{folder}/{name}", "exec", dont_inherit=True))


def pyc(source: bytes, code: bytes, *, flags: int = 0b01) -> bytes:
    """A .pyc that does not depend on a file's time; by its flags the source is looked at or not."""
    head = MAGIC_NUMBER + flags.to_bytes(4, "little") + importlib.util.source_hash(source)
    return head + code


def joined(package: str, modules: dict[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """A package whose modules are in one file, of which joined.py knows the form.

    Args:
        package: its name.
        modules: the sources, by the name of their file.
    """
    # A folder without an __init__ is a package all the same.
    folders = {str(folder) for name in modules for folder in PurePath(name).parents[:-1]}
    every = {f"{folder}/__init__.py": b"" for folder in folders} | modules
    places = {}
    codes = bytearray()
    for name, source in sorted(every.items()):
        code = code_of(source, name)
        module = name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        places[module] = (f"{name.removeprefix(f'{package}/')}c", len(codes), len(code))
        codes += code
    index = marshal.dumps(places)
    yield f"{package}/__init__.modules", len(index).to_bytes(8, "little") + index + codes
    start = Path("/tools/joined.py").read_bytes()
    yield f"{package}/__init__.pyc", pyc(start, code_of(start, f"{package}/__init__.py"))


def members(wheel: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    """The files of the copy, but for its RECORD."""
    packages: dict[str, dict[str, bytes]] = {}
    for name in sorted(wheel.namelist()):
        if name.endswith(("/", ".dist-info/RECORD")) or LEFT_OUT.match(name):
            continue
        content = wheel.read(name)
        if not name.endswith(".py") or ".data/" in name:
            yield name, content
        elif name.startswith(WITH_SOURCE):
            yield name, content
            folder, _, file = name.rpartition("/")
            cache = importlib.util.cache_from_source(file)
            code = pyc(content, code_of(content, name), flags=CHECKED)
            yield f"{folder}/{cache}".lstrip("/"), code
        else:
            packages.setdefault(name.partition("/")[0], {})[name] = content
    for package, modules in packages.items():
        if len(modules) >= MANY and f"{package}/__init__.py" in modules:
            yield from joined(package, modules)
        else:
            for name, content in modules.items():
                yield f"{name}c", pyc(content, code_of(content, name))


def write(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    """Add a file that has no time."""
    archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED, 9)


def copy_library(source: Path, target: Path) -> None:
    """Write a copy of Python's own modules, compiled, the same bytes each time."""
    # The name under which Pyodide puts it into its file system.
    folder = f"/lib/python{sys.version_info.major}{sys.version_info.minor}.zip"
    with zipfile.ZipFile(source) as library, zipfile.ZipFile(target, "w") as made:
        for name in sorted(library.namelist()):
            content = library.read(name)
            if name.endswith(".py"):
                write(made, f"{name}c", pyc(content, code_of(content, name, folder)))
            elif not name.endswith("/"):
                write(made, name, content)


def copy(source: Path, target: Path) -> None:
    """Write the copy of a wheel, the same bytes each time, with a RECORD that fits."""
    lines = []
    with zipfile.ZipFile(source) as wheel, zipfile.ZipFile(target, "w") as made:
        for name, content in members(wheel):
            write(made, name, content)
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=")
            lines.append(f"{name},sha256={digest.decode()},{len(content)}")
        [record] = [name for name in wheel.namelist() if name.endswith(".dist-info/RECORD")]
        write(made, record, "\n".join([*lines, f"{record},,", ""]).encode())


for one in sys.argv[1:]:
    make = copy_library if one == LIBRARY else copy
    make(Path("/from") / one, Path("/to") / one)
