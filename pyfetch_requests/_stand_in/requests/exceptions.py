"""The exceptions of requests."""

from __future__ import annotations

from ...exceptions import __all__ as _names
from ..reexport import reexport

__getattr__, __dir__ = reexport(
    __name__,
    {
        "...exceptions": " ".join(_names),
        "json": "CompatJSONDecodeError=JSONDecodeError",
        "urllib3.exceptions": "BaseHTTPError=HTTPError",
    },
)
