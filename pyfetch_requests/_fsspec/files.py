"""Files of fsspec that are open for reading, blocking and awaited, and their cache.

Decides how fsspec's positions become ranges. Never what a response may be taken for: `ranged` does.
"""

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
    """A file on a server, open for reading by range; if it changes, FileChangedError is raised."""

    DEFAULT_BLOCK_SIZE = BLOCK

    def __init__(self, *given: Any, remote: RemoteFile, **options: Any) -> None:
        self._remote = remote
        super().__init__(*given, size=remote.size, **options)

    def _fetch_range(self, start: int, end: int) -> bytes:
        # `end` is exclusive in fsspec, and may be behind the end of the file; HTTP's is inclusive.
        return drive(self._remote.part(start, min(end, self.size) - 1))


class HTTPStream(AbstractAsyncStreamedFile):
    """The same, with an awaited `read`."""

    def __init__(self, *given: Any, remote: RemoteFile, **options: Any) -> None:
        self._remote = remote
        super().__init__(*given, size=remote.size, **options)

    async def _fetch_range(self, start: int, end: int) -> bytes:
        end = min(end, self.size)
        return await self._remote.part(start, end - 1) if start < end else b""


class _ReadAheadCache(BaseCache):
    """The blocks of `open_url` as a cache of fsspec: reading in order, it requests more at once."""

    name = "ahead"

    def __init__(self, blocksize: int, fetcher: Callable[[int, int], bytes], size: int) -> None:
        super().__init__(blocksize, fetcher, size)
        # As much memory as `open_url` takes, whatever the size of a block.
        self._kept = Blocks(self._part, size, blocksize, max(2, KEPT * BLOCK // blocksize))

    async def _part(self, first: int, last: int) -> bytes:
        return bytes(self.fetcher(first, last + 1))

    def _fetch(self, start: int | None, stop: int | None) -> bytes:
        start = start or 0
        return drive(self._kept.read(start, (self.size if stop is None else stop) - start))


# clobber: importing this module a second time must not fail.
register_cache(_ReadAheadCache, clobber=True)
