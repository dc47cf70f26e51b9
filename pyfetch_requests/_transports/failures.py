"""Turns a failure reported by JavaScript into the exception that requests would raise.

A message says what happened, then what to do about it. Messages of the browser are only quoted, and
never interpreted: each engine has its own, and they change.
"""

from __future__ import annotations

from .._text.url_rules import origin_of
from .._text.urls import brief, has_local_scheme
from .._wire import WireRequest
from ..exceptions import (
    AbortError,
    BodyTimeout,
    BrokenBodyError,
    BrowserLimitError,
    ChunkedEncodingError,
    ConnectionError,
    CORSError,
    FetchOptionError,
    HeadersTimeout,
    InvalidURL,
    Reason,
    RequestException,
)
from .outcomes import BODY, BY_ITSELF

_LOCAL = (
    "it is on this computer or in a private network, and the browser lets this page reach it only "
    "with the user's permission"
)
# The exception and the message of each diagnosis.
_HELP = {
    # WHATWG URL, host parsing: a host that ends in a number has to be an IPv4 address.
    "url": (
        InvalidURL,
        "The browser does not accept this URL; its rules are stricter than those of requests. Look "
        "for a number that is not an IP address, or an odd character in the host.",
    ),
    "long": (
        InvalidURL,
        "The URL is longer than this browser allows: 2,097,152 characters in Chromium, 1,048,576 "
        "in Firefox, 65,534 in Deno. Send the data in the body of the request.",
    ),
    "blob": (
        ConnectionError,
        "There is nothing at this address: it was revoked, or belongs to another page or worker.",
    ),
    # By XMLHttpRequest, which cannot wait for the report of a policy.
    "held unknown": (
        ConnectionError,
        "A synchronous request got nothing there: the address was revoked or is malformed, the "
        "connect-src of this page's Content-Security-Policy does not list {origin}, or the browser "
        "loads such addresses only by fetch, like Firefox in a page. Use the async functions of "
        "pyfetch_requests.",
    ),
    "held silent": (
        ConnectionError,
        "There is nothing at this address: it was revoked or is malformed, or the connect-src of "
        "this page's Content-Security-Policy does not list {origin}, which this browser does not "
        "report to a worker.",
    ),
    "data": (InvalidURL, "This is not a valid data: address. Write it like data:text/plain,..."),
    "offline": (
        ConnectionError,
        "The browser is offline (navigator.onLine is false). Connect to a network, and try again.",
    ),
    "mixed": (
        ConnectionError,
        "Mixed content: this page was loaded over https, so the browser does not let it request an "
        "http address. Use the https address of the server.",
    ),
    # In Chrome's pages, which may ask a local address by http if the request says that it is local.
    "mixed local": (
        ConnectionError,
        "Mixed content: this page was loaded over https, so the browser does not let it request an "
        "http address. Use the https address of the server. If it is in your own network, pass "
        "target_address_space='local' (for this computer 'loopback'): the browser then asks the "
        "user.",
    ),
    "local denied": (
        ConnectionError,
        f"Local Network Access: {_LOCAL}, which is denied. Allow it in the settings of this site, "
        "next to the address bar, and try again. If the page is in a frame, the frame needs "
        'allow="loopback-network; local-network".',
    ),
    "local prompt": (
        ConnectionError,
        "{origin} cannot be reached: nothing listens there, or by Local Network Access "
        f"{_LOCAL}, which has not been answered yet (its state is 'prompt'). Try again, and allow "
        "it when the browser asks.",
    ),
    # Without a probe, and without the state of the permission, which a promise would tell.
    "local unknown": (
        ConnectionError,
        "{origin} cannot be reached, or it does not allow pages of other sites to read its answer "
        "(CORS: it has to send 'Access-Control-Allow-Origin' with {allowed}{preflight}), or by "
        f"Local Network Access {_LOCAL}, in the settings of this site; the browser does not say "
        "which.",
    ),
    # A public name that may resolve to a local address.
    "perhaps local": (
        ConnectionError,
        "{origin} cannot be reached: the host is unknown, nothing listens there, its certificate "
        f"is not trusted, an extension blocks it, or by Local Network Access {_LOCAL}, which is "
        "denied. Allow it in the settings of this site, next to the address bar.",
    ),
    "space": (
        FetchOptionError,
        "The browser refused it because target_address_space={space!r} is not where {origin} is. "
        "Leave the option out, or name the right one.",
    ),
    "no blocking": (
        BrowserLimitError,
        "The Permissions-Policy of this page (sync-xhr) forbids blocking calls that cannot switch "
        "stacks. Use the async functions of pyfetch_requests. Whoever serves the page, or embeds "
        "it in a frame, sets the policy.",
    ),
    "port": (
        ConnectionError,
        "The port is one that every browser refuses to connect to, because a service other than "
        "the web uses it. Let the server listen on another port.",
    ),
    "policy": (
        ConnectionError,
        "The Content-Security-Policy of this page forbids the address, or one that it redirects "
        "to: its connect-src directive has to list {origin}, and where it redirects. Whoever "
        "serves the page sets the policy.",
    ),
    "cors": (
        CORSError,
        "CORS: {origin} answers, but it does not allow pages of other sites to read its answer. "
        "The server (or the one that it redirects to) has to send 'Access-Control-Allow-Origin' "
        "with {allowed}{preflight}. If the server is not yours, send the request through one of "
        "your own: see ThroughAdapter.",
    ),
    # On the own origin, where a probe with redirect="manual" sees one; CORS matters only behind it.
    "redirect": (
        ConnectionError,
        "The address redirects, and the browser could not follow: the redirects form a loop, or "
        "lead to a server that cannot be reached, to one that does not allow pages of other sites "
        "to read its answer (CORS: the header 'Access-Control-Allow-Origin'), or to an address "
        "that no browser follows (not http, or with a login) or that this page's "
        "Content-Security-Policy forbids. Request the target of the redirect directly to see "
        "which.",
    ),
    "unreachable": (
        ConnectionError,
        "{origin} cannot be reached: the host is unknown, nothing listens there, its certificate "
        "is not trusted, its answer is not HTTP or has too long headers, or an extension blocks "
        "it. Or a policy forbids it, which some browsers do not report: that of this page "
        "(Content-Security-Policy, Cross-Origin-Embedder-Policy) or of the server "
        "(Cross-Origin-Resource-Policy).",
    ),
    # The embedder policy blocks the probe as well, so its silence tells nothing: see `embedder`.
    "isolated": (
        ConnectionError,
        "{origin} cannot be reached, or the Content-Security-Policy of this page forbids it, or it "
        "does not allow pages of other sites to read its answer (CORS: it has to send "
        "'Access-Control-Allow-Origin' with {allowed}{preflight}). This page is cross-origin "
        "isolated, where this browser does not say which; its console does.",
    ),
    "embedder": (
        CORSError,
        "{origin} answers, but this page is cross-origin isolated, and its "
        "Cross-Origin-Embedder-Policy blocks an answer to mode='no-cors'. The server has to send "
        "'Cross-Origin-Resource-Policy: cross-origin', or to allow the page by CORS: then leave "
        "mode='no-cors' out.",
    ),
    "isolated opaque": (
        ConnectionError,
        "{origin} cannot be reached, or this page is cross-origin isolated, and its "
        "Cross-Origin-Embedder-Policy blocks an answer to mode='no-cors' unless the server sends "
        "'Cross-Origin-Resource-Policy: cross-origin'; the browser does not say which.",
    ),
    # No probe was sent: `cors_probe=False`, or a call that cannot wait for one.
    "unknown": (
        ConnectionError,
        "{origin} cannot be reached, or its answer is not HTTP or has too long headers, or the "
        "Content-Security-Policy of this page forbids it, or it does not allow pages of other "
        "sites to read its answer (CORS: it has to send 'Access-Control-Allow-Origin' with "
        "{allowed}{preflight}); the browser does not say which.",
    ),
    # The same on the own origin, where CORS plays a part only after a redirect.
    "own": (
        ConnectionError,
        "The server cannot be reached, the connection broke before an answer came, the answer is "
        "not HTTP or has too long headers, or the address redirects and the browser could not "
        "follow: the redirects form a loop, or lead to a server that cannot be reached, that this "
        "page's Content-Security-Policy forbids, or that does not allow pages of other sites to "
        "read its answer (CORS: the header 'Access-Control-Allow-Origin'); the browser does not "
        "say which.",
    ),
    "": (
        ConnectionError,
        "The server cannot be reached, the connection broke before an answer came, or the answer "
        "is not HTTP or has too long headers.",
    ),
}
# Not retried: the page, the browser or the user would refuse the next try as well.
_FINAL = (
    "long", "mixed", "mixed local", "local denied", "port", "policy", "blob", "data", "held silent",
)  # fmt: skip
_PREFLIGHT = (
    ", and answer the OPTIONS request that is sent before this one (a {method} with these headers "
    "is not a simple request) with 'Access-Control-Allow-Methods' and "
    "'Access-Control-Allow-Headers'"
)
_OF_PAGE = (
    "A script of this page has replaced or removed fetch, or something else that a request needs, "
    "and the replacement does not behave like it. Find that script, or run Python in a worker."
)
# "*" does not match a request with credentials: WHATWG Fetch, CORS check.
_ALLOWED = "this page's origin or '*'"
_ALLOWED_WITH_CREDENTIALS = (
    "this page's origin ('*' is not enough for credentials='include') and "
    "'Access-Control-Allow-Credentials: true'"
)
# Without the standard's limits on values (128 bytes, some characters): a hint in a message only.
_SIMPLE_METHODS = ("GET", "HEAD", "POST")
_SIMPLE_HEADERS = ("accept", "accept-language", "content-language", "content-type", "range")
_SIMPLE_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain")


