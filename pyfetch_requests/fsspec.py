"""http and https for fsspec, over this package: call `register()`, then open files as always.

Decides nothing about files: `_fsspec` does. Never replaces fsspec's own class without `register()`.

Example:
    import fsspec
    from pyfetch_requests.fsspec import register

    register()
    with fsspec.open("https://data.example/table.csv") as file:
        head = file.read(1000)
"""

from __future__ import annotations

try:
    from fsspec.registry import known_implementations, register_implementation, registry
except ImportError as error:
    raise ImportError(
        "fsspec is not installed, and pyfetch_requests.fsspec needs it: use "
        "micropip.install('fsspec') in a browser, pip install fsspec elsewhere.",
        name="fsspec",
    ) from error

from ._fsspec.filesystem import HTTPFileSystem

__all__ = ["HTTPFileSystem", "register"]


def register() -> dict[str, str | None]:
    """Make fsspec open `http` and `https` URLs by this package.

    Returns:
        For each protocol the name of the class that was replaced, None if there was none.
    """
    before: dict[str, str | None] = {}
    for protocol in HTTPFileSystem.protocol:
        # The class that was imported, or the name of the one that would be: importing it here would
        # need aiohttp.
        found = registry.get(protocol)
        known = known_implementations.get(protocol, {}).get("class")
        before[protocol] = f"{found.__module__}.{found.__qualname__}" if found else known
        register_implementation(protocol, HTTPFileSystem, clobber=True)
    return before
