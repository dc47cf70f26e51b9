"""One exchange with `fetch` by Python alone, where JavaScript of ours may not be evaluated.

A page whose Content-Security-Policy has no 'unsafe-eval' runs Pyodide, but not fetch.js. Here the
same is done step by step over Pyodide's FFI, with the same outcomes. Timers and signals call bound
functions of the browser, and promises are settled as values: no function of Python's is left with
JavaScript, so nothing has to be destroyed.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from .._wire import WireRequest
from . import outcomes, promises, runtime
from .outcomes import Failure, Outcome
from .runtime import is_firefox, js_global, js_object, js_property, text_or_none

if TYPE_CHECKING:
    from .js_values import JsValue

# WebKit hands over all that has come meanwhile in one chunk, be it hundreds of megabytes.
_LARGEST_CHUNK = 1 << 22
_BODILESS = (204, 205, 304)
_EXPIRED = "pyfetch_requests: the time limit is over"
_SHORT = ("Error", "the body ended before its Content-Length")
_TIMINGS_KEPT = 250


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
        control = _Control(signal)
        init = {"method": request.method, "headers": headers, "signal": control.signal, **options}
        if body is not None:
            init["body"] = body  # bytes are copied: no view of Python's memory leaves
        try:
            return await self._exchange(control, request, init)
        except BaseException:
            control.abort()
            raise

    async def _exchange(
        self, control: _Control, request: WireRequest, init: Mapping[str, object]
    ) -> Outcome:
        _watch_timings()
        started = time.perf_counter()
        control.arm(runtime.milliseconds(request.headers_timeout))
        sent = await self._send(request.url, init)
        elapsed = time.perf_counter() - started
        control.arm(None)
        if not sent.fulfilled:
            return control.failure(outcomes.HEADERS, sent.value)
        response = sent.value
        head = (
            0,
            response.status,
            response.statusText,
            response.redirected,
            _address_of(response, request.url),
            response.type,
            _header_text(response.headers),
            elapsed,
        )
        source = _Stream(control, self.settle, request, response)
        if request.stream:
            return (*head, source)
        content = await source.whole()
        return (*head, content) if isinstance(content, bytes) else content

    async def _send(self, url: str, init: Mapping[str, object]) -> promises.Outcome:
        import js
        from pyodide.ffi import JsException

        try:
            sending = promises.call(js.fetch, None, url, js_object(init))
        except JsException as error:  # a page may have put a function of its own there
            return promises.Outcome(False, cast("JsValue", error))
        return await self.settle(sending)

    async def next_chunk(self, stream: _Stream, abort: Callable[[int], None]) -> Outcome:
        """Read on in what an exchange has given."""
        try:
            return await stream.next()
        except BaseException:
            abort(0)
            raise

    async def pause(self, milliseconds: float) -> None:
        """Wait."""
        await self.settle(promises.pause(milliseconds))


class _Control:
    """What may end an exchange before its time: a time limit, and the signal of the user.

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
        """Begin another time limit in place of the one before; None for none."""
        import js

        if self._timer is not None:
            js.clearTimeout(self._timer)
            self._timer = None
        if milliseconds is not None:
            self._timer = js.setTimeout(self._abort, milliseconds, _EXPIRED)

    def end(self) -> None:
        """Forget the time limit and the signal, which may serve thousands of requests."""
        self.arm(None)
        if self._user_signal is not None:
            self._user_signal.removeEventListener("abort", self._abort)
            self._user_signal = None

    def abort(self) -> None:
        """End the exchange."""
        self.end()
        self._abort()

    def failure(self, stage: int, reason: object, about: str = "") -> Failure:
        """Pack what a promise was rejected with, and end."""
        cause = "error"
        if self.signal.aborted:
            cause = "timeout" if self.signal.reason == _EXPIRED else "abort"
        self.end()
        name, message = reason if isinstance(reason, tuple) else _described(reason)
        return stage, cause, name, message, about


def _described(reason: object) -> tuple[str, str]:
    """Name and message; Node and Deno say in a second error what happened, a browser never does."""
    name, message = promises.describe(reason)
    more = text_or_none(js_property(js_property(reason, "cause"), "message"))
    return name, f"{message}: {more}" if more else message


def _address_of(response: JsValue, url: str) -> str:
    """Return the address as the browser wrote it, "" where it is the one that was given."""
    import js

    address = str(response.url or js.URL.new(url).href)
    return "" if address == url else address


