"""Memory for a large body, in `bytes` that nobody has written into yet. Pure.

`bytes(size)` writes zeros first, which takes a sixth of the time that a large body takes at all.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class _Nothing(io.RawIOBase):
    """A file that fills whatever it is given with nothing at all."""

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Write nothing, and return how much was to be written."""
        return memoryview(buffer).nbytes


def blank(size: int) -> bytes:
    """Return so many bytes, each of which has to be written before anybody looks at it.

    `bytes` are immutable for Python only: JavaScript writes into those that nobody has seen yet.

    Raises:
        MemoryError: there is not so much.
    """
    # A reader creates the bytes that it returns before it reads, and passes them on as a buffer if
    # they are more than its own.
    found = io.BufferedReader(_Nothing(), 1).read(size)
    return found if len(found) == size else bytes(size)
