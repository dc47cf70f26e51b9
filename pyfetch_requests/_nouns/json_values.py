"""From the bytes of a response to the value that its JSON means.

Decides which decoder runs. Never touches the response itself.
"""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any

from .._text import decoders
from ..exceptions import JSONDecodeError

Decoder = str | Callable[[bytes], Any]

# Above this size pausing the garbage collector pays: it would walk the growing value again and
# again, which costs a third of the time at 10 MB.
_LARGE = 1 << 16
# Above this size msgspec saves more than importing it costs.
_WORTH_AN_IMPORT = 1 << 19


def decode(
    content: bytes, encoding: str | None, decoder: Decoder, kwargs: dict[str, object]
) -> Any:
    """Return the value.

    Args:
        content: the body.
        encoding: as the headers name it, None where they do not.
        decoder: "python", "to_py", "msgspec", "orjson", or a callable over bytes.
        kwargs: for `json.loads`; only with "python".

    Raises:
        JSONDecodeError: the body is not JSON.
        ValueError: no such decoder.
        ImportError: the decoder that was asked for is not installed.
    """
    if decoder == "python":
        fast = None if kwargs else _faster(len(content), encoding)
        if fast is not None:
            # It refuses NaN, 1e999, lone surrogates and UTF-16, which json.loads takes.
            with suppress(ValueError, RecursionError):
                return _without_gc(fast, content)
        return _loads(to_text(content, encoding), kwargs)
    if kwargs:
        raise TypeError(f"json(decoder={decoder!r}) takes no further arguments")
    run = _library_decoder(decoder) if isinstance(decoder, str) else decoder
    try:
        return _without_gc(run, content)
    except json.JSONDecodeError as error:
        raise JSONDecodeError(error.msg, error.doc, error.pos) from error
    except ValueError as error:
        raise JSONDecodeError(str(error), to_text(content, encoding), 0) from error


def _faster(size: int, encoding: str | None) -> Callable[[bytes], object] | None:
    """Return msgspec's decoder, where it is installed and pays; its values are json.loads' own.

    Where both take a text they read the same; tests/unit/test_json_properties.py shows it.
    """
    if size <= _LARGE or (encoding or "utf-8").lower() not in ("utf-8", "utf8"):
        return None
    module = sys.modules.get("msgspec") or (size > _WORTH_AN_IMPORT and _imported_msgspec())
    return module.json.decode if module else None


@cache
def _imported_msgspec() -> Any:
    try:
        import msgspec
    except ImportError:  # it may be installed later: then whoever imports it makes it known
        return None
    return msgspec


def _library_decoder(name: str) -> Callable[[bytes], object]:
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
        f'no JSON decoder {name!r}: there are "python", "to_py", "msgspec", "orjson", '
        "or give a callable over bytes"
    )


def _loads(text: str, kwargs: dict[str, object]) -> object:
    try:
        return _without_gc(json.loads, text, **kwargs)
    except json.JSONDecodeError as error:
        raise JSONDecodeError(error.msg, error.doc, error.pos) from error


def _without_gc(run: Callable[..., object], source: str | bytes, **kwargs: object) -> object:
    """Call a decoder; what it builds is all alive, so there is nothing to collect meanwhile."""
    pause = len(source) > _LARGE and gc.isenabled()
    if pause:
        gc.disable()
    try:
        return run(source, **kwargs)
    finally:
        if pause:
            gc.enable()


def to_text(content: bytes, encoding: str | None) -> str:
    """Decode JSON as requests does: by the headers, else by the UTF its first bytes show."""
    if not encoding and len(content) > 3:
        detected = decoders.detect_json_encoding(content)
        try:
            if detected is not None:
                return content.decode(detected)
        except UnicodeDecodeError:
            pass
    return decode_text(content, encoding)


def decode_text(content: bytes, encoding: str | None) -> str:
    """Decode a body; the encoding is detected where none is known; errors become U+FFFD."""
    if not content:
        return ""
    if encoding is None:
        encoding = decoders.detect_encoding(content)
    try:
        return str(content, encoding or "utf-8", errors="replace")
    except (LookupError, ValueError):  # the server named an encoding that there is not
        return str(content, errors="replace")
