"""What a subclass of `HTTPAdapter` sets for its connections, under urllib3's names.

Decides what is asked of the adapter, in the order of requests, and what of it has no effect here.
Not imported before such an adapter is used.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NoReturn

from .._nouns.pool_settings import warn_in_browser
from .._text import url_rules
from .._transports import runtime
from ..exceptions import BrowserLimitError

if TYPE_CHECKING:
    from .._nouns import types
    from .._nouns.request import PreparedRequest
    from .._wire import Route
    from .blocking import HTTPAdapter


class NoPool:
    """Stands in for urllib3's pools: it keeps settings, and has no connections.

    Args:
        settings: what the pool was made with.

    Attributes:
        connection_pool_kw: the settings, which code may change.
        key_fn_by_scheme, pool_classes_by_scheme, pools: empty; libraries put their own in, which
            are not used.
    """

    def __init__(self, settings: Mapping[str, object] | None = None) -> None:
        self.connection_pool_kw = dict(settings or {})
        self.key_fn_by_scheme: dict[str, object] = {}
        self.pool_classes_by_scheme: dict[str, object] = {}
        self.pools: dict[object, object] = {}

    def clear(self) -> None:
        """Do nothing: there are no connections."""

    def __getattr__(self, name: str) -> NoReturn:
        # Of an object that is being unpickled, everything is missing.
        if name.startswith("__") or not vars(self):
            raise AttributeError(name)
        raise BrowserLimitError(
            f"{name!r} of a connection pool was used, and there is none: its settings can be read "
            "and changed, but requests are sent by a Session, or this package's HTTPAdapter."
        )


_OF_ALL_POOLS = vars(NoPool()).keys()  # which are not settings


def settings_of(pool: object) -> dict[str, object]:
    """Return the settings of a pool or of a manager of pools, ours or urllib3's."""
    own = vars(pool)
    found = {**own.get("connection_pool_kw", {}), **own.get("conn_kw", {}), **own}
    return {n: value for n, value in found.items() if value is not None and n not in _OF_ALL_POOLS}


def key_attributes(
    request: PreparedRequest, verify: types.Verify, cert: types.Cert
) -> tuple[dict[str, object], dict[str, object]]:
    """Return the address of a request, and how its certificate is checked, as requests does."""
    parts = url_rules.parse(request.url)
    pool = NoPool()
    cert_verify(pool, request.url, verify, cert)
    settings = settings_of(pool)
    return {"scheme": parts.scheme, "host": parts.host, "port": parts.port}, settings


def cert_verify(pool: object, url: str, verify: types.Verify, cert: types.Cert) -> None:
    """Write `verify` and `cert` to a pool, under urllib3's names."""
    checks = url.lower().startswith("https") and verify is not False
    path = None if isinstance(verify, bool) or verify is None or not checks else os.fspath(verify)
    is_folder = bool(path) and os.path.isdir(str(path))
    vars(pool).update(
        cert_reqs="CERT_REQUIRED" if checks else "CERT_NONE",
        ca_certs=None if is_folder else path,
        ca_cert_dir=path if is_folder else None,
    )
    if cert:
        pair = (cert,) if isinstance(cert, str | os.PathLike) else tuple(cert)
        vars(pool).update(zip(("cert_file", "key_file"), pair, strict=False))


def with_settings(
    adapter: HTTPAdapter, route: Route, request: PreparedRequest, options: dict[str, Any]
) -> Route:
    """Return a route with the settings of an adapter.

    Args:
        adapter: of the user's own.
        route: without them.
        request: the prepared one.
        options: as `send` of the adapter got them.
    """
    verify, cert = options["verify"], options["cert"]
    pool = adapter.get_connection_with_tls_context(
        request, verify, proxies=options["proxies"], cert=cert
    )
    settings = settings_of(adapter.poolmanager)
    if route.proxy:
        settings |= settings_of(adapter.proxy_manager_for(route.proxy))
    settings |= settings_of(pool)
    if runtime.IN_PYODIDE:
        warn_in_browser(adapter, settings)
        return route
    if request.url.lower().startswith("https"):
        adapter.cert_verify(pool, request.url, verify, cert)
        settings |= settings_of(pool)
        route = route._replace(verify=_verify(vars(pool)), cert=_cert(settings))
    return route._replace(pool=settings)


def _verify(checked: Mapping[str, object]) -> object:
    if checked.get("cert_reqs") in ("CERT_NONE", "NONE", 0):
        return False
    return checked.get("ca_certs") or checked.get("ca_cert_dir") or True


def _cert(settings: Mapping[str, object]) -> object:
    file, key = settings.get("cert_file"), settings.get("key_file")
    return (file, key) if file and key else file
