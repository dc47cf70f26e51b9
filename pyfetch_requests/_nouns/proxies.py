"""Proxies: which one a request names, and which the environment does.

Decides on values alone. Not imported before a proxy is named, or a redirect is followed.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from .._text import url_rules, urls
from ..exceptions import InvalidProxyURL, ProxyError
from .auth import basic_auth_header

if TYPE_CHECKING:
    from .request import PreparedRequest


def environment_proxies(url: str, no_proxy: str | None = None) -> dict[str, str]:
    """Return the proxies that environment variables name for a URL, by scheme."""
    proxies = {}
    for scheme in (url.partition(":")[0].lower(), "all"):
        value = _environment(f"{scheme}_proxy")
        if value:
            proxies[scheme] = value
    if not proxies or should_bypass(url, no_proxy or _environment("no_proxy")):
        return {}
    return proxies


def _environment(name: str) -> str | None:
    # Return a variable in lower case, else in upper case; requests and curl do so, too.
    return os.environ.get(name) or os.environ.get(name.upper())


def should_bypass(url: str, no_proxy: str | None) -> bool:
    """Tell whether NO_PROXY matches a URL: by hosts, domains, and networks such as 10.0.0.0/8."""
    # Not asked: the proxy settings of Windows and macOS, which requests also reads.
    parts = urls.split(url)
    host = parts.hostname
    if host is None:
        return True
    try:
        port = parts.port
    except ValueError:  # of a redirect; whoever sends the next request refuses it
        port = None
    for entry in filter(None, (no_proxy or "").replace(" ", "").split(",")):
        if entry == "*" or _in_network(host, entry):
            return True
        name = entry.lstrip(".")
        for candidate in (host, f"{host}:{port}"):
            if candidate == name or candidate.endswith(f".{name}"):
                return True
    return False


def _in_network(host: str, entry: str) -> bool:
    if not host.replace(".", "").isdigit() or "/" not in entry:
        return False
    import ipaddress

    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return False


def resolve_proxies(
    url: str, proxies: Mapping[str, str] | None, trust_env: bool = True
) -> dict[str, str]:
    """Return the proxies for a URL, completed from the environment if that is trusted."""
    resolved = dict(proxies or {})
    if trust_env:
        found = environment_proxies(url, resolved.get("no_proxy"))
        scheme = url.partition(":")[0].lower()
        if proxy := found.get(scheme, found.get("all")):
            resolved.setdefault(scheme, proxy)
    return resolved


def select_proxy(url: str, proxies: Mapping[str, str] | None) -> str | None:
    """Return the proxy for a URL, None for none."""
    if not proxies:
        return None
    parts = urls.split(url)
    # The most specific key first, as in requests.
    if parts.hostname is None:
        return proxies.get(parts.scheme, proxies.get("all"))
    keys = (f"{parts.scheme}://{parts.hostname}", parts.scheme, f"all://{parts.hostname}", "all")
    return next((proxies[key] for key in keys if key in proxies), None)


def refuse_proxy(url: str, proxies: Mapping[str, str] | None, request: PreparedRequest) -> None:
    """Refuse a request for which a proxy is named, instead of silently sending it directly.

    Raises:
        InvalidURL: there is a proxy for the URL, but its own URL is invalid.
        InvalidProxyURL: it has no host.
        ProxyError: there is any other proxy for the URL.
    """
    if proxy := select_proxy(url, proxies):
        if not url_rules.parse(proxy).host:
            raise InvalidProxyURL(
                f"The proxy URL {urls.without_userinfo(proxy)!r} has no host: write it as "
                "http://host:port.",
                request=request,
            )
        raise ProxyError(
            "A proxy is named for this request (proxies=, or the environment), but code in a "
            "browser cannot choose one. Remove it, or set the proxy in the browser or system.",
            request=request,
        )


def authorize(request: PreparedRequest, proxies: Mapping[str, str]) -> None:
    """Set the Proxy-Authorization header of a request, which may have that of an earlier proxy."""
    headers = request.headers
    headers.pop("Proxy-Authorization", None)
    scheme = urls.split(request.url).scheme
    login = url_rules.credentials_of(proxies[scheme]) if scheme in proxies else None
    # For https the proxy gets its login with CONNECT; in the tunnel the server would see it.
    if login and all(login) and not scheme.startswith("https"):
        headers["Proxy-Authorization"] = basic_auth_header(*login)
