"""What is sent over a socket: the request line, the headers around it, and the proxy to use."""

from __future__ import annotations

import re
from collections.abc import AsyncIterable, AsyncIterator, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import SplitResult

import httpcore2

from .._text import url_rules, urls
from .._wire import Route, WireRequest
from ..exceptions import InvalidProxyURL, InvalidSchema, InvalidURL
from . import tls

if TYPE_CHECKING:
    from .._wire import RequestBody

Content: TypeAlias = bytes | Iterable[bytes] | AsyncIterable[bytes] | None
_LONGEST_LABEL = 63  # of a host name: RFC 1035, section 2.3.4; the idna codec fails above it
_LONGEST_LIMIT = 2_147_483.0  # seconds; the timers of some systems count milliseconds in 32 bits
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:/")
_WITHOUT_BODY = ("GET", "HEAD", "DELETE", "TRACE", "OPTIONS", "CONNECT")


def blocking_content(body: RequestBody) -> Content:
    """Return a body as blocking connections take it."""
    return _whole(body) if isinstance(body, bytes | bytearray | memoryview) else body


def awaited_content(body: RequestBody) -> Content:
    """Return a body as connections take it that are awaited."""
    if body is None or isinstance(body, AsyncIterable):
        return body
    return _whole(body) if isinstance(body, bytes | bytearray | memoryview) else _awaited(body)


def _whole(body: Any) -> bytes:
    return body if isinstance(body, bytes) else bytes(body)


async def _awaited(chunks: Iterable[bytes]) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


def outgoing(request: WireRequest, content: Content, name: str | None = None) -> httpcore2.Request:
    """Return the request as one of httpcore2.

    Args:
        request: what to send.
        content: its body, as the connections of the face take it.
        name: of the server, as TLS asks for and checks it; None for that of the URL.
    """
    scheme, host, port, netloc, target = _parts(request.url)
    named = {name.lower() for name, _ in request.headers}
    pairs = [] if "host" in named else [("Host", netloc)]  # first: RFC 9110, section 7.2
    # As http.client does below requests: without the header a server may choose any coding.
    if "accept-encoding" not in named:
        pairs.append(("Accept-Encoding", "identity"))
    if not named & {"content-length", "transfer-encoding"}:
        pairs += _framing(request)
    if "proxy-authorization" in named and _has_login_of_proxy(request):
        pairs += [pair for pair in request.headers if pair[0].lower() != "proxy-authorization"]
    else:
        pairs += request.headers
    limit, connect = timer(request.body_timeout), timer(request.route.connect_timeout)
    extensions: dict[str, object] = {
        "timeout": {"connect": connect, "read": limit, "write": limit}
    }  # fmt: skip
    if _is_named_to_proxy(host, request):
        extensions["sni_hostname"] = host.decode()
        host = b"[%b]" % host
    if name:
        extensions["sni_hostname"] = name
    return httpcore2.Request(
        _latin1(request.method),
        httpcore2.URL(scheme=scheme, host=host, port=port, target=target),
        headers=[(_latin1(name), _latin1(value.strip(" \t"))) for name, value in pairs],
        content=content,
        extensions=extensions,
    )


def _is_named_to_proxy(host: bytes, request: WireRequest) -> bool:
    # The request line for an http proxy has the whole URL, or for CONNECT the host, which httpcore2
    # writes without brackets around an IPv6 address. A direct connection needs the bare address,
    # and so does TLS, which takes the name to check from `sni_hostname`.
    return b":" in host and (request.route.proxy or "socks")[:5] != "socks"


def _has_login_of_proxy(request: WireRequest) -> bool:
    # As in requests, the login in the URL of the proxy wins: httpcore2 adds it where there is none.
    return request.url.startswith("http:") and "@" in (request.route.proxy or "")


