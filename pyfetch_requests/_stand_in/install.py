"""`install()`: this package in the place of others, for code that uses them by name.

Decides what `import requests` finds, and what package managers take for installed. Never changes a
module that somebody else has imported.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from importlib.metadata import Distribution, DistributionFinder
from importlib.util import find_spec
from types import ModuleType
from typing import Any

_before: dict[str, dict[str, ModuleType]] = {}
# Modules of pyodide-http that would replace what is installed, by its name.
_PATCHES = {"requests": "pyodide_http._requests", "urllib": "pyodide_http._urllib"}
_patches_before: dict[str, ModuleType] = {}


class _Metadata(Distribution):
    """The metadata of a `requests` that is installed, as importlib.metadata shows it."""

    def read_text(self, filename: str) -> str | None:
        from .reexport import VERSION

        files = {
            # The part after "+" is not looked at by pins such as ==2.34.2 or >=2.28,<3.
            "METADATA": f"Metadata-Version: 2.1\nName: requests\nVersion: {VERSION}+pyfetch\n",
            "INSTALLER": "pyfetch_requests",
            "PYODIDE_SOURCE": "pyfetch_requests",  # without it micropip.list() passes it over
        }
        return files.get(filename)

    def locate_file(self, path: object) -> Any:
        return f"{__file__.rpartition('/')[0]}/requests/{path}"


class _Finder(DistributionFinder, Loader):
    """Finds our modules under the names of requests, and tells that a requests is installed.

    The second is what importlib.metadata asks, and micropip and piplite with it: they do not
    fetch requests when another package depends on it.
    """

    def find_spec(
        self, fullname: str, path: object = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find what stands in for a module of requests, None for any other module."""
        if fullname == "pyodide_http" and fullname in _installed:
            return ModuleSpec(fullname, self)
        if any(_PATCHES.get(name) == fullname for name in _installed):
            return ModuleSpec(fullname, self)
        if not _is_requests(fullname) or "requests" not in _installed:
            return None
        there = _name_there(fullname)
        if there.partition(".")[0] == "urllib3" and find_spec("urllib3") is None:
            from .reexport import Urllib3MissingError

            raise Urllib3MissingError(fullname)
        try:
            return ModuleSpec(fullname, self) if find_spec(there) else None
        except ModuleNotFoundError:  # its parent is not there
            return None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return the module itself, so that it is the same one under both names."""
        if spec.name.partition(".")[0] == "pyodide_http":
            name = "pyodide_http" if spec.name == "pyodide_http" else "no_patch"
            module = import_module(f"{__package__}.{name}")
            spec.loader_state = module.__spec__
            return module
        module = import_module(_name_there(spec.name))
        if spec.name == "requests":
            # Its import would put the submodule over the string of the same name.
            version = "requests.__version__"
            sys.modules[version] = import_module(_name_there(version))
        spec.loader_state = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Give the module its own spec back, which the import has replaced."""
        assert module.__spec__ is not None
        module.__spec__ = module.__spec__.loader_state

    def find_distributions(
        self, context: DistributionFinder.Context | None = None
    ) -> Iterator[Distribution]:
        """Find the metadata of requests."""
        name = getattr(context, "name", None)
        if "requests" in _installed and (name is None or name.lower() == "requests"):
            yield _Metadata()


_finder = _Finder()


def is_installed(name: str = "requests") -> bool:
    """Tell whether this package stands in for a module."""
    return name in _installed


def install(*names: str, force: bool = False) -> str | None:
    """Make this package stand in for others, for code that uses them and cannot be changed.

    Args:
        *names: of what:

            - "requests" (the default): `import requests` gives the blocking face, with all
              submodules, and micropip and piplite take it for installed.
            - "urllib": `urllib.request` sends over the browser, and with it pandas, numpy and all
              else that opens a URL with it.
            - "pyodide_http": `import pyodide_http` gives functions that install these two.
            - "all": all of them.

        force: replace modules that have been imported already. Code that holds them, or names out
            of them, keeps them.

    Returns:
        What it replaced, as a text for people, such as "requests (2.32.3) had been imported, and
        is replaced"; None where nothing had been imported.

    Raises:
        ValueError: there is no such name. Nothing is installed.
        RuntimeError: a module has been imported already, and `force` is false. Nothing is
            installed.
    """
    chosen = [name for name in _chosen(names) if name not in _installed]
    imported = {name: _imported(name) for name in chosen if name != "urllib"}
    for name, modules in imported.items():
        if modules and not force:
            raise RuntimeError(
                f"{_described(name, modules)} has been imported already, and code that has it "
                "would keep it. Call pyfetch_requests.install() before the first import of "
                f"{name}, or install(force=True) to change what later imports find."
            )
    for name in chosen:
        _start(name, imported.get(name, {}))
    replaced = [_described(name, modules) for name, modules in imported.items() if modules]
    return f"{', '.join(replaced)} had been imported, and is replaced" if replaced else None


