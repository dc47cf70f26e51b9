"""A file on a server as a Python file that is open for reading.

Decides which arguments are refused, and the position of the reader. Never decides which bytes are
requested: `_flow/blocks.py` does.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from .._flow.blocks import Blocks
from .._flow.drive import drive
from .._flow.ranged import RemoteFile, Source
from ..exceptions import short_traceback

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

    from .._flow.exchange import Face
    from .._nouns.types import RequestOptions, Url
    from .blocking import Session

_BUFFER = 8192  # Python's default is larger than a block in some versions
_MEANINGLESS = ("data", "files", "json", "progress")


class _Position(io.RawIOBase):
    """The unbuffered file: a position, and reading from there.

    Attributes:
        session: closed with the file; None if it belongs to the caller.
    """

    def __init__(self, remote: RemoteFile, blocks: Blocks) -> None:
        self._remote, self._blocks = remote, blocks
        self._at = 0
        self.name = remote.address
        self.session: Session | None = None

    def readable(self) -> bool:
        self._refuse_if_closed()
        return True

    def seekable(self) -> bool:
        self._refuse_if_closed()
        return True

    def _refuse_if_closed(self) -> None:
        # In every method, as in Python's own files, and with their exception.
        if self.closed:
            raise ValueError("The file is closed.")

    @short_traceback
    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer).cast("B")
        data = self._read(len(view))
        view[: len(data)] = data
        return len(data)

    @short_traceback
    def readall(self) -> bytes:
        return self._read(max(0, self._remote.size - self._at))

    def _read(self, count: int) -> bytes:
        self._refuse_if_closed()
        content, start = self._remote.content, self._at
        if content is None:
            data = drive(self._blocks.read(start, count))
        else:
            data = content[start : start + count]
        self._at += len(data)
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        self._refuse_if_closed()
        if whence not in (0, 1, 2):
            raise ValueError(f"whence has to be 0, 1 or 2, not {whence!r}")
        at = offset + (0, self._at, self._remote.size)[whence]
        if at < 0:
            raise ValueError(f"The position {at:,} is before the start of the file.")
        self._at = at
        return at

    def tell(self) -> int:
        self._refuse_if_closed()
        return self._at

    def close(self) -> None:
        if not self.closed and self.session is not None:
            self.session.close()
        super().close()


class RemoteReader(io.BufferedReader):
    """A file opened by `open_url`; an `io.BufferedReader`.

    Attributes:
        size: of the file, in bytes.
        url: of the file.
    """

    raw: _Position
    mode = "rb"

    def __init__(self, raw: _Position) -> None:
        super().__init__(raw, _BUFFER)
        self.size = raw._remote.size
        self.url = raw.name


def open_reader(
    session: Session,
    face: Face,
    url: Url,
    mode: str,
    sizes: tuple[int, int],
    whole: bool,
    max_retries: int,
    options: RequestOptions,
) -> RemoteReader:
    """Open a file; see `pyfetch_requests.sync.open_url`.

    Args:
        sizes: bytes of a block, and of all that are kept.
    """
    # mode= may be that of a file or fetch's option ("cors"): the letters tell which.
    named = options.get("mode")
    if named and not set(named) - set("rwaxbtU+"):
        mode = named
        options = {**options, "mode": None}
    if mode != "rb":
        raise ValueError(
            f"open_url() has the mode 'rb' only, not {mode!r}. For text use "
            "io.TextIOWrapper(file); to write, send the file with put()."
        )
    if taken := [name for name in _MEANINGLESS if options.get(name)]:
        raise ValueError(f"open_url() does not take {taken[0]}=.")
    block_size, cache_size = sizes
    if block_size < 1 or cache_size < 0:
        raise ValueError("block_size= has to be positive, and cache_size= not negative")
    source = Source(session, face, url, options, "open_url")
    remote = RemoteFile(source, whole, max_retries)
    first = drive(remote.open(block_size))
    blocks = Blocks(remote.part, remote.size, block_size, max(1, cache_size // block_size))
    # A first part that broke off is no whole block.
    if len(first) == min(block_size, remote.size):
        blocks.add(0, first)
    return RemoteReader(_Position(remote, blocks))
