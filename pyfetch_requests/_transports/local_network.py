"""Local Network Access: a browser asks its user before a page reaches a local address.

Chrome does since version 142, before it looks at CORS. It refuses a probe in the same way, so a
server that is there looks dead; the permission tells.

Source: WICG, Local Network Access.
"""

from __future__ import annotations

from typing import Any

from .._text.urls import address_space
from .._wire import WireRequest
from . import promises, runtime
from .runtime import js_global, js_object, js_property

_PERMISSIONS = {"loopback": "loopback-network", "local": "local-network"}
_OLD_PERMISSION = "local-network-access"


def space_of(request: WireRequest) -> str:
    """Return "loopback" or "local" where a request is meant to lead there, "" where it may."""
    given = request.options.get("target_address_space")
    if given in _PERMISSIONS:
        return str(given)
    host = request.url.partition("://")[2].partition("/")[0].partition(":")[0]
    # Multicast DNS has no host of the internet; see RFC 6762.
    return address_space(request.url) or ("local" if host.lower().endswith(".local") else "")


def others(request: WireRequest) -> list[str]:
    """Return the address spaces that may have been meant, where one was named."""
    given = request.options.get("target_address_space")
    if given in (None, "unknown") or not runtime.knows_address_spaces():
        return []
    return [space for space in _PERMISSIONS if space != given]


def is_misnamed(request: WireRequest) -> bool:
    """Tell whether an address space is named for a host that plainly is elsewhere."""
    return address_space(request.url) in others(request)


async def diagnosis(request: WireRequest, settle: promises.Settle) -> str:
    """Tell what the permission has to do with a server that is silent, "" for nothing."""
    space, asked_for = space_of(request), runtime.asked_for()
    if space:
        state = await _state(space, settle) if space in asked_for else ""
        return f"local {state}" if state in ("denied", "prompt") else ""
    for possible in asked_for:
        if await _state(possible, settle) == "denied":
            return "perhaps local"
    return ""


async def _state(space: str, settle: promises.Settle) -> str:
    """Return "granted", "denied" or "prompt", "" where the browser has no such permission."""
    permissions: Any = js_property(js_global("navigator"), "permissions")
    if not permissions:
        return ""
    for name in (_PERMISSIONS[space], _OLD_PERMISSION):
        asked = promises.call(permissions.query, permissions, js_object({"name": name}))
        outcome = await settle(asked)
        if outcome.fulfilled:
            return str(outcome.value.state)
    return ""
