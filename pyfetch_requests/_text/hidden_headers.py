"""Why a browser does not show a header. Imported when one is missing.

Source: WHATWG Fetch, filtered responses.
"""

from __future__ import annotations

# Source: WHATWG Fetch, CORS-safelisted response-header names.
_SAFELISTED = frozenset(
    """
    cache-control content-language content-length content-type expires last-modified pragma
    """.split()
)
_NOT_EXPOSED = (
    "The response came from another origin, and a browser shows a page only those of its headers "
    "that the server exposes: {name} may have been sent, and hidden. To show it, the server has to "
    "send 'Access-Control-Expose-Headers: {name}' as well."
)
_KEPT = (
    "A browser never shows Set-Cookie to a program, whatever the server exposes: it keeps cookies "
    "itself, and sends them by its own rules (credentials=)."
)
OPAQUE = (
    "The response may not be read: it is opaque (mode='no-cors'), and the browser hides its "
    "status, headers and body from this page. Leave mode= out for a response that can be read; its "
    "server then has to allow it (CORS)."
)


def reason(kind: str, name: str) -> str:
    """Return why a header is not there, "" if it was not sent.

    Args:
        kind: fetch's type of the response: "basic", "cors" or "opaque".
        name: of the header, in any case.
    """
    lower = name.lower()
    if lower == "set-cookie":
        return _KEPT
    if kind == "opaque":
        return OPAQUE
    return _NOT_EXPOSED.format(name=name) if kind == "cors" and lower not in _SAFELISTED else ""
