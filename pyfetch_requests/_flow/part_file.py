"""A file while it is being written: beside its place, under another name, until it is whole.

Decides names, and what an earlier try has left. Never asks a server for anything.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from .._text import urls

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

_BLOCK = 1 << 20
# What is being written by this interpreter: two writers of one file would mix it.
_in_use: set[Path] = set()


class Left(NamedTuple):
    """What an earlier try has left.

    Attributes:
        size: bytes that are there.
        validator: by what the server's file is told to be the same.
        total: bytes of the whole file, None where that is not known.
    """

    size: int
    validator: str
    total: int | None


class PartFile:
    """A file that gets its name when it is whole; meanwhile it is called `name.part`.

    Beside it lies `name.part.json` as long as a later try may go on from there.

    Args:
        path: what it is to be called.

    Raises:
        FileExistsError: it is being written already, by another call.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self._part = path.with_name(f"{path.name}.part").absolute()
        self._notes = path.with_name(f"{path.name}.part.json").absolute()
        if self.path in _in_use:
            raise FileExistsError(f"{path} is being written already, by another call.")
        _in_use.add(self.path)
        self._file: BinaryIO | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
        if not self._notes.exists():  # no later try could go on from there
            self.discard()
        _in_use.discard(self.path)

    def left(self, url: str) -> Left | None:
        """Return what an earlier download of a URL has left, None for nothing that is of use."""
        try:
            notes = json.loads(self._notes.read_bytes())
            size = self._part.stat().st_size
            validator, total = notes["validator"], notes["total"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        known = isinstance(validator, str) and (total is None or isinstance(total, int))
        if not (known and size and notes.get("url") == _fingerprint(url)):
            return None
        if total is not None and size >= total:
            # The last byte is asked for once more: there is no range behind the end.
            size = total - 1
        return Left(size, validator, total) if size > 0 else None

    def begin(self, url: str, validator: str | None, total: int | None) -> None:
        """Write from the start, and note what a later try needs to go on."""
        self.close()
        self._forget()
        self._file = self._part.open("wb")
        if validator is not None:
            notes = {"url": _fingerprint(url), "validator": validator, "total": total}
            self._notes.write_text(json.dumps(notes))

    def go_on(self, size: int) -> None:
        """Write behind the first `size` bytes of what is there."""
        self.close()
        self._file = self._part.open("r+b")
        self._file.truncate(size)
        self._file.seek(size)

    def write(self, data: bytes) -> None:
        """Append bytes."""
        assert self._file is not None
        self._file.write(data)

    def blocks(self, size: int) -> Iterator[bytes]:
        """Yield the first `size` bytes of what is there, in blocks."""
        with self._part.open("rb") as file:
            while size > 0 and (block := file.read(min(size, _BLOCK))):
                size -= len(block)
                yield block

    def finish(self) -> Path:
        """Give the file its name, and return that."""
        self.close()
        self._part.replace(self.path)
        self._forget()
        return self.path

    def close(self) -> None:
        """Stop writing; what is there stays."""
        file, self._file = self._file, None
        if file is not None:
            file.close()

    def discard(self) -> None:
        """Throw away what is there."""
        self.close()
        self._forget()
        with suppress(FileNotFoundError):
            self._part.unlink()

    def _forget(self) -> None:
        with suppress(FileNotFoundError):
            self._notes.unlink()


def _fingerprint(url: str) -> str:
    """Return by what an address is known again; the address itself may hold a key."""
    address = urls.without_userinfo(urls.without_fragment(url))
    return hashlib.sha256(address.encode("utf-8", "surrogatepass")).hexdigest()


def check_target(path: str | os.PathLike[str]) -> Path:
    """Return a path at which a file can be written, or a folder for one.

    Raises:
        OSError: its folder is not there, is none, or may not be written to.
        TypeError: it is no path.
    """
    given = os.fspath(path)
    if not isinstance(given, str):
        raise TypeError(f"the path of a file must be str or a path, not {type(path).__name__}")
    target = Path(given)
    folder = target if target.is_dir() else target.parent
    if given.endswith(("/", os.sep)):
        folder = target
    if not folder.exists():
        raise FileNotFoundError(f"There is no folder {str(folder)!r} to write the file into.")
    if not folder.is_dir():
        raise NotADirectoryError(f"{str(folder)!r} is no folder to write the file into.")
    if not os.access(folder, os.W_OK):
        raise PermissionError(f"The folder {str(folder)!r} may not be written to.")
    return target


def named_in(folder: Path, name: str) -> Path:
    """Return the place of a file in a folder, whose name the server has chosen.

    Raises:
        FileExistsError: there is such a file; a server does not replace what is the user's.
    """
    path = folder / name
    if path.exists():
        raise FileExistsError(
            f"{str(path)!r} exists, and the name came from the server: name the file yourself to "
            "have it replaced."
        )
    return path