def _parts(url: str) -> tuple[bytes, bytes, int | None, str, bytes]:
    """Split a URL into scheme, host, port, the value of Host, and the request target."""
    parts = urls.split(url)
    try:
        host, port, netloc = _authority(parts.scheme, parts.netloc)
    except ValueError as error:  # of a redirect, which is not prepared as a URL of the caller is
        raise InvalidURL(f"{urls.brief(url)}: {error}") from error
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.scheme.encode(), host, port, netloc, target.encode()


@lru_cache(256)
def _authority(scheme: str, authority: str) -> tuple[bytes, int | None, str]:
    """Return host, port, and the value of Host; most requests go to few servers.

    Raises:
        ValueError: the port or the host is invalid.
    """
    parts = SplitResult(scheme, authority, "", "", "")
    host = parts.hostname or ""
    if _has_bad_label(host):
        raise ValueError("a label of the host is empty or too long")
    netloc = authority.rpartition("@")[2].lower()  # that of a redirect is as the server wrote it
    default = {"http": ":80", "https": ":443"}.get(scheme, "")
    return host.encode(), parts.port, netloc.removesuffix(default)


def _framing(request: WireRequest) -> list[tuple[str, str]]:
    """Return the header that says where the body ends, for a request that has none of its own."""
    if request.body is None:
        # RFC 9110, section 8.6: a 0 is sent if the method would expect content.
        empty = request.method not in _WITHOUT_BODY
        return [("Content-Length", "0")] if empty else []
    if isinstance(request.body, bytes | bytearray | memoryview):
        return [("Content-Length", str(len(request.body)))]
    return [("Transfer-Encoding", "chunked")]


def proxy(route: Route) -> Any:
    """Return the proxy of a route as one of httpcore2, None for none.

    Raises:
        InvalidProxyURL: it is invalid, has no host, or its scheme is not known.
        InvalidSchema: its version of SOCKS is not known, or the library for it is not installed.
    """
    if not route.proxy:
        return None
    url = proxy_url(route.proxy)
    shown = urls.without_userinfo(url)
    try:
        parts = url_rules.parse(url)
    except InvalidURL as error:
        raise InvalidProxyURL(f"The proxy {shown!r} has an invalid URL: {error}") from error
    if not parts.host or _has_bad_label(parts.host):
        raise InvalidProxyURL(
            f"The proxy {shown!r} has no valid host. Write it as http://host:port"
        )
    if parts.scheme not in ("http", "https", "socks5", "socks5h"):
        # As in requests, whose SOCKS is in a library of its own.
        kind = InvalidSchema if str(parts.scheme).startswith("socks") else InvalidProxyURL
        raise kind(
            f"The proxy {shown!r} has an unknown scheme. It has to be http, https, socks5 or "
            "socks5h"
        )
    if parts.scheme.startswith("socks"):
        try:
            import socksio  # noqa: F401
        except ImportError as error:
            raise InvalidSchema(
                "Missing dependencies for SOCKS support: pip install 'httpcore2[socks]'"
            ) from error
    login = url_rules.credentials_of(url)
    secure = tls.context(route.verify, route.cert) if parts.scheme == "https" else None
    auth = (login[0].encode(), login[1].encode()) if login and login[0] else None
    port = "" if parts.port is None else f":{parts.port}"
    address = f"{parts.scheme}://{parts.host}{port}"
    return httpcore2.Proxy(address, auth=auth, ssl_context=secure)


def proxy_url(proxy: str) -> str:
    """Return the URL of a proxy: as in requests, "host:port" is an http proxy."""
    return proxy if _SCHEME.match(proxy) else f"http://{proxy}"


def _has_bad_label(host: str) -> bool:
    """Tell whether a part of a host name is empty or too long."""
    labels = host.removesuffix(".").split(".")
    return ":" not in host and any(not 0 < len(label) <= _LONGEST_LABEL for label in labels)


def timer(limit: float | None) -> float | None:
    """Return a time limit for a socket, None if it is longer than timers can be."""
    return None if limit is None or limit > _LONGEST_LIMIT else limit


def _latin1(text: str) -> bytes:
    return text.encode("latin-1")
