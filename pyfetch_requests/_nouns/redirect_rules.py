"""What a redirect changes in a request: its URL, its method, its credentials.

Decides on values alone, by requests' rules on top of RFC 9110 section 15.4.
"""

from __future__ import annotations

from .._text import url_rules, urls

_DEFAULT_PORTS = {"http": 80, "https": 443}


def next_url(target: str, response_url: str, request_url: str) -> str:
    """Return the absolute URL for a Location; it inherits the fragment of the request's URL."""
    if target.startswith("//"):
        target = f"{urls.split(response_url).scheme}:{target}"
    parts = urls.split(target)
    fragment = urls.split(request_url).fragment
    if not parts.fragment and fragment:  # RFC 9110 section 10.2.2
        parts = parts._replace(fragment=fragment)
    url = url_rules.requote(parts.geturl())
    return url if parts.netloc else urls.resolve(response_url, url)


def next_method(method: str, status: int) -> str:
    """Return the method after a redirect, by requests' rules."""
    # 303 is RFC 9110 section 15.4.4; for 301 and 302 requests does what browsers did. WHATWG Fetch
    # changes only a POST after 302.
    if status in (302, 303) and method != "HEAD":
        return "GET"
    return "GET" if status == 301 and method == "POST" else method


def should_strip_auth(old_url: str, new_url: str) -> bool:
    """Tell whether credentials must not be sent on: to another host, scheme or port."""
    # As in requests. A browser removes them for every other origin, also from http to https.
    old, new = urls.split(old_url), urls.split(new_url)
    if old.hostname != new.hostname:
        return True
    if (old.scheme, new.scheme) == ("http", "https") and (
        old.port in (80, None) and new.port in (443, None)
    ):
        return False  # an upgrade to https on the standard ports
    default = (_DEFAULT_PORTS.get(old.scheme), None)
    if old.scheme == new.scheme and old.port in default and new.port in default:
        return False
    return old.port != new.port or old.scheme != new.scheme
