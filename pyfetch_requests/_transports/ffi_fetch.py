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
from . import outcomes, promises, runtime
from .outcomes import NULL_BODY_STATUSES, Failure, Outcome
from .runtime import is_firefox, js_global, js_object, js_property, text_or_none

if TYPE_CHECKING:
    from .js_values import JsValue

# WebKit hands over everything that has arrived since the last read in one chunk, be it hundreds of
# megabytes. 4 MB of it at a time are copied to Python.
_LARGEST_CHUNK = 1 << 22
# The reason of an abort by the time limit, to tell it from one by the user's signal.
_EXPIRED = "pyfetch_requests: the time limit has expired"
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
            control = _Control(signal)
        except _replacement_errors() as error:
            return _page_failure(error)
        init = {"method": request.method, "headers": headers, "signal": control.signal, **options}
        if body is not None:
            # `js_object` copies bytes. A view would be wrong once Python's memory has grown, and a
            # page may have wrapped `fetch` and look at the body later.
            init["body"] = body
        try:
            return await self._exchange(control, request, init)
        except BaseException:
            control.abort()
            raise

    async def _exchange(
        self, control: _Control, request: WireRequest, init: Mapping[str, object]
    ) -> Outcome:
        _watch_timings()  # before the request, or its own timing would be missed
        started = time.perf_counter()
        control.arm(runtime.milliseconds(request.headers_timeout))
        sent = await self._send(request.url, init)
        elapsed = time.perf_counter() - started
        control.arm(None)
        if not sent.fulfilled:
            failure = control.failure(outcomes.HEADERS, sent.value)
            # Without fetch nothing else could be found out either.
            return failure if callable(js_global("fetch")) else _page_failure(sent.value)
        response = sent.value
        try:
            head = _head(response, request.url, elapsed)
        except _replacement_errors() as error:
            control.end()
            return _page_failure(error)
        source = _Stream(control, self.settle, request, response)
        if request.stream:
            return (*head, source)
        content = await source.read_all()
        return (*head, content) if isinstance(content, bytes) else content

    async def _send(self, url: str, init: Mapping[str, object]) -> promises.Outcome:
        import js
        from pyodide.ffi import JsException

        try:
            sending = promises.call(js.fetch, None, url, js_object(init))
        except (AttributeError, JsException) as error:
            # Only a page's own function in place of `fetch` throws, or nothing is there.
            return promises.Outcome(False, cast("JsValue", error))
        return await self.settle(sending)

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


class _Control:
    """Aborts an exchange when its time limit expires, or when the user's signal does.

    Safari before 17.4 has no AbortSignal.any, so the user's signal is chained by hand.
    """

    def __init__(self, signal: JsValue | None) -> None:
        import js

        self._controller = js.AbortController.new()
        self._abort = self._controller.abort.bind(self._controller)
        self._timer: JsValue | None = None
        self._user_signal = signal
        self.signal = self._controller.signal
        if signal is not None:
            signal.addEventListener("abort", self._abort)
            if signal.aborted:
                self._abort()

    def arm(self, milliseconds: float | None) -> None:
        """Start a new time limit in place of the previous one; None for none."""
        import js

        if self._timer is not None:
            js.clearTimeout(self._timer)
            self._timer = None
        if milliseconds is not None:
            self._timer = js.setTimeout(self._abort, milliseconds, _EXPIRED)

    def end(self) -> None:
        """Stop the time limit, and stop listening to the signal."""
        # One signal may serve thousands of requests, and must not hold those that are over.
        self.arm(None)
        if self._user_signal is not None:
            self._user_signal.removeEventListener("abort", self._abort)
            self._user_signal = None

    def abort(self) -> None:
        """Abort the exchange."""
        self.end()
        self._abort()

    def failure(self, stage: int, reason: object, about: str = "") -> Failure:
        """Return the outcome for what a promise was rejected with, and end."""
        cause = "error"
        if self.signal.aborted:
            cause = "timeout" if self.signal.reason == _EXPIRED else "abort"
        self.end()
        name, message = reason if isinstance(reason, tuple) else _described(reason)
        return stage, cause, name, message, about


def _replacement_errors() -> tuple[type[Exception], ...]:
    """Return what is raised where something of the page's own is not what it stands for."""
    from pyodide.ffi import JsException

    return AttributeError, TypeError, JsException


def _page_failure(error: object) -> Failure:
    # The `name` of a Python error, if it has one, is that of the attribute.
    if isinstance(error, (AttributeError, TypeError)):
        return outcomes.HEADERS, "page", type(error).__name__, str(error), ""
    return outcomes.HEADERS, "page", *promises.describe(error), ""


def _head(response: JsValue, url: str, elapsed: float) -> Outcome:
    """Return an outcome as far as the headers."""
    return (
        0,
        response.status,
        response.statusText,
        response.redirected,
        _address_of(response, url),
        response.type,
        _header_text(response.headers),
        elapsed,
    )


def _described(reason: object) -> tuple[str, str]:
    """Return the name and the message of a rejection, with that of its cause."""
    # Node and Deno put the reason into `cause`; in a browser there is none.
    name, message = promises.describe(reason)
    more = text_or_none(js_property(js_property(reason, "cause"), "message"))
    return name, f"{message}: {more}" if more else message


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
        control: _Control,
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
        # What is left of a chunk that is too large to be copied at once.
        self._rest: JsValue | None = None

    async def read_all(self) -> bytes | Failure:
        """Read the whole body."""
        # A limit between two chunks needs the chunks; else one crossing is cheaper.
        if self._body_ms is None and not _is_undecoded(self._response):
            read = await self._buffer()
            if not read.fulfilled:
                return self._broken(read.value)
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
        except JsException as error:  # a page may have put a function of its own there
            return promises.Outcome(False, cast("JsValue", error))
        return await self._settle(reading)

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
        if self._reader is None:
            body = _decoded_body(self._response)
            if not body:
                return None
            self._reader = body.getReader()
        while True:
            self._control.arm(self._body_ms)
            read = await self._settle(self._reading())
            # In Node the abort itself may have won the race, as a fulfilled promise.
            if not read.fulfilled or self._control.signal.aborted:
                return self._broken(read.value)
            # The time that the caller takes between two reads does not count.
            self._control.arm(None)
            if read.value.done:
                return None
            chunk = read.value.value
            if chunk.byteLength:  # an empty chunk would look like the end
                self._received += chunk.byteLength
                self._rest = chunk
                return None

    def _reading(self) -> JsValue:
        reading = promises.call(self._reader.read, self._reader)
        if not runtime.is_node():
            return reading
        # Node 20 may leave a read pending for ever, even when the request is aborted.
        return promises.race(reading, promises.event(self._control.signal, "abort"))

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
            return self._received < int(length)
        # Of a coded body only the resource timing has the number of bytes that came.
        timings = await self._timings() if _watch_timings() is not None else []
        return bool(timings) and all(entry.coded < int(length) for entry in timings)

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

    if response.body and _is_undecoded(response):
        body: JsValue = response.body.pipeThrough(js.DecompressionStream.new("deflate"))
    else:
        body = response.body
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
