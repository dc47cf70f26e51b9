"""Server-sent events: bytes into events, wherever a chunk ends. Pure.

The parser is a push parser like those of `decoders`: `feed` takes a chunk and gives what it
completed. `flush` gives no event, because the standard drops an unfinished one.

Source: HTML standard, section 9.2 (server-sent events), "parsing an event stream".
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from ..exceptions import ContentDecodingError, JSONDecodeError

LONGEST_EVENT = 1 << 26
"""Bytes of one event above which a stream is refused: a server that never ends a line is broken."""


class Event(NamedTuple):
    """One event as a server sent it.

    Attributes:
        event: its type; "message" where the server named none.
        data: its text; several `data` lines are joined by newlines.
        id: the last id that the server has given, "" before the first one.
    """

    event: str
    data: str
    id: str

    def json(self, **kwargs: Any) -> Any:
        """Return the value of `data` as JSON.

        Args:
            **kwargs: for `json.loads`.

        Raises:
            JSONDecodeError: the data is not JSON; the message shows how it begins.
        """
        try:
            return json.loads(self.data, **kwargs)
        except json.JSONDecodeError as error:
            start = self.data if len(self.data) <= 60 else f"{self.data[:60]}…"
            message = f"the data of an event of type {self.event!r} is not JSON ({start!r})"
            raise JSONDecodeError(f"{message}: {error.msg}", error.doc, error.pos) from error


class EventDecoder:
    """Chunks of an event stream in, events out.

    Args:
        last_event_id: the id that the stream goes on from.
        longest: bytes that one event may have.

    Attributes:
        last_event_id: what a request that goes on from here names in `Last-Event-ID`.
        retry: milliseconds that the server wants a client to wait before it comes back, None as
            long as it has not said so.
    """

    def __init__(self, last_event_id: str = "", longest: int = LONGEST_EVENT) -> None:
        self.last_event_id = self._id = last_event_id
        self.retry: int | None = None
        self._longest = longest
        self._started = False
        self._after_cr = False
        self._rest: list[bytes] = []  # of an event that has not ended
        self._length = 0

    def feed(self, chunk: bytes) -> Iterable[Event]:
        """Take a chunk, and return the events that it completed.

        Raises:
            ContentDecodingError: an event does not end within `longest` bytes.
        """
        chunk = self._normalized(chunk)
        if not chunk:
            return ()
        # An empty line ends an event. It can lie on both sides of the cut between two chunks.
        ends_line = bool(self._rest) and self._rest[-1].endswith(b"\n")
        if b"\n\n" not in chunk and not (ends_line and chunk.startswith(b"\n")):
            return self._keep(chunk)
        *blocks, rest = b"".join([*self._rest, chunk]).split(b"\n\n")
        self._rest, self._length = [], 0
        self._keep(rest)
        text = b"\n\n".join(blocks).decode("utf-8", "replace")
        return self._events(text.split("\n\n"))

    def flush(self) -> Iterable[Event]:
        """Return nothing: an event without an empty line after it has not been sent whole.

        What its lines say about coming back holds all the same.
        """
        text = b"".join(self._rest).decode("utf-8", "replace")
        self._rest, self._length = [], 0
        for line in text.split("\n")[:-1]:
            name, _, value = line.partition(":")
            if name == "retry":
                self._take_retry(value.removeprefix(" "))
        return ()

    def _take_retry(self, value: str) -> None:
        if value.isascii() and value.isdigit():
            self.retry = int(value)

    def _keep(self, part: bytes) -> tuple[()]:
        if part:
            self._rest.append(part)
            self._length += len(part)
        if self._length > self._longest:
            raise ContentDecodingError(
                f"An event of the stream has more than {self._longest:,} bytes, and no end yet."
            )
        return ()

    def _normalized(self, chunk: bytes) -> bytes:
        """Return the chunk with every line end as a newline, and without the stream's mark."""
        if not self._started:
            chunk = b"".join([*self._rest, chunk])
            if len(chunk) < len(codecs.BOM_UTF8) and codecs.BOM_UTF8.startswith(chunk):
                self._rest = [chunk]
                return b""
            self._rest, self._started = [], True
            chunk = chunk.removeprefix(codecs.BOM_UTF8)
        if self._after_cr and chunk:
            chunk, self._after_cr = chunk.removeprefix(b"\n"), False
        if b"\r" in chunk:
            self._after_cr = chunk.endswith(b"\r")
            chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        return chunk

    def _events(self, blocks: Iterable[str]) -> Iterable[Event]:
        for block in blocks:
            data: list[str] = []
            kind = ""
            for line in block.split("\n"):
                name, _, value = line.partition(":")
                value = value.removeprefix(" ")
                if name == "data":
                    data.append(value)
                elif name == "event":
                    kind = value
                elif name == "id" and "\0" not in value:
                    self._id = value
                elif name == "retry":
                    self._take_retry(value)
            # Only now: an id counts when its event has ended, also if that has no data.
            self.last_event_id = self._id
            if data:
                yield Event(kind or "message", "\n".join(data), self._id)
