"""What can be told of a request that failed before its headers.

The error itself says nothing: a script must not learn from it what is in a network that it may not
see. So what is known without asking anybody is put together here, in one place for both transports,
and then what one more request tells. A diagnosis is a key of the table in `failures`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .._text.urls import address_space, is_held
from .._wire import WireRequest
from ..exceptions import RequestException
from . import embedder, failures, local_network, outcomes, policy, promises, runtime
from .abort import js_signal_of
from .runtime import js_object

if TYPE_CHECKING:
    from .js_values import JsValue

_PROBE_LIMIT = 5.0  # seconds
_OWN = {"mode": "same-origin", "redirect": "manual"}
_OTHER = {"mode": "no-cors", "credentials": "omit"}
_SAFE_METHODS = ("GET", "HEAD")
_NOT_ASKED = "not asked"
# Source: WHATWG Fetch, section 2.9 (port blocking).
_BLOCKED_PORTS = frozenset(
    """
    0 1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102 103 104 109 110 111
    113 115 117 119 123 135 137 139 143 161 179 389 427 465 512 513 514 515 526 530 531 532 540
    548 554 556 563 587 601 636 989 990 993 995 1719 1720 1723 2049 3659 4045 4190 5060 5061 6000
    6566 6665 6666 6667 6668 6669 6679 6697 10080
    """.split()
)


def known(request: WireRequest) -> str:
    """Say what is certain without asking anybody, "" for nothing."""
    target = parsed_url(request.url)
    if target is None:
        return "url"
    if is_held(request.url):
        return "policy" if policy.is_forbidden_by_policy(target) else str(target.protocol)[:-1]
    if not runtime.is_online():
        return "offline"
    if runtime.origin() is None:
        return ""
    if runtime.is_secure() and target.protocol == "http:":
        mixed = _mixed(request, target)
        if mixed:
            return mixed
    if local_network.is_misnamed(request):
        return "space"
    if target.port in _BLOCKED_PORTS:
        return "port"
    return "policy" if policy.is_forbidden_by_policy(target) else ""


def without_asking(request: WireRequest) -> str:
    """Say what is known of a failure where nothing can be waited for."""
    found = known(request)
    if found in ("blob", "data"):
        return "held unknown"
    if found or runtime.origin() is None:
        return found
    if runtime.origin() == parsed_url(request.url).origin:
        return "own"
    may_ask = local_network.space_of(request) in runtime.asked_for()
    return "local unknown" if may_ask and runtime.knows_address_spaces() else "unknown"


def _mixed(request: WireRequest, target: JsValue) -> str:
    """Say whether a browser refuses an http address to a page that came over https.

    Chrome lets it have local addresses, for which it asks its user, but a worker not.
    """
    if address_space(target.href) == "loopback":
        return ""
    if not (runtime.in_page() and runtime.knows_address_spaces()):
        return "mixed"
    return "" if local_network.space_of(request) else "mixed local"


async def exception(
    request: WireRequest, name: str, message: str, settle: promises.Settle
) -> RequestException:
    """Make the exception for a fetch that failed before its headers.

    Args:
        request: what was sent.
        name: of the JavaScript error.
        message: of the JavaScript error.
        settle: how to wait for a promise.
    """
    signal = js_signal_of(request.options.get("signal"))
    if is_held(request.url):
        await settle(promises.pause(0))  # violations of a policy are reported late
    diagnosis = known(request) or await _asked(request, settle, signal)
    cause = "abort" if signal is not None and signal.aborted else "error"
    return failures.exception(request, outcomes.HEADERS, cause, name, message, diagnosis)


async def _asked(request: WireRequest, settle: promises.Settle, signal: JsValue | None) -> str:
    target, here = parsed_url(request.url), runtime.origin()
    if here is None:
        return ""
    found = await _probed(request, target, settle, signal) if request.probe else _NOT_ASKED
    if found in ("silent", _NOT_ASKED) and target.origin != here:
        local = await _local(request, target, settle, signal)
        if local:
            return local
    await settle(promises.pause(0))  # violations of a policy are reported late
    if policy.is_forbidden_by_policy(target):
        return "policy"
    if target.origin == here:
        return {"redirects": "redirect", _NOT_ASKED: "own"}.get(found, "")
    if request.options.get("mode") == "no-cors":
        if found == "held back":
            return "embedder"
        not_told = _hides() if found == "silent" else embedder.is_isolated()
        return "isolated opaque" if not_told and found != "answers" else ""
    if found in ("answers", "held back"):
        return "cors"
    if found == _NOT_ASKED:
        return "unknown"
    return "isolated" if _hides() else "unreachable"


async def _local(request: WireRequest, target: Any, settle: promises.Settle, signal: Any) -> str:
    """Say what Local Network Access has to do with it, "" for nothing."""
    for space in local_network.others(request) if request.probe else ():
        options = {**request.options, "target_address_space": space}
        other = request._replace(options=options)
        if await _probed(other, target, settle, signal) in ("answers", "held back"):
            return "space"
    return await local_network.diagnosis(request, settle)


def _hides() -> bool:
    """Tell whether the answer to a probe may be held back here, and nothing says so."""
    return embedder.is_isolated() and not embedder.is_always_reported()


async def _probed(
    request: WireRequest, target: JsValue, settle: promises.Settle, signal: JsValue | None
) -> str:
    """Send one HEAD request, which is safe by RFC 9110, to see whether anybody is there at all.

    A method that is not safe is not repeated on its own URL: across origins the root is asked, on
    the own origin nobody.

    Returns:
        "answers", "redirects", "held back", "silent", or "not asked".
    """
    own, safe = target.origin == runtime.origin(), request.method in _SAFE_METHODS
    if own and not safe:
        return _NOT_ASKED
    options = {"method": "HEAD", "cache": "no-store", **(_OWN if own else _OTHER)}
    space = runtime.target_space(request.url, request.options.get("target_address_space"))
    if space is not None:
        options["targetAddressSpace"] = space
    url = target.href if safe else f"{target.origin}/"
    limit = min(_PROBE_LIMIT, request.headers_timeout or _PROBE_LIMIT)
    watch = embedder.Watch()
    try:
        answer = await ask(url, options, settle, signal, limit)
        if answer is not None:
            return "redirects" if answer.type == "opaqueredirect" else "answers"
        if own or not await watch.has_held_back(url, settle):
            return "silent"
        return "held back"
    finally:
        watch.close()


async def ask(
    url: str,
    options: Mapping[str, object],
    settle: promises.Settle,
    signal: JsValue | None,
    seconds: float,
) -> JsValue | None:
    """Return the answer of a fetch, None where it fails, is aborted, or takes too long."""
    import js

    controller = js.AbortController.new()
    abort = controller.abort.bind(controller, None)  # without an event for its reason
    timer = js.setTimeout(abort, seconds * 1000)
    if signal is not None:
        signal.addEventListener("abort", abort)
        if signal.aborted:
            controller.abort()
    try:
        init = {**options, "signal": controller.signal}
        outcome = await settle(promises.call(js.fetch, None, url, js_object(init)))
    except BaseException:
        controller.abort()
        raise
    finally:
        js.clearTimeout(timer)
        if signal is not None:
            signal.removeEventListener("abort", abort)
    return outcome.value if outcome.fulfilled else None


def parsed_url(url: str) -> Any:
    """Return the browser's own URL object, None for what is no URL for it."""
    import js
    from pyodide.ffi import JsException

    if parse := runtime.js_property(js.URL, "parse"):
        # Firefox 153 now and then loses an exception on its way into Pyodide 0.27, and Python has
        # "SystemError: error return without exception set" instead. This way there is none.
        return parse(url) or None
    try:
        return js.URL.new(url)
    except JsException:
        return None
