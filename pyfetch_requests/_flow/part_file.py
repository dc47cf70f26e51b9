"""A file while it is downloaded: next to its destination, as `name.part`, until it is complete.

Decides names, and how much of an earlier try can be used. Never sends a request.
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

_BLOCK = 1 << 20  # bytes
# The files that this interpreter is writing: two writers would mix their bytes.
_in_use: set[Path] = set()


class Partial(NamedTuple):
    """What an earlier try has left of a file.

    Attributes:
        size: its bytes so far.
        validator: the ETag or Last-Modified that the file on the server had.
        total: bytes of the whole file, None if that is not known.
    """

    size: int
    validator: str
    total: int | None


class PartFile:
    """A file that gets its name when it is complete; until then it is called `name.part`.

    Next to it is `name.part.json` as long as a later try can resume it.

    Args:
        path: of the complete file.

    Raises:
        FileExistsError: another call is writing it.
    """

    def __init__(self, path: Path) -> None:
        # Absolute, because the program may change its folder while the file arrives.
        self.path = path.absolute()
        self._part = path.with_name(f"{path.name}.part").absolute()
        self._notes = path.with_name(f"{path.name}.part.json").absolute()
        if self.path in _in_use:
            raise FileExistsError(f"Another call is writing {path} already.")
        _in_use.add(self.path)
        self._file: BinaryIO | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
        if not self._notes.exists():  # no later try could resume it
            self.discard()
        _in_use.discard(self.path)

    def partial(self, url: str) -> Partial | None:
        """Return what an earlier download of a URL has left, None if it cannot be resumed."""
        try:
            notes = json.loads(self._notes.read_bytes())
            size = self._part.stat().st_size
            validator, total = notes["validator"], notes["total"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        # The notes may be damaged, or of another program.
        known = isinstance(validator, str) and (total is None or isinstance(total, int))
        if not (known and size and notes.get("url") == _fingerprint(url)):
            return None
        if total is not None and size >= total:
            # Complete, but never renamed. The last byte is requested again: a range that starts
            # behind the end would be a 416 (RFC 9110, section 14.1.2).
            size = total - 1
        return Partial(size, validator, total) if size > 0 else None

    def start(self, url: str, validator: str | None, total: int | None) -> None:
        """Write from the beginning, and note what a later try needs to resume."""
        self.close()
        # First: old notes beside new bytes would let a later try mix two files.
        self._forget()
        self._file = self._part.open("wb")
        if validator is not None:
            notes = {"url": _fingerprint(url), "validator": validator, "total": total}
            self._notes.write_text(json.dumps(notes))

    def resume(self, size: int) -> None:
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
        if size <= 0:  # a part that was discarded is not there any more
            return
        with self._part.open("rb") as file:
            while size > 0 and (block := file.read(min(size, _BLOCK))):
                size -= len(block)
                yield block

    def finish(self) -> Path:
        """Give the file its name, and return its path."""
        self.close()
        self._part.replace(self.path)  # atomic on one file system, hence `.part` in the same folder
        self._forget()
        return self.path

    def close(self) -> None:
        """Stop writing; what was written stays."""
        file, self._file = self._file, None
        if file is not None:
            file.close()

    def discard(self) -> None:
        """Delete what was written."""
        self.close()
        self._forget()
        with suppress(FileNotFoundError):
            self._part.unlink()

    def _forget(self) -> None:
        with suppress(FileNotFoundError):
            self._notes.unlink()


def _fingerprint(url: str) -> str:
    """Return a hash that identifies a URL; the URL itself may contain a key, and is not stored."""
    address = urls.without_userinfo(urls.without_fragment(url))
    return hashlib.sha256(address.encode("utf-8", "surrogatepass")).hexdigest()


def check_target(path: str | os.PathLike[str]) -> Path:
    """Return the path of a file that can be written, or of a folder for it.

    Checked before anything is sent: a download should not fail at its end.

    Raises:
        OSError: the folder does not exist, is no folder, or is not writable.
        TypeError: it is not a path.
    """
    given = os.fspath(path)
    if not isinstance(given, str):
        raise TypeError(f"the path of a file must be str or a path, not {type(path).__name__}")
    target = Path(given)
    folder = target if target.is_dir() else target.parent
    if given.endswith(("/", os.sep)):
        folder = target
    if not folder.exists():
        raise FileNotFoundError(f"The folder {str(folder)!r} does not exist. Create it first.")
    if not folder.is_dir():
        raise NotADirectoryError(f"{str(folder)!r} is not a folder, so no file can be put into it.")
    if not os.access(folder, os.W_OK):
        raise PermissionError(f"The folder {str(folder)!r} is not writable.")
    return target


def named_in(folder: Path, name: str) -> Path:
    """Return the path for a file whose name the server has proposed.

    Raises:
        FileExistsError: there is such a file; a server must not decide to replace it.
    """
    path = folder / name
    if path.exists():
        raise FileExistsError(
            f"{str(path)!r} exists, and its name was proposed by the server. Pass a path with the "
            "file name to replace it."
        )
    return path
