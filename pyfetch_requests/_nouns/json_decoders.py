"""The decoders of JSON that a caller may ask for by name. Imported when somebody does."""

from __future__ import annotations

from collections.abc import Callable


def decoder_of(name: str) -> Callable[[bytes], object]:
    """Return a decoder.

    Raises:
        ValueError: no such decoder.
        ImportError: it is not installed.
    """
    if name == "msgspec":
        import msgspec

        decode: Callable[[bytes], object] = msgspec.json.decode
        return decode
    if name == "orjson":
        import orjson

        loads: Callable[[bytes], object] = orjson.loads
        return loads
    if name == "to_py":
        from .._transports.js_json import parse_with_js

        return parse_with_js
    raise ValueError(
        f'there is no JSON decoder {name!r}: use "python", "to_py", "msgspec", "orjson" or a '
        "callable that takes bytes"
    )
