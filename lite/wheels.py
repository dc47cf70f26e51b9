"""The site's own copies of wheels, and of Python's library: compiled, without what is unused."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOOLS = (HERE / "compiled.py", HERE / "compile.mjs", HERE / "joined.py")


def _key(wheel: Path, runtime: Path) -> str:
    """What a copy depends on, in one word. `wheel` may be Python's library, too."""
    parts = [wheel, runtime / "package.json", *TOOLS]
    return hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()[:16]


def compiled(wheels: Iterable[Path], runtime: Path, cache: Path) -> list[Path]:
    """The copies, made once for each state of a wheel, of the runtime and of the tools.

    Raises:
        subprocess.CalledProcessError: they could not be made; it has said why.
    """
    copies = {wheel: cache / _key(wheel, runtime) / wheel.name for wheel in wheels}
    missing = {wheel: copy for wheel, copy in copies.items() if not copy.is_file()}
    if missing:
        print(f"lite: compiling {len(missing)} files", flush=True)
        with tempfile.TemporaryDirectory() as sources, tempfile.TemporaryDirectory() as targets:
            for wheel in missing:
                shutil.copy(wheel, sources)
            node = ["node", str(TOOLS[1]), str(runtime), sources, targets]
            subprocess.run([*node, *(wheel.name for wheel in missing)], check=True)
            for copy in missing.values():
                copy.parent.mkdir(parents=True, exist_ok=True)
                # Another build may do the same just now: a copy is there whole or not at all.
                partial = copy.with_name(f"{copy.name}.{os.getpid()}")
                shutil.move(Path(targets) / copy.name, partial)
                partial.replace(copy)
    return list(copies.values())


def replace_wheels(folder: Path, wheels: Iterable[Path]) -> None:
    """Put copies in the place of the files with their names, in a folder of Pyodide's."""
    file = folder / "pyodide-lock.json"
    lock = json.loads(file.read_text())
    packages = {package["file_name"]: package for package in lock["packages"].values()}
    for wheel in wheels:
        shutil.copy(wheel, folder)
        # Python's library is not in the lock.
        if package := packages.get(wheel.name):
            package["sha256"] = hashlib.sha256(wheel.read_bytes()).hexdigest()
    file.write_text(json.dumps(lock, indent=1))
