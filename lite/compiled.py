"""Copies of wheels that install and import faster in a browser. Runs inside the site's Pyodide.

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
from pathlib import Path

# Tests, type stubs (jedi's are of Python 2, and of others' packages), and JavaScript that the site
# has already.
LEFT_OUT = re.compile(
    r"(jedi/third_party/(django-stubs|typeshed/(stdlib/2|third_party/2|third_party/2and3))"
    r"|jupyterlab_plotly|pandas-stubs|pandas/tests|plotly-.*\.data)/"
)
# Whose source stays: what the notebooks show, and what a reader of the documents looks into.
WITH_SOURCE = ("pyfetch_requests", "pytest_pyfetch_requests", "resoto")
# Plotly has 12,500 modules of one class each, and unpacking them took longer than all else.
# One module for each folder has all its classes: nobody names the modules themselves.
JOINED = "plotly/validators/"
CHECKED = 0b11
# Where the site's kernel installs wheels. Without a source Python takes the name of a file as the
# bytecode has it, and libraries look by it for who has called them: pandas' warnings do.
INSTALLED = site.getsitepackages()[0]


def bytecode(source: bytes, name: str, *, flags: int = 0b01) -> bytes:
    """A .pyc that does not depend on a file's time; by its flags the source is looked at or not."""
    code = compile(source, f"{INSTALLED}/{name}", "exec", dont_inherit=True)
    head = MAGIC_NUMBER + flags.to_bytes(4, "little") + importlib.util.source_hash(source)
    return head + marshal.dumps(code)


def sources(wheel: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    """The files that go into the copy, but for its RECORD."""
    joined: dict[str, bytes] = {}
    for name in sorted(wheel.namelist()):
        if name.endswith(("/", ".dist-info/RECORD")) or LEFT_OUT.match(name):
            continue
        if not name.startswith(JOINED):
            yield name, wheel.read(name)
        elif not name.endswith("/__init__.py"):
            package = f"{name.rpartition('/')[0]}/__init__.py"
            joined[package] = joined.get(package, b"") + wheel.read(name)
    yield from joined.items()


def members(wheel: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    """The files of the copy, but for its RECORD."""
    for name, content in sources(wheel):
        if not name.endswith(".py") or ".data/" in name:
            yield name, content
        elif name.startswith(WITH_SOURCE):
            yield name, content
            folder, _, file = name.rpartition("/")
            cache = importlib.util.cache_from_source(file)
            yield f"{folder}/{cache}".lstrip("/"), bytecode(content, name, flags=CHECKED)
        else:
            yield f"{name}c", bytecode(content, name)


def copy(source: Path, target: Path) -> None:
    """Write the copy of a wheel, the same bytes each time, with a RECORD that fits."""
    lines = []
    with zipfile.ZipFile(source) as wheel, zipfile.ZipFile(target, "w") as made:

        def write(name: str, content: bytes) -> None:
            made.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED, 9)

        for name, content in members(wheel):
            write(name, content)
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=")
            lines.append(f"{name},sha256={digest.decode()},{len(content)}")
        [record] = [name for name in wheel.namelist() if name.endswith(".dist-info/RECORD")]
        write(record, "\n".join([*lines, f"{record},,", ""]).encode())


for one in sys.argv[1:]:
    copy(Path("/from") / one, Path("/to") / one)
