"""What `data=`, `json=` and `files=` become: a body, its Content-Type and its length.

Decides the bytes, and the values of the headers that describe them. Never reads a file or a
generator before the request is sent, except for multipart, whose length has to be known. Imported
when a request has a body.
"""

from __future__ import annotations

import json as _json
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Mapping, Sized
from typing import TYPE_CHECKING, NamedTuple, TypeGuard, cast

from .._text import params
from .._text.structures import is_file, is_missing
from .._transports import runtime
from .._warn import warn
from ..exceptions import InvalidJSONError
from .arguments import from_js

if TYPE_CHECKING:
    from .._text.for_checkers import Readable
    from .._transports.js_values import JsValue
    from .._wire import RequestBody
    from .types import PreparedBody

CHUNK = 1 << 20  # bytes; each chunk crosses to JavaScript by itself


class EncodedBody(NamedTuple):
    """A body before it is sent.

    Attributes:
        body: None, str, bytes-like, a file object, or an iterable of chunks.
        content_type: for a request that does not set its own, None for none.
        stream: True for a file or an iterable, which is read only when it is sent.
    """

    body: PreparedBody
    content_type: str | None = None
    stream: bool = False


def prepare(data: object, files: object, json: object) -> EncodedBody:
    """Turn the three arguments into one body, as requests does.

    Raises:
        InvalidJSONError: `json` contains NaN or infinity, or cannot be written as JSON.
        TypeError: `data` or a file is of a type that has no bytes; the message names it.
        ValueError: str or bytes as `data` together with `files`.
    """
    # Before `from_js`, which would copy a Blob into Python's memory; fetch takes it as it is.
    if runtime.is_javascript(data) and (held := _held_by_javascript(data)) is not None:
        if files:
            raise ValueError("A JavaScript body and files are mutually exclusive.")
        return EncodedBody(held)
    data = from_js(data)
    if runtime.is_javascript(files):
        from .._transports.js_bodies import named

        files = named(cast("JsValue", files))
    # The order is that of requests: a stream, files, data, and json only where there is no data.
    if _is_stream(data):
        if files:
            raise NotImplementedError("Streamed bodies and files are mutually exclusive.")
        return EncodedBody(cast("PreparedBody", data), stream=True)
    if files:
        if _has_javascript(files):
            return EncodedBody(_form(data, files))
        return EncodedBody(*prepare_files(data, files))
    if not data:
        return EncodedBody(None) if json is None else _prepare_json(json)
    if isinstance(data, (str, bytes)) or is_file(data):
        return EncodedBody(data)
    if not isinstance(data, Iterable):
        raise TypeError(
            "data must be a mapping, pairs, str, bytes, a file object or an iterable of bytes, "
            f"not {type(data).__name__}"
        )
    return EncodedBody(params.encode_params(data), "application/x-www-form-urlencoded")


def _prepare_json(value: object) -> EncodedBody:
    try:
        # RFC 8259 section 6: JSON has no NaN and no infinity. requests refuses them as well.
        body = _json.dumps(value, allow_nan=False, default=_json_value).encode("utf-8")
    except ValueError as error:
        raise InvalidJSONError(f"json= cannot be written as JSON: {error}") from error
    return EncodedBody(body, "application/json")


def _json_value(value: object) -> object:
    """Convert JavaScript's values; raise for others what `json.dumps` raises."""
    if is_missing(value):
        return None
    if runtime.is_javascript(value):
        from .._transports.from_js import python

        return python(value)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def _is_stream(data: object) -> bool:
    # requests' rule: every other iterable is sent as it is, not encoded as a form.
    if data is None or isinstance(data, (dict, list, str, bytes, tuple, Mapping)):
        return False
    return isinstance(data, Iterable | AsyncIterable)


def _held_by_javascript(value: object) -> PreparedBody:
    # Return the value if fetch takes it as a body (Blob, FormData and so on), else None.
    from .._transports import js_bodies

    body = cast("JsValue", value)
    return cast("PreparedBody", body) if js_bodies.is_body(body) else None


def _has_javascript(files: object) -> bool:
    if not runtime.IN_PYODIDE or not isinstance(files, (Mapping, list, tuple)):
        return False
    return any(
        runtime.is_javascript(part)
        for _, value in params.pairs_of(files)
        for part in (value if isinstance(value, (tuple, list)) else (value,))
    )


def _form(data: object, files: object) -> PreparedBody:
    # A FormData: the browser encodes it, and reads its files only while it sends them.
    from .._transports import js_bodies

    if isinstance(data, (str, bytes)):
        raise ValueError("Data must not be a string.")
    fields = [
        (_text(name), value if isinstance(value, bytes) else str(value))
        for name, values in params.pairs_of(data or {})
        for value in (values if _is_collection(values) else [values])
        if not is_missing(value)
    ]
    made = js_bodies.form(fields, [(_text(name), value) for name, value in params.pairs_of(files)])
    return cast("PreparedBody", made)


