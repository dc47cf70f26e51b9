"""Things to send: files, streams and objects that are nearly one of these."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDER = tempfile.TemporaryDirectory(prefix="parity")


def on_disk(mode: str = "rb", name: str = "upload.txt", skip: int = 0) -> Any:
    """A file of nine bytes, eight characters."""
    path = Path(FOLDER.name, name)
    path.write_bytes(b"caf\xc3\xa9 bar")
    file = path.open(mode)
    file.read(skip)
    return file


def generate(*chunks: Any) -> Iterator[Any]:
    yield from chunks


class Readable:
    """Only `read`: neither length nor position."""

    def __init__(self, content: Any = b"content") -> None:
        self._content = content

    def read(self, size: int = -1) -> Any:
        content, self._content = self._content, self._content[:0]
        return content


class ReadableChunks(Readable):
    """`read` and iteration, as files have them."""

    def __iter__(self) -> Iterator[Any]:
        return iter([self.read()])


class WithLength(ReadableChunks):
    """As requests_toolbelt's encoders: `len` as an attribute."""

    len = 7


class WithLengthMethod(ReadableChunks):
    """`len` is a method: no length that anybody understands."""

    def len(self) -> int:
        return 7


class Sized(ReadableChunks):
    """`len()` works."""

    def __len__(self) -> int:
        return 7


class Untellable(ReadableChunks):
    """A pipe: `tell` exists and fails."""

    def tell(self) -> int:
        raise OSError("not a file")


class Unseekable(ReadableChunks):
    """`tell` works, `seek` does not."""

    def tell(self) -> int:
        return 0

    def seek(self, offset: int, whence: int = 0) -> int:
        raise OSError("not a file")


class Named(io.BytesIO):
    """A file with a name of our choice."""

    def __init__(self, name: Any) -> None:
        super().__init__(b"content")
        self.name = name


class Text:
    """An object that is no data, but has a text."""

    def __str__(self) -> str:
        return "text"


class Items:
    """Not a mapping, but it has items."""

    def items(self) -> list[tuple[str, str]]:
        return [("a", "b")]


class IterableItems(Items):
    """With `items` and iteration."""

    def __iter__(self) -> Iterator[str]:
        return iter("xy")


def spooled(content: bytes) -> Any:
    file = tempfile.SpooledTemporaryFile()  # noqa: SIM115 - the test reads it
    file.write(content)
    file.seek(0)
    return file


def skipped(file: Any, count: int) -> Any:
    file.read(count)
    return file
