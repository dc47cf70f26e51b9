"""Bytes into text and lines: push parsers whose result never depends on chunk borders. Pure.

Each parser takes chunks with `feed` and returns what is complete; `flush` returns the rest.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, AnyStr, Generic, cast

if TYPE_CHECKING:
    from .for_checkers import LinkedStage, Stage

_BOMS = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def detect_bom(data: bytes) -> str | None:
    """Return the codec that a byte order mark stands for, None where there is none."""
    # "utf-16" and "utf-32" read the mark themselves, and take it off; so does "utf-8-sig".
    return next((name for mark, name in _BOMS if data.startswith(mark)), None)


def detect_json_encoding(data: bytes) -> str | None:
    """Return the UTF encoding of a JSON text, judging by its first four bytes.

    Source: RFC 4627 section 3: JSON starts with two ASCII characters, so the zero bytes tell.
    """
    # RFC 8259 allows UTF-8 alone, but requests still reads what the older standard allowed.
    sample = data[:4]
    if bom := detect_bom(sample):
        return bom
    zeros = tuple(index for index, byte in enumerate(sample) if byte == 0)
    table = {
        (): "utf-8",
        (0, 2): "utf-16-be",
        (1, 3): "utf-16-le",
        (0, 1, 2): "utf-32-be",
        (1, 2, 3): "utf-32-le",
    }
    return table.get(zeros)


def detect_encoding(data: bytes) -> str | None:
    """Guess the encoding of text; None if it does not look like text.

    Uses charset-normalizer if it is installed. Without it: byte order marks, UTF-8, UTF-16
    and UTF-32 without marks (by their zero bytes), and else Latin-1, which can decode any bytes
    and is right for most Western text.
    """
    if not data:
        return "utf-8"  # what charset-normalizer says of no bytes
    try:
        from charset_normalizer import detect
    except ImportError:
        return _detect_without_help(data)
    found = detect(data)["encoding"]
    return str(found) if found else None


def _detect_without_help(data: bytes) -> str:
    if bom := detect_bom(data):
        return bom
    # The start of a text shows its encoding; counting zeros in all of a large body takes long.
    sample = data[:4096]
    if sample.isascii() and b"\0" not in sample and data.isascii():
        return "ascii"
    for width, name in ((4, "utf-32"), (2, "utf-16")):
        if b"\0" in sample and len(data) % width == 0:
            zeros = [sample[offset::width].count(0) for offset in range(width)]
            order = "le" if zeros[-1] > zeros[0] else "be"
            # Most characters of Western text are below U+0100: their upper bytes are zero.
            if max(zeros[0], zeros[-1]) * width * 2 > len(sample) and _decodes(
                data, f"{name}-{order}"
            ):
                return f"{name}-{order}"
    return "utf-8" if _decodes(data, "utf-8") else "iso-8859-1"


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


class LineDecoder(Generic[AnyStr]):
    r"""Splits chunks of str or bytes into lines, as `splitlines` would split the whole.

    A "\\r\\n" that is cut in two is one line end; requests yields an empty line there.
    """

    def __init__(self) -> None:
        self._rest: list[AnyStr] = []
        self._after_cr = False

    def feed(self, chunk: AnyStr) -> list[AnyStr]:
        """Take a chunk, and return the lines that it completed."""
        # A "\r" ends a line at once: to see whether a "\n" follows, it would have to be held back.
        if self._after_cr and chunk[:1] in ("\n", b"\n"):
            chunk = chunk[1:]
            self._after_cr = False
        if not chunk:
            return []
        self._after_cr = chunk[-1:] in ("\r", b"\r")
        lines = chunk.splitlines()
        if self._rest:
            # Parts of a line are joined once, at its end: joining at each chunk is quadratic.
            self._rest.append(lines[0])
            if len(lines) == 1 and not _ends_line(chunk):
                return []
            lines[0] = chunk[:0].join(self._rest)
            self._rest = []
        if not _ends_line(chunk):
            self._rest = [lines.pop()]
        return lines

    def flush(self) -> list[AnyStr]:
        """Return what is left at the end: the last line, if it had no end."""
        rest, self._rest = self._rest, []
        return [rest[0][:0].join(rest)] if rest else []


def _ends_line(chunk: AnyStr) -> bool:
    # By `splitlines` itself: str has more line ends (U+2028, \x1c and others) than bytes have.
    return not chunk[-1:].splitlines()[0]


class DelimiterDecoder(Generic[AnyStr]):
    """Splits chunks at a delimiter, as `split` would split the whole.

    requests splits each chunk by itself, which depends on where the network cuts the body.
    """

    def __init__(self, delimiter: AnyStr) -> None:
        self._delimiter: AnyStr = delimiter
        self._rest: list[AnyStr] = []

    def feed(self, chunk: AnyStr) -> list[AnyStr]:
        """Take a chunk, and return the pieces that it completed."""
        if not chunk:
            return []
        self._rest.append(chunk)
        if self._delimiter[-1:] not in chunk:  # no delimiter ends in it: do not join for nothing
            return []
        pieces = chunk[:0].join(self._rest).split(self._delimiter)
        self._rest = [pieces.pop()]
        return pieces

    def flush(self) -> list[AnyStr]:
        """Return the last piece; it is empty where the content ended with the delimiter."""
        rest, self._rest = self._rest, []
        return [rest[0][:0].join(rest)] if rest else []


class TextDecoder:
    """Decodes chunks, also where a character is split between two; errors become U+FFFD.

    An encoding that does not exist or is not for text (`rot13`, `idna`) counts as UTF-8.
    """

    def __init__(self, encoding: str) -> None:
        try:
            # A byte that is wrong in many charsets shows whether "replace" works; idna refuses it.
            b"a\x80".decode(encoding, "replace")
            self._name = codecs.lookup(encoding).name
        except (LookupError, ValueError):
            self._name = "utf-8"
        self._decoder = codecs.getincrementaldecoder(self._name)(errors="replace")

    def feed(self, chunk: bytes) -> list[str]:
        """Take a chunk, and return the characters that are complete."""
        text = self._decode(chunk, False)
        return [text] if text else []  # as in requests, no empty pieces

    def flush(self) -> list[str]:
        """Return what is left: U+FFFD for a character that was cut."""
        text = self._decode(b"", True)
        return [text] if text else []

    def _decode(self, data: bytes, final: bool) -> str:
        held = self._decoder.getstate()[0]
        try:
            return self._decoder.decode(data, final)
        except UnicodeError:
            # Python's incremental UTF-16 and UTF-32 insist on a byte order mark, even with
            # "replace". `bytes.decode` takes the machine's order, in WebAssembly this one.
            self._decoder = codecs.getincrementaldecoder(f"{self._name}-le")(errors="replace")
            return self._decoder.decode(held + data, final)


class Pipeline:
    """Parsers in a row: each takes what the one before it returns.

    Attributes:
        halted: True if the body has not ended, and a later call will feed the rest.
    """

    halted = False

    def __init__(self, *stages: Stage) -> None:
        self._stages = cast("tuple[LinkedStage, ...]", stages)

    def __bool__(self) -> bool:
        """Tell whether there is any parser in it."""
        return bool(self._stages)

    def feed(self, chunk: bytes) -> Iterable[object]:
        """Take a chunk, and return what comes out of the last parser."""
        if len(self._stages) == 1:
            return self._stages[0].feed(chunk)
        return self._run([chunk], 0)

    def flush(self) -> Iterator[object]:
        """Return what the parsers still hold."""
        # From the first to the last: the rest of one is input for those after it.
        for index, stage in enumerate(self._stages):
            yield from self._run(stage.flush(), index + 1)

    def _run(self, items: Iterable[object], start: int) -> Iterable[object]:
        for stage in self._stages[start:]:
            items = chain.from_iterable(map(stage.feed, items))
        return items
