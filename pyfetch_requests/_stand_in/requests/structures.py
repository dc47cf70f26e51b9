"""The mapping of headers, and that of status codes."""

from __future__ import annotations

from ..reexport import reexport

__getattr__, __dir__ = reexport(
    __name__,
    {
        "..._nouns.status_codes": "LookupDict",
        "..._text.structures": "CaseInsensitiveDict",
        "collections": "OrderedDict",
        "collections.abc": "Iterable Iterator Mapping MutableMapping",
    },
)
