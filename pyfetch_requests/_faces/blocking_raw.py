"""`raw` of a response on the blocking face: its body as a file, like urllib3's response.

Decides how a blocking caller reads bytes. Never decides what they mean.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

from .._flow.drive import drive
from .._nouns.raw import RawBase
from ..exceptions import short_traceback


class Raw(RawBase, io.IOBase):
    """The unread body as a file that is open for reading."""

    _data: bytes | None = None

    @short_traceback
    def read(self, amt: int | None = None, decode_content: bool | None = None) -> bytes:
        """Return `amt` bytes, fewer only at the end; all the rest for None."""
        return drive(self.read_up_to(amt))

    @short_traceback
    def read1(self, amt: int | None = None, decode_content: bool | None = None) -> bytes:
        """Return at most `amt` bytes of what has arrived; wait only if that is nothing."""
        if amt == 0:
            return b""
        return drive(self.next_piece(amt if amt and amt > 0 else None, False))

    @property
    def data(self) -> bytes:
        """The rest of the body, which is read and kept."""
        if self._data is None:
            self._data = self.read()
        return self._data

    def stream(
        self, amt: int | None = 65536, decode_content: bool | None = None
    ) -> Iterator[bytes]:
        """Yield the rest in pieces of `amt` bytes."""
        while chunk := self.read(amt):
            yield chunk

    @short_traceback
    def readinto(self, buffer: bytearray | memoryview) -> int:
        """Fill a buffer, and return how many bytes that took."""
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def readable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return how many bytes have been read."""
        return self._position

    def release_conn(self) -> None:
        """Give the connection back."""
        drive(self.give_up())

    drain_conn = release_conn

    def close(self) -> None:
        """Give the connection back; the file is closed."""
        if not self.finished:
            drive(self.give_up())
        super().close()

    def __del__(self) -> None:
        # io.IOBase closes a file when it is dropped, which would cost each response a call; a body
        # that is dropped cancels its stream itself.
        pass
