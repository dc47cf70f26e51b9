"""From what JavaScript tells of a failure to the exception that requests would raise.

The messages say what the browser refused, why in plain words, and what would help.
"""

from __future__ import annotations

from .._text.urls import brief, is_held, origin_of
from .._wire import WireRequest
from ..exceptions import (
    AbortError,
    BodyTimeout,
    BrokenBodyError,
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
    "it is on this computer or in a private network, and the browser lets this page get there only "
    "if its user allows it"
)
_HELP = {
    "url": (
        InvalidURL,
        "This is no URL for a browser, whose rules are stricter than those of requests: look for "
        "a number that is no address, or an odd character in the host.",
    ),
    "blob": (
        ConnectionError,
        "There is nothing at this address: it was revoked, or is another page's or worker's.",
    ),
    "held unknown": (
        ConnectionError,
        "A synchronous request gets nothing there: the address was revoked or is not well written, "
        "the Content-Security-Policy of this page has no {origin} in its connect-src, or the "
        "browser does it by fetch only, as Firefox in a page. Use the async functions of "
        "pyfetch_requests.",
    ),
    "data": (InvalidURL, "This is no data: address: write it as data:text/plain,... is written."),
    "offline": (
        ConnectionError,
        "The browser is offline (navigator.onLine is false). Connect, and try again.",
    ),
    "mixed": (
        ConnectionError,
        "Mixed content: this page came over https, and a browser does not let it ask an http "
        "address. Use the https address of the server.",
    ),
    "mixed local": (
        ConnectionError,
        "Mixed content: this page came over https, and a browser does not let it ask an http "
        "address. Use the https address of the server. If it is in your own network, say "
        "target_address_space='local' (on this computer 'loopback'): the browser asks its user.",
    ),
    "local denied": (
        ConnectionError,
        f"Local Network Access: {_LOCAL}, which is denied. Allow it in the settings of this site, "
        "beside the address bar, and try again. If the page is in a frame, that has to pass it on: "
        'allow="loopback-network; local-network".',
    ),
    "local prompt": (
        ConnectionError,
        "{origin} cannot be reached: nothing listens there, or by Local Network Access "
        f"{_LOCAL}, who has not answered yet (the permission is at 'prompt'). Try again, and allow "
        "it when the browser asks.",
    ),
    "local unknown": (
        ConnectionError,
        "{origin} cannot be reached, or it does not allow pages of other sites to read its answer "
        "(CORS: it has to send 'Access-Control-Allow-Origin' with {allowed}{preflight}), or by "
        f"Local Network Access {_LOCAL}, in the settings of this site; a browser does not tell "
        "which.",
    ),
    "perhaps local": (
        ConnectionError,
        "{origin} cannot be reached: the host is unknown, nothing listens there, its certificate "
        f"is not trusted, an extension blocks it, or by Local Network Access {_LOCAL}, which is "
        "denied. Allow it in the settings of this site, beside the address bar.",
    ),
    "space": (
        FetchOptionError,
        "The browser refuses it because target_address_space={space!r} is not where {origin} is. "
        "Leave the option out, or name the other one.",
    ),
    "port": (
        ConnectionError,
        "The port is one that every browser refuses to connect to, because other services than "
        "the web's use it. Let the server listen on another one.",
    ),
    "policy": (
        ConnectionError,
        "The Content-Security-Policy of this page forbids the address: its connect-src directive "
        "has to name {origin}. It is set by whoever serves the page.",
    ),
    "cors": (
        CORSError,
        "CORS: {origin} is there, but it does not allow pages of other sites to read its answer. "
        "The server (or the one that it redirects to) has to send 'Access-Control-Allow-Origin' "
        "with {allowed}{preflight}. If the server is not yours, let one of your own ask it for "
        "you: see ThroughAdapter.",
    ),
    "redirect": (
        ConnectionError,
        "The address redirects, and the browser could not follow: the redirect leads round in a "
        "circle, to a server that cannot be reached, or to one that does not allow pages of other "
        "sites to read its answer (CORS: the header 'Access-Control-Allow-Origin'). Ask for the "
        "address it leads to, and see what is said then.",
    ),
    "unreachable": (
        ConnectionError,
        "{origin} cannot be reached: the host is unknown, nothing listens there, its certificate "
        "is not trusted, or an extension blocks it. Or, which some browsers do not tell, a policy "
        "forbids it: this page's (Content-Security-Policy, Cross-Origin-Embedder-Policy), or the "
        "server's (Cross-Origin-Resource-Policy).",
    ),
    "isolated": (
        ConnectionError,
        "{origin} cannot be reached, or it does not allow pages of other sites to read its answer "
        "(CORS: it has to send 'Access-Control-Allow-Origin' with {allowed}{preflight}). This page "
        "is cross-origin isolated, and there this browser does not tell which; its console does.",
    ),
    "embedder": (
        CORSError,
        "{origin} is there, but this page's Cross-Origin-Embedder-Policy (it is cross-origin "
        "isolated) holds back what was asked for with mode='no-cors'. The server has to send "
        "'Cross-Origin-Resource-Policy: cross-origin', or to allow the page by CORS: then leave "
        "mode='no-cors' out.",
    ),
    "isolated opaque": (
        ConnectionError,
        "{origin} cannot be reached, or this page's Cross-Origin-Embedder-Policy (it is "
        "cross-origin isolated) holds back what was asked for with mode='no-cors', unless the "
        "server sends 'Cross-Origin-Resource-Policy: cross-origin'; a browser does not tell which.",
    ),
    "unknown": (
        ConnectionError,
        "{origin} cannot be reached, or the Content-Security-Policy of this page forbids it, or "
        "it does not allow pages of other sites to read its answer (CORS: it has to send "
        "'Access-Control-Allow-Origin' with {allowed}{preflight}); a browser does not tell which.",
    ),
    "own": (
        ConnectionError,
        "The server cannot be reached, the connection broke before an answer came, or the address "
        "redirects and the browser could not follow: round in a circle, to a server that cannot be "
        "reached, or to one that does not allow pages of other sites to read its answer (CORS: the "
        "header 'Access-Control-Allow-Origin'); a browser does not tell which.",
    ),
    "": (
        ConnectionError,
        "The server cannot be reached, or the connection broke before an answer came.",
    ),
}
# What the page, its browser or its user refuse, they refuse again.
_FINAL = ("mixed", "mixed local", "local denied", "port", "policy", "blob", "data")
_PREFLIGHT = (
    ", and answer the OPTIONS request that asks before this one (a {method} with these headers is "
    "not a simple request) with 'Access-Control-Allow-Methods' and 'Access-Control-Allow-Headers'"
)
_ALLOWED = "this page's origin or '*'"
_ALLOWED_WITH_CREDENTIALS = (
    "this page's origin ('*' is not enough for credentials='include') and "
    "'Access-Control-Allow-Credentials: true'"
)
_SIMPLE_METHODS = ("GET", "HEAD", "POST")
_SIMPLE_HEADERS = ("accept", "accept-language", "content-language", "content-type", "range")
_SIMPLE_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain")