def uninstall(*names: str) -> str | None:
    """Undo `install`: what was imported under these names before is there again.

    Code that imported ours in between keeps what it has. What is not installed stays as it is.

    Args:
        *names: as for `install`; without any, all that is installed.

    Returns:
        What is there again, as a text for people; None where nothing had been replaced.
    """
    chosen = [name for name in (_chosen(names) if names else NAMES) if name in _installed]
    back = [_described(name, _before[name]) for name in chosen if _before.get(name)]
    for name in chosen:
        _stop(name)
    return f"{', '.join(back)} is there again" if back else None


@contextmanager
def installed(*names: str, force: bool = False) -> Iterator[ModuleType]:
    """Install within a `with` block, and give the module that stands in for the first name.

    An installation from before the block stays.
    """
    chosen = _chosen(names)
    fresh = [name for name in chosen if name not in _installed]
    install(*names, force=force)
    try:
        yield import_module("urllib.request" if chosen[0] == "urllib" else chosen[0])
    finally:
        if fresh:
            uninstall(*fresh)


NAMES = ("requests", "urllib", "pyodide_http")
_installed: set[str] = set()


def _chosen(names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        if name not in (*NAMES, "all"):
            known = ", ".join(map(repr, (*NAMES, "all")))
            raise ValueError(f"install() knows {known}, not {name!r}; nothing was changed")
    return NAMES if "all" in names else names or ("requests",)


def _imported(name: str) -> dict[str, ModuleType]:
    """Return the modules of somebody else's that have a name, with their submodules."""
    return {
        there: module
        for there, module in sys.modules.items()
        if there == name or there.startswith(f"{name}.")
    }


def _described(name: str, modules: dict[str, ModuleType]) -> str:
    return f"{name} ({getattr(modules.get(name), '__version__', 'unknown version')})"


def _start(name: str, modules: dict[str, ModuleType]) -> None:
    if name == "urllib":
        from . import urllib_request

        urllib_request.replace()
    else:
        for there in modules:
            sys.modules.pop(there, None)
        _before[name] = modules
    if patch := sys.modules.pop(_PATCHES.get(name, ""), None):
        _patches_before[name] = patch
    if _finder not in sys.meta_path:
        # First, so that it is asked before whoever knows a real one.
        sys.meta_path.insert(0, _finder)
    _installed.add(name)


def _stop(name: str) -> None:
    _installed.discard(name)
    if name == "urllib":
        from . import urllib_request

        urllib_request.restore()
    else:
        for there in _imported(name):
            del sys.modules[there]
        sys.modules.update(_before.pop(name))
    sys.modules.pop(_PATCHES.get(name, ""), None)
    if name in _patches_before:
        sys.modules[_PATCHES[name]] = _patches_before.pop(name)
    if not _installed:
        sys.meta_path.remove(_finder)


def _is_requests(name: str) -> bool:
    return name == "requests" or name.startswith("requests.")


def _name_there(name: str) -> str:
    """Return the name that a module of requests has when it is no part of requests."""
    vendored = name.removeprefix("requests.packages.")
    if vendored == name:
        return f"{__package__}.requests{name.removeprefix('requests')}"
    package, dot, rest = vendored.partition(".")
    if package == "chardet" and find_spec("chardet") is None:
        package = "charset_normalizer"
    if vendored in ("urllib3", "urllib3.exceptions") and find_spec("urllib3") is None:
        return f"{__package__}.{vendored}"
    return f"{package}{dot}{rest}"
