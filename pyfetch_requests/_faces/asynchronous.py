"""The async face: the flow, awaited.

Decides how an async caller sends a request and reads a body. Never decides what is sent or what an
answer means: the nouns and the flow do.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from typing import TYPE_CHECKING, NoReturn, Unpack, cast

from .._flow import exchange
from .._nouns.raw import RawBase, file_chunks
from .._nouns.response import ResponseBase
from .._nouns.session import AdapterBase, SessionBase
from .._nouns.verbs import with_keywords
from .._transports import choose
from ..exceptions import short_traceback, shorten
from .awaitables import AwaitedVerbs, Call, ResponseCall

if TYPE_CHECKING:
    from os import PathLike
    from pathlib import Path

    from .._nouns import types
    from .._nouns.request import PreparedRequest
    from .._text.decoders import Pipeline
    from .._wire import Transport
    from .awaited_pieces import Pieces
    from .event_streams import AsyncEventStream
    from .iteration import AsyncIteration as _Iteration
else:
    _Iteration = ResponseBase


class Raw(RawBase):
    """The unread body; every read has to be awaited."""

    async def read(self, amt: int | None = None, decode_content: bool | None = None) -> bytes:
        """Return `amt` bytes, fewer only at the end; all the rest for None."""
        try:
            return await self.read_up_to(amt)
        except BaseException as error:
            shorten(error)
            raise

    def stream(self, amt: int | None = 65536, decode_content: bool | None = None) -> Pieces[bytes]:
        """Iterate over the rest in pieces of `amt` bytes."""
        from .awaited_pieces import Pieces

        return Pieces(self._stream(amt))

    async def _stream(self, amt: int | None) -> AsyncGenerator[bytes, None]:
        while chunk := await self.read(amt):
            yield chunk

    async def close(self) -> None:
        """Give the connection back."""
        await self.give_up()


class Response(_Iteration):
    """The answer to a request; see `ResponseBase` for its attributes.

    With `stream=True` the body is not read yet: read it once, with `async for` over
    `iter_content` or `iter_lines`, or with `await read()`.
    """

    raw: Raw

    @property
    @short_traceback
    def content(self) -> bytes:
        """The body in bytes, after Content-Encoding.

        Raises:
            RuntimeError: it was streamed, and has not been read or was consumed.
        """
        return self._loaded()

    def _loaded(self) -> bytes:
        content = self._content
        if content is not False:
            return content
        if self._content_consumed:
            raise RuntimeError("The content for this response was already consumed")
        # requests would read it now; a property cannot be awaited.
        raise RuntimeError("The body has not been read yet: use 'await response.read()' first")

    async def read(self) -> bytes:
        """Read the rest of a streamed body, keep it as `content`, and return it.

        Raises:
            ChunkedEncodingError: the connection broke before the end.
            BodyTimeout: the server stopped sending.
        """
        # Not by @short_traceback, here and below: it sees only the call that makes the coroutine.
        try:
            if not self._content_consumed:
                await self._load()
            return self._loaded()
        except BaseException as error:
            shorten(error)
            raise

    def _pieces(
        self, pipeline: Pipeline, size: int | None = 0, wait: bool = False
    ) -> Pieces[object]:
        from .awaited_pieces import Pieces

        return Pieces(self._generate(pipeline, size, wait))

    async def _generate(
        self, pipeline: Pipeline, size: int | None, wait: bool
    ) -> AsyncGenerator[object, None]:
        chunks = self._chunks(pipeline, size, wait)
        try:
            async for chunk in chunks:
                for piece in pipeline.feed(chunk):
                    yield piece
            for piece in pipeline.flush():
                yield piece
        except BaseException as error:
            shorten(error)
            raise
        finally:
            # Closing this generator does not close the one that it loops over (PEP 525): the
            # connection would be held until the collector finds it.
            await chunks.aclose()

    async def _chunks(
        self, pipeline: Pipeline, size: int | None, wait: bool
    ) -> AsyncGenerator[bytes, None]:
        if self._content is not False:
            for piece in self._slices(size):
                yield piece
            return
        self._begin_stream(pipeline)
        raw = self.raw
        if not isinstance(raw, RawBase):  # a file that a library or an adapter put there
            for piece in file_chunks(raw, size):
                yield piece
            self._end_stream()
            return
        try:
            while piece := await raw.next_piece(size, wait):
                yield piece
        finally:
            self._end_stream()
            # After `break` as well. requests keeps the connection then; a browser has but six.
            await raw.give_up()

    async def save(self, path: str | PathLike[str]) -> Path:
        """Write the body to a file as it arrives, and return the path of the file.

        With `stream=True` only one piece of it is held in memory at a time. Until it is complete
        the file is called `path` + ".part". The status is not checked.

        Args:
            path: of the file, or a folder for it. In a folder the file gets the name that the
                server proposes (Content-Disposition), else the last segment of the URL, without
                any path; an existing file is not replaced then.

        Raises:
            OSError: it cannot be written there; raised before anything is read if possible.
            StreamConsumedError: the body was iterated before.
            ChunkedEncodingError: the connection broke before the end; there is no file.
            BodyTimeout: the server stopped sending; there is no file.
        """
        from .._flow.download import save

        try:
            return await save(self, path)
        except BaseException as error:
            shorten(error)
            raise

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self.iter_content(128)  # the size that requests has

    @short_traceback
    def __iter__(self) -> NoReturn:
        from .awaited_pieces import NOT_ASYNC_FOR

        raise TypeError(NOT_ASYNC_FOR)

    async def close(self) -> None:
        """Give the connection back; what was not read is cancelled."""
        if isinstance(self.raw, RawBase):
            await self.raw.give_up()
        elif self.raw is not None:
            self.raw.close()

    async def __aenter__(self) -> Response:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


FACE = exchange.Face(False, choose.async_transport, Response, Raw)


class HTTPAdapter(AdapterBase):
    """Sends requests over a transport; mount one to give some URLs their own settings."""

    def __init__(
        self,
        pool_connections: int = 10,
        pool_maxsize: int = 100,  # requests has 10, for threads; tasks are more numerous
        max_retries: types.Retries = 0,
        pool_block: bool = False,
        *,
        transport: Transport | None = None,
    ) -> None:
        super().__init__(
            pool_connections, pool_maxsize, max_retries, pool_block, transport=transport
        )

    async def send(
        self,
        request: PreparedRequest,
        stream: bool = False,
        timeout: types.Timeout = None,
        verify: types.Verify = True,
        cert: types.Cert = None,
        proxies: types.Proxies | None = None,
    ) -> Response:
        """Send a prepared request; the session follows redirects and calls hooks."""
        try:
            route = self._check(request, timeout, verify, cert, proxies)
            answer = await exchange.exchange(FACE, self, request, stream, timeout, route)
            return cast("Response", answer)
        except BaseException as error:
            shorten(error)
            raise


class Session(SessionBase, AwaitedVerbs):
    """Settings and cookies that several requests share; every verb has to be awaited.

    Args:
        max_connections: how many requests may be in progress at a time, None for no limit.
        **settings: see `SessionBase`.

    Example:
        async with Session(base_url="https://api.example/") as session:
            response = await session.get("things", params={"limit": 5})
    """

    @short_traceback
    def __init__(
        self, *, max_connections: int | None = None, **settings: Unpack[types.SessionSettings]
    ) -> None:
        self.max_connections = max_connections  # first: `_new_adapter` needs it
        super().__init__(**settings)

    def _new_adapter(self, retries: types.Retries, transport: Transport | None) -> HTTPAdapter:
        adapter = HTTPAdapter(max_retries=retries, transport=transport)
        if self.max_connections is not None:
            from .._flow.limit import LimitedTransport

            adapter.transport = LimitedTransport(
                self.max_connections,
                lambda: transport or choose.async_transport(adapter),
                is_default=transport is None,
            )
        return adapter

    @with_keywords
    def request(
        self, method: str, url: types.Url, **options: Unpack[types.RequestOptions]
    ) -> ResponseCall:
        """Send a request, and return the answer."""
        return ResponseCall(self._request(method, url, options))

    async def _request(
        self, method: str, url: types.Url, options: types.RequestOptions
    ) -> Response:
        try:
            prepared, sending = self._prepare(method, url, (), options)
            return await self.send(prepared, **sending)
        except BaseException as error:
            shorten(error)
            raise

    # The name in Python's warning "coroutine ... was never awaited".
    _request.__qualname__ = "Session.request"

    def send(
        self, request: PreparedRequest, **options: Unpack[types.SessionOptions]
    ) -> ResponseCall:
        """Send a prepared request, and follow redirects; the settings of the call win.

        Raises:
            ValueError: the request is not a prepared one.
            TooManyRedirects: more than `max_redirects`.
        """
        return ResponseCall(self._send(request, options))

    async def _send(self, request: PreparedRequest, options: types.SessionOptions) -> Response:
        try:
            options = self._sending_options(request, options)
            answer = await exchange.send(self, request, FACE, **options)
            response = cast("Response", answer)
            response.json_decoder = self.json_decoder
            return response
        except BaseException as error:
            shorten(error)
            raise

    _send.__qualname__ = "Session.send"

    def sse(
        self,
        url: types.Url,
        *,
        method: str = "GET",
        reconnect: bool = False,
        max_retries: int = 5,
        **options: Unpack[types.RequestOptions],
    ) -> AsyncEventStream:
        """Open a stream of server-sent events; see `pyfetch_requests.sse`."""
        from .event_streams import AsyncEventStream

        return AsyncEventStream(
            self, FACE, url, method, reconnect=reconnect, max_retries=max_retries, options=options
        )

    def download(
        self,
        url: types.Url,
        path: str | PathLike[str] = ".",
        *,
        resume: bool = True,
        hash: str | None = None,
        max_retries: int = 5,
        **options: Unpack[types.RequestOptions],
    ) -> Call[Path]:
        """Download a file; see `pyfetch_requests.download`."""
        return Call(self._download(url, path, resume, hash, max_retries, options))

    async def _download(
        self,
        url: types.Url,
        path: str | PathLike[str],
        resume: bool,
        checksum: str | None,
        max_retries: int,
        options: types.RequestOptions,
    ) -> Path:
        from .._flow.download import Download

        file = Download(self, FACE, url, path, resume, checksum, max_retries, options)
        try:
            return await file.run()
        except BaseException as error:
            shorten(error)
            raise

    _download.__qualname__ = "Session.download"

    async def __aenter__(self) -> Session:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()
