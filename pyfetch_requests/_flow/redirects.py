"""What the next request of a redirect is, for runtimes that show redirects (Node, a mock).

Decides the next request. Never sends it, and never counts.
Source: requests' rules on top of RFC 9110 section 15.4.
"""

from __future__ import annotations

from typing import Any

from .._text import urls
from ..exceptions import InvalidURL

_DEFAULT_PORTS = {"http": 80, "https": 443}


def next_request(response: Any, request: Any) -> Any:
    """Return the PreparedRequest that a redirect asks for, None for an answer that is none."""
    target = redirect_target(response)
    if not target:
        return None
    following = request.copy()
    try:
        following.url = _next_url(target, response.url, request.url)
        strip_auth = should_strip_auth(request.url, following.url)
    except ValueError as error:
        shown = urls.brief(target)
        raise InvalidURL(f"Redirected to {shown!r}: {error}", response=response) from error
    following.method = next_method(request.method, response.status_code)
    if response.status_code not in (307, 308):
        for name in ("Content-Length", "Content-Type", "Transfer-Encoding"):
            following.headers.pop(name, None)
        following.body = None
    for name in ("Cookie", "Proxy-Authorization"):
        following.headers.pop(name, None)
    if strip_auth:
        following.headers.pop("Authorization", None)
        following.authenticator = None  # nor is a challenge of the other site answered
    following.rewind_body()
    return following


def redirect_target(response: Any) -> str | None:
    """Return the Location of a redirect, None for another answer.

    Header bytes arrive as Latin-1, but servers that use more than ASCII here mean UTF-8.
    """
    if not response.is_redirect or "location" not in response.headers:
        return None
    location: str = response.headers["location"]
    return location.encode("latin-1").decode("utf-8", "replace")


def _next_url(target: str, response_url: str, request_url: str) -> str:
    if target.startswith("//"):
        target = f"{urls.split(response_url).scheme}:{target}"
    parts = urls.split(target)
    fragment = urls.split(request_url).fragment
    if not parts.fragment and fragment:  # RFC 9110 section 10.2.2: a fragment is inherited
        parts = parts._replace(fragment=fragment)
    url = urls.requote(parts.geturl())
    return url if parts.netloc else urls.resolve(response_url, url)


def next_method(method: str, status: int) -> str:
    """Return the method after a redirect: what browsers do, and requests with them."""
    if status in (302, 303) and method != "HEAD":
        return "GET"
    return "GET" if status == 301 and method == "POST" else method


def should_strip_auth(old_url: str, new_url: str) -> bool:
    """Tell whether credentials must not follow: another host, or a weaker or other port."""
    old, new = urls.split(old_url), urls.split(new_url)
    if old.hostname != new.hostname:
        return True
    if (old.scheme, new.scheme) == ("http", "https") and (
        old.port in (80, None) and new.port in (443, None)
    ):
        return False  # the same site, made secure
    default = (_DEFAULT_PORTS.get(old.scheme), None)
    if old.scheme == new.scheme and old.port in default and new.port in default:
        return False
    return old.port != new.port or old.scheme != new.scheme
