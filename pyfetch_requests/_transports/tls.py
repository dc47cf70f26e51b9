"""TLS settings for sockets: `verify`, what certificates are checked against, and `cert`."""

from __future__ import annotations

import os
import ssl
import weakref
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

import httpcore2

from ..exceptions import SSLError
from .socket_settings import apply

if TYPE_CHECKING:
    from .._wire import Route
    from .socket_settings import Settings

# OpenSSL's variables: they replace the system's store.
_ENVIRONMENT = ("SSL_CERT_FILE", "SSL_CERT_DIR")


def context(verify: Any, cert: Any) -> ssl.SSLContext:
    """Return the TLS context for a request; the same one for the same settings.

    Args:
        verify: True for the system's certificates, False for no check, or the path of a bundle or
            a folder.
        cert: path of a certificate with its key, or a pair of paths; None for none.

    Raises:
        SSLError: a file holds no certificate, or the key does not belong to the certificate.
    """
    if not isinstance(verify, bool):
        verify = os.fspath(verify)
    pair = _pair(cert)
    paths = [*([] if isinstance(verify, bool) else [verify]), *pair]
    # Part of the cache key: certificates are renewed while a program runs.
    times = tuple(os.stat(path).st_mtime_ns for path in paths if path)
    return _context(verify, pair, times, tuple(map(os.environ.get, _ENVIRONMENT)))


def for_settings(route: Route, settings: Settings) -> ssl.SSLContext:
    """Return the TLS context for a route and the settings of an adapter; see `context`."""
    if not settings.change_tls:
        return context(route.verify, route.cert)
    given = settings.context
    if given is None:
        given = _checking(route.verify)
        if not settings.checks_name:
            given.check_hostname = False
    elif route.verify is not False and not settings.is_complete:
        # As urllib3 does below requests: what the caller's own context trusts is kept.
        _trust(given, route.verify)
    apply(settings, given)
    if route.cert:
        _load_cert(given, _pair(route.cert))
    return cast("ssl.SSLContext", given)


def set_mode(verify: Any, settings: Settings) -> None:
    """Let the caller's own TLS context check what the next connection needs.

    It may serve several pools, with and without a check.

    Raises:
        ValueError: as in requests, `verify=False` with a context that checks the host name.
    """
    given = settings.context
    if given is None:
        return
    if not settings.checks_name and given.check_hostname:
        given.check_hostname = False
        _without_names.add(given)
    elif settings.checks_name and given in _without_names:
        given.check_hostname = True
        _without_names.discard(given)
    given.verify_mode = ssl.CERT_NONE if verify is False else ssl.CERT_REQUIRED


# Contexts of callers that check host names, but for an adapter with `assert_hostname=False` do not.
_without_names: weakref.WeakSet[ssl.SSLContext] = weakref.WeakSet()


def _trust(made: ssl.SSLContext, verify: Any) -> None:
    """Let a context trust what another one trusts."""
    if verify is True:
        made.load_default_certs()
        _add_certifi(made)
    elif os.path.isdir(verify):
        made.load_verify_locations(capath=verify)
    else:
        made.load_verify_locations(cafile=verify)


# Loading certificates takes tens of milliseconds, and every new connection needs a context.
@lru_cache(maxsize=32)
def _context(verify: Any, pair: tuple[Any, ...], *_: object) -> ssl.SSLContext:
    made = _checking(verify)
    if pair:
        _load_cert(made, pair)
    return made


def _pair(cert: Any) -> tuple[Any, ...]:
    return (cert,) if isinstance(cert, str | os.PathLike) else tuple(cert or ())


def _load_cert(made: ssl.SSLContext, pair: tuple[Any, ...]) -> None:
    try:
        made.load_cert_chain(*pair)
    except (ssl.SSLError, OSError) as error:
        raise SSLError(f"The client certificate cert={pair!r} cannot be loaded: {error}") from error


def _checking(verify: Any) -> ssl.SSLContext:
    if verify is True:
        return _system_context()
    if verify is False:
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        made.check_hostname = False  # first: CERT_NONE is a ValueError while it is set
        made.verify_mode = ssl.CERT_NONE
        return made
    try:
        if os.path.isdir(verify):
            return ssl.create_default_context(capath=verify)
        return ssl.create_default_context(cafile=verify)
    except ssl.SSLError as error:
        raise SSLError(
            f"verify={verify!r} is not a bundle of certificates in PEM format: {error}"
        ) from error


def _system_context() -> ssl.SSLContext:
    """Return a context with the system's certificates, those of certifi where it has none."""
    made = httpcore2.default_ssl_context()
    _add_certifi(made)
    return made


def _add_certifi(made: ssl.SSLContext) -> None:
    """Let a context trust what certifi does, if the system has no certificates."""
    there = ssl.get_default_verify_paths()
    # Another type is truststore's, on Windows and macOS, which asks the system at each handshake.
    if type(made) is ssl.SSLContext and not (
        made.cert_store_stats()["x509_ca"] or there.capath or any(map(os.environ.get, _ENVIRONMENT))
    ):
        with suppress(ImportError):
            import certifi

            made.load_verify_locations(certifi.where())