def _header_text(headers: JsValue) -> str:
    import js

    pairs = js.Array.from_(headers).to_py()
    return "\n" + "".join([f"{name}:{value}\n" for name, value in pairs])


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
        # Of a chunk too large to be copied to Python\'s memory as a whole.
        self._rest: JsValue | None = None

    async def whole(self) -> bytes | Failure:
        """Read all of it."""
        if self._body_ms is None and not _is_undecoded(self._response):
            read = await self._settle(promises.call(self._response.arrayBuffer, self._response))
            if not read.fulfilled:
                return self._broken(read.value)
            content: bytes = read.value.to_bytes()
            self._received = len(content)
            return await self._shortness() or content
        chunks = []
        while not (outcome := await self.next())[0] and outcome[1]:
            chunks.append(outcome[1].to_bytes())
        return outcome if outcome[0] else b"".join(chunks)

    async def next(self) -> Outcome:
        """Read the next chunk; None in place of it at the end."""
        if self._rest is None:
            failure = await self._read()
            if failure is not None:
                return failure
        if self._rest is None:
            return await self._shortness() or (0, None)
        chunk, size = self._rest, self._rest.byteLength
        if size <= _LARGEST_CHUNK:
            self._rest = None
            return 0, chunk
        self._rest = chunk.subarray(_LARGEST_CHUNK)
        return 0, chunk.subarray(0, _LARGEST_CHUNK)

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
            if not read.fulfilled or self._control.signal.aborted:
                return self._broken(read.value)
            self._control.arm(None)
            if read.value.done:
                return None
            chunk = read.value.value
            if chunk.byteLength:  # Python takes an empty chunk for the end
                self._received += chunk.byteLength
                self._rest = chunk
                return None

    def _reading(self) -> JsValue:
        reading = promises.call(self._reader.read, self._reader)
        if not runtime.is_node():
            return reading
        # Node 20 may leave a read pending for ever, also when the request is aborted.
        return promises.first(reading, promises.event(self._control.signal, "abort"))

    async def _shortness(self) -> Failure | None:
        if await self._is_short():
            return self._broken(_SHORT)
        self._control.end()
        return None

    async def _is_short(self) -> bool:
        """Tell whether fewer bytes came than Content-Length says, which Firefox takes for whole.

        Only where the page may see Content-Encoding does the length say anything about these bytes,
        and of a coded body only the resource timing has the length that came.
        """
        headers = self._response.headers
        length = text_or_none(headers.get("content-length"))
        counts = self._request.method != "HEAD" and self._response.status not in _BODILESS
        if length is None or not length.isdecimal() or not counts or self._response.type == "cors":
            return False
        if not headers.has("content-encoding"):
            return self._received < int(length)
        timings = await self._timings() if _watch_timings() is not None else []
        return bool(timings) and all(entry.coded < int(length) for entry in timings)

    async def _timings(self) -> list[_Timing]:
        import js

        name, latest = js.URL.new(self._request.url).href, _watch_timings() or ()
        for turn in range(20):
            if found := [e for e in latest if (e.name, e.decoded) == (name, self._received)]:
                return found
            await self._settle(promises.pause(turn))  # it comes with the body, or soon
        return []

    def _broken(self, reason: object) -> Failure:
        # A body that breaks may as well be one that is not in its Content-Encoding.
        about = "coded" if self._response.headers.has("content-encoding") else ""
        return self._control.failure(outcomes.BODY, reason, about)

    def cancel(self) -> None:
        """Give up what was not read."""
        self._rest = None
        if self._reader is not None:
            promises.ignore(promises.call(self._reader.cancel, self._reader))
        self._control.abort()


def _is_undecoded(response: JsValue) -> bool:
    """Tell whether Deno, which decodes what it asks for, gzip and br, leaves it to us."""
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
    """Keep the latest resource timings in Firefox, whose own list is full after 250 of them."""
    import js
    from pyodide.ffi import create_proxy

    if not is_firefox():
        return None
    latest: deque[_Timing] = deque(maxlen=_TIMINGS_KEPT)

    def note(entries: JsValue, *_: JsValue) -> None:
        for entry in entries.getEntries():
            if entry.encodedBodySize > 0:
                latest.append(_Timing(entry.name, entry.decodedBodySize, entry.encodedBodySize))

    js.PerformanceObserver.new(create_proxy(note)).observe(js_object({"type": "resource"}))
    return latest
