"""The adapter that sends requests through a server which forwards them; it serves both faces.

Decides which face sends. Never decides which URL is requested: `_nouns/through.py` does.
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
    """Sends requests through a server of yours that forwards them, for servers without CORS.

    Mount it for the URLs that need it, on sessions of either face. A response has the original URL
    as its `url`; its `through` is the URL that the browser requested.

    Args:
        template: URL of the forwarding server, with `{url}` where the escaped original URL
            belongs; `{+url}` for a server that takes it unescaped. It may be relative to the page,
            as in "/proxy?url={url}".
        credentials: True also forwards cookies and logins (`auth=`, `Authorization`, keys and
            tokens in headers), which that server can read; else they are refused.
        max_retries: number of tries after the first, or a `Retry`.
        transport: carries the requests; None for the default one of the runtime.

    Raises:
        InvalidURL: the template has no place for the URL.

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
        """Return the adapter that sends for a session of either face."""
        # Only here is the face known: the same object may be mounted on both.
        face = _BlockingThrough if isinstance(session, blocking.Session) else _AsyncThrough
        return face(self)


class _Mounted(AdapterBase):
    """The adapter of one session; a base before that of the face, which it refines."""

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
