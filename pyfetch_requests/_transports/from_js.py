"""Values that JavaScript holds, as the values of Python that they are.

Pyodide converts what JSON knows, Map, Set and buffers. Here is the rest of what a page has at hand:
null at any depth, forms of pairs, objects of classes, and what says itself how it is written (Date,
URL).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from .._text.structures import is_missing
from .js_bodies import kind_of
from .runtime import is_javascript, js_property

if TYPE_CHECKING:
    from .js_values import JsValue


def python(value: object) -> object:
    """Return the value of Python that an object of JavaScript's is.

    Raises:
        TypeError: it is none, as an element of a page; the message names it.
        ValueError: it holds itself.
    """
    return _walk(value, ())


def _walk(value: object, above: tuple[int, ...]) -> object:
    if is_javascript(value):
        value = _converted(cast("JsValue", value))
    if is_missing(value):
        return None
    if isinstance(value, memoryview):
        return value.tobytes()
    if not isinstance(value, (dict, list)):
        return value
    if id(value) in above:
        raise ValueError("an object of JavaScript's holds itself")
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
        raise TypeError(f"what JavaScript holds has no value in Python: {error}") from error
    if not is_javascript(found):
        return found
    kind = kind_of(value)
    if kind in ("Headers", "URLSearchParams", "FormData"):
        pairs = js.Array.from_(value).to_py()
        return dict(pairs) if kind == "Headers" else pairs
    if js_property(value, "toJSON"):
        return value.toJSON()
    if kind == "Object":
        return js.Object.fromEntries(js.Object.entries(value)).to_py()
    raise TypeError(f"{kind} is an object of JavaScript's that has no value in Python")
