"""The dependencies of requests, under the names that they had when requests vendored them.

They are the modules themselves, if installed; `install` finds their submodules.
"""

from __future__ import annotations

from importlib import import_module

from ..reexport import Urllib3MissingError, reexport

__path__: list[str] = []  # makes it a package; the finder of `install` finds its modules

_get, __dir__ = reexport(__name__, {"": "idna urllib3", ".compat": "chardet"})


def __getattr__(name: str) -> object:
    # `requests.packages.urllib3.disable_warnings()` is all that most old code wants of urllib3.
    try:
        return _get(name)
    except Urllib3MissingError:
        return import_module("..urllib3", __package__)
