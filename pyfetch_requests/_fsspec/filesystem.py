"""Files on servers, by their addresses, as fsspec wants a file system.

Every method is there twice, as fsspec has it: `cat` blocks, `_cat` is to be awaited. One coroutine
serves both.
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
from .listing import MAGIC, described, links, matching, searched

if TYPE_CHECKING:
    from .._nouns.response import ResponseBase

_MISSING = (404, 410)
_SHOWN = ("ETag", "Last-Modified", "Content-MD5", "Digest")
# What AbstractFileSystem takes for itself, beside the options of a request.
_NOT_SENT = (
    "use_listings_cache", "listings_expiry_time", "max_paths", "skip_instance_cache",
    "size_policy", "encoded", "get_client",
)  # fmt: skip


class _Client(NamedTuple):
    """Who sends the requests of one face."""

    session: Any
    face: Face


def _both(
    core: Callable[..., Coroutine[Any, None, Any]],
) -> tuple[Callable[..., Coroutine[Any, Any, Any]], Callable[..., Any]]:
    """Make of a coroutine the method that is awaited, and the one that blocks."""

    async def awaited(self: HTTPFileSystem, *args: Any, **options: Any) -> Any:
        return await core(self, self._client(False), *args, **options)

    def blocks(self: HTTPFileSystem, *args: Any, **options: Any) -> Any:
        if self.asynchronous:
            raise RuntimeError(
                "This file system was made with asynchronous=True: await the method of the same "
                "name with a _ before it."
            )
        return drive(core(self, self._client(True), *args, **options))

    awaited.__doc__ = blocks.__doc__ = core.__doc__
    return awaited, blocks


class HTTPFileSystem(AsyncFileSystem):
    """Files on servers, by their addresses; see `AbstractFileSystem` for the methods.

    Args:
        simple_links: True takes every address in an index page for a link, False what is in `href`.
        same_scheme: False takes links by https for those of a page by http, and the other way.
        block_size: bytes that are asked for at least, when a file is open.
        cache_type, cache_options: fsspec's cache for open files; "ahead" asks for more at once the
            longer reading goes on in order.
        client_kwargs: options of requests as well, for code that is written for aiohttp.
        asynchronous: True for the methods that are awaited.
        **options: `headers`, `auth`, `timeout` and so on of each request, and what
            `AbstractFileSystem` takes.
    """

    protocol = ("http", "https")
    sep = "/"
    fsid = "http"
    mirror_sync_methods = False

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
        # For blocking methods it would start a thread with a loop: here they need none.
        super().__init__(asynchronous=True, loop=loop, **options)
        self.asynchronous = asynchronous
        self.simple_links, self.same_scheme = simple_links, same_scheme
        self.block_size = block_size or BLOCK
        self.cache_type, self.cache_options = cache_type, cache_options
        sent = {name: value for name, value in options.items() if name not in _NOT_SENT}
        self.kwargs = {**(client_kwargs or {}), **sent}
        if not options.get("use_listings_cache"):
            self.dircache.use_listings_cache = False
        self._clients: dict[bool, _Client] = {}

    @classmethod
    def _strip_protocol(cls, path: Any) -> Any:
        """Return the path as it is: the address is the name of a file."""
        return path

    @classmethod
    def _parent(cls, path: str) -> str:
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
        """Ask for a file; its body is not read yet."""
        response = await self._source(client, url, options).ask()
        if response.status_code not in ranged.FILE:
            await _refuse(response, url)
        return response

    async def _get_index(self, client: _Client, url: str, options: dict[str, Any]) -> ResponseBase:
        """Ask for a page; many servers have that of a folder only with a slash at the end."""
        try:
            return await self._get_whole(client, url, options)
        except FileNotFoundError:
            if url.endswith("/") or "?" in url:
                raise
            return await self._get_whole(client, f"{url}/", options)

    async def _list(self, client: _Client, url: str, detail: bool = True, **options: Any) -> Any:
        """Return the links of an index page that lead below it."""
        found = self.dircache.get(url) if self.dircache.use_listings_cache else None
        if found is None:
            response = await self._get_index(client, url, options)
            await whole(response)
            found = self.dircache[url] = links(
                url, response.text, self.simple_links, self.same_scheme
            )
        return [described(name) for name in found] if detail else list(found)

    async def _looked_at(self, source: ranged.Source) -> tuple[ResponseBase, dict[str, Any]]:
        """Ask about a file, by HEAD and where that does not tell by its first byte."""
        found: dict[str, Any] = {}
        try:
            response = await source.ask(method="HEAD")
        except ConnectionError:  # of a server that knows no HEAD, or a network that breaks
            response = None
        if response is not None:
            await ranged.close(response)
            if response.ok:
                found = _told(response)
            if found.get("size") is not None or response.status_code in _MISSING:
                return response, found
        response = await source.ask("bytes=0-0")
        await ranged.close(response)
        return response, {**found, **_told(response)}

    async def _describe(self, client: _Client, url: str, **options: Any) -> dict[str, Any]:
        """Return what a server tells of a file without sending it."""
        response, found = await self._looked_at(self._source(client, url, options))
        if not response.ok and response.status_code != 416:
            await _refuse(response, url)
        return {"name": url, **found, "type": "file", "url": str(response.url)}

    async def _there(self, client: _Client, url: str, strict: bool = False, **options: Any) -> bool:
        """Tell whether there is a file; a server that cannot be reached raises."""
        response, _ = await self._looked_at(self._source(client, url, options))
        if strict and response.status_code not in (*_MISSING, 416):
            response.raise_for_status()
        return response.ok or response.status_code == 416

    async def _is_index(self, client: _Client, url: str) -> bool:
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
                return b""
            if found is not None:
                wanted = last if found.total is None else min(last or found.total, found.total - 1)
                if last is None or found.last == wanted:
                    return await ranged.body_of(response, found)
            elif ranged.is_whole(response):
                return (await whole(response))[first:until]
            elif not response.ok:
                await _refuse(response, url)
        finally:
            await ranged.close(response)
        return (await self._read(client, url, **options))[first:until]

    async def _load_file(
        self,
        client: _Client,
        url: str,
        path: Any,
        callback: Any = DEFAULT_CALLBACK,
        **options: Any,
    ) -> None:
        """Write a file to a path, or into a file that is open."""
        options.pop("chunk_size", None)
        if isfilelike(path):
            content = await self._read(client, url, **options)
            path.write(content)
            callback.set_size(len(content))
            callback.absolute_update(len(content))
            return
        os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
        response = await self._get_index(client, url, options)
        if url.endswith("/") or str(response.url).endswith("/"):  # of a folder
            await ranged.close(response)
            os.makedirs(path, exist_ok=True)
            return
        callback.set_size(body_length(response.headers, hidden=response.type == "cors"))
        callback.absolute_update((await save(response, path)).stat().st_size)

    async def _send(
        self,
        client: _Client,
        path: Any,
        url: str,
        callback: Any = DEFAULT_CALLBACK,
        method: str = "post",
        mode: str = "overwrite",
        **options: Any,
    ) -> None:
        """Send a file, or bytes, by PUT or POST; of a folder nothing, only what is in it."""
        if mode != "overwrite":
            raise NotImplementedError(f"over HTTP there is no mode={mode!r}")
        if method.lower() not in ("post", "put"):
            raise ValueError(f"method= is 'post' or 'put', not {method!r}")
        options.pop("chunk_size", None)
        options = {**self.kwargs, **options}
        given = isinstance(path, bytes) or isfilelike(path)
        if not given and os.path.isdir(path):
            return
        with nullcontext(path) if given else open(path, "rb") as file:
            answer = client.session.request(method.upper(), url, data=file, **options)
            response: ResponseBase = await if_awaitable(answer, client.face, "the session")
        if not response.ok:
            await _refuse(response, url)

    async def _give(self, client: _Client, url: str, value: Any, **options: Any) -> None:
        """Send bytes; `method` is "post" or "put"."""
        await self._send(client, bytes(value), url, **{"method": "put", **options})

    _ls, ls = _both(_list)
    _info, info = _both(_describe)
    _exists, exists = _both(_there)
    _isfile, isfile = _both(_there)
    _isdir, isdir = _both(_is_index)
    _cat_file, cat_file = _both(_read)
    _get_file, get_file = _both(_load_file)
    _put_file, put_file = _both(_send)
    _pipe_file, pipe_file = _both(_give)

    def glob(
        self, path: str, maxdepth: int | None = None, detail: bool = False, **options: Any
    ) -> Any:
        """Find files by a pattern; a question mark is part of the address, and no pattern."""
        if not MAGIC.search(path):
            there = self.exists(path, **options)
            return matching(path, {path: self.info(path)} if there else {}, detail)
        root, depth = searched(path, maxdepth)
        found = self.find(root, maxdepth=depth, withdirs=True, detail=True, **options)
        return matching(path, found, detail)

    async def _glob(
        self, path: str, maxdepth: int | None = None, detail: bool = False, **options: Any
    ) -> Any:
        if not MAGIC.search(path):
            there = await self._exists(path, **options)
            return matching(path, {path: await self._info(path)} if there else {}, detail)
        root, depth = searched(path, maxdepth)
        found = await self._find(root, maxdepth=depth, withdirs=True, detail=True, **options)
        return matching(path, found, detail)

    def _open(self, path: str, mode: str = "rb", **options: Any) -> HTTPFile:
        if mode != "rb":
            raise NotImplementedError(f"a file on a server is opened to be read, not {mode!r}")
        remote, _ = drive(self._remote(self._client(True), path, options))
        return HTTPFile(self, path, mode, remote=remote, **options)

    async def _remote(
        self, client: _Client, path: str, options: dict[str, Any]
    ) -> tuple[ranged.RemoteFile, bytes]:
        """Open a file, and take what is fsspec's own out of the options."""
        settings: dict[str, Any] = {
            "block_size": options.pop("block_size", None) or self.block_size,
            "cache_type": options.pop("cache_type", None) or self.cache_type,
            "cache_options": options.pop("cache_options", None) or self.cache_options,
        }
        for name in ("autocommit", "size"):
            options.pop(name, None)
        remote = ranged.RemoteFile(self._source(client, path, options))
        try:
            first = await remote.open(min(settings["block_size"], BLOCK))
        except HTTPError as error:
            raise _missing(error, path) from error
        options.update(settings)
        return remote, first

    async def open_async(self, path: str, mode: str = "rb", **options: Any) -> HTTPStream:
        """Open a file whose `read` is awaited."""
        if mode != "rb":
            raise NotImplementedError(f"a file on a server is opened to be read, not {mode!r}")
        remote, _ = await self._remote(self._client(False), path, options)
        return HTTPStream(self, path, mode, remote=remote, **{**options, "cache_type": "none"})

    async def set_session(self) -> asynchronous.Session:
        """Return the session of the methods that are awaited."""
        session: asynchronous.Session = self._client(False).session
        return session

    def ukey(self, url: str) -> str:
        """Return what a file is known by to caches: its address."""
        return str(tokenize(url, self.kwargs, self.protocol))


def _told(response: ResponseBase) -> dict[str, Any]:
    """Return what the headers of an answer tell of a file."""
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


def _missing(error: HTTPError, url: str) -> OSError:
    """Return what fsspec's users expect of a file that is not there."""
    status = getattr(error.response, "status_code", 0)
    return FileNotFoundError(url) if status in _MISSING else error


async def _refuse(response: ResponseBase, url: str) -> None:
    try:
        await ranged.refuse(response, url)
    except HTTPError as error:
        raise _missing(error, url) from error
