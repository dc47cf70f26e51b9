"""The dependencies of requests, under the names that they had inside of it long ago.

They are themselves, where they are installed; `pyfetch_requests._install` finds their submodules.
"""

from __future__ import annotations

from ..reexport import reexport

__path__: list[str] = []  # a package; where its modules are, _install knows

__getattr__, __dir__ = reexport(__name__, {"": "idna urllib3", ".compat": "chardet"})
