"""The blocking face: the same flow, driven to its end in one call.

Decides how a blocking caller sends a request and reads a body, and which of requests' methods for
libraries exist. Never decides what is sent or what an answer means: the nouns and the flow do.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Unpack, cast

from .._flow import exchange
from .._flow.drive import drive
from .._nouns.arguments import UNSET
from .._nouns.raw import file_chunks, sets_cookies
from .._nouns.response import ResponseBase
from .._nouns.session import SessionBase
from .._nouns.verbs import Verbs, shared_docstring, with_keywords
from .._text.headers import encoding_from_headers
from .._text.structures import CaseInsensitiveDict
from .._transports.choose_blocking import blocking_transport
from ..exceptions import BrowserLimitError, short_traceback
from .blocking_raw import Raw
from .blocking_redirects import SessionRedirectMixin
from .pieces import Pieces
from .pool_methods import PoolMethods

if TYPE_CHECKING:
    from os import PathLike
    from pathlib import Path

    from .._nouns import types
    from .._nouns.request import PreparedRequest
    from .._text.decoders import Pipeline
    from .._wire import Transport
    from .event_streams import BlockingEventStream
    from .iteration import BlockingIteration as _Iteration
    from .remote_reader import RemoteReader
else:
    _Iteration = ResponseBase


class Response(_Iteration):
    """The answer to a request; see `ResponseBase` for its attributes.

    With `stream=True` the body is not read yet, if this call can switch stacks; it is read by
    `content`, `text`, `json()` or by iterating.
    """

    raw: Raw

    @property
    @short_traceback
    def content(self) -> bytes:
        """The body in bytes, after Content-Encoding; it is read now if it has not been yet.

        Raises:
            RuntimeError: it was iterated before.
            ChunkedEncodingError: the connection broke before the end.
            BodyTimeout: the server stopped sending.
        """
        return self._loaded()

    def _loaded(self) -> bytes:
        # None, which it may be, is not in the type, as in requests: see `_load`.
        content: Any = self._content
        if content is False:
            if self._content_consumed:
                raise RuntimeError("The content for this response was already consumed")
            drive(self._load())
            content = self._content
        kept: bytes = content
        return kept

    @short_traceback
    def read(self) -> bytes:
        """Read the rest of a streamed body, keep it as `content`, and return it."""
        return self._loaded()

    def _pieces(self, pipeline: Pipeline, size: int | None = 0, wait: bool = False) -> Pieces:
        return Pieces(pipeline, partial(self._chunks, pipeline, size, wait))

    def _chunks(self, pipeline: Pipeline, size: int | None, wait: bool) -> Iterator[bytes]:
        if self._content is not False:
            yield from self._slices(size)
            return
        state = self.body_state
        self._begin_stream(pipeline)
        raw = self.raw
        if not isinstance(raw, Raw):  # a file that a library or an adapter put there
            yield from file_chunks(raw, size)
            self._end_stream()
            return
        resumable = False
        try:
            while piece := drive(raw.next_piece(size, wait)):
                state = self.body_state
                yield piece
        except BrowserLimitError:
            # This call cannot switch stacks. Nothing was read: one that can may continue.
            self.body_state, resumable, pipeline.halted = state, True, True
            raise
        finally:
            if not resumable:
                self._end_stream()
                raw.release_conn()

    @short_traceback
    def save(self, path: str | PathLike[str]) -> Path:
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

        return drive(save(self, path))

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.iter_content(128))  # the size that requests has

    def close(self) -> None:
        """Give the connection back; what was not read is cancelled."""
        if not self._content_consumed and self.raw is not None:
            self.raw.close()
        release = getattr(self.raw, "release_conn", None)  # `raw` may be any file of an adapter
        if release is not None:
            release()

    def __enter__(self) -> Response:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


FACE = exchange.Face(True, blocking_transport, Response, Raw)


class HTTPAdapter(PoolMethods):
    """Sends requests over a transport; mount one to give some URLs their own settings."""

    # Subclasses of requests' adapter extend it; pickling here does not need it.
    __attrs__ = ["max_retries"]  # noqa: RUF012

    @short_traceback
    def send(
        self,
        request: PreparedRequest,
        stream: bool = False,
        timeout: types.Timeout = None,
        verify: types.Verify = True,
        cert: types.Cert = None,
        proxies: types.Proxies | None = None,
    ) -> Response:
        """Send a prepared request; the session follows redirects and calls hooks.

        Raises:
            TypeError: the body is an async iterable.
        """
        route = self._check(request, timeout, verify, cert, proxies)
        if request.body is not None and isinstance(request.body, AsyncIterable):
            kind = type(request.body).__name__
            raise TypeError(
                f"a blocking request cannot send an async iterable ({kind}): "
                "use the async functions of pyfetch_requests"
            )
        # Nearly always: no steps of a subclass or a patch are to be called, and no pool is its own.
        if (
            type(self) is HTTPAdapter
            and _OWN_NAMES.isdisjoint(vars(self))
            and HTTPAdapter.build_response is _BUILD_RESPONSE
            and HTTPAdapter.add_headers is _ADD_HEADERS
        ):
            sending = exchange.exchange(FACE, self, request, stream, timeout, route)
            return cast("Response", drive(sending))
        options = {
            "stream": stream, "timeout": timeout, "verify": verify, "cert": cert,
            "proxies": proxies,
        }  # fmt: skip
        from .adapter_pools import with_settings
        from .extended_adapter import extended

        route = with_settings(self, route, request, options)

        def send(stream: bool) -> Response:
            sending = exchange.exchange(FACE, self, request, stream, timeout, route)
            return cast("Response", drive(sending))

        return extended(self, _BUILD_RESPONSE, request, send, options)

    def add_headers(self, request: PreparedRequest, **options: Any) -> None:
        """Do nothing; adapters override it to change the headers of a request."""

    def build_response(self, req: PreparedRequest, resp: Any) -> Response:
        """Return a Response for one of urllib3 or alike.

        Adapters of the user's own call it, or override it and extend what it returns.
        """
        if isinstance(resp, Raw) and resp.made is not None:
            return cast("Response", resp.made)
        response = Response()
        # Attribute by attribute, as in requests: mocks and adapters pass objects with only a few.
        response.status_code = getattr(resp, "status", UNSET)
        response.headers = CaseInsensitiveDict(getattr(resp, "headers", {}))
        response.encoding = encoding_from_headers(response.headers)
        response.raw = resp
        response.reason = resp.reason
        response.url = req.url.decode("utf-8") if isinstance(req.url, bytes) else req.url
        if sets_cookies(resp):
            from .._nouns.cookies import extract_cookies_to_jar

            extract_cookies_to_jar(response.cookies, req, resp)
        response.request = req
        response.connection = self
        return response

    def request_url(self, request: PreparedRequest, proxies: types.Proxies | None) -> str:
        """Return the target of the request line, as requests does without a proxy."""
        return str(request.path_url)

    def proxy_headers(self, proxy: str) -> dict[str, str]:
        """Return the headers for a proxy, with the login in its URL."""
        from .._nouns.auth import basic_auth_header
        from .._text.url_rules import credentials_of

        login = credentials_of(proxy)
        return {"Proxy-Authorization": basic_auth_header(*login)} if login and login[0] else {}


# As they are here: code replaces the steps of requests' adapter, too, and of a single one.
_ADD_HEADERS, _BUILD_RESPONSE = HTTPAdapter.add_headers, HTTPAdapter.build_response
_OWN_NAMES = frozenset({"poolmanager", "add_headers", "build_response"})


class Session(SessionRedirectMixin, SessionBase, Verbs[Response]):
    """Settings and cookies that several requests share; every verb blocks.

    Example:
        with Session(base_url="https://api.example/") as session:
            response = session.get("things", params={"limit": 5})
    """

    def _new_adapter(self, retries: types.Retries, transport: Transport | None) -> HTTPAdapter:
        return HTTPAdapter(max_retries=retries, transport=transport)

    @with_keywords
    @short_traceback
    def request(
        self, method: str, url: types.Url, *positional: Any, **options: Unpack[types.RequestOptions]
    ) -> Response:
        """Send a request, and return the answer."""
        prepared, sending = self._prepare(method, url, positional, options)
        return self.send(prepared, **sending)

    @short_traceback
    def send(self, request: PreparedRequest, **options: Unpack[types.SessionOptions]) -> Response:
        """Send a prepared request, and follow redirects; the settings of the call win.

        Raises:
            ValueError: the request is not a prepared one.
            TooManyRedirects: more than `max_redirects`.
        """
        options = self._sending_options(request, options)
        response = cast("Response", drive(exchange.send(self, request, FACE, **options)))
        if self.resolves_redirects and response.next is not None:
            from .own_redirects import resolved

            response = resolved(self, response, request, options)
        response.json_decoder = self.json_decoder
        return response

    def sse(
        self,
        url: types.Url,
        *,
        method: str = "GET",
        reconnect: bool = False,
        max_retries: int = 5,
        **options: Unpack[types.RequestOptions],
    ) -> BlockingEventStream:
        """Open a stream of server-sent events; see `pyfetch_requests.sync.sse`."""
        from .event_streams import BlockingEventStream

        return BlockingEventStream(
            self, FACE, url, method, reconnect=reconnect, max_retries=max_retries, options=options
        )

    @short_traceback
    def download(
        self,
        url: types.Url,
        path: str | PathLike[str] = ".",
        *,
        resume: bool = True,
        hash: str | None = None,
        max_retries: int = 5,
        **options: Unpack[types.RequestOptions],
    ) -> Path:
        """Download a file; see `pyfetch_requests.sync.download`."""
        from .._flow.download import Download

        file = Download(self, FACE, url, path, resume, hash, max_retries, options)
        return drive(file.run())

    @short_traceback
    def open_url(
        self,
        url: types.Url,
        mode: str = "rb",
        /,
        *,
        block_size: int = 65536,
        cache_size: int = 4 << 20,
        whole: bool = True,
        max_retries: int = 5,
        **options: Unpack[types.RequestOptions],
    ) -> RemoteReader:
        """Open a file for reading by range; see `pyfetch_requests.sync.open_url`."""
        from .remote_reader import open_reader

        sizes = (block_size, cache_size)
        return open_reader(self, FACE, url, mode, sizes, whole, max_retries, options)

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class OneShot(Verbs[Response]):
    """The verbs of the module: each call has a session of its own."""

    @with_keywords
    @short_traceback
    def request(
        self, method: str, url: types.Url, **options: Unpack[types.RequestOptions]
    ) -> Response:
        """Send a request, and return the answer.

        Args:
            method: such as "GET".
            url: str or bytes; "/x" and "./x" are relative to the page.
            **options: the keywords below.

        Raises:
            RequestException: every failure, by its subclasses, as in `pyfetch_requests.request`.
        """
        with Session() as session:
            return session.request(method, url, **options)

    @shared_docstring
    @short_traceback
    def download(
        self,
        url: types.Url,
        path: str | PathLike[str] = ".",
        *,
        resume: bool = True,
        hash: str | None = None,
        max_retries: int = 5,
        **options: Unpack[types.RequestOptions],
    ) -> Path:
        with Session() as session:
            return session.download(
                url, path, resume=resume, hash=hash, max_retries=max_retries, **options
            )


@shared_docstring
def sse(
    url: types.Url,
    *,
    method: str = "GET",
    reconnect: bool = False,
    max_retries: int = 5,
    **options: Unpack[types.RequestOptions],
) -> BlockingEventStream:
    stream = Session().sse(
        url, method=method, reconnect=reconnect, max_retries=max_retries, **options
    )
    stream.owns_session = True  # which ends with the stream
    return stream


@short_traceback
def open_url(
    url: types.Url,
    mode: str = "rb",
    /,
    *,
    block_size: int = 65536,
    cache_size: int = 4 << 20,
    whole: bool = True,
    max_retries: int = 5,
    **options: Unpack[types.RequestOptions],
) -> RemoteReader:
    """Open a file on a server; only what is read of it is loaded.

    It works wherever a seekable file open for reading does: `zipfile.ZipFile`,
    `tarfile.open(fileobj=…)`, `pyarrow.parquet`, `h5py`. Parts are requested by `Range`, in blocks,
    and more of them at once while reading goes on in order. If the file changes on the server,
    reading raises; bytes of two versions are never mixed, for which the server has to send a strong
    `ETag` or `Last-Modified`. If it does not, or sends no parts, the whole file is read into memory
    at once, and a warning says so once.

    Args:
        url: of the file.
        mode: "rb", as for `open`; no other is possible.
        block_size: bytes of a block, the least that is requested.
        cache_size: bytes of the blocks that are kept, at most.
        whole: False raises instead of reading the whole file.
        max_retries: how many times in a row to request a part again that broke.
        **options: those of every request: `params`, `headers`, `auth`, `timeout` and so on.

    Returns:
        An `io.BufferedReader`, to be closed or used with `with`; `size` is that of the file, in
        bytes.

    Raises:
        ValueError: another mode, or an option that has no meaning here; nothing was sent.
        HTTPError: on opening, there is no such file; on reading, it is not available any more.
        FileChangedError: on reading, the file has changed.
        ChunkedEncodingError: a part broke too often.
    """
    session = Session()
    try:
        file = session.open_url(
            url, mode, block_size=block_size, cache_size=cache_size, whole=whole,
            max_retries=max_retries, **options,
        )  # fmt: skip
    except BaseException:
        session.close()
        raise
    file.raw.session = session  # which ends with the file
    return file
