"""What is sent over a socket: the request line, the headers that frame it, and by which proxy."""

from __future__ import annotations

import re
from collections.abc import AsyncIterable, Iterable
from typing import Any

import httpcore2

from .._text import urls
from .._wire import Route, WireRequest
from ..exceptions import InvalidProxyURL, InvalidSchema, InvalidURL
from . import tls

_LONGEST_LABEL = 63
_LONGEST_LIMIT = 2_147_483.0  # seconds; the timers of some systems count milliseconds in 32 bits
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:/")
_WITHOUT_BODY = ("GET", "HEAD", "DELETE", "TRACE", "OPTIONS", "CONNECT")


def outgoing(
    request: WireRequest, content: bytes | Iterable[bytes] | AsyncIterable[bytes] | None
) -> httpcore2.Request:
    """Return a request as httpcore2 wants it.

    Args:
        request: what is to be sent.
        content: its body, as the pool of a face takes it.
    """
    scheme, host, port, netloc, target = _parts(request.url)
    named = {name.lower() for name, _ in request.headers}
    pairs = [] if "host" in named else [("Host", netloc)]
    if "accept-encoding" not in named:
        pairs.append(("Accept-Encoding", "identity"))
    if not named & {"content-length", "transfer-encoding"}:
        pairs += _framing(request)
    pairs += request.headers
    limit, connect = request.body_timeout, request.route.connect_timeout
    return httpcore2.Request(
        _latin1(request.method),
        httpcore2.URL(scheme=scheme, host=host, port=port, target=target),
        headers=[(_latin1(name), _latin1(value.strip(" \t"))) for name, value in pairs],
        content=content,
        extensions={
            "timeout": {
                "connect": _timer(connect), "read": _timer(limit), "write": _timer(limit)
            }
        },
    )  # fmt: skip


def _parts(url: str) -> tuple[bytes, bytes, int | None, str, bytes]:
    """Split a URL into scheme, host, port, the value of Host, and what the request line names."""
    parts = urls.split(url)
    host = parts.hostname or ""
    if ":" not in host and any(
        not 0 < len(label) <= _LONGEST_LABEL for label in host.removesuffix(".").split(".")
    ):
        raise InvalidURL(f"{urls.brief(url)}: a part of the host is empty or too long")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    netloc = parts.netloc.rpartition("@")[2]
    default = {"http": ":80", "https": ":443"}.get(parts.scheme, "")
    return (
        parts.scheme.encode(),
        host.encode(),
        parts.port,
        netloc.removesuffix(default),
        target.encode(),
    )


def _framing(request: WireRequest) -> list[tuple[str, str]]:
    """Return the header that tells where the body ends, for a request that has none."""
    if request.body is None:
        empty = request.method not in _WITHOUT_BODY  # RFC 9110 section 8.6
        return [("Content-Length", "0")] if empty else []
    if isinstance(request.body, bytes | bytearray | memoryview):
        return [("Content-Length", str(len(request.body)))]
    return [("Transfer-Encoding", "chunked")]


def proxy(route: Route) -> Any:
    """Return the proxy of a route as httpcore2 wants it, None for none.

    Raises:
        InvalidProxyURL: it has no host.
        InvalidSchema: it is of a kind that is not known, or not installed.
    """
    if not route.proxy:
        return None
    url = route.proxy if _SCHEME.match(route.proxy) else f"http://{route.proxy}"
    parts = urls.split(url)
    if not parts.hostname:
        raise InvalidProxyURL(
            f"The proxy {urls.without_userinfo(url)!r} has no host: it is to be written as "
            "http://host:port"
        )
    if parts.scheme not in ("http", "https", "socks5", "socks5h"):
        raise InvalidSchema(
            f"The proxy {urls.without_userinfo(url)!r} is of a kind that is not known: there are "
            "http, https, socks5 and socks5h"
        )
    if parts.scheme.startswith("socks"):
        try:
            import socksio  # noqa: F401
        except ImportError as error:
            raise InvalidSchema(
                "Missing dependencies for SOCKS support: pip install 'httpcore2[socks]'"
            ) from error
    login = urls.credentials_of(url)
    secure = tls.context(route.verify, route.cert) if parts.scheme == "https" else None
    auth = (login[0].encode(), login[1].encode()) if login and login[0] else None
    return httpcore2.Proxy(urls.without_userinfo(url), auth=auth, ssl_context=secure)


def _timer(limit: float | None) -> float | None:
    """Return a time limit that a socket can have: one of many days is none."""
    return None if limit is None or limit > _LONGEST_LIMIT else limit


def _latin1(text: str) -> bytes:
    return text.encode("latin-1")
