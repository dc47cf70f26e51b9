"""Why a request failed before its headers.

`fetch` rejects with the same "network error" whatever the cause: a script must not learn what is in
a network that it may not see. So this module combines what is known without sending anything with
what one more request (the probe) shows. A diagnosis is a key of the table in `failures`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .._text.urls import address_space, has_local_scheme
from .._wire import WireRequest
from ..exceptions import RequestException
from . import embedder, failures, local_network, outcomes, policy, promises, runtime
from .abort import js_signal_of
from .runtime import js_object

if TYPE_CHECKING:
    from .js_values import JsValue

PROBE_LIMIT = 5.0  # seconds
# "manual" answers a redirect with an opaque-redirect response, so one is recognised.
_SAME_ORIGIN_PROBE = {"mode": "same-origin", "redirect": "manual"}
# "no-cors" answers whatever the CORS headers say, so a server that is there is recognised.
CROSS_ORIGIN_PROBE = {"mode": "no-cors", "credentials": "omit"}
_SAFE_METHODS = ("GET", "HEAD")
# Characters, by a part of the user agent: no feature shows them. WebKit and Node have no limit.
_LONGEST_URLS = {"Firefox/": 1 << 20, "Chrome/": 1 << 21, "Deno/": (1 << 16) - 2}
_NOT_PROBED = "not probed"
# Diagnoses that draw a conclusion from what a service worker may have answered.
_UNSURE = ("", "own", "redirect", "cors", "unknown", "unreachable", "isolated", "local unknown")
# "Bad ports". Source: WHATWG Fetch, section 2.9 (port blocking).
_BLOCKED_PORTS = frozenset(
    """
    0 1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102 103 104 109 110 111
    113 115 117 119 123 135 137 139 143 161 179 389 427 465 512 513 514 515 526 530 531 532 540
    548 554 556 563 587 601 636 989 990 993 995 1719 1720 1723 2049 3659 4045 4190 5060 5061 6000
    6566 6665 6666 6667 6668 6669 6679 6697 10080
    """.split()
)


def certain(request: WireRequest) -> str:
    """Return the diagnosis that is certain without a probe, or ""."""
    if _is_too_long(request.url):
        return "long"
    target = parsed_url(request.url)
    if target is None:
        return "url"
    if has_local_scheme(request.url):
        return "policy" if policy.is_forbidden_by_policy(target) else _of_local_scheme(target)
    if not _is_online():
        return "offline"
    if runtime.origin() is None:  # Node and Deno: no page, and the error itself names the cause
        return ""
    if _is_secure() and target.protocol == "http:":
        mixed = _mixed_content(request, target)
        if mixed:
            return mixed
    if local_network.is_mismatched(request):
        return "space"
    if target.port in _BLOCKED_PORTS:
        return "port"
    # Of the own origin it may be a redirect that was forbidden: a probe tells.
    own = target.origin == runtime.origin()
    return "policy" if not own and policy.is_forbidden_by_policy(target) else ""


def _is_too_long(url: str) -> bool:
    agent = str(runtime.js_property(runtime.js_global("navigator"), "userAgent"))
    limit = next((most for name, most in _LONGEST_URLS.items() if name in agent), None)
    # data: is not sent.
    return limit is not None and len(url) > limit and not has_local_scheme(url)


def without_probe(request: WireRequest) -> str:
    """Return the best diagnosis where a probe cannot be waited for (XMLHttpRequest)."""
    found = certain(request)
    if found in ("blob", "data", "held silent"):
        return "held unknown"
    if found == "" and not _may_block():
        return "no blocking"
    if found or runtime.origin() is None:
        return found
    if runtime.origin() == parsed_url(request.url).origin:
        return "own"
    # Whether the user has denied it is not known: the Permissions API gives a promise.
    needs_permission = local_network.space_of(request) in runtime.spaces_needing_permission()
    return "local unknown" if needs_permission and runtime.knows_address_spaces() else "unknown"


def _is_secure() -> bool:
    """Tell whether this page or worker was loaded over https, so that http is mixed content."""
    import js

    # A worker from a blob: URL has the protocol "blob:", and the origin of its page.
    return str(js.location.protocol) == "https:" or str(js.origin).startswith("https:")


def _is_online() -> bool:
    """Tell whether the browser believes that it has a network."""
    # Only False is an answer: True may also mean a network that leads nowhere (HTML, onLine).
    return runtime.js_property(runtime.js_global("navigator"), "onLine") is not False


def _may_block() -> bool:
    """Tell whether the page's Permissions-Policy allows synchronous requests; True if unknown."""
    # Only Chromium has this policy, and shows it.
    features = runtime.js_property(runtime.js_global("document"), "featurePolicy")
    return not features or bool(features.allowsFeature("sync-xhr"))


