"""`install()`: makes this package stand in for others, for code that imports them by name.

Decides what `import requests` finds, and what package managers consider installed. Never changes a
module object of requests that other code has imported: it only replaces entries of `sys.modules`.
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

# The modules that were replaced, by the name that was installed.
_replaced: dict[str, dict[str, ModuleType]] = {}
# The modules of pyodide-http that would patch over what is installed.
_PATCHES = {"requests": "pyodide_http._requests", "urllib": "pyodide_http._urllib"}
_replaced_patches: dict[str, ModuleType] = {}


class _Metadata(Distribution):
    """The metadata of an installed `requests`, for importlib.metadata."""

    def read_text(self, filename: str) -> str | None:
        from .reexport import VERSION

        files = {
            # PEP 440: pins such as ==2.34.2 or >=2.28,<3 ignore the local part after "+".
            "METADATA": f"Metadata-Version: 2.1\nName: requests\nVersion: {VERSION}+pyfetch\n",
            "INSTALLER": "pyfetch_requests",
            "PYODIDE_SOURCE": "pyfetch_requests",  # micropip.list() skips what has none
        }
        return files.get(filename)

    def locate_file(self, path: object) -> Any:
        return f"{__file__.rpartition('/')[0]}/requests/{path}"


class _Finder(DistributionFinder, Loader):
    """Finds our modules under the names of requests, and the metadata of an installed requests.

    Through importlib.metadata micropip and piplite see the metadata, and do not download requests
    when another package depends on it.
    """

    def find_spec(
        self, fullname: str, path: object = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the spec of what stands in for a module, None for any other module."""
        if fullname == "pyodide_http" and fullname in _installed:
            return ModuleSpec(fullname, self)
        if any(_PATCHES.get(name) == fullname for name in _installed):
            return ModuleSpec(fullname, self)
        if not _is_requests(fullname) or "requests" not in _installed:
            return None
        target_name = _target_name(fullname)
        # Or "No module named requests.packages.urllib3.x", which does not say what to install.
        if target_name.partition(".")[0] == "urllib3" and find_spec("urllib3") is None:
            from .reexport import Urllib3MissingError

            raise Urllib3MissingError(fullname)
        try:
            return ModuleSpec(fullname, self) if find_spec(target_name) else None
        except ModuleNotFoundError:  # find_spec imports the parent, which does not exist
            return None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return the existing module, so that both names are the same object."""
        # Two objects would be two sets of classes, which `except` and isinstance tell apart.
        if spec.name.partition(".")[0] == "pyodide_http":
            name = "pyodide_http" if spec.name == "pyodide_http" else "no_patch"
            module = import_module(f"{__package__}.{name}")
            spec.loader_state = module.__spec__
            return module
        module = import_module(_target_name(spec.name))
        if spec.name == "requests":
            # If it were imported later, the import system would set the submodule as the attribute
            # __version__ of the package, in place of the string.
            version = "requests.__version__"
            sys.modules[version] = import_module(_target_name(version))
        spec.loader_state = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Restore the module's own spec, which the import system has replaced."""
        # Relative imports within the module warn if its spec names another package than its own.
        assert module.__spec__ is not None
        module.__spec__ = module.__spec__.loader_state

    def find_distributions(
        self, context: DistributionFinder.Context | None = None
    ) -> Iterator[Distribution]:
        """Yield the metadata of requests, if that is installed and asked for."""
        name = getattr(context, "name", None)
        # Names of distributions have no case: Core metadata, section Name.
        if "requests" in _installed and (name is None or name.lower() == "requests"):
            yield _Metadata()


_finder = _Finder()


def is_installed(name: str = "requests") -> bool:
    """Tell whether this package stands in for a module."""
    return name in _installed


