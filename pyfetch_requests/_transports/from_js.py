"""Converts JavaScript values to Python values.

Pyodide's `to_py` converts what JSON has, Map, Set and buffers. This module adds what else a page
has at hand: null at any depth, collections of pairs (FormData, Headers), objects of classes, and
objects with a `toJSON` of their own (Date, URL).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from .._text.structures import is_missing
from .js_bodies import kind_of
from .runtime import is_javascript, js_property

if TYPE_CHECKING:
    from .js_values import JsValue


def python(value: object) -> object:
    """Return the Python value of a JavaScript value.

    Raises:
        TypeError: there is none, as for an element of a page; the message names it.
        ValueError: the object contains itself.
    """
    return _walk(value, ())


def _walk(value: object, above: tuple[int, ...]) -> object:
    if is_javascript(value):
        value = _converted(cast("JsValue", value))
    if is_missing(value):  # undefined, and null, which is `jsnull` from Pyodide 0.28 on
        return None
    if isinstance(value, memoryview):
        return value.tobytes()
    if not isinstance(value, (dict, list)):
        return value
    if id(value) in above:
        raise ValueError("a JavaScript object contains itself")
    # Only what is above: an object that stands in two places is no circle.
    above = (*above, id(value))
    if isinstance(value, dict):
        return {key: _walk(item, above) for key, item in value.items()}
    return [_walk(item, above) for item in value]


def _converted(value: JsValue) -> object:
    import js
    from pyodide.ffi import ConversionError

    try:
        found: object = value.to_py()
    except ConversionError as error:
        raise TypeError(f"a JavaScript value cannot be converted to Python: {error}") from error
    if not is_javascript(found):
        return found
    kind = kind_of(value)
    if kind in ("Headers", "URLSearchParams", "FormData"):
        pairs = js.Array.from_(value).to_py()
        # Headers combines equal names; a form may repeat one.
        return dict(pairs) if kind == "Headers" else pairs
    if js_property(value, "toJSON"):
        return value.toJSON()
    if kind == "Object":  # an instance of a class, which to_py leaves as it is
        return js.Object.fromEntries(js.Object.entries(value)).to_py()
    raise TypeError(f"a JavaScript object of type {kind} cannot be converted to Python")
