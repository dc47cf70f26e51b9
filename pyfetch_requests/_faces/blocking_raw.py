"""`raw` of a response on the blocking face: its body as a file, like urllib3's response.

Decides how a blocking caller reads bytes. Never decides what they mean.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from .._flow.drive import drive
from .._nouns.raw import RawBase
from ..exceptions import short_traceback

if TYPE_CHECKING:
    from typing import Self

    from .._nouns.response import ResponseBase
    from .file_below import Readable

    _File = io.IOBase
else:
    _File = object


class Raw(RawBase, _File):
    """The unread body as a file that is open for reading.

    It is an `io.IOBase` without inheriting from it: what inherits is tracked by the collector once
    more when it is dropped, and Python 3.14 then runs a collection that is due. That would walk the
    large value of `session.get(url).json()` at once, for which nobody has to wait.
    """

    _data: bytes | None = None
    auto_close = True  # as in urllib3: `closed` is true once `read` has come to the end
    _read_out = False
    _closed = False
    _length: int | None = None
    decode_content = False  # as requests sets it; the body comes decoded, whatever code sets
    chunked = False  # a browser does not tell
    version_string = "HTTP/1.1"
    # The response of an exchange until an adapter's `build_response` has returned it.
    made: ResponseBase | None = None

    @property
    def closed(self) -> bool:
        """Whether the file was closed, or `read` to its end: loops look at it."""
        return self.finished or self._read_out or self._closed

    @property
    def _fp(self) -> object:
        # The file below, which libraries wrap to see what is read.
        from .file_below import FileBelow

        return FileBelow(self._body, self.isclosed())

    @_fp.setter
    def _fp(self, file: Readable) -> None:
        from .file_below import BodyOfFile

        self._body = BodyOfFile(file)
        if self._ended:  # what was read is put back: requests-cache does so
            self._position = 0
        self.finished = self._ended = self._read_out = False

    @property
    def length_remaining(self) -> int | None:
        """How many bytes are still to come, None if that is unknown."""
        if self._length is None:
            stated = self.headers.get("content-length") or ""
            self._length = int(stated) if stated.isdecimal() else None
        return None if self._length is None else self._length - self._position

    @length_remaining.setter
    def length_remaining(self, count: int | None) -> None:
        # Kept as the whole length: what is left follows from the position.
        self._length = None if count is None else count + self._position

    @short_traceback
    def read(
        self,
        amt: int | None = None,
        decode_content: bool | None = None,
        cache_content: bool = False,
    ) -> bytes:
        """Return `amt` bytes, fewer only at the end; all the rest for None."""
        found = drive(self.read_up_to(amt))
        # Not in `readinto` and `read1`: io.BufferedReader and TextIOWrapper refuse a closed file.
        self._read_out = self.auto_close and self.isclosed()
        if cache_content:
            self._data = found
        return found

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
        data = drive(self.read_up_to(len(buffer)))
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

    # urllib3 reads on to reuse the connection; here the browser decides, and reading would cost.
    drain_conn = release_conn

    def close(self) -> None:
        """Give the connection back; the file is closed."""
        if not self.finished:
            drive(self.give_up())
        self._closed = True

    def flush(self) -> None:
        """Do nothing; there is nothing to write."""
        if self._closed:
            raise ValueError("I/O operation on closed file.")

    def __iter__(self) -> Iterator[bytes]:
        iter(_FileView(self))
        return self

    def __next__(self) -> bytes:
        return next(_FileView(self))

    def __enter__(self) -> Self:
        _FileView(self).__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _FileView(io.IOBase):
    """What `io.IOBase` makes of a raw body; dropping it does not close that."""

    def __init__(self, raw: Raw) -> None:
        self.read = raw.read
        self._raw = raw

    @property
    def closed(self) -> bool:
        return self._raw.closed

    def close(self) -> None:
        """Do nothing."""


def _of_file(name: str) -> Callable[..., object]:
    def method(self: Raw, *args: object) -> object:
        return getattr(_FileView(self), name)(*args)

    method.__name__ = name
    return method


for _name in (
    "fileno", "isatty", "readline", "readlines", "seek", "seekable", "truncate", "writable",
    "writelines",
):  # fmt: skip
    setattr(Raw, _name, _of_file(_name))
io.IOBase.register(Raw)
