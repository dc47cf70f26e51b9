"""The file below `raw`, as urllib3's response has one in `_fp`, and what is put in its place.

CacheControl and others wrap it to keep a body while it is read. Not imported before that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from .._flow.drive import drive

if TYPE_CHECKING:
    from .._wire import Body

SIZE = 1 << 16


class Readable(Protocol):
    """A file, as far as it is needed."""

    def read(self, amt: int, /) -> bytes:
        """Return at most so many bytes, b"" at the end."""


class FileBelow:
    """A body as a file.

    Attributes:
        closed: True once the end has been read.
    """

    def __init__(self, body: Body, closed: bool) -> None:
        self.closed = closed
        self._body = body
        self._rest = b""

    def read(self, amt: int | None = None) -> bytes:
        """Return at most `amt` bytes as they arrive, all the rest for None; b"" at the end."""
        if amt is None:
            return b"".join(iter(lambda: self.read(SIZE), b""))
        chunk = self._rest or drive(self._body.read())
        self._rest = chunk[amt:]
        self.closed = not chunk
        return chunk[:amt]

    def isclosed(self) -> bool:
        """Tell whether the end has been read."""
        return self.closed

    def close(self) -> None:
        """Free the connection."""
        self.closed = True
        drive(self._body.close())

    def flush(self) -> None:
        """Do nothing; http.client's responses have it."""


class BodyOfFile:
    """A file as a body."""

    def __init__(self, file: Readable) -> None:
        self._file = file

    async def read(self) -> bytes:
        """Return the next bytes of the file."""
        return self._file.read(SIZE)

    async def close(self) -> None:
        """Close the file, if it can be closed."""
        close = getattr(self._file, "close", None)
        if close is not None:
            close()
