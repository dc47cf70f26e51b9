"""The adapter that asks through a server which passes requests on; it serves both faces.

Decides nothing of the address: `_nouns/through.py` does. Never sends: another adapter does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._nouns.session import AdapterBase
from .._nouns.through import Through
from ..exceptions import shorten
from . import asynchronous, blocking

if TYPE_CHECKING:
    from .._nouns import types
    from .._nouns.request import PreparedRequest
    from .._nouns.session import BaseAdapter, SessionBase
    from .._wire import Transport


class ThroughAdapter(AdapterBase):
    """Asks through a server of yours that passes requests on, for servers that do not allow CORS.

    To be mounted for the addresses that need it, on sessions of either face. A response keeps the
    address that was asked for as its `url`; its `through` is the one that the browser asked.

    Args:
        template: address of the server that passes requests on, with `{url}` where the address
            that is asked for belongs, escaped; `{+url}` for a server that wants it as it stands.
            May be relative to the page, as in "/proxy?url={url}".
        credentials: True also passes on cookies and logins (`auth=`, `Authorization`, keys and
            tokens in headers), which that server can read; they are refused else.
        max_retries: number of tries after the first, or a `Retry`.
        transport: carries the requests; None for the best that the runtime has.

    Raises:
        InvalidURL: the template has no place for the address.

    Example:
        import pyfetch_requests

        session = pyfetch_requests.Session()
        adapter = pyfetch_requests.ThroughAdapter("https://my.example/?url={url}")
        session.mount("https://api.example/", adapter)
        response = await session.get("https://api.example/things")
    """

    def __init__(
        self,
        template: str,
        *,
        credentials: bool = False,
        max_retries: types.Retries = 0,
        transport: Transport | None = None,
    ) -> None:
        super().__init__(max_retries=max_retries, transport=transport)
        self.way = Through(template, credentials)

    def __repr__(self) -> str:
        return repr(self.way)

    def for_session(self, session: SessionBase) -> BaseAdapter:
        """Return what sends for a session, in the way of its face."""
        face = _BlockingThrough if isinstance(session, blocking.Session) else _AsyncThrough
        return face(self)


class _Mounted(AdapterBase):
    """What sends for a session; before the adapter of its face, of which it is one."""

    def __init__(self, adapter: ThroughAdapter) -> None:
        super().__init__(max_retries=adapter.max_retries, transport=adapter.transport)
        self.way = adapter.way

    def __repr__(self) -> str:
        return repr(self.way)


class _AsyncThrough(_Mounted, asynchronous.HTTPAdapter):
    async def send(
        self,
        request: PreparedRequest,
        stream: bool = False,
        timeout: types.Timeout = None,
        verify: types.Verify = True,
        cert: types.Cert = None,
        proxies: types.Proxies | None = None,
    ) -> asynchronous.Response:
        """Send a prepared request through the other server."""
        try:
            there = self.way.rewritten(request)
            response = await super().send(there, stream, timeout, verify, cert, proxies)
        except BaseException as error:
            self.way.annotate(error, request)
            shorten(error)
            raise
        return self.way.restored(response, request)


class _BlockingThrough(_Mounted, blocking.HTTPAdapter):
    def send(
        self,
        request: PreparedRequest,
        stream: bool = False,
        timeout: types.Timeout = None,
        verify: types.Verify = True,
        cert: types.Cert = None,
        proxies: types.Proxies | None = None,
    ) -> blocking.Response:
        """Send a prepared request through the other server."""
        try:
            there = self.way.rewritten(request)
            response = super().send(there, stream, timeout, verify, cert, proxies)
        except BaseException as error:
            self.way.annotate(error, request)
            shorten(error)
            raise
        return self.way.restored(response, request)
