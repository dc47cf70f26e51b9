"""Settings of connections that an adapter of the user's own has, where there are no connections.

Not imported before such an adapter is used in a browser.
"""

from __future__ import annotations

from collections.abc import Mapping

from .._warn import warn_once

# What a browser decides itself, under urllib3's names.
_OF_SOCKETS = (
    "ssl_context", "ssl_version", "ssl_minimum_version", "ssl_maximum_version", "assert_hostname",
    "assert_fingerprint", "server_hostname", "source_address", "socket_options", "ca_cert_data",
)  # fmt: skip


def warn_in_browser(adapter: object, settings: Mapping[str, object]) -> None:
    """Warn once of each setting of an adapter's class that has no effect in a browser."""
    for name in _OF_SOCKETS:
        if settings.get(name) is not None:
            warn_once(
                f"adapter {type(adapter).__qualname__} {name}",
                f"{type(adapter).__name__} sets {name} for its connections, which has no effect: "
                "the browser decides about connections and certificates itself.",
            )
