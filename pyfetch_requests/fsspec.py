"""http and https for fsspec, over this package: `register()`, then whatever opens files by fsspec.

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
        "pyfetch_requests.fsspec is for fsspec, which is not installed here: "
        "micropip.install('fsspec') in a browser, pip install fsspec elsewhere.",
        name="fsspec",
    ) from error

from ._fsspec.filesystem import HTTPFileSystem

__all__ = ["HTTPFileSystem", "register"]


def register() -> dict[str, str | None]:
    """Make fsspec open `http` and `https` by this package.

    Returns:
        What it has replaced: by protocol the class that was used before, as a text; None for none.
    """
    before: dict[str, str | None] = {}
    for protocol in HTTPFileSystem.protocol:
        found = registry.get(protocol)
        known = known_implementations.get(protocol, {}).get("class")
        before[protocol] = f"{found.__module__}.{found.__qualname__}" if found else known
        register_implementation(protocol, HTTPFileSystem, clobber=True)
    return before