def _of_local_scheme(target: JsValue) -> str:
    """Return the diagnosis of a blob: or data: address for which no violation was reported."""
    scheme = str(target.protocol)[:-1]
    malformed = scheme == "data" and "," not in target.href
    # WebKit reports none to a worker, which has no navigator.vendor to tell it by.
    agent = str(runtime.js_property(runtime.js_global("navigator"), "userAgent"))
    silent = not runtime.in_page() and "AppleWebKit/" in agent and "Chrome/" not in agent
    return "held silent" if silent and not malformed else scheme


def _mixed_content(request: WireRequest, target: JsValue) -> str:
    """Return the diagnosis of an http address that an https page asks for, "" if it is allowed.

    Chrome allows a page, but not a worker, local addresses for which it asks the user.
    """
    # http://127.0.0.1 is potentially trustworthy: W3C Mixed Content, Secure Contexts section 3.1.
    if address_space(target.href) == "loopback":
        return ""
    if not (runtime.in_page() and runtime.knows_address_spaces()):
        return "mixed"
    return "" if local_network.space_of(request) else "mixed local"


async def exception(
    request: WireRequest, name: str, message: str, settle: promises.Settle
) -> RequestException:
    """Return the exception for a fetch that failed before its headers.

    Args:
        request: what was sent.
        name: of the JavaScript error.
        message: of the JavaScript error.
        settle: how to wait for a promise.
    """
    signal = js_signal_of(request.options.get("signal"))
    if has_local_scheme(request.url):
        await _report_of_policy(request, settle, signal)
    diagnosis = certain(request) or await _by_probe(request, settle, signal)
    # The signal may have aborted while the probe was waited for: then that is the answer.
    cause = "abort" if signal is not None and signal.aborted else "error"
    error = failures.exception(request, outcomes.HEADERS, cause, name, message, diagnosis)
    return error if cause == "abort" else with_service_worker_note(error, diagnosis)


async def _report_of_policy(
    request: WireRequest, settle: promises.Settle, signal: JsValue | None
) -> None:
    """Wait until a policy that forbids a blob: or data: address has been reported."""
    await settle(promises.pause(0))  # by a task that is queued after the failure
    if certain(request) != "policy":
        # A worker's report comes from another thread, perhaps later, but before a second failure.
        await try_fetch(request.url, {"method": "HEAD"}, settle, signal, PROBE_LIMIT)
        await settle(promises.pause(0))


def with_service_worker_note(error: RequestException, diagnosis: str) -> RequestException:
    """Note on a failure that it may be that of the page's service worker, if there is one."""
    if diagnosis in _UNSURE and _has_service_worker():
        error.add_note(
            "A service worker answers the requests of this page: it may be what failed, or what "
            "refused this request."
        )
    return error


def _has_service_worker() -> bool:
    """Tell whether a service worker answers this page; False in a worker, which is not told."""
    from pyodide.ffi import JsException

    try:
        workers = runtime.js_property(runtime.js_global("navigator"), "serviceWorker")
    except JsException:  # in a sandboxed frame the property itself throws
        return False
    return bool(runtime.js_property(workers, "controller"))


async def _by_probe(request: WireRequest, settle: promises.Settle, signal: JsValue | None) -> str:
    """Return the diagnosis after a probe, if the request allows one."""
    target, here = parsed_url(request.url), runtime.origin()
    if here is None:  # Node and Deno name the cause in the error itself
        return ""
    found = await _probe(request, target, settle, signal) if request.probe else _NOT_PROBED
    # Before CORS, as the browser does: it refuses the probe in the same way.
    if found in ("silent", _NOT_PROBED) and target.origin != here:
        local = await _local_network(request, target, settle, signal)
        if local:
            return local
    await settle(promises.pause(0))  # policy violations are reported by a later task
    # A report names the address that was asked for, even if it was a redirect that was forbidden.
    if found != "redirects" and policy.is_forbidden_by_policy(target):
        return "policy"
    if target.origin == here:
        return {"redirects": "redirect", _NOT_PROBED: "own"}.get(found, "")
    if request.options.get("mode") == "no-cors":
        if found == "blocked":
            return "embedder"
        unclear = _hides_probes() if found == "silent" else embedder.is_isolated()
        return "isolated opaque" if unclear and found != "answers" else ""
    if found in ("answers", "blocked"):
        return "cors"
    if found == _NOT_PROBED:
        return "unknown"
    if _hides_probes():
        return "isolated"
    # A page's own fetch, such as a polyfill over XMLHttpRequest, may not know the mode no-cors.
    is_native = "[native code]" in str(runtime.js_global("fetch"))
    return "unreachable" if is_native else "unknown"


