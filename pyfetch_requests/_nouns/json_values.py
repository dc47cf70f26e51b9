"""JSON: the bytes of a response into a value, and into text.

Decides which decoder runs, and by which encoding. Never touches the response itself.
"""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, cast

from ..exceptions import JSONDecodeError

if TYPE_CHECKING:
    from types import ModuleType

    from .._text.for_checkers import JsonValue, Source, TakesOptions

Decoder = str | Callable[[bytes], object]

# Bytes. Above this size pausing the garbage collector pays: it would walk the growing value again
# and again, which takes a third of the time at 10 MB.
_LARGE = 1 << 16
# Bytes. Above this size msgspec saves more time than importing it takes.
_WORTH_AN_IMPORT = 1 << 19
# Characters. A shorter text cannot be nested too deeply, which is not to cost an import.
_SHALLOW = 1000


def decode(
    content: bytes, encoding: str | None, decoder: Decoder, kwargs: dict[str, object]
) -> JsonValue:
    """Return the value of a JSON body.

    Args:
        content: the body.
        encoding: from the headers, None if they name none.
        decoder: "python", "to_py", "msgspec", "orjson", or a callable over bytes.
        kwargs: for `json.loads`; only with "python".

    Raises:
        JSONDecodeError: the body is not JSON.
        RecursionError: it is nested too deeply.
        ValueError: no such decoder.
        ImportError: the decoder that was asked for is not installed.
    """
    if decoder == "python":
        fast = _faster(len(content), encoding) if len(content) > _LARGE and not kwargs else None
        if fast is not None:
            _refuse_deep(content)
            # msgspec refuses NaN, 1e999, lone surrogates and UTF-16: then json.loads decides.
            with suppress(ValueError, RecursionError):
                return _without_gc(fast, content)
        return _loads(to_text(content, encoding), kwargs)
    if kwargs:  # those of json.loads mean nothing to other decoders
        raise TypeError(f"json(decoder={decoder!r}) takes no further arguments")
    run = decoder
    if isinstance(run, str):
        from .json_decoders import decoder_of

        _refuse_deep(content)
        run = decoder_of(run)
    try:
        return _without_gc(run, content)
    except json.JSONDecodeError as error:
        raise JSONDecodeError(error.msg, error.doc, error.pos) from error
    except ValueError as error:  # of msgspec and orjson, and of a callable
        raise JSONDecodeError(str(error), to_text(content, encoding), 0) from error


def _faster(size: int, encoding: str | None) -> Callable[[bytes], object] | None:
    """Return msgspec's decoder if it is installed and pays."""
    # Where both accept a text, the values are equal: see tests/unit/test_json_properties.py.
    if (encoding or "utf-8").lower() not in ("utf-8", "utf8"):
        return None
    module = sys.modules.get("msgspec") or (size > _WORTH_AN_IMPORT and _imported_msgspec())
    return module.json.decode if module else None


@cache
def _imported_msgspec() -> ModuleType | None:
    try:
        import msgspec
    except ImportError:  # cached; if it is installed and imported later, sys.modules has it
        return None
    return msgspec


def _refuse_deep(text: str | bytes) -> None:
    """Refuse what would end Pyodide; see `_json_depth`."""
    from .._json_depth import refuse_deep

    refuse_deep(text)


def _loads(text: str, kwargs: dict[str, JsonValue]) -> object:
    if len(text) > _SHALLOW and "cls" not in kwargs:  # that is a decoder of the caller's own
        _refuse_deep(text)
    try:
        if len(text) <= _LARGE:  # most are: there is nothing to pause, and no need for a call
            return json.loads(text, **kwargs)
        return _without_gc(json.loads, text, **kwargs)
    except json.JSONDecodeError as error:
        raise JSONDecodeError(error.msg, error.doc, error.pos) from error


def _without_gc(run: Callable[[Source], object], source: Source, **kwargs: object) -> object:
    """Call a decoder with the garbage collector paused: all that it builds stays alive anyway."""
    pause = len(source) > _LARGE and gc.isenabled()
    if pause:
        gc.disable()
    try:
        return cast("TakesOptions", run)(source, **kwargs)
    finally:
        if pause:
            gc.enable()


def to_text(content: bytes, encoding: str | None) -> str:
    """Decode JSON as requests does: by the headers, else by its first bytes."""
    if not encoding and len(content) > 3:
        from .._text.decoders import detect_json_encoding

        detected = detect_json_encoding(content)
        try:
            if detected is not None:
                return content.decode(detected)
        except UnicodeDecodeError:
            pass
    return decode_text(content, encoding)


def decode_text(content: bytes, encoding: str | None) -> str:
    """Decode a body; without an encoding, guess it; errors become U+FFFD."""
    if not content:
        return ""
    if encoding is None:
        from .._text.decoders import detect_encoding

        encoding = detect_encoding(content)
    try:
        return str(content, encoding or "utf-8", errors="replace")
    except (LookupError, ValueError):  # no such encoding, or none for text
        return str(content, errors="replace")
