"""A synchronous XMLHttpRequest in Python alone, where a policy forbids to evaluate JavaScript.

It does what xhr.js does, over Pyodide's FFI, and returns the same outcomes. See there why a page
gets its bytes as text, and what happens to a byte order mark.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from . import js_bodies, outcomes, promises, runtime
from .outcomes import NULL_BODY_STATUSES, Outcome
from .runtime import is_webkit, js_global, js_object, js_property, text_or_none

if TYPE_CHECKING:
    from .js_values import JsValue

_CHARSET = "windows-1252"
_DONE = 4  # readyState of a request that is over
_TIMING_BUFFER = 250  # entries, the default of Resource Timing
# The first byte of each byte order mark (UTF-8, UTF-16BE, UTF-16LE), by its second.
_FIRST_OF_MARK = {0xBB: 0xEF, 0xFE: 0xFF, 0xFF: 0xFE}

Headers = Sequence[tuple[str, str]]


class _Call(NamedTuple):
    """What is sent."""

    method: str
    url: str
    headers: Headers
    body: object
    timeout_ms: float | None
    with_credentials: bool


class _Exchange(NamedTuple):
    """A finished request; see `send` in xhr.js."""

    xhr: JsValue
    size: int | None
    coded: int | None
    moved: bool


def exchange(
    method: str,
    url: str,
    header_text: str,
    body: object,
    timeout_ms: float | None,
    with_credentials: bool,
    cache_control: str,
) -> Outcome:
    """Send a request and wait for its answer; see fetch.js for the outcome."""
    import js
    from pyodide.ffi import JsException

    parts = header_text.split("\n") if header_text else []
    headers = list(zip(parts[::2], parts[1::2], strict=True))
    call = _Call(method, url, headers, body, timeout_ms, with_credentials)
    asked = None
    try:
        asked = js.URL.new(url)
        fresh = cache_control and _is_own(url)
        done = _send_fresh(call, cache_control) if fresh else _send(call)
    except JsException as error:
        name, message = promises.describe(error)
        code = js_property(js_property(error, "js_error") or error, "code")
        known = not asked or isinstance(code, int)  # else a function of the page's own threw it
        cause = "timeout" if name == "TimeoutError" else "error" if known else "page"
        # URL throws a TypeError, the name of a network error; open() would throw a SyntaxError.
        return outcomes.HEADERS, cause, name if asked else "SyntaxError", message, ""
    xhr = done.xhr
    if xhr.readyState != _DONE:
        xhr.abort()
        early = "send() returned before the request was finished"
        return outcomes.HEADERS, "page", "TypeError", early, ""
    if xhr.status == 0:
        return outcomes.HEADERS, "error", "NetworkError", "the request failed", ""
    # A redirect between origins makes it a cross-origin answer, whichever of the two is the page's.
    own = _is_own(url) and _is_own(xhr.responseURL)
    if done.size is None or _is_lost(method, done) or (own and _is_short(method, done)):
        return outcomes.BODY, "error", "NetworkError", "the body broke off", ""
    content = _content(call, done, done.size)
    asked.hash = ""
    return _success(xhr, url, str(asked.href), own, content)


def _success(xhr: Any, url: str, asked: str, own: bool, content: bytes | None) -> Outcome:
    address = str(xhr.responseURL or asked)
    return (
        0,
        xhr.status,
        xhr.statusText,
        address != asked,
        "" if address == url else address,
        "basic" if own or not address.startswith("http") else "cors",
        _header_text(xhr),
        content,
    )


def _send_fresh(call: _Call, cache_control: str) -> _Exchange:
    """Send a request with Cache-Control, and again without it if that fails; see xhr.js."""
    from pyodide.ffi import JsException

    try:
        headers = [*call.headers, ("Cache-Control", cache_control)]
        done = _send(call._replace(headers=headers))
        if done.xhr.status != 0:
            return done
    except JsException as error:
        if promises.describe(error)[0] != "NetworkError":
            raise
    return _send(call)


def _send(call: _Call) -> _Exchange:
    import js

    xhr = js.XMLHttpRequest.new()
    xhr.open(call.method, call.url, False)
    for name, value in call.headers:
        xhr.setRequestHeader(name, value)
    xhr.withCredentials = call.with_credentials
    if runtime.in_page():
        xhr.overrideMimeType(f"text/plain; charset={_CHARSET}")
    else:
        xhr.responseType = "arraybuffer"
        if call.timeout_ms is not None:
            xhr.timeout = call.timeout_ms
    # The listener is Array.prototype.push: an interrupt could hit a Python function in here.
    loads = js.Array.new()
    xhr.onload = js.Reflect.get(js.Array.prototype, "push").bind(loads)
    body = () if call.body is None else (js_bodies.copied(call.body),)
    timings = list(_timed(lambda: xhr.send(*body)))
    # After a redirect the entry has the name of the URL that was requested. The last one is ours:
    # no other XMLHttpRequest can end while this one blocks the thread.
    named = [entry for entry in timings if entry.name == xhr.responseURL]
    others = [entry for entry in timings if entry.initiatorType == "xmlhttprequest"]
    timing = next(reversed(named or others), None)
    loaded = loads[0].loaded if loads.length else None
    # For a compressed body Firefox reports in `loaded` the bytes of the network; the timing, which
    # is there already, has both numbers.
    if timing is None:
        return _Exchange(xhr, loaded, None, False)
    moved = (js_property(timing, "transferSize") or 0) > 0
    if loaded and timing.encodedBodySize == loaded:
        return _Exchange(xhr, timing.decodedBodySize, loaded, moved)
    return _Exchange(xhr, loaded, None, moved)


def _timed(call: Callable[[], object]) -> list[JsValue]:
    """Call a function, and return the resource timings of what it requested."""
    import js

    # An observer gets entries even if the page's buffer is full, but not in WebKit.
    if _is_webkit() and js.performance.getEntriesByType("resource").length >= _TIMING_BUFFER - 1:
        js.performance.clearResourceTimings()
    # Function.prototype is a function that does nothing; takeRecords() below gets the entries.
    observer = js.PerformanceObserver.new(js.Function.prototype)
    observer.observe(js_object({"type": "resource"}))
    try:
        call()
        return list(observer.takeRecords())
    finally:
        observer.disconnect()


@cache
def _is_webkit() -> bool:
    import js

    found = is_webkit()
    if found:
        js.performance.setResourceTimingBufferSize(_TIMING_BUFFER)
    return found


def _is_lost(method: str, done: _Exchange) -> bool:
    """Tell whether the body broke off in WebKit, which reports no error; see `isLost` in xhr.js."""
    return (
        done.size == 0
        and not done.moved
        and _is_webkit()
        and str(done.xhr.responseURL).startswith("http")
        and method != "HEAD"
        and done.xhr.status not in NULL_BODY_STATUSES
        and text_or_none(done.xhr.getResponseHeader("content-length")) != "0"
    )


def _is_own(url: str) -> bool:
    import js

    origin = js_global("origin") or js.location.origin
    return bool(js.URL.new(url).origin == origin)


def _is_short(method: str, done: _Exchange) -> bool:
    """Tell whether fewer bytes came than Content-Length says; see xhr.js."""
    xhr = done.xhr
    if method == "HEAD" or xhr.status in NULL_BODY_STATUSES:
        return False
    coding = text_or_none(xhr.getResponseHeader("content-encoding"))
    received = done.size if coding is None else done.coded
    length = text_or_none(xhr.getResponseHeader("content-length")) or ""
    if received is None or not length.isdecimal() or received >= int(length):
        return False
    # In a chunked body the length means nothing: RFC 9112, section 6.3.
    return text_or_none(xhr.getResponseHeader("transfer-encoding")) is None


def _content(call: _Call, done: _Exchange, size: int) -> bytes | None:
    """Return the bytes of the body, None where they cannot be restored."""
    if not runtime.in_page():
        return bytes(done.xhr.response.to_bytes()) if done.xhr.response else b""
    text = str(done.xhr.responseText)
    # Firefox reports no decoded size for an empty compressed body. Otherwise a body without text
    # can only be a byte order mark alone, of two bytes or three.
    if len(text) == size or (text == "" and size not in (2, 3)):
        return _bytes_of(text)
    found = _restored(text, size)
    again = found is None and call.method == "GET"
    return _reread(call, int(done.xhr.status), size) if again else found


def _restored(text: str, size: int) -> bytes | None:
    """Put the mark back if it was UTF-8: in UTF-16 two byte orders have the same text."""
    found = f"\ufeff{text}".encode("utf-8", "surrogatepass")
    return found if len(found) == size and "\ufffd" not in text else None


def _reread(call: _Call, status: int, size: int, tries: int = 4) -> bytes | None:
    """Request everything but the first byte, so that no byte order mark is in the way."""
    # Several tries, because the rest may start with a mark again, as in FF FE FF.
    asked = "".join([value for name, value in call.headers if name.lower() == "range"])
    part = re.fullmatch(r"bytes=(\d+)-(\d*)", asked if status == 206 else "bytes=0-")
    if part is None or tries == 0:
        return None
    headers = [pair for pair in call.headers if pair[0].lower() != "range"]
    headers.append(("Range", f"bytes={int(part[1]) + 1}-{part[2]}"))
    call = call._replace(headers=headers, body=None, timeout_ms=None)
    done = _send(call)
    if done.xhr.status != 206 or done.size != size - 1:
        return None
    text = str(done.xhr.responseText)
    whole = len(text) == done.size
    rest = _bytes_of(text) if whole else _reread(call, 206, done.size, tries - 1)
    first = _FIRST_OF_MARK.get(rest[0]) if rest else None
    return None if rest is None or first is None else bytes((first,)) + rest


def _bytes_of(text: str) -> bytes:
    return codecs.charmap_encode(text, "strict", _byte_of_character())[0]


@cache
def _byte_of_character() -> Any:
    """Return the encoding map of the web's windows-1252."""
    # Python's cp1252 has five undefined bytes; the web maps them to the control characters of the
    # same number: WHATWG Encoding, section 9 (single-byte encodings).
    decoded = (bytes((b,)).decode("cp1252", "replace") for b in range(256))
    characters = [chr(b) if c == "\ufffd" else c for b, c in enumerate(decoded)]
    return codecs.charmap_build("".join(characters))


def _header_text(xhr: JsValue) -> str:
    lines = str(xhr.getAllResponseHeaders()).strip().replace("\r", "\n").split("\n")
    fields = (line.partition(":") for line in lines if line.find(":") > 0)
    return outcomes.header_text((name, value.strip()) for name, _, value in fields)
