"""Modules made of names that other modules have.

Decides when a name is looked up: when it is first asked for. Never imports a module before.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec

VERSION = "2.34.2"
"""The version of requests whose names these are."""


class Urllib3MissingError(ModuleNotFoundError):
    """Something of urllib3 was asked for, which is not installed.

    Nothing here needs it to send: a browser has no sockets. Its helpers (Retry, fields, exception
    classes) are pure Python and work where it is installed.
    """

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what} is a part of urllib3, which is not installed. Requests go over the browser's "
            "fetch without it; code that uses its helper classes needs "
            "`await micropip.install('urllib3')`.",
            name="urllib3",
        )


def reexport(
    module: str, table: Mapping[str, str]
) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Return the `__getattr__` and the `__dir__` of a module that takes its names elsewhere.

    A name costs nothing until somebody asks for it.

    Args:
        module: its name.
        table: names by the module that has them, separated by blanks; "here=there" where the
            two differ. Under "" are names of whole modules, as "cookielib=http.cookiejar". A
            module with leading dots is relative to this package.
    """
    sources: dict[str, tuple[str, str]] = {}
    for source, names in table.items():
        for entry in names.split():
            here, _, there = entry.partition("=")
            sources[here] = (source, there or here) if source else (there or here, "")

    def get(name: str) -> object:
        if name == "__all__":  # asked for by a star import
            return [entry for entry in listed() if not entry.startswith("_")]
        if name not in sources:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        source, attribute = sources[name]
        try:
            found = import_module(source, f"{__package__}.requests")
        except ModuleNotFoundError as error:
            if error.name != "urllib3":
                raise
            raise Urllib3MissingError(f"{module}.{name}") from None
        value = getattr(found, attribute) if attribute else found
        vars(sys.modules[module])[name] = value
        return value

    def listed() -> list[str]:
        urllib3 = find_spec("urllib3") is not None
        there = {
            name
            for name, (source, _) in sources.items()
            if urllib3 or source.partition(".")[0] != "urllib3"
        }
        own = vars(sys.modules[module]).keys() - {"annotations", "reexport"}
        return sorted(own | there)

    return get, listed
