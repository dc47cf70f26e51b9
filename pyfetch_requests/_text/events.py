"""Server-sent events: bytes into events, wherever a chunk ends. Pure.

The parser is a push parser like those of `decoders`: `feed` takes a chunk and gives what it
completed. `flush` gives no event, because the standard drops an unfinished one.

Source: HTML standard, section 9.2 (server-sent events), "parsing an event stream".
"""

from __future__ import annotations

import codecs
import json
import re
from typing import Any, NamedTuple

from ..exceptions import ContentDecodingError, JSONDecodeError

LONGEST_EVENT = 1 << 26
"""Bytes of one event above which a stream is refused: a server that never ends a line is broken."""

# What ends with an empty line, at one go: nearly every block of nearly every stream is one line of
# data behind a type and an id, or without them. The last group is a block of any other kind.
# Nothing goes back within a line (`+`): a block takes time in proportion to its length.
_BLOCKS = re.compile(
    r"(?:id: ?+([^\n\0]*+\n))?+(?:event: ?+(.*+)\n)?+(?:id: ?+([^\n\0]*+\n))?+data: ?+(.*+)\n\n"
    r"|(\n|[^\n](?s:.)*?\n\n)"
)
_new = tuple.__new__
# Looking for a number in bytes takes a fifth of the time of looking for other bytes.
_CR = 13


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
        self.last_event_id = last_event_id
        self.retry: int | None = None
        self._longest = longest
        self._started = False
        self._after_cr = False
        self._rest: list[bytes] = []  # of an event that has not ended
        self._length = 0

    def feed(self, chunk: bytes) -> list[Event]:
        """Take a chunk, and return the events that it completed.

        Raises:
            ContentDecodingError: an event does not end within `longest` bytes.
        """
        if _CR in chunk or self._after_cr or not self._started:
            chunk = self._normalized(chunk)
        rest = self._rest
        if rest:
            # An empty line ends an event. It can lie on both sides of the cut between two chunks.
            ends = chunk.startswith(b"\n") and rest[-1].endswith(b"\n")
            if not ends and chunk.find(b"\n\n") < 0:
                return self._keep(chunk)
            chunk = b"".join([*rest, chunk])
            self._rest, self._length = [], 0
        end = chunk.rfind(b"\n\n") + 2
        if end < 2:
            return self._keep(chunk)
        if end < len(chunk):
            self._keep(chunk[end:])
        return self._events(chunk[:end].decode("utf-8", "replace"))

    def flush(self) -> list[Event]:
        """Return nothing: an event without an empty line after it has not been sent whole.

        What its lines say about coming back holds all the same.
        """
        text = b"".join(self._rest).decode("utf-8", "replace")
        self._rest, self._length = [], 0
        for line in text.split("\n")[:-1]:
            name, _, value = line.partition(":")
            if name == "retry":
                self._take_retry(value.removeprefix(" "))
        return []

    def _take_retry(self, value: str) -> None:
        if value.isascii() and value.isdigit():
            self.retry = int(value)

    def _keep(self, part: bytes) -> list[Event]:
        if part:
            self._rest.append(part)
            self._length += len(part)
        if self._length > self._longest:
            raise ContentDecodingError(
                f"An event of the stream has more than {self._longest:,} bytes, and no end yet."
            )
        return []

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
        if _CR in chunk:
            self._after_cr = chunk.endswith(b"\r")
            last = b"\n" if self._after_cr or chunk.endswith(b"\n") else b""
            chunk = b"\n".join(chunk.splitlines()) + last
        return chunk

    def _events(self, text: str) -> list[Event]:
        """Return the events of a text that ends with an empty line."""
        if text.startswith("data: "):
            # Where nothing else is in it, every newline is one of those that it is cut at.
            parts = text[6:-2].split("\n\ndata: ")
            if text.count("\n") == 2 * len(parts):
                return [_new(Event, ("message", data, self.last_event_id)) for data in parts]
        events: list[Event] = []
        for before, kind, after, data, other in _BLOCKS.findall(text):
            if other:
                self._take_block(other, events)
            else:
                if line := after or before:
                    self.last_event_id = line[:-1]
                # What `Event(...)` does by way of two more calls.
                events.append(_new(Event, (kind or "message", data, self.last_event_id)))
        return events

    def _take_block(self, block: str, events: list[Event]) -> None:
        """Take the lines of any block, and add its event, if it is one."""
        data: list[str] = []
        kind, event_id = "", self.last_event_id
        for line in block.split("\n"):
            name, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if name == "data":
                data.append(value)
            elif name == "event":
                kind = value
            elif name == "id" and "\0" not in value:
                event_id = value
            elif name == "retry":
                self._take_retry(value)
        # An id counts also if its event has no data.
        self.last_event_id = event_id
        if data:
            events.append(Event(kind or "message", "\n".join(data), event_id))
