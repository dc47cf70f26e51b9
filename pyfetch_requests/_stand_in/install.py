"""`install()`: this package in the place of `requests`, for code that imports it by that name.

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

_before: dict[str, ModuleType] = {}


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

    def locate_file(self, path: Any) -> Any:
        return f"{__file__.rpartition('/')[0]}/requests/{path}"


class _Finder(DistributionFinder, Loader):
    """Finds our modules under the names of requests, and tells that a requests is installed.

    The second is what importlib.metadata asks, and micropip and piplite with it: they do not
    fetch requests when another package depends on it.
    """

    def find_spec(
        self, fullname: str, path: Any = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find what stands in for a module of requests, None for any other module."""
        if not _is_requests(fullname):
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
        if name is None or name.lower() == "requests":
            yield _Metadata()


_finder = _Finder()


def is_installed() -> bool:
    """Tell whether `import requests` gives this package."""
    return _finder in sys.meta_path


def install(*, force: bool = False) -> None:
    """Make `import requests` give the blocking face, with all submodules of requests.

    From then on micropip and piplite take `requests` for installed, and do not fetch it when
    another package asks for it. Nothing happens if it is installed already.

    Args:
        force: replace a `requests` that has been imported already. Code that holds it, or names
            out of it, keeps them.

    Raises:
        RuntimeError: real `requests` has been imported already, and `force` is false.
    """
    if is_installed():
        return
    imported = {name: module for name, module in sys.modules.items() if _is_requests(name)}
    if imported and not force:
        version = getattr(imported.get("requests"), "__version__", "unknown version")
        raise RuntimeError(
            f"requests ({version}) has been imported already, and code that has it would keep it. "
            "Call pyfetch_requests.install() before the first import of requests, or "
            "install(force=True) to change what later imports find."
        )
    for name in imported:
        del sys.modules[name]
    _before.update(imported)
    # First, so that it is asked before whoever knows a real requests.
    sys.meta_path.insert(0, _finder)


def uninstall() -> None:
    """Undo `install`: what was imported as `requests` before is there again.

    Code that imported it in between keeps what it has. Nothing happens if it is not installed.
    """
    if not is_installed():
        return
    sys.meta_path.remove(_finder)
    for name in [name for name in sys.modules if _is_requests(name)]:
        del sys.modules[name]
    sys.modules.update(_before)
    _before.clear()


@contextmanager
def installed(*, force: bool = False) -> Iterator[ModuleType]:
    """Install within a `with` block, and give the module that stands in for `requests`.

    An installation from before the block stays.
    """
    already = is_installed()
    install(force=force)
    try:
        yield import_module("requests")
    finally:
        if not already:
            uninstall()


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
    return f"{package}{dot}{rest}"
