"""What is done with a connection of httpcore2 as soon as there is one; a `trace` tells when."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from . import interim_answers, socket_settings

if TYPE_CHECKING:
    from .socket_pools import Pool


def blocking_hook(
    pool: Pool, connection: object, limit: float | None
) -> Callable[[str, Any], None]:
    """Return a `trace` that checks a fingerprint, and bounds informational answers.

    Args:
        pool: the one of the connection.
        connection: a new one.
        limit: see `interim_answers.bound`.
    """

    def trace(name: str, info: Any) -> None:
        try:
            _look(pool, connection, limit, name, info)
        except BaseException:
            if secured := info.get("return_value"):
                secured.close()
            raise

    return trace


def async_hook(
    pool: Pool, connection: object, limit: float | None
) -> Callable[[str, Any], Coroutine[object, None, None]]:
    """Return the same for a connection that is awaited."""

    async def trace(name: str, info: Any) -> None:
        try:
            _look(pool, connection, limit, name, info)
        except BaseException:
            if secured := info.get("return_value"):
                await secured.aclose()
            raise

    return trace


def _look(pool: Pool, connection: object, limit: float | None, name: str, info: Any) -> None:
    """Do what is due at a step of a connection.

    Raises:
        SSLError: the certificate of the server, in `info`, has another fingerprint.
    """
    if name == "http11.receive_response_headers.started":
        # Twice through a proxy: there the first answer is that to CONNECT.
        interim_answers.bound(connection, limit)
    elif _is_secured(name, pool):
        socket_settings.check_fingerprint(pool.fingerprint, info["return_value"])


def _is_secured(name: str, pool: Pool) -> bool:
    """Tell whether TLS with the server has begun, and its certificate is to be checked."""
    # With a proxy, "connection" is the one to it.
    of_server = name.endswith(".start_tls.complete") and (
        name.startswith("connection.") is not pool.is_proxied
    )
    return bool(pool.fingerprint) and of_server
