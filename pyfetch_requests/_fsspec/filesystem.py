"""Files on servers, by their URLs, as a file system of fsspec.

Decides which requests a method makes, and what their responses say about a file. Never decides how
a range is read: `ranged` does. Every method exists twice, as in fsspec: `cat` blocks, `_cat` is
awaited. One coroutine serves both.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Coroutine
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, NamedTuple

from fsspec.asyn import AsyncFileSystem
from fsspec.callbacks import DEFAULT_CALLBACK
from fsspec.utils import isfilelike, tokenize

from .._faces import asynchronous, blocking
from .._flow import ranged
from .._flow.blocks import BLOCK
from .._flow.download import save
from .._flow.drive import drive
from .._flow.exchange import Face, if_awaitable, whole
from .._text.ranges import body_length, content_range
from ..exceptions import ConnectionError, HTTPError
from .files import HTTPFile, HTTPStream
from .listing import MAGIC, entry, glob_matches, links, search_root

if TYPE_CHECKING:
    from .._nouns.response import ResponseBase

_MISSING = (404, 410)
# The headers that fsspec's own HTTPFileSystem has in `info`.
_SHOWN = ("ETag", "Last-Modified", "Content-MD5", "Digest")
# The options of AbstractFileSystem; all others belong to requests.
_FSSPEC_OPTIONS = (
    "use_listings_cache", "listings_expiry_time", "max_paths", "skip_instance_cache",
    "size_policy", "encoded", "get_client",
)  # fmt: skip


class _Client(NamedTuple):
    """The session of one face."""

    session: Any
    face: Face


def _sync_and_async(
    core: Callable[..., Coroutine[Any, None, Any]],
) -> tuple[Callable[..., Coroutine[Any, Any, Any]], Callable[..., Any]]:
    """Return a coroutine function as an awaited and as a blocking method."""
    # fsspec's own way runs the coroutine in a thread, and Pyodide has none.

    async def awaited(self: HTTPFileSystem, *args: Any, **options: Any) -> Any:
        return await core(self, self._client(False), *args, **options)

    def blocks(self: HTTPFileSystem, *args: Any, **options: Any) -> Any:
        if self.asynchronous:
            raise RuntimeError(
                "This file system is asynchronous: await the method with a _ before its name."
            )
        return drive(core(self, self._client(True), *args, **options))

    awaited.__doc__ = blocks.__doc__ = core.__doc__
    return awaited, blocks


class HTTPFileSystem(AsyncFileSystem):
    """Files on servers, by their URLs; see `AbstractFileSystem` for the methods.

    Args:
        simple_links: True takes every URL in an index page for a link, False only those in `href`.
        same_scheme: False lets a page by http have links by https, and the reverse.
        block_size: the fewest bytes to request at once from an open file.
        cache_type, cache_options: fsspec's cache for open files; "ahead" requests more at once the
            longer a file is read in order.
        client_kwargs: further options of requests, for code that was written for aiohttp.
        asynchronous: True for the awaited methods.
        **options: `headers`, `auth`, `timeout` and so on of each request, and the options of
            `AbstractFileSystem`.
    """

    protocol = ("http", "https")
    sep = "/"
    fsid = "http"
    mirror_sync_methods = False  # fsspec would replace the blocking methods by those with a thread

    def __init__(
        self,
        simple_links: bool = True,
        same_scheme: bool = True,
        block_size: int | None = None,
        cache_type: str = "ahead",
        cache_options: dict[str, Any] | None = None,
        client_kwargs: dict[str, Any] | None = None,
        asynchronous: bool = False,
        loop: object = None,
        **options: Any,
    ) -> None:
        # With False fsspec starts a thread with an event loop, which blocking methods here do not
        # need, and Pyodide cannot start.
        super().__init__(asynchronous=True, loop=loop, **options)
        self.asynchronous = asynchronous
        self.simple_links, self.same_scheme = simple_links, same_scheme
        self.block_size = block_size or BLOCK
        self.cache_type, self.cache_options = cache_type, cache_options
        sent = {name: value for name, value in options.items() if name not in _FSSPEC_OPTIONS}
        self.kwargs = {**(client_kwargs or {}), **sent}
        # As in fsspec's own HTTPFileSystem: off unless asked for.
        if not options.get("use_listings_cache"):
            self.dircache.use_listings_cache = False
        self._clients: dict[bool, _Client] = {}

    @classmethod
    def _strip_protocol(cls, path: Any) -> Any:
        """Return the path as it is: the whole URL is the name of a file."""
        return path

    @classmethod
    def _parent(cls, path: str) -> str:
        # Above a host fsspec would say "https:/".
        above = super()._parent(path)
        return above if len(above) > len("https://") else ""

    def _client(self, blocks: bool) -> _Client:
        if blocks not in self._clients:
            session = blocking.Session() if blocks else asynchronous.Session()
            self._clients[blocks] = _Client(session, blocking.FACE if blocks else asynchronous.FACE)
        return self._clients[blocks]

    def _source(self, client: _Client, url: str, options: dict[str, Any]) -> ranged.Source:
        options = {**self.kwargs, **options}
        return ranged.Source(client.session, client.face, url, options, "fsspec")  # type: ignore[arg-type]

    async def _get_whole(self, client: _Client, url: str, options: dict[str, Any]) -> ResponseBase:
        """Request a file; its body is not read yet."""
        response = await self._source(client, url, options).ask()
        if response.status_code not in ranged.FILE:
            await _raise_for(response, url)
        return response

    async def _get_index(self, client: _Client, url: str, options: dict[str, Any]) -> ResponseBase:
        """Request an index page; many servers have it only under a URL that ends with "/"."""
        try:
            return await self._get_whole(client, url, options)
        except FileNotFoundError:
            if url.endswith("/") or "?" in url:
                raise
            return await self._get_whole(client, f"{url}/", options)

    async def _list(self, client: _Client, url: str, detail: bool = True, **options: Any) -> Any:
        """Return the links of an index page to URLs below its own."""
        found = self.dircache.get(url) if self.dircache.use_listings_cache else None
        if found is None:
            response = await self._get_index(client, url, options)
            await whole(response)
            found = self.dircache[url] = links(
                url, response.text, self.simple_links, self.same_scheme
            )
        return [entry(name) for name in found] if detail else list(found)

    async def _probe(self, source: ranged.Source) -> tuple[ResponseBase, dict[str, Any]]:
        """Request a file's headers, by HEAD, or its first byte if HEAD does not tell its size."""
        found: dict[str, Any] = {}
        try:
            response = await source.ask(method="HEAD")
        except ConnectionError:  # a server without HEAD may close the connection: GET tells
            response = None
        if response is not None:
            await ranged.close(response)
            if response.ok:
                found = _details(response)
            if found.get("size") is not None or response.status_code in _MISSING:
                return response, found
        # One byte, because a server that ignores Range would send the whole file: closed at once.
        response = await source.ask("bytes=0-0")
        await ranged.close(response)
        return response, {**found, **_details(response)}

    async def _describe(self, client: _Client, url: str, **options: Any) -> dict[str, Any]:
        """Return what a server tells about a file without sending it."""
        response, found = await self._probe(self._source(client, url, options))
        # 416: the file is there and empty, so it has no first byte.
        if not response.ok and response.status_code != 416:
            await _raise_for(response, url)
        return {"name": url, **found, "type": "file", "url": str(response.url)}

    async def _file_exists(
        self, client: _Client, url: str, strict: bool = False, **options: Any
    ) -> bool:
        """Tell whether there is a file; raise if the server cannot be reached."""
        response, _ = await self._probe(self._source(client, url, options))
        if strict and response.status_code not in (*_MISSING, 416):
            response.raise_for_status()
        return response.ok or response.status_code == 416

    async def _is_index(self, client: _Client, url: str) -> bool:
        # HTTP has no folders: one is whatever has links to what is below it.
        try:
            return bool(await self._list(client, url, detail=False))
        except OSError:
            return False

    async def _read(
        self,
        client: _Client,
        url: str,
        start: int | None = None,
        end: int | None = None,
        **options: Any,
    ) -> bytes:
        """Return the bytes of a file, or a part of them."""
        if start is None and end is None:
            return await whole(await self._get_whole(client, url, options))
        first, until = int(start or 0), None if end is None else int(end)
        # Counted from the end: HTTP has a range only for "the last n bytes" (RFC 9110, 14.1.2).
        if first < 0 or (until is not None and until < 0):
            size = (await self._describe(client, url, **options))["size"]
            if size is None:
                return (await self._read(client, url, **options))[first:until]
            first, until, _ = slice(first, until).indices(size)
        if until is not None and first >= until:
            return b""
        last = None if until is None else until - 1
        asked = f"bytes={first}-{'' if last is None else last}"
        response = await self._source(client, url, options).ask(asked)
        try:
            found = ranged.part_of(response, first, last) if response.status_code == 206 else None
            if response.status_code == 416:
                return b""  # behind the end, as slices are
            if found is not None:
                # RFC 9110 section 15.3.7: a server may send less than was asked for.
                wanted = last if found.total is None else min(last or found.total, found.total - 1)
                if last is None or found.last == wanted:
                    return await ranged.body_of(response, found)
            elif ranged.is_whole(response):
                return (await whole(response))[first:until]
            elif not response.ok:
                await _raise_for(response, url)
        finally:
            await ranged.close(response)
        return (await self._read(client, url, **options))[first:until]

    async def _download(
        self,
        client: _Client,
        url: str,
        path: Any,
        callback: Any = DEFAULT_CALLBACK,
        **options: Any,
    ) -> None:
        """Download a file to a path, or into an open file."""
        options.pop("chunk_size", None)  # of fsspec's own; here chunks are as they arrive
        # To its end first: what is in the caller's file cannot be taken out if the body breaks off.
        if isfilelike(path):
            content = await self._read(client, url, **options)
            path.write(content)
            callback.set_size(len(content))
            callback.absolute_update(len(content))
            return
        os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
        response = await self._get_index(client, url, options)
        if url.endswith("/") or str(response.url).endswith("/"):  # a folder, not a file
            await ranged.close(response)
            os.makedirs(path, exist_ok=True)
            return
        callback.set_size(body_length(response.headers, hidden=response.type == "cors"))
        callback.absolute_update((await save(response, path)).stat().st_size)

    async def _upload(
        self,
        client: _Client,
        path: Any,
        url: str,
        callback: Any = DEFAULT_CALLBACK,
        method: str = "post",
        mode: str = "overwrite",
        **options: Any,
    ) -> None:
        """Upload a file, or bytes, by PUT or POST; a folder itself is nothing to send."""
        if mode != "overwrite":
            raise NotImplementedError(f"HTTP has no mode={mode!r}: only 'overwrite' is possible")
        if method.lower() not in ("post", "put"):
            raise ValueError(f"method= is 'post' or 'put', not {method!r}")
        options.pop("chunk_size", None)  # fsspec's callers give it; the transport decides that
        is_open = isinstance(path, bytes) or isfilelike(path)
        if not is_open and os.path.isdir(path):
            return
        with nullcontext(path) if is_open else open(path, "rb") as file:
            options = {**self.kwargs, **options}
            answer = client.session.request(method.upper(), url, data=file, **options)
            response: ResponseBase = await if_awaitable(answer, client.face, "the session")
        if not response.ok:
            await _raise_for(response, url)

    async def _write(self, client: _Client, url: str, value: Any, **options: Any) -> None:
        """Upload bytes; `method` is "put" (the default) or "post"."""
        await self._upload(client, bytes(value), url, **{"method": "put", **options})

    _ls, ls = _sync_and_async(_list)
    _info, info = _sync_and_async(_describe)
    _exists, exists = _sync_and_async(_file_exists)
    # HTTP does not tell files from folders: what can be requested is a file, as in fsspec's own.
    _isfile, isfile = _sync_and_async(_file_exists)
    _isdir, isdir = _sync_and_async(_is_index)
    _cat_file, cat_file = _sync_and_async(_read)
    _get_file, get_file = _sync_and_async(_download)
    _put_file, put_file = _sync_and_async(_upload)
    _pipe_file, pipe_file = _sync_and_async(_write)

    def glob(
        self, path: str, maxdepth: int | None = None, detail: bool = False, **options: Any
    ) -> Any:
        """Find files by a pattern; a "?" begins the query of a URL, and matches only itself."""
        if not MAGIC.search(path):
            there = self.exists(path, **options)
            return glob_matches(path, {path: self.info(path)} if there else {}, detail)
        root, depth = search_root(path, maxdepth)
        found = self.find(root, maxdepth=depth, withdirs=True, detail=True, **options)
        return glob_matches(path, found, detail)

    async def _glob(
        self, path: str, maxdepth: int | None = None, detail: bool = False, **options: Any
    ) -> Any:
        if not MAGIC.search(path):
            there = await self._exists(path, **options)
            return glob_matches(path, {path: await self._info(path)} if there else {}, detail)
        root, depth = search_root(path, maxdepth)
        found = await self._find(root, maxdepth=depth, withdirs=True, detail=True, **options)
        return glob_matches(path, found, detail)

    def _open(self, path: str, mode: str = "rb", **options: Any) -> HTTPFile:
        if mode != "rb":
            raise NotImplementedError(f"a file on a server can only be read ('rb'), not {mode!r}")
        remote, _ = drive(self._remote(self._client(True), path, options))
        return HTTPFile(self, path, mode, remote=remote, **options)

    async def _remote(
        self, client: _Client, path: str, options: dict[str, Any]
    ) -> tuple[ranged.RemoteFile, bytes]:
        """Open a file, and remove fsspec's own options from those of requests."""
        settings: dict[str, Any] = {
            "block_size": options.pop("block_size", None) or self.block_size,
            "cache_type": options.pop("cache_type", None) or self.cache_type,
            "cache_options": options.pop("cache_options", None) or self.cache_options,
        }
        # Given by `AbstractFileSystem.open`: nothing is written here, and the server says the size.
        for name in ("autocommit", "size"):
            options.pop(name, None)
        remote = ranged.RemoteFile(self._source(client, path, options))
        try:
            first = await remote.open(min(settings["block_size"], BLOCK))
        except HTTPError as error:
            raise _not_found(error, path) from error
        options.update(settings)
        return remote, first

    async def open_async(self, path: str, mode: str = "rb", **options: Any) -> HTTPStream:
        """Open a file whose `read` is awaited."""
        if mode != "rb":
            raise NotImplementedError(f"a file on a server can only be read ('rb'), not {mode!r}")
        remote, _ = await self._remote(self._client(False), path, options)
        # fsspec's caches call a blocking fetcher, so an awaited file has none.
        return HTTPStream(self, path, mode, remote=remote, **{**options, "cache_type": "none"})

    async def set_session(self) -> asynchronous.Session:
        """Return the session of the awaited methods, as fsspec's own HTTPFileSystem does."""
        session: asynchronous.Session = self._client(False).session
        return session

    def ukey(self, url: str) -> str:
        """Return the key of a file for caches: its URL and the options of requests."""
        return str(tokenize(url, self.kwargs, self.protocol))


def _details(response: ResponseBase) -> dict[str, Any]:
    """Return what the headers of a response tell about a file."""
    headers, status = response.headers, response.status_code
    part = content_range(headers.get("content-range"))
    size = part.total if part else None
    if status in ranged.FILE and not part:
        size = body_length(headers, hidden=response.type == "cors")
    found: dict[str, Any] = {name: headers[name] for name in _SHOWN if name in headers}
    found["partial"] = status == 206 or headers.get("accept-ranges") == "bytes"
    if kind := headers.get("content-type"):
        found["mimetype"] = kind.partition(";")[0]
    return {**found, "size": size}


def _not_found(error: HTTPError, url: str) -> OSError:
    """Return the error that fsspec's users expect for a missing file."""
    status = getattr(error.response, "status_code", 0)
    return FileNotFoundError(url) if status in _MISSING else error


async def _raise_for(response: ResponseBase, url: str) -> None:
    try:
        await ranged.refuse(response, url)
    except HTTPError as error:
        raise _not_found(error, url) from error