def _text(name: str | bytes) -> str:
    return name.decode("utf-8") if isinstance(name, bytes) else name


def prepare_files(data: object, files: object) -> tuple[bytes, str]:
    """Return a multipart body and its Content-Type."""
    from .._text import multipart

    if isinstance(data, (str, bytes)):
        raise ValueError("Data must not be a string.")
    parts = []
    for name, values in params.pairs_of(data or {}):
        several = values if _is_collection(values) else [values]
        parts += [multipart.field(name, value) for value in several if not is_missing(value)]
    parts += filter(None, (multipart.file(name, value) for name, value in params.pairs_of(files)))
    return multipart.encode(parts)


def _is_collection(value: object) -> TypeGuard[Iterable[object]]:
    return not isinstance(value, (str, bytes)) and isinstance(value, Iterable)


def super_len(source: object) -> int:
    """Return how many bytes are still to be read from a body, 0 if unknown.

    Source: requests' `utils.super_len`.
    """
    if isinstance(source, str):
        return len(source.encode("utf-8"))
    if runtime.is_javascript(source):
        from .._transports import js_bodies

        return js_bodies.length(cast("JsValue", source)) or 0
    total = _total_length(source)
    tell = getattr(source, "tell", None)
    if tell is None:
        return total or 0
    try:
        position = tell()
        if total is None and hasattr(source, "seek"):
            # BytesIO and StringIO have neither a length nor a file descriptor.
            source.seek(0, 2)
            total = tell()
            source.seek(position)
    except OSError:  # a pipe has no position and no length: it is sent in chunks
        return 0
    return max(0, (total or 0) - int(position))


def stream_len(source: object) -> int:
    """Return the length of a stream, 0 if its own attributes make no sense."""
    # requests sends such a stream in chunks, and lets the same errors escape for other bodies.
    try:
        return super_len(source)
    except (TypeError, AttributeError):
        return 0


def _total_length(source: object) -> int | None:
    if isinstance(source, Sized):
        # requests takes the number of items, and so cuts an array of integers short.
        view = _buffer(source)
        return len(source) if view is None else view.nbytes
    if hasattr(source, "len"):  # the encoders of requests-toolbelt
        return int(source.len)
    if not hasattr(source, "fileno"):
        return None
    import io
    import os

    try:
        size = os.fstat(source.fileno()).st_size
    except (io.UnsupportedOperation, AttributeError):  # Tarfile.extractfile has a broken fileno
        return None
    if "b" not in getattr(source, "mode", "b"):
        from ..exceptions import FileModeWarning

        warn(
            "The Content-Length may be wrong: it is the size of the file in bytes, but the file is "
            "open in text mode. Open it with 'rb'.",
            FileModeWarning,
        )
    return size


def _buffer(source: object) -> memoryview | None:
    # Return a view of bytes, arrays and the like, None for anything else.
    try:
        return memoryview(cast("bytes", source))
    except TypeError:
        return None


def wire_body(body: PreparedBody) -> RequestBody:
    """Return what a transport sends: None, bytes-like, or an iterator over chunks of bytes.

    An async iterable becomes an async iterator.

    Raises:
        TypeError: the type has no bytes; the message names it.
    """
    if body is None or isinstance(body, (bytes, bytearray)):
        return body
    if runtime.is_javascript(body):
        return cast("RequestBody", body)
    if isinstance(body, str):
        return body.encode("utf-8")
    if is_file(body):
        return _read_chunks(body)
    if (view := _buffer(body)) is not None:
        # As bytes, because a transport counts items; `cast` needs contiguous memory.
        return view.cast("B") if view.c_contiguous else view.tobytes()
    if isinstance(body, AsyncIterable):
        return _checked_async(body)
    if isinstance(body, Iterable) and not isinstance(body, Mapping):
        return _checked(body)
    raise TypeError(f"a request body cannot be of type {type(body).__name__}")


def _read_chunks(source: Readable) -> Iterator[bytes]:
    while chunk := source.read(CHUNK):
        yield _chunk_bytes(chunk)


def _checked(chunks: Iterable[object]) -> Iterator[bytes]:
    for chunk in chunks:
        yield _chunk_bytes(chunk)


async def _checked_async(chunks: AsyncIterable[object]) -> AsyncIterator[bytes]:
    async for chunk in chunks:
        yield _chunk_bytes(chunk)


def _chunk_bytes(chunk: object) -> bytes:
    if isinstance(chunk, str):
        return chunk.encode("utf-8")
    if isinstance(chunk, (bytes, bytearray, memoryview)):
        return bytes(chunk)
    raise TypeError(f"a chunk of a request body must be bytes or str, not {type(chunk).__name__}")
