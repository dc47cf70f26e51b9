"""Request bodies that JavaScript holds, or gathers: passed to the browser without a copy in Python.

Source: WHATWG Fetch, section 5.2 (BodyInit).
"""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterable
from typing import TYPE_CHECKING, Any

from ..exceptions import BrowserLimitError
from . import promises
from .runtime import has_xhr, is_javascript, js_object, js_property

if TYPE_CHECKING:
    from .js_values import JsValue

_SIZED = {"Blob": "size", "File": "size", "ArrayBuffer": "byteLength", "DataView": "byteLength"}
# The browser writes them when it sends them; only then has their body a length.
_FORMS = ("FormData", "URLSearchParams")
_STREAM = "ReadableStream"
_BLOCK = 1 << 24  # bytes
# Bytes. `fetch` copies an array whole before it sends any of it; a Blob goes piece by piece.
_WORTH_A_BLOB = 1 << 20


def kind_of(value: JsValue) -> str:
    """Return the type of a JavaScript object, such as "File" or "Uint8Array"."""
    import js

    # By Symbol.toStringTag: an object of another frame is no instance of this page's classes.
    tag = js.Reflect.apply(js.Object.prototype.toString, value, js.Array.new())
    return str(tag)[len("[object ") : -1]


def is_body(value: JsValue) -> bool:
    """Tell whether the browser accepts an object as a body."""
    kind = kind_of(value)
    known = kind in _SIZED or kind in _FORMS or kind == _STREAM
    return known or (kind.endswith("Array") and kind != "Array")  # typed arrays


def length(value: Any) -> int | None:
    """Return the number of bytes of a body, None if it is not known before it is sent."""
    kind = kind_of(value)
    if kind in _FORMS or kind == _STREAM:
        return None
    return int(js_property(value, _SIZED.get(kind, "byteLength")))


def is_stream(value: JsValue) -> bool:
    """Tell whether a body can be read only once."""
    return kind_of(value) == _STREAM


async def gathered(value: JsValue, settle: promises.Settle) -> JsValue:
    """Return a body that can be sent: a stream is gathered in a Blob, outside of Python's memory.

    Raises:
        ValueError: the stream broke; the message says why.
    """
    import js

    if not is_stream(value):
        return value
    # Only Chromium sends a stream as it comes, and over HTTP/2 or newer alone.
    response = js.Response.new(value)
    read = await settle(promises.call(response.blob, response))
    if not read.fulfilled:
        name, message = promises.describe(read.value)
        raise ValueError(f"the ReadableStream to send broke: {name}: {message}")
    return read.value


def refuse_stream(value: JsValue) -> None:
    """Refuse a stream where a promise cannot be waited for.

    Raises:
        BrowserLimitError: it is a stream; nothing was sent.
    """
    if is_stream(value):
        raise BrowserLimitError(
            "A blocking call that cannot switch stacks (no JSPI here) cannot read a "
            "ReadableStream: use the async functions of pyfetch_requests."
        )


def named(files: JsValue) -> list[tuple[str, Any]]:
    """Return the (name, file) pairs of an object, a Map, a FormData, or an array of pairs."""
    import js

    kind = kind_of(files)
    if kind != "Array":
        files = files.entries() if kind in ("Map", "FormData") else js.Object.entries(files)
    return [(str(pair[0]), pair[1]) for pair in js.Array.from_(files)]


def form(fields: Iterable[tuple[str, Any]], files: Iterable[tuple[str, Any]]) -> JsValue:
    """Return a FormData of fields and files; JavaScript files are not read.

    Args:
        fields: (name, str or bytes).
        files: (name, file), as `files=` takes them.

    Raises:
        ValueError: a tuple has another length, or headers for its part.
    """
    import js

    made: JsValue = js.FormData.new()
    for name, value in fields:
        made.append(name, value if isinstance(value, str) else _blob(value, ""))
    for name, value in files:
        _append(made, name, value)
    return made


def _append(made: JsValue, name: str, value: Any) -> None:
    filename, content, content_type, headers = (None, value, None, None)
    if isinstance(value, (tuple, list)):
        if not 2 <= len(value) <= 4:
            raise ValueError(f"files[{name!r}]: a tuple of 2, 3 or 4 items is needed")
        filename, content, content_type, headers = (*value, None, None)[:4]
    if headers:
        raise ValueError(
            f"files[{name!r}]: FormData, which sends JavaScript files, cannot give a part headers "
            "of its own. Leave them out."
        )
    if content is None:  # as in requests: no part
        return
    held = is_javascript(content)
    # The name of a part without one is that of the field, as in requests.
    shown = filename or (js_property(content, "name") if held else None) or name
    # append() with a file name takes a Blob only; a new Blob is the way to another content type.
    if not held or content_type or kind_of(content) not in ("Blob", "File"):
        content = _blob(content, content_type or "")
    made.append(name, content, shown)


def _blob(content: Any, content_type: str) -> JsValue:
    import js
    from pyodide.ffi import to_js

    from .._text.multipart import read_all

    part = content if is_javascript(content) else read_all(content, "files")
    return js.Blob.new(to_js([part]), js_object({"type": content_type}))


def copied(body: object) -> object:
    """Return what the browser sends for a body: bytes are copied, into a Blob if they are many."""
    from pyodide.ffi import to_js

    # Node and Deno, which have no XMLHttpRequest, read a Blob slowly.
    if not isinstance(body, (bytes, bytearray, memoryview)) or not has_xhr():
        return to_js(body)
    view = memoryview(body)
    if len(view) < _WORTH_A_BLOB:
        return to_js(body)
    gathering = _Gathering()
    for start in range(0, len(view), _WORTH_A_BLOB):
        gathering.add(view[start : start + _WORTH_A_BLOB])
    return gathering.blob()


async def of_chunks(body: Iterable[bytes] | AsyncIterable[bytes]) -> JsValue:
    """Gather what comes in chunks into a Blob: the browser keeps it out of our memory."""
    gathering = _Gathering()
    if isinstance(body, AsyncIterable):
        async for chunk in body:
            gathering.add(chunk)
    else:
        for chunk in body:
            gathering.add(chunk)
    return gathering.blob()


class _Gathering:
    """Makes a Blob of chunks, which are handed to the browser some megabytes at a time."""

    def __init__(self) -> None:
        self._parts: list[object] = []
        self._length = 0

    def add(self, chunk: bytes | memoryview) -> None:
        from pyodide.ffi import to_js

        self._parts.append(to_js(chunk))
        self._length += len(chunk)
        if self._length >= _BLOCK:
            self._parts, self._length = [self.blob()], 0

    def blob(self) -> JsValue:
        import js
        from pyodide.ffi import to_js

        return js.Blob.new(to_js(self._parts))
