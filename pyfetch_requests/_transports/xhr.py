"""The transport over a synchronous XMLHttpRequest, for blocking calls that cannot switch stacks.

It is the only way to block in Safari up to 26, in plain callbacks and in `runPython`. It cannot
stream, cannot be aborted, and in a page it can have no time limit.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from .._text import urls
from .._text.headers import HeaderLines
from .._warn import warn, warn_once
from .._wire import BytesBody, WireRequest, WireResponse, join_body
from ..exceptions import BrowserLimitError, ContentDecodingError, RequestException
from . import outcomes, policy, runtime
from .request_headers import CacheUse, sendable

if TYPE_CHECKING:
    from .._wire import RequestBody
    from .js_values import JsValue

_SLEEP_STEP = 0.1  # seconds; nothing can interrupt `time.sleep` in Pyodide
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
# The options that describe what a synchronous XMLHttpRequest does; None: any value of a mere hint.
_SUPPORTED: dict[str, tuple[str | bool, ...] | None] = {
    "credentials": ("same-origin", "include"),
    "mode": ("cors",),
    "cache": ("default", "no-cache"),
    "redirect": ("follow",),
    "priority": None,
    "keepalive": (False,),
    "referrer_policy": ("",),
    "integrity": None,  # checked in Python, see fetch_rules
}
# The request header that does what a cache mode does. "no-store" is there against a deadlock: an
# equal request may hold the cache, and cannot go on while this one blocks the thread. Firefox heeds
# the word "no-store", the others "no-cache".
_CACHE_CONTROL = {"no-cache": "max-age=0", "no-store": "no-cache, no-store"}


@cache
def _requester() -> Callable[..., Any]:
    """Return the function that sends a request: that of xhr.js, or of ffi_xhr without eval."""
    policy.watch_policy()
    if not runtime.may_evaluate():
        from .ffi_xhr import exchange

        return exchange
    from pyodide.code import run_js

    made: Callable[..., Any] = run_js(runtime.load_script("xhr.js"))()
    return made


class XHRTransport:
    """Sends requests with a synchronous XMLHttpRequest.

    Attributes:
        can_stream: False; the body is there when the request is finished, and not before.
    """

    can_stream = False

    async def send(self, request: WireRequest) -> WireResponse:
        """Send a request; see `Transport.send`. Never suspends.

        Raises:
            BrowserLimitError: an option that only `fetch` has; nothing was sent.
            ContentDecodingError: in a page, a body in UTF-16 whose bytes cannot be restored.
        """
        try:
            return await self._send(request)
        except RequestException:
            raise
        except Exception as error:
            from .page_failures import raise_if_of_page

            raise_if_of_page(request, error)
            raise

    async def _send(self, request: WireRequest) -> WireResponse:
        _check_options(request)
        headers = sendable(request)
        outcome = outcomes.values_of(
            _requester()(
                request.method,
                request.url,
                "\n".join([part for pair in headers for part in pair]),
                await _sent_body(request.body),
                _time_limit(request),
                request.options.get("credentials") == "include",
                _cache_control(request, headers),
            )
        )
        # An interrupt may have come while the request blocked. Left pending, it could be raised in
        # the callback of a weak reference, where Python only prints it.
        runtime.check_signals()
        if outcome[0]:
            from . import diagnosis, failures

            failure = _diagnosed(request, *outcome)
            error = failures.exception(request, *failure)
            if failure[:2] == (outcomes.HEADERS, "error"):
                error = diagnosis.with_service_worker_note(error, failure[-1])
            raise _with_redirect_note(error, request)
        _, status, reason, redirected, url, kind, header_text, content = outcome
        if redirected and not request.follow:
            return _opaque_redirect(request, url)
        if content is None:
            raise ContentDecodingError(
                f"{request.method} {urls.brief(request.url)}: the body starts with a byte order "
                "mark, and its bytes cannot be restored from the text that a synchronous request "
                "in a page gets. Use the async functions of pyfetch_requests, or run Python in a "
                "worker."
            )
        body = BytesBody(content if isinstance(content, bytes) else content.to_bytes())
        answer = WireResponse(status, reason, HeaderLines(header_text), url, body, redirected, kind)
        if request.options.get("integrity"):
            from .fetch_rules import check_integrity

            return await check_integrity(request, answer)
        return answer

    async def sleep(self, seconds: float) -> None:
        """Stop the page or worker for some seconds."""
        import time

        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            # In steps: the host can interrupt between them, and `time.sleep` raises OverflowError
            # for a Retry-After that lies thousands of years ahead.
            time.sleep(min(left, _SLEEP_STEP))
            runtime.check_signals()


async def _sent_body(body: RequestBody) -> object:
    if runtime.is_javascript(body):
        from . import js_bodies

        js_bodies.refuse_stream(cast("JsValue", body))
        return body
    return None if body is None else await join_body(body)


def _check_options(request: WireRequest) -> None:
    where = "a blocking call that cannot switch stacks (no JSPI here)"
    instead = "use the async functions of pyfetch_requests"
    for name, value in request.options.items():
        if name == "target_address_space" and value in ("unknown", urls.address_space(request.url)):
            continue  # the browser derives the same from the URL
        allowed = _SUPPORTED.get(name, ())
        if allowed is not None and value not in allowed:
            raise BrowserLimitError(f"{name}={value!r} is not possible in {where}: {instead}.")
    if request.options.get("cache") != "no-cache":
        return
    from .._text.url_rules import origin_of

    if origin_of(request.url) != runtime.origin():
        raise BrowserLimitError(
            f"cache='no-cache' is not possible for another origin in {where}, because it takes a "
            f"header that the server would have to allow (CORS): {instead}."
        )


def _cache_control(request: WireRequest, headers: list[tuple[str, str]]) -> str:
    """Return the Cache-Control for a request to the page's own origin, "" for none.

    To another origin the header would need the server's permission (CORS).
    """
    # The caller's own header wins.
    if any(name.lower() in ("cache-control", "pragma") for name, _ in headers):
        return ""
    cache_use = CacheUse(request)
    cache_use.end()  # at once: no other request can start before this one is finished
    return _CACHE_CONTROL.get(str(request.options.get("cache") or cache_use.mode or ""), "")


def _opaque_redirect(request: WireRequest, url: str) -> WireResponse:
    """Return what `fetch` returns for a redirect that is not followed; the browser followed it."""
    # Harmless for a safe method (RFC 9110, section 9.2.1). After 307 and 308 another method was
    # repeated: a warning says so, and not an exception, after which callers often send once more.
    if request.method not in _SAFE_METHODS:
        warn(
            f"{request.method} {urls.brief(request.url)} was redirected, and was followed in spite "
            "of allow_redirects=False, because a blocking call that cannot switch stacks (no JSPI "
            f"here) cannot prevent it: after 307 or 308 {urls.brief(url)} got the same "
            f"{request.method}. Use the async functions of pyfetch_requests if that must not "
            "happen."
        )
    return WireResponse(0, "", [], "", BytesBody(b""), kind="opaqueredirect")


def _with_redirect_note(error: Exception, request: WireRequest) -> Exception:
    """Note on a failure that it may be that of a redirect that was not to be followed."""
    if not request.follow:
        error.add_note(
            "If the address redirects: a synchronous XMLHttpRequest follows in spite of "
            "allow_redirects=False, so it may be the target of the redirect that failed."
        )
    return error


def _has_limit(request: WireRequest) -> bool:
    # XMLHttpRequest, the timeout attribute: an InvalidAccessError if synchronous in a page.
    return request.headers_timeout is not None and not runtime.in_page()


def _time_limit(request: WireRequest) -> float | None:
    if _has_limit(request):
        return runtime.milliseconds(request.headers_timeout)
    if request.headers_timeout is not None:
        warn_once(
            "xhr:timeout",
            "timeout= has no effect on a blocking call in a page that cannot switch stacks: the "
            "browser allows no limit there. Use the async functions, or run Python in a worker.",
        )
    return None


def _diagnosed(
    request: WireRequest, stage: int, cause: str, name: str, message: str, _: str
) -> tuple[int, str, str, str, str]:
    """Add the diagnosis that is possible without a probe, which would have to be waited for."""
    from . import diagnosis

    if cause == "timeout":
        return stage, cause, name, message, "" if _has_limit(request) else outcomes.BY_ITSELF
    known = diagnosis.without_probe(request)
    if cause == "page" and known == "mixed":
        # In a page WebKit's own send() returns as well, with nothing done and nothing thrown.
        cause, name = "error", "NetworkError"
    return stage, cause, name, message, known


@cache
def xhr_transport() -> XHRTransport:
    """Return the transport for blocking calls that cannot switch stacks."""
    return XHRTransport()
