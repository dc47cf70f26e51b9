"""The browser's JSON parser, used on request only.

It is not the default because it changes values: 1.0 becomes 1, integers above 2**53 lose digits,
-0.0 becomes 0, and keys that look like integers move to the front. And it is slower: with the
conversion to Python, about three times as slow as `json.loads`.
"""

from __future__ import annotations


def parse_with_js(content: bytes) -> object:
    """Return the value of a JSON text, by `JSON.parse` and `to_py()`.

    Raises:
        ValueError: the text is not JSON.
    """
    import js
    from pyodide.ffi import JsException

    # As `Response.json` of fetch: as UTF-8, whatever the headers say, and U+FFFD for what is none.
    try:
        value = js.JSON.parse(content.decode("utf-8", "replace"))
    except JsException as error:
        raise ValueError(str(error)) from error
    from .from_js import python

    return python(value)
