"""The browser's JSON parser, for those who ask for it.

It is not the default because it changes values: 1.0 becomes 1, integers above 2**53 lose
digits, -0.0 becomes 0, keys that look like integers move to the front.
"""

from __future__ import annotations


def parse_with_js(content: bytes) -> object:
    """Return the value of a JSON text, by `JSON.parse` and `to_py()`.

    Raises:
        ValueError: it is not JSON.
    """
    import js
    from pyodide.ffi import JsException

    try:
        value = js.JSON.parse(content.decode("utf-8", "replace"))
    except JsException as error:
        raise ValueError(str(error)) from error
    from .from_js import python

    return python(value)
