"""The transport over a synchronous XMLHttpRequest, for blocking calls that cannot switch stacks.

It is the only way to block in Safari, in plain callbacks and in `runPython`. It cannot stream,
cannot be aborted, and in a page it can have no time limit.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from .._text import urls
from .._warn import warn, warn_once
from .._wire import BytesBody, WireRequest, WireResponse, join_body
from ..exceptions import BrowserLimitError, ContentDecodingError
from . import outcomes, policy, runtime, settlement
from .request_headers import CacheTurn, sendable

if TYPE_CHECKING:
    from .._wire import RequestBody
    from .js_values import JsValue

_STEP = 0.1  # seconds of a sleep in which nothing can interrupt
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
# What a synchronous XMLHttpRequest does anyway, by option; None: any value, it is only a hint.
_HARMLESS: dict[str, tuple[str | bool, ...] | None] = {
    "credentials": ("same-origin", "include"),
    "mode": ("cors",),
    "cache": ("default", "no-cache"),
    "redirect": ("follow",),
    "priority": None,
    "keepalive": (False,),
    "referrer_policy": ("",),
    "integrity": None,  # is looked at here
}
# How a request header asks for what a cache mode asks for. Firefox heeds "no-store", others
# "no-cache": so no one waits for an equal request that cannot go on until this one is over.
_CACHE_CONTROL = {"no-cache": "max-age=0", "no-store": "no-cache, no-store"}


@cache
def _requester() -> Callable[..., Any]:
    """Make what sends a request: xhr.js, or Python over the FFI where that may not run."""
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
        can_stream: False; the body is there when the request is over, and not before.
    """

    can_stream = False

    async def send(self, request: WireRequest) -> WireResponse:
        """Send a request; see `Transport.send`. Never suspends.

        Raises:
            BrowserLimitError: an option that only `fetch` has; nothing is sent.
            ContentDecodingError: in a page, a body in UTF-16 whose bytes cannot be told.
        """
        _check_options(request)
        headers = sendable(request)
        outcome = tuple(
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
        # Here, and not in some callback of a weak reference, where Python would drop it.
        settlement.check_signals()
        if outcome[0]:
            from . import failures

            raise _noted(failures.exception(request, *_diagnosed(request, *outcome)), request)
        _, status, reason, redirected, url, kind, header_text, content = outcome
        parts = header_text.split("\n") if header_text else []
        header_list = list(zip(parts[::2], parts[1::2], strict=True))
        if redirected and not request.follow:
            return _shown_redirect(request, url)
        if content is None:
            raise ContentDecodingError(
                f"{request.method} {urls.brief(request.url)}: the body starts with a "
                "byte order mark, and a synchronous request in a page cannot tell its bytes. Use "
                "the async functions of pyfetch_requests, or run Python in a worker."
            )
        body = BytesBody(content if isinstance(content, bytes) else content.to_bytes())
        answer = WireResponse(status, reason, header_list, url, body, redirected, kind)
        if request.options.get("integrity"):
            from .fetch_rules import with_integrity

            return await with_integrity(request, answer)
        return answer

    async def sleep(self, seconds: float) -> None:
        """Stop the page or worker for some seconds."""
        import time

        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            # In steps: between them another thread can interrupt, and no step is too long for
            # `time.sleep`, which refuses numbers beyond its clock.
            time.sleep(min(left, _STEP))
            settlement.check_signals()


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
            continue  # what the address says itself
        allowed = _HARMLESS.get(name, ())
        if allowed is not None and value not in allowed:
            raise BrowserLimitError(f"{name}={value!r} is not possible in {where}: {instead}.")
    if request.options.get("cache") != "no-cache":
        return
    if urls.origin_of(request.url) != runtime.origin():
        raise BrowserLimitError(
            f"cache='no-cache' is not possible for another origin in {where}, where it takes a "
            f"header that the server would have to allow: {instead}."
        )


def _cache_control(request: WireRequest, headers: list[tuple[str, str]]) -> str:
    """Return the Cache-Control for a request to the page's own origin, "" for none.

    To another origin it would need the server's leave (CORS).
    """
    if any(name.lower() in ("cache-control", "pragma") for name, _ in headers):
        return ""
    turn = CacheTurn(request)
    turn.end()  # nothing else can begin before this request is over
    return _CACHE_CONTROL.get(str(request.options.get("cache") or turn.mode or ""), "")


def _shown_redirect(request: WireRequest, url: str) -> WireResponse:
    """Show a redirect that was not to be followed as fetch does: that there was one.

    The browser has followed it. For a safe method (RFC 9110 section 9.2.1) that changes nothing.
    Of another one the first request is what was asked for, but after 307 and 308 the second one
    was of the same method: that is said, and no error, for who meets an error may send it again.
    """
    if request.method not in _SAFE_METHODS:
        warn(
            f"{request.method} {urls.brief(request.url)} was redirected, and although "
            "allow_redirects=False a blocking call that cannot switch stacks (no JSPI here) has "
            f"followed: after 307 or 308 {urls.brief(url)} got the same {request.method}. Use the "
            "async functions of pyfetch_requests where that must not be."
        )
    return WireResponse(0, "", [], "", BytesBody(b""), kind="opaqueredirect")


def _noted(error: Exception, request: WireRequest) -> Exception:
    """Say what else a failure may be where a redirect was not to be followed."""
    if not request.follow:
        error.add_note(
            "If the address redirects: a synchronous XMLHttpRequest follows in spite of "
            "allow_redirects=False, so the failure may be that of the address it leads to."
        )
    return error


def _has_limit(request: WireRequest) -> bool:
    return request.headers_timeout is not None and not runtime.in_page()


def _time_limit(request: WireRequest) -> float | None:
    if _has_limit(request):
        return runtime.milliseconds(request.headers_timeout)
    if request.headers_timeout is not None:
        warn_once(
            "xhr:timeout",
            "timeout= has no effect on a blocking call in a page that cannot switch stacks: a "
            "browser allows no limit there. Use the async functions, or a worker.",
        )
    return None


def _diagnosed(
    request: WireRequest, stage: int, cause: str, name: str, message: str, _: str
) -> tuple[int, str, str, str, str]:
    """Add what can be told without waiting: a synchronous request cannot probe."""
    from . import diagnosis

    if cause == "timeout":
        return stage, cause, name, message, "" if _has_limit(request) else outcomes.BY_ITSELF
    known = diagnosis.without_asking(request)
    return stage, cause, name, message, known


@cache
def xhr_transport() -> XHRTransport:
    """Return the transport for blocking calls that cannot switch stacks."""
    return XHRTransport()