def needs_preflight(request: WireRequest) -> bool:
    """Tell whether a browser asks the server before it sends this to another origin.

    Source: WHATWG Fetch, CORS-safelisted methods and request-headers.
    """
    if request.method not in _SIMPLE_METHODS:
        return True
    for name, value in request.headers:
        lower = name.lower()
        if lower in ("content-length", "transfer-encoding"):
            continue
        simple_type = value.partition(";")[0].strip().lower() in _SIMPLE_TYPES
        if lower not in _SIMPLE_HEADERS or (lower == "content-type" and not simple_type):
            return True
    return False


def exception(
    request: WireRequest, stage: int, cause: str, name: str, message: str, diagnosis: str
) -> RequestException:
    """Make the exception for a failure.

    Args:
        request: what was sent.
        stage: 1 before the headers, 2 in the body.
        cause: "timeout", "abort" or "error".
        name: of the JavaScript error; messages differ between browsers, names do not.
        message: of the JavaScript error.
        diagnosis: one of the keys of the table above; in the body "coded" or "".
    """
    what = f"{request.method} {brief(request.url)}"
    message = message.replace(request.url, brief(request.url))  # Deno names all of it
    if cause == "timeout":
        return _timeout(request, stage, what, diagnosis)
    if cause == "abort":
        return AbortError(f"{what}: the request was aborted by its signal")
    if stage == BODY and diagnosis == "coded":
        return BrokenBodyError(
            f"{what}: the connection broke inside the body, or the body is not in the coding that "
            f"its Content-Encoding names; a browser does not tell which ({message})"
        )
    if stage == BODY:
        return ChunkedEncodingError(
            f"{what}: the connection broke inside the body, which is not complete ({message})"
        )
    if diagnosis == "" and name not in ("TypeError", "NetworkError"):
        return ConnectionError(Reason(f"{what}: {name}: {message}"))
    kind, text = _HELP[diagnosis]
    preflight = _PREFLIGHT.format(method=request.method) if needs_preflight(request) else ""
    credentials = request.options.get("credentials") == "include"
    allowed = _ALLOWED_WITH_CREDENTIALS if credentials else _ALLOWED
    origin = f"{request.url[:5].lower()}" if is_held(request.url) else origin_of(request.url)
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
            "Read timed out. The browser has ended the request by itself, as WebKit does in a page "
            "when a synchronous one has no answer after 10 s; timeout= cannot change that. Use the "
            "async functions of pyfetch_requests, or run Python in a worker."
        )
        return HeadersTimeout(Reason(f"{what}: {text}"))
    seconds = request.headers_timeout
    text = f"Read timed out. No answer within {seconds} s"
    return HeadersTimeout(Reason(f"{what}: {text}, the limit that timeout= sets."))
