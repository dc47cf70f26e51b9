"""TLS settings for sockets: `verify`, what certificates are checked against, and `cert`."""

from __future__ import annotations

import os
import ssl
from functools import lru_cache
from typing import Any

import httpcore2

from ..exceptions import SSLError

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
    pair = (cert,) if isinstance(cert, str | os.PathLike) else tuple(cert or ())
    paths = [*([] if isinstance(verify, bool) else [verify]), *pair]
    # Part of the cache key: certificates are renewed while a program runs.
    times = tuple(os.stat(path).st_mtime_ns for path in paths if path)
    return _context(verify, pair, times, tuple(map(os.environ.get, _ENVIRONMENT)))


# Loading certificates takes tens of milliseconds, and every new connection needs a context.
@lru_cache(maxsize=32)
def _context(verify: Any, pair: tuple[Any, ...], *_: object) -> ssl.SSLContext:
    made = _checking(verify)
    if pair:
        try:
            made.load_cert_chain(*pair)
        except (ssl.SSLError, OSError) as error:
            raise SSLError(
                f"The client certificate cert={pair!r} cannot be loaded: {error}"
            ) from error
    return made


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
    there = ssl.get_default_verify_paths()
    # Another type is truststore's, on Windows and macOS, which asks the system at each handshake.
    if type(made) is ssl.SSLContext and not (
        made.cert_store_stats()["x509_ca"] or there.capath or any(map(os.environ.get, _ENVIRONMENT))
    ):
        try:
            import certifi
        except ImportError:
            return made
        made.load_verify_locations(certifi.where())
    return made