def install(*names: str, force: bool = False) -> str | None:
    """Make this package stand in for others, for code that uses them and cannot be changed.

    Args:
        *names: any of

            - "requests" (the default): `import requests` gives the blocking face, with all
              submodules, and micropip and piplite consider requests installed.
            - "urllib": `urllib.request` sends through the browser, and so do pandas, numpy and
              whatever else opens a URL with it.
            - "pyodide_http": `import pyodide_http` gives functions that install these two.
            - "all": all of them.

        force: replace modules that have been imported already. Code that holds them, or names
            from them, keeps them.

    Returns:
        What was replaced, as a text for people, such as "requests (2.32.3) had been imported, and
        was replaced"; None if nothing had been imported.

    Raises:
        ValueError: there is no such name. Nothing is installed.
        RuntimeError: a module has been imported already, and `force` is false. Nothing is
            installed.
    """
    # All checks come before the first change, so that a refusal leaves everything as it was.
    chosen = [name for name in _chosen(names) if name not in _installed]
    # urllib keeps its modules, and gets a method of ours: it may have been imported.
    imported = {name: _imported(name) for name in chosen if name != "urllib"}
    for name, modules in imported.items():
        if modules and not force:
            raise RuntimeError(
                f"{_described(name, modules)} has been imported already, and code that has "
                "imported it would keep it. Call pyfetch_requests.install() before the first "
                f"import of {name}, or install(force=True) to change what later imports find."
            )
    for name in chosen:
        _start(name, imported.get(name, {}))
    replaced = [_described(name, modules) for name, modules in imported.items() if modules]
    return f"{', '.join(replaced)} had been imported, and was replaced" if replaced else None


def uninstall(*names: str) -> str | None:
    """Undo `install`: restore the modules that were imported under these names before.

    Code that has imported ours in the meantime keeps them. What is not installed stays as it is.

    Args:
        *names: as for `install`; without any, all that is installed.

    Returns:
        What was restored, as a text for people; None if nothing had been replaced.
    """
    chosen = [name for name in (_chosen(names) if names else NAMES) if name in _installed]
    back = [_described(name, _replaced[name]) for name in chosen if _replaced.get(name)]
    for name in chosen:
        _stop(name)
    return f"{', '.join(back)} restored" if back else None


@contextmanager
def installed(*names: str, force: bool = False) -> Iterator[ModuleType]:
    """Install within a `with` block, and yield the module that stands in for the first name.

    What was installed before the block stays installed.
    """
    # Blocks may be nested, as fixtures are: the inner one must not undo the outer.
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
    """Return the imported modules of a package, by their names in `sys.modules`."""
    return {
        key: module
        for key, module in sys.modules.items()
        if key == name or key.startswith(f"{name}.")
    }


def _described(name: str, modules: dict[str, ModuleType]) -> str:
    return f"{name} ({getattr(modules.get(name), '__version__', 'unknown version')})"


def _start(name: str, modules: dict[str, ModuleType]) -> None:
    if name == "urllib":
        from . import urllib_request

        urllib_request.replace()
    else:
        for key in modules:
            sys.modules.pop(key, None)
        _replaced[name] = modules
    if patch := sys.modules.pop(_PATCHES.get(name, ""), None):
        _replaced_patches[name] = patch
    if _finder not in sys.meta_path:
        # First, so that it wins over the finder of a real requests.
        sys.meta_path.insert(0, _finder)
    _installed.add(name)


def _stop(name: str) -> None:
    _installed.discard(name)
    if name == "urllib":
        from . import urllib_request

        urllib_request.restore()
    else:
        # Ours, under requests' names; under their own names they stay imported.
        for key in _imported(name):
            del sys.modules[key]
        sys.modules.update(_replaced.pop(name))
    sys.modules.pop(_PATCHES.get(name, ""), None)
    if name in _replaced_patches:
        sys.modules[_PATCHES[name]] = _replaced_patches.pop(name)
    if not _installed:
        sys.meta_path.remove(_finder)


def _is_requests(name: str) -> bool:
    return name == "requests" or name.startswith("requests.")


def _target_name(name: str) -> str:
    """Return the name of the module that stands in for a module of requests."""
    # requests.packages.x is x itself, as in requests.
    vendored = name.removeprefix("requests.packages.")
    if vendored == name:
        return f"{__package__}.requests{name.removeprefix('requests')}"
    package, dot, rest = vendored.partition(".")
    # requests.packages.chardet is whichever of the two libraries is installed.
    if package == "chardet" and find_spec("chardet") is None:
        package = "charset_normalizer"
    if vendored in ("urllib3", "urllib3.exceptions") and find_spec("urllib3") is None:
        return f"{__package__}.{vendored}"
    return f"{package}{dot}{rest}"
