"""An exchange with `fetch` in Python alone, where a policy forbids to evaluate JavaScript.

A page whose Content-Security-Policy lacks 'unsafe-eval' runs Pyodide, but not fetch.js. This module
does the same step by step over Pyodide's FFI, with the same outcomes. Timers and signals call bound
functions of the browser, and promises are settled as values: JavaScript never holds a Python
function, so no proxy has to be destroyed.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from .._wire import WireRequest
from . import js_bodies, outcomes, promises, runtime
from .ffi_control import Control
from .outcomes import NULL_BODY_STATUSES, Failure, Outcome
from .runtime import is_firefox, js_global, js_object, js_property, text_or_none

if TYPE_CHECKING:
    from .js_values import JsValue

# WebKit hands over everything that has arrived since the last read in one chunk, be it hundreds of
# megabytes. 4 MB of it at a time are copied to Python.
_LARGEST_CHUNK = 1 << 22
_SHORT = ("Error", "the body ended before its Content-Length")
_MAX_TIMINGS = 250


class FFIFetcher:
    """Makes exchanges for a `FetchTransport`.

    Args:
        settle: how to wait for a promise.
    """

    def __init__(self, settle: promises.Settle) -> None:
        self.settle = settle

    async def exchange(
        self,
        request: WireRequest,
        headers: Sequence[tuple[str, str]],
        body: object,
        options: Mapping[str, object],
        signal: JsValue | None,
    ) -> Outcome:
        """Send a request; see fetch.js for the outcome."""
        try:
            control = Control(signal)
        except _replacement_errors() as error:
            return _page_failure(error)
        init = {"method": request.method, "headers": headers, "signal": control.signal, **options}
        if body is not None:
            # A copy: a view would be wrong once Python's memory has grown, and a page may have
            # wrapped `fetch` and look at the body later.
            init["body"] = js_bodies.copied(body)
        try:
            return await self._exchange(control, request, init)
        except BaseException:
            control.abort()
            raise

    async def _exchange(
        self, control: Control, request: WireRequest, init: Mapping[str, object]
    ) -> Outcome:
        _watch_timings()  # before the request, or its own timing would be missed
        started = time.perf_counter()
        control.arm(runtime.milliseconds(request.headers_timeout))
        sent = await self._send(request.url, init, control)
        elapsed = time.perf_counter() - started
        control.arm(None)
        if not sent.fulfilled or control.signal.aborted:
            failure = control.failure(outcomes.HEADERS, sent.value)
            # Without fetch nothing else could be found out either.
            return failure if callable(js_global("fetch")) else _page_failure(sent.value)
        response = sent.value
        try:
            head = _head(response, request.url, elapsed)
        except _replacement_errors() as error:
            control.end()
            return _page_failure(error)
        if unusable := _why_unusable(response, head[1]):
            control.end()
            return _page_failure(TypeError(unusable))
        source = _Stream(control, self.settle, request, response)
        if request.stream:
            return (*head, source)
        content = await source.read_all()
        return (*head, content) if isinstance(content, bytes) else content

    async def _send(
        self, url: str, init: Mapping[str, object], control: Control
    ) -> promises.Outcome:
        import js
        from pyodide.ffi import JsException

        try:
            sending = promises.call(js.fetch, None, url, js_object(init))
        except (AttributeError, JsException) as error:
            # Only a page's own function in place of `fetch` throws, or nothing is there.
            return promises.Outcome(False, cast("JsValue", error))
        # Such a function may not heed the signal either.
        return await control.settled(sending, self.settle, control.may_abort)

    async def next_chunk(self, stream: _Stream, abort: Callable[[int], None]) -> Outcome:
        """Read the next chunk of the stream that an exchange returned."""
        try:
            return await stream.next()
        except BaseException:
            abort(0)
            raise

    async def pause(self, milliseconds: float) -> None:
        """Wait."""
        await self.settle(promises.pause(milliseconds))


def _replacement_errors() -> tuple[type[Exception], ...]:
    """Return what is raised where something of the page's own is not what it stands for."""
    from pyodide.ffi import JsException

    return AttributeError, TypeError, JsException


def _page_failure(error: object) -> Failure:
    from .page_failures import described

    return outcomes.HEADERS, "page", *described(error), ""


def _head(response: JsValue, url: str, elapsed: float) -> Outcome:
    """Return an outcome as far as the headers."""
    return (
        0,
        response.status,
        response.statusText,
        bool(js_property(response, "redirected")),  # a polyfill may not have it
        _address_of(response, url),
        response.type,
        _header_text(response.headers),
        None,  # for headers that are asked for later
        elapsed,
    )


