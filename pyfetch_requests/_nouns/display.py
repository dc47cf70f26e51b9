"""What a notebook shows of requests, responses and sessions.

Decides which facts are shown. Never shows a secret, and never reads a body that was not read yet.
"""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING

from .._display import hiding, markup
from .._display.preview import preview
from .._text import url_rules
from .._text.hidden_headers import OPAQUE
from .arguments import FETCH_OPTIONS

if TYPE_CHECKING:
    from .request import PreparedRequest
    from .response import ResponseBase
    from .session import SessionBase

_STATES = {
    "unread": "The body has not been read: read() loads all of it, iterating gives it in pieces.",
    "streaming": "The body is being read in pieces, which are not kept.",
    "given up": "The body was read in pieces or closed, and is not kept.",
}


def response(answer: ResponseBase) -> str:
    """Return the HTML of a response: a summary, and a preview of its body."""
    # Mocks and libraries make responses with hardly any attribute set; showing one never fails.
    request = answer.request
    method = (request and request.method) or "?"
    status, kind = _status(answer)
    return markup.card(
        markup.line(markup.address(method, str(answer.url)), markup.tag(status, kind)),
        markup.facts(*_facts(answer)),
        _body(answer),
        markup.folded(_count(len(answer.history), "redirect"), _steps(answer.history)),
        _headers("Response headers", answer.headers.items()),
        _headers("Request headers", request.headers.items() if request else ()),
    )


def _status(answer: ResponseBase) -> tuple[str, str]:
    code = answer.status_code
    if answer.type in ("opaque", "opaqueredirect"):
        return answer.type, "none" if answer.type == "opaque" else "step"
    try:
        # Over HTTP/2 there is no reason phrase, and a bare number says little.
        reason = hiding.as_text(answer.reason or HTTPStatus(code).phrase)
    except ValueError:  # a status outside the registry
        reason = ""
    kind = "bad" if not code or code >= 400 else "step" if code >= 300 or code < 200 else "good"
    return f"{code} {reason}".rstrip(), kind


def _facts(answer: ResponseBase) -> Iterable[str]:
    headers = answer.headers
    if seconds := answer.elapsed.total_seconds():
        yield markup.duration(seconds)
    yield _size(answer)
    yield headers.get("content-type") or ""
    # RFC 9111 section 5.1: only a cache sets Age.
    if headers.get("age", "0").isdecimal() and headers.get("age", "0") != "0":
        yield f"from a cache, {headers['age']} s old"
    if answer.through:
        yield f"through {url_rules.origin_of(answer.through)}"
    if answer.is_rebuilt:
        yield "made by a service worker"
    if getattr(answer, "from_cache", False) is True:  # of requests-cache
        yield "from requests-cache"


def _size(answer: ResponseBase) -> str:
    """Return how large the body is, and how much went over the wire, as far as that is known."""
    content = answer._content
    if not content and content is not False:
        return ""
    coding = answer.headers.get("content-encoding")
    length = answer.headers.get("content-length", "")
    wire = markup.size(int(length)) if length.isascii() and length.isdecimal() else ""
    if not isinstance(content, bytes):
        return f"{wire} to come" if wire and answer.body_state == "unread" else ""
    decoded = markup.size(len(content))
    if coding:  # then Content-Length is that of the coded body
        return f"{wire} as {coding}, {decoded} decoded" if wire else f"{decoded}, from {coding}"
    return decoded


def _body(answer: ResponseBase) -> str:
    if answer.type == "opaque":
        return markup.note(OPAQUE)
    content = answer._content
    if content is False:
        return markup.note(_STATES.get(answer.body_state, ""))
    kind = (answer.headers.get("content-type") or "").partition(";")[0].strip().lower()
    path = str(answer.url).partition("#")[0].partition("?")[0]
    return preview(content or b"", kind, answer.encoding, path)


def _steps(history: Iterable[ResponseBase]) -> str:
    return markup.table(
        map(hiding.in_text, (_status(step)[0], str(step.url), step.headers.get("location") or ""))
        for step in history
    )


def _headers(summary: str, pairs: Iterable[tuple[object, object]]) -> str:
    rows = list(hiding.in_pairs(pairs))
    return markup.folded(f"{summary} ({len(rows)})", markup.table(rows))


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def request(prepared: PreparedRequest) -> str:
    """Return the HTML of a request: its address, its headers and the size of its body."""
    body = prepared.body
    # Of a file or a generator only sending tells the length, and showing a request reads nothing.
    length = markup.size(len(body)) if isinstance(body, (str, bytes)) else ""
    return markup.card(
        markup.line(markup.address(prepared.method or "?", str(prepared.url))),
        markup.facts(f"{length} to send") if length else "",
        _headers("Headers", (prepared.headers or {}).items()),
    )


def session(settings: SessionBase) -> str:
    """Return the HTML of a session: what it adds to its requests, and its adapters."""
    rows = [("base URL", hiding.in_text(settings.base_url))] if settings.base_url else []
    logins = (("auth", settings.auth), ("cert", settings.cert))
    rows += [(name, shown) for name, value in logins if (shown := _kind(value))]
    if isinstance(settings.params, dict) and settings.params:
        rows += [("params", ", ".join(map("=".join, hiding.in_pairs(settings.params.items()))))]
    # Not the property, which would make a jar: `http.cookiejar` is a large import.
    rows += [("cookies", f"{len(settings._cookies)}")] if settings._cookies else []
    for name in ("max_connections", *FETCH_OPTIONS):
        value = getattr(settings, name, None)
        # Libraries keep objects of their own under these names: see `SessionBase._fetch_options`.
        if isinstance(value, (str, int)):
            rows.append((name, str(value)))
    adapters = [(prefix, _adapter(adapter)) for prefix, adapter in settings.adapters.items()]
    return markup.card(
        markup.line(markup.tag("Session", "step")),
        markup.table(rows),
        _headers("Headers", settings.headers.items()),
        markup.folded(f"Adapters ({len(adapters)})", markup.table(adapters)),
    )


def _adapter(adapter: object) -> str:
    # The default repr shows an address in memory, which helps nobody.
    named = type(adapter).__repr__ is not object.__repr__
    return hiding.in_text(repr(adapter)) if named else type(adapter).__name__


def _kind(value: object) -> str:
    """Return the kind of a login, not the login itself."""
    if value is None:
        return ""
    return "user and password" if isinstance(value, tuple) else type(value).__name__
