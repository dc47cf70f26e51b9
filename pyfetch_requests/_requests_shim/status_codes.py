"""Status codes under their names."""

from __future__ import annotations

from ._reexport import reexport

__getattr__, __dir__ = reexport(
    __name__,
    {
        ".._status_codes": "codes",
        ".._structures": "LookupDict",
    },
)