def _why_unusable(response: JsValue, status: object) -> str:
    """Return what makes a response unusable that a page's own fetch gave, "" if it is usable."""
    if response.type == "error":
        return "fetch gave Response.error()"
    if js_property(response, "bodyUsed"):
        return "the body of the response has been read already"
    # The browser's own fetch gives nothing else that is odd. Looking at a body makes a stream of
    # it, so that is done only for others.
    if "[native code]" in str(js_global("fetch")):
        return ""
    if js_property(js_property(response, "body"), "locked"):
        return "the body of the response is being read already"
    return "" if isinstance(status, int) else "the status of the response is no integer"


def _address_of(response: JsValue, url: str) -> str:
    """Return the URL as the browser writes it, "" if it is the one that was requested."""
    import js

    address = str(response.url or js.URL.new(url).href)
    return "" if address == url else address


def _header_text(headers: JsValue) -> str:
    import js

    return outcomes.header_text(js.Array.from_(headers).to_py())


class _Stream:
    """The body of a response, chunk by chunk."""

    def __init__(
        self,
        control: Control,
        settle: promises.Settle,
        request: WireRequest,
        response: JsValue,
    ) -> None:
        self._control = control
        self._settle = settle
        self._request = request
        self._response = response
        self._body_ms = runtime.milliseconds(request.body_timeout)
        self._reader: Any = None
        self._received = 0
        self._is_read = False
        # Node 20 may leave a read pending for ever, even when the request is aborted; a Response
        # without a URL is one that a page has made, whose stream knows of no signal.
        self._may_ignore_signal = runtime.is_node() or not response.url
        # What is left of a chunk that is too large to be copied at once.
        self._rest: JsValue | None = None

    async def read_all(self) -> bytes | Failure:
        """Read the whole body."""
        # A limit between two chunks needs the chunks; else one crossing is cheaper.
        is_whole = self._body_ms is None and self._response.url
        if is_whole and not _is_undecoded(self._response):
            read = await self._buffer()
            if not read.fulfilled:
                return self._unread(read.value)
            try:
                content: bytes = read.value.to_bytes()
            except AttributeError as error:  # a function of the page's own gave something else
                self._control.end()
                return _page_failure(error)
            self._received = len(content)
            return await self._end() or content
        chunks = []
        while not (outcome := await self.next())[0] and outcome[1]:
            chunks.append(outcome[1].to_bytes())
        return outcome if outcome[0] else b"".join(chunks)

    async def _buffer(self) -> promises.Outcome:
        from pyodide.ffi import JsException

        try:
            reading = promises.call(self._response.arrayBuffer, self._response)
        except (AttributeError, JsException) as error:  # it is none, or a page's own function
            return promises.Outcome(False, cast("JsValue", error))
        return await self._settle(reading)

    def _unread(self, reason: object) -> Failure:
        """Return the failure of a body of which nothing could be read."""
        if isinstance(reason, AttributeError):
            return self._odd("the body of the response cannot be read")
        return self._broken(reason)

    def _odd(self, why: str) -> Failure:
        self._control.end()
        return _page_failure(TypeError(why))

    async def next(self) -> Outcome:
        """Read the next chunk; it is None at the end."""
        if self._rest is None:
            failure = await self._read()
            if failure is not None:
                return failure
        if self._rest is None:
            return await self._end() or (0, None)
        chunk, size = self._rest, self._rest.byteLength
        if size <= _LARGEST_CHUNK:
            self._rest = None
            return 0, chunk
        self._rest = chunk.subarray(_LARGEST_CHUNK)
        return 0, chunk.subarray(0, _LARGEST_CHUNK)

    def share(self) -> None:
        """Do nothing: here each chunk has memory of its own."""

    async def _read(self) -> Failure | None:
        """Read until there are bytes, or the end."""
        from pyodide.ffi import JsException

        if self._reader is None:
            body = _decoded_body(self._response)
            if not body:
                return await self._read_whole()
            try:
                self._reader = body.getReader()
            except AttributeError as error:
                return self._unread(error)
            except JsException:  # it has a reader
                return self._odd("the body of the response is being read already")
        while True:
            self._control.arm(self._body_ms)
            reading = promises.call(self._reader.read, self._reader)
            read = await self._control.settled(reading, self._settle, self._may_ignore_signal)
            # The abort itself may have won the race, as a fulfilled promise.
            if not read.fulfilled or self._control.signal.aborted:
                return self._broken(read.value)
            # The time that the caller takes between two reads does not count.
            self._control.arm(None)
            if read.value.done:
                return None
            chunk = read.value.value
            if not hasattr(chunk, "subarray"):  # of a stream that a page has made
                return self._odd("a chunk of the body is no Uint8Array")
            if chunk.byteLength:  # an empty chunk would look like the end
                self._received += chunk.byteLength
                self._rest = chunk
                return None

    async def _read_whole(self) -> Failure | None:
        """Read what has no body for reading piece by piece: nothing, or a polyfill's Response."""
        if self._is_read:
            return None
        self._is_read = True
        read = await self._buffer()
        if not read.fulfilled:
            return self._unread(read.value)
        self._received = read.value.byteLength
        if self._received:
            make: Any = js_global("Uint8Array")
            self._rest = make.new(read.value)
        return None

    async def _end(self) -> Failure | None:
        """End the exchange; return the failure if the body was too short."""
        if await self._is_short():
            return self._broken(_SHORT)
        self._control.end()
        return None

    async def _is_short(self) -> bool:
        """Tell whether fewer bytes came than Content-Length says.

        Firefox hands over such a body as complete; the other engines reject it.
        """
        headers = self._response.headers
        length = text_or_none(headers.get("content-length"))
        counts = self._request.method != "HEAD" and self._response.status not in NULL_BODY_STATUSES
        # Another origin may hide a Content-Encoding; the length is not that of these bytes then.
        if length is None or not length.isdecimal() or not counts or self._response.type == "cors":
            return False
        if not headers.has("content-encoding"):
            is_short = self._received < int(length)
        else:
            # Of a coded body only the resource timing has the number of bytes that came.
            timings = await self._timings() if _watch_timings() is not None else []
            is_short = bool(timings) and all(entry.coded < int(length) for entry in timings)
        # In a chunked body the length means nothing: RFC 9112, section 6.3.
        return is_short and not headers.has("transfer-encoding")

    async def _timings(self) -> list[_Timing]:
        import js

        name, latest = js.URL.new(self._request.url).href, _watch_timings() or ()
        for turn in range(20):
            # The same URL may have been requested several times: the size picks the right ones.
            if found := [e for e in latest if (e.name, e.decoded) == (name, self._received)]:
                return found
            # The entry is queued with the end of the body or shortly after: 190 ms in all.
            await self._settle(promises.pause(turn))
        return []

    def _broken(self, reason: object) -> Failure:
        # The rejection of a broken body and that of a wrong Content-Encoding look alike.
        about = "coded" if self._response.headers.has("content-encoding") else ""
        return self._control.failure(outcomes.BODY, reason, about)

    def cancel(self) -> None:
        """Cancel what was not read."""
        self._rest = None
        if self._reader is not None:
            promises.ignore(promises.call(self._reader.cancel, self._reader))
        self._control.abort()


