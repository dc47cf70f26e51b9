"""The transport over `fetch`, for the async face and for blocking calls that can switch stacks.

It decides what goes into the call of `fetch` and what comes out of it. How the call is made is left
to a `Fetcher`: fetch.js, or Python over the FFI where a policy forbids to evaluate JavaScript.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from .._text.headers import COMMON, HeaderLines
from .._wire import Body, BytesBody, WireRequest, WireResponse
from ..exceptions import RequestException
from . import outcomes, policy, runtime, settlement
from .request_headers import CacheUse, may_be_kept, sendable

if TYPE_CHECKING:
    from .._wire import RequestBody
    from .fetcher import Fetcher
    from .js_values import JsValue
    from .option_guard import OptionGuard
    from .outcomes import Failure, Outcome
    from .stream_body import StreamBody

_MOST_UNKEPT = 256  # URLs that are remembered because the cache keeps nothing of them
_OPTION_NAMES = {"referrer_policy": "referrerPolicy"}
# Options that cannot make a request fail or hide its answer, so they need no OptionGuard: that
# module is not even imported for them.
_HARMLESS = frozenset(
    ("credentials", "priority", "referrer_policy", "signal", "target_address_space")
)


@cache
def _script() -> JsValue:
    """Return the JavaScript helper of this interpreter, created for its first request."""
    import pyodide_js
    from pyodide.code import run_js
    from pyodide.ffi import create_proxy

    make = run_js(runtime.load_script("fetch.js"))
    # Kept for ever: to create and destroy a proxy takes 13 µs, a fifth of a small request.
    settled, allocate = map(create_proxy, (settlement.settled, settlement.allocate))
    helper: JsValue = make(settled, pyodide_js._module, allocate, "\n".join(COMMON))
    return helper


def _lines_of(headers: object) -> str:
    return str(_script().linesOf(headers))


class ScriptFetcher:
    """Makes exchanges with fetch.js.

    Args:
        wait: how to wait for JavaScript; see `settlement`.
    """

    def __init__(self, wait: settlement.Wait) -> None:
        self._wait = wait
        script = _script()
        # Looked up once: each look-up crosses to JavaScript.
        self._start, self._pause, self._abort = script.start, script.pause, script.abort

    def exchange(
        self,
        request: WireRequest,
        headers: list[tuple[str, str]],
        body: object,
        options: dict[str, object],
        signal: JsValue | None,
    ) -> Awaitable[Outcome]:
        """Send a request."""
        # Most requests have no other option: a string crosses much faster than an object.
        cache = options.get("cache")
        only_cache = len(options) == (cache is not None)
        return self._wait(
            lambda number: self._start(
                number,
                request.method,
                request.url,
                # As one string, which crosses in 3 µs (`to_js` of ten pairs takes 9). No name and
                # no value has a newline: `check_header` refuses it.
                "\n".join([part for pair in headers for part in pair]),
                body,
                cache,
                None if only_cache else runtime.js_object(options),
                request.headers_timeout and runtime.milliseconds(request.headers_timeout),
                request.body_timeout and runtime.milliseconds(request.body_timeout),
                request.stream,
                signal,
            ),
            self._abort,
        )

    def next_chunk(self, stream: Any, abort: Callable[[int], None]) -> Awaitable[Outcome]:
        """Read the next chunk of the stream that an exchange returned."""
        return self._wait(stream.next, abort)

    def fill(
        self, stream: Any, memory: JsValue, abort: Callable[[int], None]
    ) -> Awaitable[Outcome]:
        """Read all of a stream into memory, for a while or until its end; see fetch.js."""
        return self._wait(lambda number: stream.fill(number, memory), abort)

    def pause(self, milliseconds: float) -> Awaitable[object]:
        """Wait."""
        return self._wait(lambda number: self._pause(number, milliseconds), self._abort)


class FetchTransport:
    """Sends requests with `fetch`.

    Args:
        fetcher: what makes the exchanges.
        blocking: whether it waits by switching stacks.

    Attributes:
        reports_uploads: True where there is an XMLHttpRequest, which reports upload progress.
    """

    def __init__(self, fetcher: Fetcher, blocking: bool) -> None:
        policy.watch_policy()
        self._fetcher = fetcher
        self._blocking = blocking
        self.reports_uploads = runtime.has_xhr()
        self._unkept: set[str] = set()

    async def send(self, request: WireRequest) -> WireResponse:
        """Send a request; see `Transport.send`."""
        cache_use = CacheUse(request)
        mode = "no-store" if cache_use.mode and request.url in self._unkept else cache_use.mode
        try:
            answer = await self._send(request, mode)
        except BaseException as error:
            cache_use.end()
            if not isinstance(error, RequestException):
                from .page_failures import raise_if_of_page

                raise_if_of_page(request, error)
            raise
        # Errors, parts and answers to HEAD have often no validators where the whole has.
        if mode and answer.status == 200 and request.method == "GET":
            self._note(request.url, may_be_kept(answer))
        # Firefox locks the cache entry until the body has been read, not only until the headers.
        if isinstance(answer.body, BytesBody):
            cache_use.end()
        else:
            cast("StreamBody", answer.body).cache_use = cache_use
        return answer

    async def _send(self, request: WireRequest, cache_mode: str | None) -> WireResponse:
        body = None if request.body is None else await self._js_body(request.body)
        headers = sendable(request)
        options: dict[str, object] = {}
        signal = guard = space = None
        if request.options:
            options = {_OPTION_NAMES.get(name, name): v for name, v in request.options.items()}
            signal = options.pop("signal", None)
            space = options.pop("target_address_space", None)
        if request.expects_challenge and not runtime.is_node():
            # Else a page shows a login dialog for the 401, and the request waits for the user
            # (Fetch, HTTP-network-or-cache fetch: only if credentials are included).
            options.setdefault("credentials", "omit")
        self._choose_redirect(options, request.follow)
        space = runtime.target_space(request.url, space)
        if space is not None:
            options["targetAddressSpace"] = space
        if cache_mode is not None:
            options["cache"] = cache_mode
        if signal is not None:
            from .abort import js_signal_of

            signal = js_signal_of(signal)
        if request.options and request.options.keys() - _HARMLESS:
            from .option_guard import OptionGuard

            guard = OptionGuard(request, headers, body, options)
            # integrity= needs the whole body before any of it is handed out.
            request, options = request._replace(stream=guard.stream), guard.options
        fetcher = self._fetcher
        if request.upload_report is not None and body is not None:
            fetcher = self._upload_fetcher(request, options)
        exchange = fetcher.exchange(request, headers, body, options, signal)
        outcome = await (exchange if guard is None else guard.watched(exchange))
        if outcome[0]:
            raise await self._exception(request, outcome, guard)
        answer = self._answer(request, outcome, fetcher)
        return answer if guard is None else await guard.checked(answer)

    def _note(self, url: str, kept: bool) -> None:
        """Remember where there is nothing to be had from the cache: to go past it is faster."""
        if kept:
            self._unkept.discard(url)
        else:
            if len(self._unkept) >= _MOST_UNKEPT:
                self._unkept.clear()
            self._unkept.add(url)

    def _upload_fetcher(self, request: WireRequest, options: dict[str, object]) -> Fetcher:
        """Return a fetcher that reports upload progress."""
        from . import promises, upload

        settle = promises.settle_by_switching if self._blocking else promises.settle_in_loop
        return upload.UploadFetcher(settle, request, options)

    def _answer(self, request: WireRequest, outcome: Outcome, fetcher: Fetcher) -> WireResponse:
        _, status, reason, redirected, url, kind, lines, headers, elapsed, content = outcome
        # By position, which costs less: see the fields of `WireResponse`.
        return WireResponse(
            status,
            reason,
            HeaderLines(lines, headers, _lines_of),
            url,
            self._body(request, content, fetcher),
            redirected,
            kind,
            elapsed,
            # A "basic" answer is same-origin: one from elsewhere was created by a service worker.
            kind == "basic" and runtime.is_cross_origin(url or request.url),
        )

    def _body(self, request: WireRequest, content: Any, fetcher: Fetcher) -> Body:
        if request.stream:
            from .stream_body import StreamBody

            return StreamBody(request, content, fetcher, self._blocking)
        return BytesBody(content if isinstance(content, bytes) else content.to_bytes())

    async def _exception(
        self, request: WireRequest, failure: Failure, guard: OptionGuard | None
    ) -> RequestException:
        stage, cause, name, message, _ = failure
        if stage == outcomes.BODY or cause != "error":
            from . import failures

            return failures.exception(request, *failure)
        # Imported on the first failure: most programs never need it.
        from . import diagnosis, promises

        settle = promises.settle_by_switching if self._blocking else promises.settle_in_loop
        explained = await guard.explained(settle) if guard is not None else None
        return explained or await diagnosis.exception(request, name, message, settle)

    @staticmethod
    def _choose_redirect(options: dict[str, object], follow: bool) -> None:
        # Node shows redirects as they are, so the flow can follow them as requests does. In a
        # browser "manual" hides status and Location: fit for allow_redirects=False only.
        if options.get("redirect") != "error" and (runtime.is_node() or not follow):
            options["redirect"] = "manual"

    async def _js_body(self, body: RequestBody) -> object:
        """Return the body as `fetch` takes it; chunks are gathered in a Blob."""
        # docs/differences.md says why it is not sent as a stream.
        if body is None or isinstance(body, (bytes, bytearray, memoryview)):
            return body
        if runtime.is_javascript(body):
            from . import js_bodies, promises

            switch = self._blocking
            settle = promises.settle_by_switching if switch else promises.settle_in_loop
            return await js_bodies.gathered(cast("JsValue", body), settle)
        from . import js_bodies

        return await js_bodies.of_chunks(body)

    async def sleep(self, seconds: float) -> None:
        """Wait; see `Transport.sleep`."""
        if seconds > 0:
            await self._fetcher.pause(runtime.milliseconds(seconds) or runtime.LONGEST_TIMER)


@cache
def fetch_transport() -> FetchTransport:
    """Return the transport for calls that are awaited."""
    if runtime.may_evaluate():
        return FetchTransport(ScriptFetcher(settlement.wait_in_loop), blocking=False)
    from . import ffi_fetch, promises

    return FetchTransport(ffi_fetch.FFIFetcher(promises.settle_in_loop), blocking=False)


@cache
def blocking_fetch_transport() -> FetchTransport:
    """Return the transport for blocking calls that can switch stacks."""
    if runtime.may_evaluate():
        from .switching import wait_by_switching

        return FetchTransport(ScriptFetcher(wait_by_switching), blocking=True)
    from . import ffi_fetch, promises

    return FetchTransport(ffi_fetch.FFIFetcher(promises.settle_by_switching), blocking=True)
