"""The async face: the flow, awaited.

Decides how an async caller reads a body. Never decides what is sent.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Coroutine
from typing import TYPE_CHECKING, Any, TypeAlias, Unpack

from .._flow import exchange
from .._nouns.raw import RawBase
from .._nouns.response import ResponseBase
from .._nouns.session import AdapterBase, SessionBase
from .._nouns.types import RequestOptions
from .._nouns.verbs import Verbs
from .._text.decoders import Pipeline
from .._transports import choose

if TYPE_CHECKING:
    from .event_streams import AsyncEventStream


class Raw(RawBase):
    """The unread body; every read is to be awaited."""

    async def read(self, amt: int | None = None, decode_content: bool | None = None) -> bytes:
        """Return `amt` bytes, fewer only at the end; all the rest for None."""
        return await self._read(amt)

    async def stream(
        self, amt: int | None = 65536, decode_content: bool | None = None
    ) -> AsyncIterator[bytes]:
        """Yield the rest in pieces of `amt` bytes."""
        while chunk := await self._read(amt):
            yield chunk

    async def close(self) -> None:
        """Give the connection back."""
        await self._close()


class Response(ResponseBase[AsyncIterator[Any]]):
    """The answer to a request; see `ResponseBase` for its attributes.

    With `stream=True` the body is still on its way: read it once, with `async for` over
    `iter_content` or `iter_lines`, or with `await read()`.
    """

    @property
    def content(self) -> bytes:
        """The body in bytes, after Content-Encoding.

        Raises:
            RuntimeError: it was streamed, and is not here.
        """
        return self._loaded()

    def _loaded(self) -> bytes:
        if self._content is False:
            if self._content_consumed:
                raise RuntimeError("The content for this response was already consumed")
            raise RuntimeError("The body has not been read yet: use 'await response.read()' first")
        content: bytes = self._content
        return content

    async def read(self) -> bytes:
        """Read what is left of a streamed body, keep it as `content`, and return it.

        Raises:
            ChunkedEncodingError: the connection broke before the end.
            BodyTimeout: the server stopped sending.
        """
        if self._content is False and not self._content_consumed:
            self._content_consumed = True
            self._content = await exchange.read_all(self.raw.body)
        return self._loaded()

    async def _pieces(self, pipeline: Pipeline) -> AsyncIterator[Any]:
        chunks = self._chunks()
        try:
            async for chunk in chunks:
                for piece in pipeline.feed(chunk):
                    yield piece
            for piece in pipeline.flush():
                yield piece
        finally:
            # Closing this generator does not close the one that it loops over.
            await chunks.aclose()

    async def _chunks(self) -> AsyncGenerator[bytes, None]:
        if self._content is not False:
            yield self._content
            return
        self._content_consumed = True
        try:
            while chunk := await self.raw.body.read():
                yield chunk
        finally:
            # Leaving the loop early gives the connection back too.
            await self.close()

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self.iter_content(128)

    async def close(self) -> None:
        """Give the connection back; what was not read is cancelled."""
        if self.raw is not None:
            await self.raw.close()

    async def __aenter__(self) -> Response:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


FACE = exchange.Face(False, choose.async_transport, Response, Raw)
Answer: TypeAlias = Coroutine[Any, Any, Response]


class HTTPAdapter(AdapterBase):
    """Sends requests over a transport; mount one to give some URLs their own settings."""

    async def send(
        self,
        request: Any,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Any = None,
    ) -> ResponseBase[Any]:
        """Send a prepared request; redirects and hooks are the session's business."""
        self._check(request, verify, cert, proxies)
        return await exchange.exchange(FACE, self, request, stream, timeout)


class Session(SessionBase, Verbs[Answer]):
    """Settings and cookies that several requests share; every verb is to be awaited.

    Args:
        max_connections: how many requests may be under way at a time, None for no limit.
        **settings: see `SessionBase`.

    Example:
        async with Session(base_url="https://api.example/") as session:
            response = await session.get("things", params={"limit": 5})
    """

    def __init__(self, *, max_connections: int | None = None, **settings: Any) -> None:
        self.max_connections = max_connections
        super().__init__(**settings)

    def _new_adapter(self, retries: Any, transport: Any) -> HTTPAdapter:
        if self.max_connections is not None:
            from .._flow.limit import LimitedTransport

            inner = transport
            transport = LimitedTransport(
                self.max_connections, lambda: inner or choose.async_transport()
            )
        return HTTPAdapter(max_retries=retries, transport=transport)

    async def request(self, method: str, url: Any, **options: Unpack[RequestOptions]) -> Response:
        """Send a request, and return the answer; see `pyfetch_requests.request`."""
        prepared, sending = self._prepare(method, url, (), dict(options))
        return await self.send(prepared, **sending)

    async def send(self, request: Any, **options: Any) -> Response:
        """Send a prepared request, and follow redirects; the settings of the call win.

        Raises:
            ValueError: the request is not a prepared one.
            TooManyRedirects: more than `max_redirects`.
        """
        options = self._sending_options(request, options)
        response: Any = await exchange.send(self, request, FACE, **options)
        response.json_decoder = self.json_decoder
        return response  # type: ignore[no-any-return]

    def sse(
        self,
        url: Any,
        *,
        method: str = "GET",
        reconnect: bool = False,
        max_retries: int = 5,
        **options: Unpack[RequestOptions],
    ) -> AsyncEventStream:
        """Open a stream of server-sent events; see `pyfetch_requests.sse`."""
        from .event_streams import AsyncEventStream

        return AsyncEventStream(
            self, FACE, url, method, reconnect=reconnect, max_retries=max_retries, options=options
        )

    async def __aenter__(self) -> Session:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()


class OneShot(Verbs[Answer]):
    """The verbs of the module: each call has a session of its own."""

    async def request(self, method: str, url: Any, **options: Unpack[RequestOptions]) -> Response:
        """Send a request, and return the answer.

        Args:
            method: such as "GET".
            url: str or bytes; "/x" and "./x" are relative to the page.
            **options: see `Verbs`.

        Raises:
            RequestException: every failure, by its subclasses: ConnectionError (CORSError when
                the browser refused), Timeout, TooManyRedirects, InvalidURL, MissingSchema,
                InvalidHeader, BrowserLimitError and the others of `exceptions`.
        """
        async with Session() as session:
            return await session.request(method, url, **options)


def sse(
    url: Any,
    *,
    method: str = "GET",
    reconnect: bool = False,
    max_retries: int = 5,
    **options: Unpack[RequestOptions],
) -> AsyncEventStream:
    """Open a stream of server-sent events, as language models and feeds send them.

    Args:
        url: where the stream is.
        method: such as "GET" or "POST".
        reconnect: True to come back also when the stream has ended well, as a browser's
            EventSource does, until the server answers 204.
        max_retries: how often in a row to try again, without an event in between.
        **options: those of every request: `json`, `headers`, `timeout` and so on.

    Returns:
        To be entered with `async with`. Iterating gives `Event`s with `event`, `data`, `id` and
        `json()`; `response` is the answer that they come from. Leaving the block ends the request
        at the server. When the connection breaks, it is made again with `Last-Event-ID`: always
        for GET, for other methods if the server has given an id or no event has come yet.

    Raises:
        HTTPError: on entering, the answer is no stream of events (204 is one without events).
        ChunkedEncodingError: the connection broke, and could not or may not be made again.
        BrowserLimitError: on entering, this call cannot read a body as it arrives.
    """
    stream = Session().sse(
        url, method=method, reconnect=reconnect, max_retries=max_retries, **options
    )
    stream.owns_session = True
    return stream