def _is_undecoded(response: JsValue) -> bool:
    """Tell whether the body is still in its Content-Encoding."""
    # Deno decodes only what it sends in Accept-Encoding, which is gzip and br.
    coding = text_or_none(response.headers.get("content-encoding")) or ""
    return bool(js_global("Deno")) and coding.lower() == "deflate"


def _decoded_body(response: JsValue) -> JsValue | None:
    import js

    body: JsValue | None = js_property(response, "body")  # a polyfill may not have it
    if body and _is_undecoded(response):
        body = body.pipeThrough(js.DecompressionStream.new("deflate"))
    return body


class _Timing(NamedTuple):
    name: str
    decoded: int
    coded: int


@cache
def _watch_timings() -> deque[_Timing] | None:
    """Collect the latest resource timings in Firefox; None in other engines, which need none."""
    import js
    from pyodide.ffi import create_proxy

    if not is_firefox():
        return None
    # Not from the page's own buffer, which is full after 250 entries (Resource Timing).
    latest: deque[_Timing] = deque(maxlen=_MAX_TIMINGS)

    def note(entries: JsValue, *_: JsValue) -> None:
        for entry in entries.getEntries():
            if entry.encodedBodySize > 0:  # 0: of another origin without Timing-Allow-Origin
                latest.append(_Timing(entry.name, entry.decodedBodySize, entry.encodedBodySize))

    js.PerformanceObserver.new(create_proxy(note)).observe(js_object({"type": "resource"}))
    return latest