async def _local_network(
    request: WireRequest, target: Any, settle: promises.Settle, signal: Any
) -> str:
    """Return the diagnosis if Local Network Access is the cause, or ""."""
    # A probe that names another space and is answered proves that the first one was wrong.
    for space in local_network.other_spaces(request) if request.probe else ():
        options = {**request.options, "target_address_space": space}
        other = request._replace(options=options)
        if await _probe(other, target, settle, signal) in ("answers", "blocked"):
            return "space"
    return await local_network.diagnosis(request, settle)


def _hides_probes() -> bool:
    """Tell whether the answer to a probe may be blocked here without a report."""
    return embedder.is_isolated() and not embedder.is_always_reported()


async def _probe(
    request: WireRequest, target: JsValue, settle: promises.Settle, signal: JsValue | None
) -> str:
    """Send one HEAD request to see whether a server answers at all.

    The URL of an unsafe method is not asked again, not even by HEAD: across origins the root of the
    server is asked instead, on the page's own origin nothing is.

    Returns:
        "answers", "redirects", "blocked", "silent", or "not probed".
    """
    own, safe = target.origin == runtime.origin(), request.method in _SAFE_METHODS
    if own and not safe:
        return _NOT_PROBED
    # "no-store": a cached answer would say nothing about the server of now.
    mode = _SAME_ORIGIN_PROBE if own else CROSS_ORIGIN_PROBE
    options = {"method": "HEAD", "cache": "no-store", **mode}
    space = runtime.target_space(request.url, request.options.get("target_address_space"))
    if space is not None:
        options["targetAddressSpace"] = space
    url = target.href if safe else f"{target.origin}/"
    limit = min(PROBE_LIMIT, request.headers_timeout or PROBE_LIMIT)
    if own:
        answer, is_blocked = await try_fetch(url, options, settle, signal, limit), False
    else:
        answer, is_blocked = await watched_fetch(url, options, settle, signal, limit)
    if answer is not None:
        return "redirects" if answer.type == "opaqueredirect" else "answers"
    return "blocked" if is_blocked else "silent"


async def watched_fetch(
    url: str,
    options: Mapping[str, object],
    settle: promises.Settle,
    signal: JsValue | None,
    seconds: float,
) -> tuple[JsValue | None, bool]:
    """Return what `try_fetch` returns, and whether the page's embedder policy blocked an answer.

    Args:
        url: of another origin, or one that may redirect there; as the browser writes it.
    """
    reports = embedder.ReportWatch()  # before the fetch, or its report would be missed
    try:
        answer = await try_fetch(url, options, settle, signal, seconds)
        return answer, answer is None and await reports.has_blocked(url, settle)
    finally:
        reports.close()


async def try_fetch(
    url: str,
    options: Mapping[str, object],
    settle: promises.Settle,
    signal: JsValue | None,
    seconds: float,
) -> JsValue | None:
    """Return the response of a fetch, None if it fails, is aborted, or takes too long."""
    import js
    from pyodide.ffi import JsException

    controller = js.AbortController.new()
    # Bound with a reason of its own, or the event object of the signal would become the reason.
    abort = controller.abort.bind(controller, None)
    timer = js.setTimeout(abort, seconds * 1000)
    if signal is not None:
        signal.addEventListener("abort", abort)
        if signal.aborted:
            controller.abort()
    try:
        init = {**options, "signal": controller.signal}
        outcome = await settle(promises.call(js.fetch, None, url, js_object(init)))
    except JsException:  # of a function that the page has put in the place of fetch
        return None
    except BaseException:
        controller.abort()
        raise
    finally:
        promises.stop(timer)
        if signal is not None:
            signal.removeEventListener("abort", abort)
    return outcome.value if outcome.fulfilled else None


def parsed_url(url: str) -> Any:
    """Return the browser's URL object, None for what it does not accept as a URL."""
    import js
    from pyodide.ffi import JsException

    if parse := runtime.js_property(js.URL, "parse"):
        # Not the constructor: Firefox 153 sometimes loses an exception on its way into Pyodide
        # 0.27, which leaves "SystemError: error return without exception set". parse() has none.
        return parse(url) or None
    try:
        return js.URL.new(url)
    except JsException:
        return None
