"""A cache of the blocks of a remote file: least recently used ones go, sequential ones read ahead.

Decides which bytes are requested together. Never requests any: it calls the function it was given.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from itertools import takewhile

BLOCK = 1 << 16
KEPT = 64
_MAX_READ_AHEAD = 16  # blocks: a megabyte by default


class Blocks:
    """Reads a file through a cache.

    Args:
        part: returns the bytes from a first to a last position, both included.
        size: of the file, in bytes.
        block_size: in bytes.
        kept: number of blocks that are kept, at most.
    """

    def __init__(
        self,
        part: Callable[[int, int], Awaitable[bytes]],
        size: int,
        block_size: int = BLOCK,
        kept: int = KEPT,
    ) -> None:
        self._part, self._size = part, size
        self._block_size, self._kept = block_size, kept
        self._blocks: OrderedDict[int, bytes] = OrderedDict()
        self._read_ahead = 1
        self._next_block = -1  # the one after those that were requested last

    def add(self, number: int, data: bytes) -> None:
        """Keep whole blocks of the file, whose last block may be shorter.

        Args:
            number: of the first block.
            data: their bytes.
        """
        size = self._block_size
        count = -(-len(data) // size)  # rounded up: the last block may be short
        # Of more blocks than are kept only the last ones: the others would be dropped at once.
        for index in range(max(0, count - self._kept), count):
            self._blocks[number + index] = data[index * size : (index + 1) * size]
            self._blocks.move_to_end(number + index)
        while len(self._blocks) > self._kept:
            self._blocks.popitem(last=False)

    async def read(self, start: int, count: int) -> bytes:
        """Return `count` bytes from a position on, fewer if the file ends before."""
        end = min(start + count, self._size)
        pieces = []
        while start < end:
            number, offset = divmod(start, self._block_size)
            data = self._blocks.get(number)
            if data is None:
                # Used as it is: of a long read the cache has kept only the last blocks.
                data = await self._fetch(number, (end - 1) // self._block_size)
            else:
                self._blocks.move_to_end(number)
            piece = data[offset : offset + end - start]
            pieces.append(piece)
            start += len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    async def _fetch(self, number: int, last: int) -> bytes:
        """Request the blocks from `number` to `last`, up to the first that is cached.

        Sequential reading gets more than it asked for, and twice as much each time.
        """
        sequential = number == self._next_block
        # Half the cache at most, or reading ahead would drop all that was read before.
        most = min(_MAX_READ_AHEAD, max(1, self._kept // 2))
        self._read_ahead = min(self._read_ahead * 2, most) if sequential else 1
        until = max(last + 1, number + self._read_ahead)
        end = min(self._size, until * self._block_size)
        until = -(-end // self._block_size)
        missing = takewhile(lambda each: each not in self._blocks, range(number, until))
        until = max(missing) + 1
        size = self._block_size
        data = await self._part(number * size, min(until * size, self._size) - 1)
        self.add(number, data)
        self._next_block = until
        return data
