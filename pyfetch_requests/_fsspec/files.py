"""A file of fsspec's that is open for reading, blocking and awaited, and its cache."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fsspec.asyn import AbstractAsyncStreamedFile
from fsspec.caching import BaseCache, register_cache
from fsspec.spec import AbstractBufferedFile

from .._flow.blocks import BLOCK, KEPT, Blocks
from .._flow.drive import drive
from .._flow.ranged import RemoteFile


class HTTPFile(AbstractBufferedFile):
    """A file on a server, open for reading by range; one that changes raises FileChangedError."""

    DEFAULT_BLOCK_SIZE = BLOCK

    def __init__(self, *given: Any, remote: RemoteFile, **options: Any) -> None:
        self._remote = remote
        super().__init__(*given, size=remote.size, **options)

    def _fetch_range(self, start: int, end: int) -> bytes:
        return drive(self._remote.part(start, min(end, self.size) - 1))


class HTTPStream(AbstractAsyncStreamedFile):
    """The same, read by awaiting."""

    def __init__(self, *given: Any, remote: RemoteFile, **options: Any) -> None:
        self._remote = remote
        super().__init__(*given, size=remote.size, **options)

    async def _fetch_range(self, start: int, end: int) -> bytes:
        end = min(end, self.size)
        return await self._remote.part(start, end - 1) if start < end else b""


class _Ahead(BaseCache):
    """The blocks of `open_url` as a cache of fsspec's."""

    name = "ahead"

    def __init__(self, blocksize: int, fetcher: Callable[[int, int], bytes], size: int) -> None:
        super().__init__(blocksize, fetcher, size)
        self._kept = Blocks(self._part, size, blocksize, max(2, KEPT * BLOCK // blocksize))

    async def _part(self, first: int, last: int) -> bytes:
        return bytes(self.fetcher(first, last + 1))

    def _fetch(self, start: int | None, stop: int | None) -> bytes:
        start = start or 0
        return drive(self._kept.read(start, (self.size if stop is None else stop) - start))


register_cache(_Ahead, clobber=True)
