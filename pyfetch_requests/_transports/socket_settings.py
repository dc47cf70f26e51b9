"""What an adapter of the user's own sets for its connections, from urllib3's names to httpcore2's.

Decides what each name means. What cannot be honoured is refused, before anything is sent.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from typing import Any, NamedTuple

from ..exceptions import InvalidProxyURL, RequestException

# The versions of TLS that `ssl_version` may name.
_VERSIONS: dict[Any, ssl.TLSVersion] = {
    ssl.PROTOCOL_TLSv1: ssl.TLSVersion.TLSv1,
    ssl.PROTOCOL_TLSv1_1: ssl.TLSVersion.TLSv1_1,
    ssl.PROTOCOL_TLSv1_2: ssl.TLSVersion.TLSv1_2,
}
_HASHES = {32: "md5", 40: "sha1", 64: "sha256"}  # by the number of hexadecimal digits


class Settings(NamedTuple):
    """How connections are made; equal settings share a pool.

    Attributes:
        context: the caller's own TLS context, None for one of ours.
        least, most: versions of TLS, None for those of the context.
        checks_name: whether the certificate has to be that of the host.
        name: the name that TLS asks for and checks, None for the host.
        fingerprint: of the certificate, in hexadecimal digits; "" if it may have any.
        address: that connections are made from, None for any.
        options: of the sockets, as `setsockopt` takes them.
        authorities: certificates in PEM or DER to check against as well.
        is_complete: whether the context has all certificates to check against.
    """

    context: Any = None
    least: Any = None
    most: Any = None
    checks_name: bool = True
    name: str | None = None
    fingerprint: str = ""
    address: str | None = None
    options: tuple[tuple[Any, ...], ...] = ()
    authorities: str | bytes | None = None
    is_complete: bool = False

    @property
    def change_tls(self) -> bool:
        """Whether the TLS context has to be another one than without settings."""
        own = (self.context, self.least, self.most, self.authorities)
        return any(own) or not self.checks_name


_NONE = Settings()


def settings_of(pool: Mapping[str, Any] | None) -> Settings:
    """Return the settings that a pool has under urllib3's names.

    Raises:
        RequestException: one of them is not possible here.
    """
    if not pool:
        return _NONE
    version = _VERSIONS.get(pool.get("ssl_version"))
    asserted = pool.get("assert_hostname")
    fingerprint = str(pool.get("assert_fingerprint") or "").replace(":", "").lower()
    if fingerprint and len(fingerprint) not in _HASHES:
        raise RequestException(f"assert_fingerprint={fingerprint!r} is no fingerprint")
    return Settings(
        pool.get("ssl_context"),
        pool.get("ssl_minimum_version") or version,
        pool.get("ssl_maximum_version") or version,
        # As in urllib3, a fingerprint is checked instead of the name.
        asserted is not False and not fingerprint,
        pool.get("server_hostname") or asserted or None,
        fingerprint,
        _address(pool.get("source_address")),
        tuple(map(tuple, pool.get("socket_options") or ())),
        pool.get("ca_cert_data"),
        bool(pool.get("is_complete")),
    )


def _address(source: Any) -> str | None:
    if not source:
        return None
    host, port = source
    if port:
        raise RequestException(
            f"source_address={source!r}: the address can be chosen, but not the port. Use 0."
        )
    return str(host)


def refuse_proxy(settings: Settings) -> None:
    """Refuse what is not possible over a proxy.

    Raises:
        InvalidProxyURL: the address that connections are made from is set.
    """
    if settings.address:
        raise InvalidProxyURL("source_address has no effect with a proxy: remove one of them")


def apply(settings: Settings, context: ssl.SSLContext) -> None:
    """Change versions and authorities of a TLS context as the settings say."""
    if settings.least:
        context.minimum_version = settings.least
    if settings.most:
        context.maximum_version = settings.most
    if settings.authorities:
        context.load_verify_locations(cadata=settings.authorities)


def check_fingerprint(expected: str, stream: Any) -> None:
    """Check the certificate of a connection that has just been secured.

    Raises:
        SSLError: it has another fingerprint.
    """
    import hashlib
    import hmac

    certificate = stream.get_extra_info("ssl_object").getpeercert(True)
    found = hashlib.new(_HASHES[len(expected)], certificate).hexdigest()
    if not hmac.compare_digest(found, expected):
        text = f"the fingerprint of the certificate is {found}, not {expected}"
        raise ssl.SSLError(ssl.SSL_ERROR_SSL, text)
