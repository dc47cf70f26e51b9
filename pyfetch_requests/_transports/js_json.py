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
    from pyodide.ffi import JsException, JsProxy

    try:
        value = js.JSON.parse(content.decode("utf-8", "replace"))
    except JsException as error:
        raise ValueError(str(error)) from error
    return _without_jsnull(value.to_py() if isinstance(value, JsProxy) else value)


def _without_jsnull(value: object) -> object:
    """Turn JavaScript's null into None at every depth; Pyodide does so itself up to 0.27."""
    try:
        from pyodide.ffi import jsnull
    except ImportError:
        return value

    def replace(item: object) -> object:
        if isinstance(item, dict):
            return {key: replace(inner) for key, inner in item.items()}
        if isinstance(item, list):
            return [replace(inner) for inner in item]
        return None if item is jsnull else item

    return replace(value)
