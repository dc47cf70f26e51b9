"""The methods of requests' `HTTPAdapter` about urllib3's pools, for adapters that override them.

Here a pool holds settings, and no connections.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from .._nouns.session import AdapterBase

if TYPE_CHECKING:
    from .._nouns import types
    from .._nouns.request import PreparedRequest
    from .._wire import Transport
    from .adapter_pools import NoPool


class PoolMethods(AdapterBase):
    """The part of an adapter that sets what connections are made with."""

    def __init__(
        self,
        pool_connections: int = 10,
        pool_maxsize: int = 10,
        max_retries: types.Retries = 0,
        pool_block: bool = False,
        *,
        transport: Transport | None = None,
    ) -> None:
        # Under requests' names for subclasses, which read them.
        self._pool_connections, self._pool_maxsize = pool_connections, pool_maxsize
        self._pool_block = pool_block
        super().__init__(
            pool_connections, pool_maxsize, max_retries, pool_block, transport=transport
        )

    @cached_property
    def config(self) -> dict[str, object]:
        """Nothing, as in requests."""
        return {}

    @cached_property
    def poolmanager(self) -> types.Clearable:
        """What holds the settings of connections, under urllib3's names; code may replace it."""
        from .adapter_pools import NoPool

        return NoPool()

    def init_poolmanager(  # type: ignore[override]
        self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: object
    ) -> None:
        """Set what connections are made with, such as `ssl_context`; adapters override it.

        A browser decides about that itself, and a warning says so.

        Args:
            connections, maxsize, block: as the adapter was made with; they change nothing here.
            **pool_kwargs: settings, under urllib3's names.
        """
        if pool_kwargs:  # kept where code that knows urllib3 may change them
            from .adapter_pools import NoPool

            self.poolmanager = NoPool(pool_kwargs)

    def cert_verify(self, conn: object, url: str, verify: types.Verify, cert: types.Cert) -> None:
        """Write `verify` and `cert` to a pool; adapters override it."""
        from .adapter_pools import cert_verify

        cert_verify(conn, url, verify, cert)

    def get_connection_with_tls_context(
        self,
        request: PreparedRequest,
        verify: types.Verify,
        proxies: types.Proxies | None = None,
        cert: types.Cert = None,
    ) -> NoPool:
        """Return a stand-in for a connection pool: its settings count, and it has no connections.

        Adapters override it to change the settings.
        """
        from .adapter_pools import NoPool

        _, settings = self.build_connection_pool_key_attributes(request, verify, cert)
        return NoPool(settings)

    def get_connection(self, url: str, proxies: types.Proxies | None = None) -> NoPool:
        """Return a stand-in for a connection pool; it can be kept, but not used."""
        from .adapter_pools import NoPool

        return NoPool()

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: object) -> types.Clearable:
        """Return what holds the settings of connections to a proxy; adapters override it."""
        from .adapter_pools import NoPool

        return self.proxy_manager.setdefault(proxy, NoPool(proxy_kwargs))

    def build_connection_pool_key_attributes(
        self, request: PreparedRequest, verify: types.Verify, cert: types.Cert = None
    ) -> tuple[dict[str, object], dict[str, object]]:
        """Return the address of a request, and how its certificate is checked.

        Adapters override it to change the second.
        """
        from .adapter_pools import key_attributes

        return key_attributes(request, verify, cert)

    @property
    def proxy_manager(self) -> dict[str, types.Clearable]:
        """Pools that code keeps here for its proxies; closing the adapter clears each of them."""
        managers: dict[str, types.Clearable] = self.__dict__.setdefault("_proxy_managers", {})
        return managers

    def close(self) -> None:
        """Close the idle connections, and clear the pools in `proxy_manager`."""
        super().close()
        for manager in self.proxy_manager.values():
            manager.clear()
        if "poolmanager" in vars(self):
            self.poolmanager.clear()
