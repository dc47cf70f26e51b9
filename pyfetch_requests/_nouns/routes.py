"""The way to a server over sockets, by what a request names: proxy, certificates, a time limit.

Decides on values alone. Never imported in a browser, which decides about these itself.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from .._wire import Route
from .proxies import select_proxy
from .settings import timeout_pair
from .tls_settings import check_tls_files

if TYPE_CHECKING:
    from . import types


def route_to(
    url: str,
    timeout: types.Timeout,
    verify: types.Verify,
    cert: types.Cert,
    proxies: types.Proxies | None,
    pool_settings: Mapping[str, object],
) -> Route:
    """Return the route for a request, or refuse settings that no request can have.

    Args:
        url, timeout, verify, cert, proxies: those of the request.
        pool_settings: those of the adapter's connections, under urllib3's names.

    Raises:
        OSError: a file that `verify` or `cert` names does not exist.
        ValueError: the timeout is not a valid one.
    """
    check_tls_files(url, verify, cert)
    connect, _ = timeout_pair(timeout)
    proxy = select_proxy(url, proxies)
    return Route(_verified(verify), cert, proxy, connect, pool_settings)


def _verified(verify: types.Verify) -> types.Verify:
    """Return the path of authorities, or whether certificates are verified at all."""
    # Anything else than a path counts as a yes or a no; a route is a key of pools.
    if isinstance(verify, (str, os.PathLike)):
        return verify
    return verify is None or bool(verify)
