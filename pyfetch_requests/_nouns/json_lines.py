"""ndjson: chunks of bytes into one value for each line.

Decides where a line ends and what it means. Never touches the response itself.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, cast

from .._json_depth import DEEPEST, refuse_deep
from ..exceptions import JSONDecodeError

if TYPE_CHECKING:
    from .._text.for_checkers import DecoderOptions, Scanner


class JSONLines:
    """A push parser (see `decoders`): chunks of ndjson in, one value for each line out.

    A chunk is decoded and split once, and each line is one call of the scanner inside `json.loads`,
    which takes half the time. Lines are parsed one by one, so no text can turn two lines into one
    value. A line that the scanner does not consume completely goes to the decoder, for its errors.

    Args:
        options: for `json.JSONDecoder`.
        **origin: `request` and `response`, for the errors.

    Source: the ndjson specification; RFC 8259 section 8.1 (JSON is UTF-8).
    """

    def __init__(self, options: dict[str, object], **origin: object) -> None:
        self._decoder = json.JSONDecoder(**cast("DecoderOptions", options))
        self._origin = origin
        self._rest: list[bytes] = []
        self._lines = 0

    def feed(self, chunk: bytes) -> Iterable[object]:
        """Take a chunk, and return the values of the lines that it completed."""
        end = chunk.rfind(b"\n") + 1
        parts, rest = [*self._rest, chunk[:end]], chunk[end:]
        if not end:
            self._rest.append(rest)
            return ()
        self._rest = [rest] if rest else []
        return self._values(b"".join(parts))

    def flush(self) -> Iterable[object]:
        """Return the value of the last line, if it had no end."""
        rest, self._rest = self._rest, []
        return self._values(b"".join(rest))

    def _values(self, data: bytes) -> Iterator[object]:
        if not self._lines:  # RFC 8259 section 8.1 lets a parser ignore a byte order mark
            data = data.removeprefix(codecs.BOM_UTF8)
        if b"\r" in data:  # searching for one byte is much faster than for two
            data = data.replace(b"\r\n", b"\n")
        first, scan = self._lines + 1, cast("Scanner", self._decoder).scan_once
        lines: list[str] | list[bytes]
        try:
            lines = data.decode("utf-8", "surrogatepass").split("\n")  # as json.loads does
        except UnicodeDecodeError:
            lines = data.split(b"\n")  # the values before the wrong line are still given
        self._lines += len(lines) - 1
        has_long = len(data) > DEEPEST and max(map(len, lines)) > DEEPEST
        for number, line in enumerate(cast("Iterable[str | bytes]", lines), first):
            if has_long:
                self._refuse_deep(number, line)
            try:
                value, end = scan(line, 0)
            except (StopIteration, TypeError, ValueError):
                end = -1
            if end == len(line):
                yield value
            else:
                yield from self._parse_line(number, line)

    def _refuse_deep(self, number: int, line: str | bytes) -> None:
        try:
            refuse_deep(line)
        except RecursionError as error:
            error.add_note(f"This is line {number} of the body.")
            raise

    def _parse_line(self, number: int, line: str | bytes) -> list[object]:
        """Return the value of a line with white space around it, or nothing for a blank one."""
        text = ""
        try:
            text = line if isinstance(line, str) else line.decode("utf-8", "surrogatepass")
            return [self._decoder.decode(text)] if text.strip(" \t\r") else []
        except (json.JSONDecodeError, UnicodeDecodeError) as error:
            reason, position = str(error), 0
            if isinstance(error, json.JSONDecodeError):
                reason, position = error.msg, error.pos
            message = f"line {number} of the body is not JSON: {reason}"
            raise JSONDecodeError(message, text, position, **self._origin) from error
