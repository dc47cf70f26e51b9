"""Create a folder from which a page can load Pyodide and some wheels, without any CDN.

Usage: python tools/pyodide_folder.py [VERSION ...]
    creates build/pyodide/VERSION with the wheels of requirements/pyodide-PYTHON.txt, for each npm
    runtime node_modules/pyodide-VERSION (all of them if none is named).

Decides which packages the folder's pyodide-lock.json lists: those whose file is in the folder. The
npm runtime lists some 350 packages that are on a CDN only, and a page would request them there.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import sys
from collections.abc import Collection, Iterable
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename
from pkginfo import Wheel
from pyodide_lock import InfoSpec, PackageSpec, PyodideLockSpec, parse_top_level_import_name

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools.wheels import download  # noqa: E402

NOT_NEEDED = shutil.ignore_patterns("*.map", "*.html", "*.d.ts", "README.md")


def make_pyodide_folder(
    runtime: Path, wheels: Iterable[Path], target: Path, *, keep: Collection[str] = ()
) -> None:
    """Copy a Pyodide runtime and wheels to a folder whose lock file lists exactly what is there.

    Args:
        runtime: An unpacked npm package `pyodide`.
        wheels: Wheel files to add. One with the name of a package in the lock replaces it.
        target: The folder to create; its former content is removed.
        keep: Names of packages to leave in the lock although their file is not in the folder.

    Raises:
        ValueError: A wheel is not for this runtime's Python and platform, or it requires a
            package that is neither in the lock nor among the wheels; the message names them.
    """
    wheels = [Path(wheel) for wheel in wheels]
    lock = _pruned_lock(runtime, keep)
    lock.packages |= _packages_of(wheels, lock)
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(runtime, target, ignore=NOT_NEEDED)
    for wheel in wheels:
        shutil.copy(wheel, target)
    lock.to_json(target / "pyodide-lock.json", indent=1)


def _pruned_lock(runtime: Path, keep: Collection[str]) -> PyodideLockSpec:
    """The runtime's lock, reduced to packages that are present as files or named by `keep`."""
    lock = json.loads((runtime / "pyodide-lock.json").read_text())
    # Newer locks omit the version, and have keys that pyodide-lock does not know.
    lock["info"].setdefault(
        "version", json.loads((runtime / "package.json").read_text())["version"]
    )
    kept = {canonicalize_name(name) for name in keep}
    packages = {
        name: PackageSpec(
            **{key: value for key, value in package.items() if key in PackageSpec.model_fields}
        )
        for name, package in lock["packages"].items()
        if canonicalize_name(name) in kept or (runtime / package["file_name"]).is_file()
    }
    return PyodideLockSpec(info=lock["info"], packages=packages)


def _packages_of(wheels: list[Path], lock: PyodideLockSpec) -> dict[str, PackageSpec]:
    """The lock's entries for the wheels, by normalised name."""
    metadata = {wheel: Wheel(str(wheel)) for wheel in wheels}
    requirements = _requirements_of(metadata.values(), lock.info)
    packages: dict[str, PackageSpec] = {}
    missing: list[str] = []
    for wheel, data in metadata.items():
        _check_tags(wheel, lock.info)
        name, version = _identity(data)
        depends = {canonicalize_name(one.name) for one in requirements[name]} - {name}
        unknown = depends - requirements.keys() - lock.packages.keys()
        missing += [f"{name} requires {one}" for one in unknown]
        packages[name] = PackageSpec(
            name=str(data.name),
            version=version,
            file_name=wheel.name,
            sha256=hashlib.sha256(wheel.read_bytes()).hexdigest(),
            install_dir="site",
            imports=parse_top_level_import_name(wheel) or [],
            depends=sorted(depends),
        )
    if missing:
        raise ValueError(f"not among the wheels nor in the lock: {'; '.join(sorted(missing))}")
    return packages


def _identity(wheel: Wheel) -> tuple[str, str]:
    """The normalised name and the version of a wheel.

    Raises:
        ValueError: its metadata lacks one of them.
    """
    if wheel.name is None or wheel.version is None:
        raise ValueError(f"{wheel.filename} has no name or no version in its metadata")
    return canonicalize_name(wheel.name), wheel.version


