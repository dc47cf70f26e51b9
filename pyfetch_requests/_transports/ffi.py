"""Values for calls of JavaScript's own functions, made by Python alone: nothing is evaluated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def js_object(mapping: Mapping[str, Any]) -> Any:
    """Return a plain JavaScript object; what is JavaScript's already goes into it as it is."""
    import js
    from pyodide.ffi import to_js

    return to_js(mapping, dict_converter=js.Object.fromEntries)


def text_or_none(value: Any) -> str | None:
    """Return a string that may be null: Pyodide has None for it, or a value of its own (0.28)."""
    return value if isinstance(value, str) else None
