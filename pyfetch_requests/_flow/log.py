"""Logs one line for each try of a request, to the logger "pyfetch_requests" at the level DEBUG.

Decides what a line says. Never configures a logger, and never writes a secret.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from .._display import hiding

if TYPE_CHECKING:
    from .._nouns.response import ResponseBase
    from .._wire import Transport, WireRequest

_LOGGER = logging.getLogger("pyfetch_requests")


def answered(transport: Transport, wire: WireRequest, response: ResponseBase) -> None:
    """Log an answer: its status, its size if it has been read, its time and the transport."""
    content = response._content
    _LOGGER.debug(
        "%s %s %s, %s in %.3f s by %s",
        wire.method,
        hiding.in_text(wire.url),
        response.status_code or response.type,  # status 0 is an opaque answer or redirect
        "body unread" if content is False else f"{len(content or b'')} bytes",
        response.elapsed.total_seconds(),
        _name(transport),
    )


def failed(transport: Transport, wire: WireRequest, error: BaseException) -> None:
    """Log a failure."""
    # The browser's own words are in it, and may quote the URL.
    message = hiding.in_text(str(error))
    kind = type(error).__name__
    url = hiding.in_text(wire.url)
    _LOGGER.debug("%s %s %s by %s: %s", wire.method, url, kind, _name(transport), message)


def _name(transport: Transport) -> str:
    return type(transport).__name__.removesuffix("Transport") or "a transport"