def _requirements_of(wheels: Iterable[Wheel], info: InfoSpec) -> dict[str, list[Requirement]]:
    """What each wheel requires inside this Pyodide, by normalised name.

    A lock has no extras: the requirements of an extra become those of the package itself. An extra
    may require further extras, so this repeats until nothing is added.
    """
    stated = {
        _identity(wheel)[0]: [Requirement(line) for line in wheel.requires_dist] for wheel in wheels
    }
    environment = _marker_environment(info)
    extras = {name: {""} for name in stated}

    def holds(one: Requirement, name: str) -> bool:
        values = (environment | {"extra": extra} for extra in extras[name])
        return one.marker is None or any(map(one.marker.evaluate, values))

    while True:
        held = {
            name: [one for one in requirements if holds(one, name)]
            for name, requirements in stated.items()
        }
        grown = {name: set(some) for name, some in extras.items()}
        for one in (one for some in held.values() for one in some):
            grown.get(canonicalize_name(one.name), set()).update(one.extras)
        if grown == extras:
            return held
        extras = grown


def _check_tags(wheel: Path, info: InfoSpec) -> None:
    """Refuse a wheel of another Python or platform (pyodide-lock knows one platform tag only)."""
    python = "cp" + "".join(info.python.split(".")[:2])
    platforms = {"any", f"{info.platform}_{info.arch}"}
    platforms |= {f"{tag}_{info.abi_version}_{info.arch}" for tag in ("pyodide", "pyemscripten")}
    tags = parse_wheel_filename(wheel.name)[3]
    if not any(
        tag.platform in platforms and (tag.interpreter in ("py3", python) or tag.abi == "abi3")
        for tag in tags
    ):
        raise ValueError(
            f"{wheel.name} is not for Pyodide {info.version}: "
            f"it needs py3-none-any or {python} with one of {sorted(platforms - {'any'})}"
        )


def _marker_environment(info: InfoSpec) -> dict[str, str]:
    """Values of PEP 508's environment markers inside this Pyodide."""
    return {
        "implementation_name": "cpython",
        "implementation_version": info.python,
        "os_name": "posix",
        "platform_machine": info.arch,
        "platform_python_implementation": "CPython",
        "platform_release": info.platform.removeprefix("emscripten_").replace("_", "."),
        "platform_system": "Emscripten",
        "platform_version": "#1",
        "python_full_version": info.python,
        "python_version": ".".join(info.python.split(".")[:2]),
        "sys_platform": "emscripten",
    }


# --- the folders of the tests -----------------------------------------------------------------


def make_test_folder(version: str) -> Path:
    """Return build/pyodide/VERSION with the locked wheels; build it only if its inputs changed."""
    runtime = ROOT / "node_modules" / f"pyodide-{version}"
    if not runtime.is_dir():
        raise SystemExit(f"pyodide_folder: no {runtime.relative_to(ROOT)}; `npm ci` installs it")
    python = json.loads((runtime / "pyodide-lock.json").read_text())["info"]["python"]
    python = ".".join(python.split(".")[:2])
    requirements = ROOT / "requirements" / f"pyodide-{python}.txt"
    target = ROOT / "build" / "pyodide" / version
    stamp = target / ".stamp"
    inputs = [requirements, runtime / "pyodide-lock.json", Path(__file__)]
    wanted = hashlib.sha256(b"".join(path.read_bytes() for path in inputs)).hexdigest()
    if not stamp.is_file() or stamp.read_text() != wanted:
        print(f"build/pyodide/{version}: the npm runtime and {requirements.name}", flush=True)
        make_pyodide_folder(runtime, download(requirements, python, ROOT / ".cache"), target)
        stamp.write_text(wanted)
    return target


def npm_versions() -> list[str]:
    """The versions of Pyodide in node_modules, oldest first."""
    names = (path.name for path in (ROOT / "node_modules").glob("pyodide-*"))
    versions = (name.removeprefix("pyodide-") for name in names)
    return sorted(versions, key=lambda version: [int(part) for part in version.split(".")])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("version", nargs="*", help="0.29.5 …; all of node_modules if none is named")
    for each in parser.parse_args().version or npm_versions():
        make_test_folder(each)
