"""What was read of a file, kept in blocks: the last ones used, and more ahead of who reads on.

Decides which bytes are asked for together. Never asks for any: a function does.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from itertools import takewhile

BLOCK = 1 << 16
KEPT = 64
# Blocks that are asked for at once, at most, where nobody has asked for them yet.
_FURTHEST = 16


class Blocks:
    """Reads a file through a cache.

    Args:
        part: gives the bytes from a first to a last position, both included.
        size: of the file, in bytes.
        block_size: in bytes.
        kept: number of blocks that are held, at most.
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
        self._ahead = 1
        self._following = -1  # the block after those that were asked for last

    def add(self, number: int, data: bytes) -> None:
        """Keep whole blocks of the file; the last one of it is shorter.

        Args:
            number: of the first one.
            data: their bytes.
        """
        size = self._block_size
        count = -(-len(data) // size)
        for index in range(max(0, count - self._kept), count):
            self._blocks[number + index] = data[index * size : (index + 1) * size]
            self._blocks.move_to_end(number + index)
        while len(self._blocks) > self._kept:
            self._blocks.popitem(last=False)

    async def read(self, start: int, count: int) -> bytes:
        """Return `count` bytes from a position on, fewer where the file ends before."""
        end = min(start + count, self._size)
        pieces = []
        while start < end:
            number, offset = divmod(start, self._block_size)
            data = self._blocks.get(number)
            if data is None:
                data = await self._fetch(number, (end - 1) // self._block_size)
            else:
                self._blocks.move_to_end(number)
            piece = data[offset : offset + end - start]
            pieces.append(piece)
            start += len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    async def _fetch(self, number: int, last: int) -> bytes:
        """Ask for the blocks from `number` to `last` that are not there, up to the first that is.

        Who has read up to here gets more than he has asked for, the more the longer he reads on.
        """
        on = number == self._following
        self._ahead = min(self._ahead * 2, _FURTHEST, max(1, self._kept // 2)) if on else 1
        until = max(last + 1, number + self._ahead)
        end = min(self._size, until * self._block_size)
        until = -(-end // self._block_size)
        missing = takewhile(lambda each: each not in self._blocks, range(number, until))
        until = max(missing) + 1
        size = self._block_size
        data = await self._part(number * size, min(until * size, self._size) - 1)
        self.add(number, data)
        self._following = until
        return data
