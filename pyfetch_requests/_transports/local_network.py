"""Local Network Access: a browser asks the user before a page reaches a local address.

Chrome does since version 142, and before it looks at CORS. It refuses a probe in the same way, so a
live server looks dead; but the state of the permission can be queried.

Source: WICG, Local Network Access.
"""

from __future__ import annotations

from typing import Any

from .._text.urls import address_space
from .._wire import WireRequest
from . import promises, runtime
from .runtime import js_global, js_object, js_property

_PERMISSIONS = {"loopback": "loopback-network", "local": "local-network"}
# One permission for both spaces, before Chrome split it.
_OLD_PERMISSION = "local-network-access"


def space_of(request: WireRequest) -> str:
    """Return "loopback" or "local" if the request names that space or such a host, else ""."""
    given = request.options.get("target_address_space")
    if given in _PERMISSIONS:
        return str(given)
    host = request.url.partition("://")[2].partition("/")[0].partition(":")[0]
    # .local is resolved by multicast DNS, on the local link only: RFC 6762, section 3.
    return address_space(request.url) or ("local" if host.lower().endswith(".local") else "")


def other_spaces(request: WireRequest) -> list[str]:
    """Return the address spaces that could be right instead of the one that was named, if any."""
    given = request.options.get("target_address_space")
    if given in (None, "unknown") or not runtime.knows_address_spaces():
        return []
    return [space for space in _PERMISSIONS if space != given]


def is_mismatched(request: WireRequest) -> bool:
    """Tell whether the named address space contradicts the IP address in the URL."""
    return address_space(request.url) in other_spaces(request)


async def diagnosis(request: WireRequest, settle: promises.Settle) -> str:
    """Return the diagnosis for a silent server if the permission explains it, or ""."""
    space, prompted = space_of(request), runtime.spaces_needing_permission()
    if space:
        state = await _state(space, settle) if space in prompted else ""
        if state == "denied" and _is_of_unknown_place():
            return "perhaps local"
        return f"local {state}" if state in ("denied", "prompt") else ""
    # A public host name may resolve to a local address. "prompt" would be no sign: it is the
    # initial state of every site.
    for possible in prompted:
        if await _state(possible, settle) == "denied":
            return "perhaps local"
    return ""


def _is_of_unknown_place() -> bool:
    """Tell whether nothing shows where this page is from: it may be in the same network.

    A page or worker from a data: URL has neither an address nor an origin. Its permission is
    always "denied", also where none is needed.
    """
    return runtime.origin() == "null" and runtime.page_url() is None


async def _state(space: str, settle: promises.Settle) -> str:
    """Return "granted", "denied" or "prompt", "" if the browser has no such permission."""
    permissions: Any = js_property(js_global("navigator"), "permissions")
    if not permissions:
        return ""
    # query() rejects with a TypeError for a name that the browser does not know.
    for name in (_PERMISSIONS[space], _OLD_PERMISSION):
        asked = promises.call(permissions.query, permissions, js_object({"name": name}))
        outcome = await settle(asked)
        if outcome.fulfilled:
            return str(outcome.value.state)
    return ""
