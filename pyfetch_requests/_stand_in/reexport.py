"""Makes modules whose names come from other modules, as tables.

Decides when a name is looked up: at its first use. Never imports the other module before that.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec

VERSION = "2.34.2"
"""The version of requests whose names these are."""


class Urllib3MissingError(ModuleNotFoundError):
    """A name of urllib3 was used, which is not installed.

    This package does not need it to send requests. Its helpers (Retry, fields, exception classes)
    are pure Python, and work if it is installed.
    """

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what} is a part of urllib3, which is not installed. Requests are sent by the "
            "browser's fetch without it, but code that uses its classes needs it: "
            "`await micropip.install('urllib3')`.",
            name="urllib3",
        )


def reexport(
    module: str, table: Mapping[str, str]
) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Return the `__getattr__` and the `__dir__` of a module that re-exports names (PEP 562).

    Args:
        module: name of the module.
        table: names separated by spaces, by the module that they come from; "here=there" if the
            two differ. Under "" are whole modules, such as "cookielib=http.cookiejar". A module
            with leading dots is relative to this package.
    """
    sources: dict[str, tuple[str, str]] = {}
    for source, names in table.items():
        for entry in names.split():
            here, _, there = entry.partition("=")
            sources[here] = (source, there or here) if source else (there or here, "")

    def get(name: str) -> object:
        if name == "__all__":  # for a star import
            return [entry for entry in listed() if not entry.startswith("_")]
        if name not in sources:  # hasattr() and `from x import y` need this class
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        source, attribute = sources[name]
        try:
            found = import_module(source, f"{__package__}.requests")
        except ModuleNotFoundError as error:
            if error.name != "urllib3":
                raise
            raise Urllib3MissingError(f"{module}.{name}") from None
        value = getattr(found, attribute) if attribute else found
        # Kept: later uses are plain attributes, and patching a name in a test works as usual.
        vars(sys.modules[module])[name] = value
        return value

    def listed() -> list[str]:
        # A star import, and tools that get every name of dir(), must not fail for urllib3.
        urllib3 = find_spec("urllib3") is not None
        there = {
            name
            for name, (source, _) in sources.items()
            if urllib3 or source.partition(".")[0] != "urllib3"
        }
        own = vars(sys.modules[module]).keys() - {"annotations", "reexport"}
        return sorted(own | there)

    return get, listed