def needs_preflight(request: WireRequest) -> bool:
    """Tell whether a browser sends a CORS preflight before this request to another origin.

    Source: WHATWG Fetch, sections 2.2.1 and 2.2.2 (CORS-safelisted methods and request-headers).
    """
    if request.method not in _SIMPLE_METHODS:
        return True
    for name, value in request.headers:
        lower = name.lower()
        if lower in ("content-length", "transfer-encoding"):  # set here, but never sent from here
            continue
        simple_type = value.partition(";")[0].strip().lower() in _SIMPLE_TYPES
        if lower not in _SIMPLE_HEADERS or (lower == "content-type" and not simple_type):
            return True
    return False


def exception(
    request: WireRequest, stage: int, cause: str, name: str, message: str, diagnosis: str
) -> RequestException:
    """Return the exception for a failure.

    Args:
        request: what was sent.
        stage: HEADERS or BODY, where it failed.
        cause: "timeout", "abort", "error", or "page" if the page has replaced or removed something.
        name: of the JavaScript error; messages differ between browsers, names do not.
        message: of the JavaScript error.
        diagnosis: one of the keys of the table above; in the body "coded" or "".
    """
    what = f"{request.method} {brief(request.url)}"
    # Deno's messages have the whole URL, which may be long or hold a key.
    message = message.replace(request.url, brief(request.url))
    if cause == "timeout":
        return _timeout(request, stage, what, diagnosis)
    if cause == "abort":
        return AbortError(f"{what}: the request was aborted by its signal")
    if cause == "page":
        replaced = ConnectionError(Reason(f"{what}: {_OF_PAGE} [{name}: {message}]"))
        replaced.is_final = True
        return replaced
    if stage == BODY and diagnosis == "coded":
        # Both reject the stream with the same TypeError; requests would raise either of two.
        return BrokenBodyError(
            f"{what}: the connection broke inside the body, or the body is not in the coding that "
            f"its Content-Encoding names; the browser does not say which ({message})"
        )
    if stage == BODY:
        return ChunkedEncodingError(
            f"{what}: the connection broke inside the body, which is incomplete ({message})"
        )
    # The names of a network error: a TypeError of fetch, a NetworkError of XMLHttpRequest.
    if diagnosis == "" and name not in ("TypeError", "NetworkError"):
        return ConnectionError(Reason(f"{what}: {name}: {message}"))
    kind, text = _HELP[diagnosis]
    preflight = _PREFLIGHT.format(method=request.method) if needs_preflight(request) else ""
    credentials = request.options.get("credentials") == "include"
    allowed = _ALLOWED_WITH_CREDENTIALS if credentials else _ALLOWED
    origin = request.url[:5].lower() if has_local_scheme(request.url) else origin_of(request.url)
    text = text.format(
        origin=origin,
        preflight=preflight,
        allowed=allowed,
        space=request.options.get("target_address_space"),
    )
    error = kind(Reason(f"{what}: {text} [{name}: {message}]"))
    if diagnosis in _FINAL:
        error.is_final = True
    return error


def _timeout(request: WireRequest, stage: int, what: str, diagnosis: str) -> RequestException:
    if stage == BODY:
        seconds = request.body_timeout
        text = f"Read timed out. The server sent nothing more for {seconds} s"
        return BodyTimeout(Reason(f"{what}: {text}, the limit that timeout= sets."))
    if diagnosis == BY_ITSELF:
        text = (
            "Read timed out. The browser ended the request by itself, as WebKit does in a page if "
            "a synchronous one has no answer after 10 s; timeout= cannot change that. Use the "
            "async functions of pyfetch_requests, or run Python in a worker."
        )
        return HeadersTimeout(Reason(f"{what}: {text}"))
    seconds = request.headers_timeout
    text = f"Read timed out. No answer within {seconds} s"
    return HeadersTimeout(Reason(f"{what}: {text}, the limit that timeout= sets."))
