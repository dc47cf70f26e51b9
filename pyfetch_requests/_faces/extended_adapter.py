"""Sending by a subclass of `HTTPAdapter` that extends the steps of requests' adapter.

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
    own: type[HTTPAdapter],
    request: PreparedRequest,
    send: Callable[[bool], Response],
    options: dict[str, Any],
) -> Response:
    """Send a request with the steps that a subclass has changed.

    Args:
        adapter: of the subclass.
        own: the class whose steps need not be called.
        request: the prepared one.
        send: sends it; the body is streamed if its argument is true.
        options: as `send` of the adapter got them.
    """
    adapter.add_headers(request, **options)
    if type(adapter).build_response is own.build_response:
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
