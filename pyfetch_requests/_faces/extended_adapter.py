"""Sending by an `HTTPAdapter` some of whose steps are a subclass's, or were replaced.

Decides when `add_headers` and `build_response` are called: where requests does. Not imported before
such an adapter sends.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .._nouns.request import PreparedRequest
    from .blocking import HTTPAdapter, Response


def extended(
    adapter: HTTPAdapter,
    built_in: Callable[..., Response],
    request: PreparedRequest,
    send: Callable[[bool], Response],
    options: dict[str, Any],
) -> Response:
    """Send a request with the steps that are not those of this package.

    Args:
        adapter: whose steps they are.
        built_in: the `build_response` that need not be called.
        request: the prepared one.
        send: sends it; the body is streamed if its argument is true.
        options: as `send` of the adapter got them.
    """
    adapter.add_headers(request, **options)
    if getattr(adapter.build_response, "__func__", None) is built_in:
        return send(options["stream"])
    # Streamed in any case: the body is unread when `build_response` gets it, and may be wrapped.
    sent = send(True)
    raw = sent.raw
    raw.made = sent
    try:
        response = adapter.build_response(request, raw)
    finally:
        raw.made = None
    if not options["stream"]:
        response.content  # noqa: B018 - which reads it
    return response
