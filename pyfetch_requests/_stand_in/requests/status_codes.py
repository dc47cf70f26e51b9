"""Status codes by name."""

from __future__ import annotations

from ..reexport import reexport

__getattr__, __dir__ = reexport(
    __name__,
    {
        "..._nouns.status_codes": "LookupDict _codes codes",
    },
)
