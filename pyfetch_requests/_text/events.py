"""Server-sent events: bytes into events, wherever a chunk ends. Pure.

The parser is a push parser like those of `decoders`: `feed` takes a chunk and returns the events
that it completed. `flush` returns none, because the standard drops an unfinished event.

Source: HTML standard, section 9.2 (server-sent events), "parsing an event stream".
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, cast

from .._json_depth import refuse_deep
from ..exceptions import ContentDecodingError, JSONDecodeError

if TYPE_CHECKING:
    from .for_checkers import DecoderOptions, JsonValue

LONGEST_EVENT = 1 << 26
"""Bytes, 64 MiB: a server that never ends its event would fill the memory of the page."""

# What ends with an empty line, at one go: nearly every block of nearly every stream is one line of
# data behind a type and an id, or without them. The last group is a block of any other kind.
# Nothing goes back within a line (`+`): a block takes time in proportion to its length.
_BLOCKS = re.compile(
    r"(?:id: ?+([^\n\0]*+\n))?+(?:event: ?+(.*+)\n)?+(?:id: ?+([^\n\0]*+\n))?+data: ?+(.*+)\n\n"
    r"|(\n|[^\n](?s:.)*?\n\n)"
)
# Bytes of which events are made at once. Some megabytes can come in a chunk: thousands of
# events at a time would be so many objects for the garbage collector to walk through.
_AT_ONCE = 1 << 14
# Looking for a number in bytes takes a fifth of the time of looking for other bytes.
_CR = 13


class Event:
    """One event as a server sent it.

    Attributes:
        event: its type; "message" if the server named none.
        data: its text; several `data` lines are joined by newlines.
        id: the last id that the server has sent, "" before the first one.
    """

    # No tuple with names: making an object of this kind takes half the time of one.
    __slots__ = ("data", "event", "id")

    def __init__(self, event: str, data: str, id: str) -> None:
        self.event = event
        self.data = data
        self.id = id

    def __repr__(self) -> str:
        return f"Event(event={self.event!r}, data={self.data!r}, id={self.id!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Event):
            return NotImplemented
        return self._parts() == other._parts()

    def __hash__(self) -> int:
        return hash(self._parts())

    def _parts(self) -> tuple[str, str, str]:
        return self.event, self.data, self.id

    def json(self, **kwargs: object) -> JsonValue:
        """Parse `data` as JSON.

        Args:
            **kwargs: for `json.loads`.

        Raises:
            JSONDecodeError: the data is not JSON; the message shows its start.
            RecursionError: it is nested too deeply.
        """
        if "cls" not in kwargs:
            refuse_deep(self.data)
        try:
            return json.loads(self.data, **cast("DecoderOptions", kwargs))
        except json.JSONDecodeError as error:
            start = self.data if len(self.data) <= 60 else f"{self.data[:60]}…"
            message = f"the data of an event of type {self.event!r} is not JSON ({start!r})"
            raise JSONDecodeError(f"{message}: {error.msg}", error.doc, error.pos) from error


class EventDecoder:
    """Chunks of an event stream in, events out.

    Args:
        last_event_id: the id from which the stream continues.
        longest: the most bytes that one event may have.

    Attributes:
        last_event_id: the value of `Last-Event-ID` for a request that continues from here.
        retry: milliseconds to wait before reconnecting, None if the server has not said.
    """

    def __init__(self, last_event_id: str = "", longest: int = LONGEST_EVENT) -> None:
        self.last_event_id = last_event_id
        self.retry: int | None = None
        self._longest = longest
        self._started = False
        self._after_cr = False
        self._rest: list[bytes] = []  # the start of an event that has not ended
        self._length = 0

    def feed(self, chunk: bytes) -> Iterable[Event]:
        """Take a chunk, and return the events that it completed.

        They are made as they are asked for, some at a time: before the next chunk, all of them.

        Raises:
            ContentDecodingError: an event does not end within `longest` bytes.
        """
        if _CR in chunk or self._after_cr or not self._started:
            chunk = self._normalized(chunk)
        begun: list[bytes] = []
        start = 0
        if self._rest:
            start = self._end_of_rest(chunk)
            if not start:
                return self._keep(chunk)
            # Not with all of the chunk, which would be copied for the sake of some bytes.
            begun = [b"".join([*self._rest, chunk[:start]])]
            self._rest, self._length = [], 0
        at = chunk.rfind(b"\n\n", start)
        end = start if at < 0 else at + 2
        if end < len(chunk):
            self._keep(chunk[end:])
        if not start and end <= _AT_ONCE:
            return self._events(chunk[:end]) if end else []
        return chain.from_iterable(map(self._events, chain(begun, _slices(chunk, start, end))))

    def _end_of_rest(self, chunk: bytes) -> int:
        """Return where in a chunk the event of `_rest` ends, 0 if it does not."""
        # An empty line ends an event. Its two newlines may arrive in two chunks.
        if chunk.startswith(b"\n") and self._rest[-1].endswith(b"\n"):
            return 1
        at = chunk.find(b"\n\n")
        return 0 if at < 0 else at + 2

    def flush(self) -> list[Event]:
        """Return nothing: an event without an empty line after it is incomplete, and dropped.

        Its `retry` counts all the same: the standard obeys that field line by line.
        """
        text = b"".join(self._rest).decode("utf-8", "replace")
        self._rest, self._length = [], 0
        for line in text.split("\n")[:-1]:
            name, _, value = line.partition(":")
            if name == "retry":
                self._take_retry(value.removeprefix(" "))
        return []

    def _take_retry(self, value: str) -> None:
        # ASCII digits only, says the standard; isdigit alone takes "²", which int refuses. As in
        # browsers, a number beyond 64 bits is none: one of any length is too much even for Python.
        if value.isascii() and value.isdigit() and len(value) < 19:
            self.retry = int(value)

    def _keep(self, part: bytes) -> list[Event]:
        if part:
            self._rest.append(part)
            self._length += len(part)
        if self._length > self._longest:
            raise ContentDecodingError(
                f"An event of the stream is longer than {self._longest:,} bytes and has not ended."
            )
        return []

    def _normalized(self, chunk: bytes) -> bytes:
        """Return the chunk with a newline as every line end, and without a byte order mark."""
        if not self._started:
            # The mark may be cut, too: wait until the first bytes show whether it is one.
            chunk = b"".join([*self._rest, chunk])
            if len(chunk) < len(codecs.BOM_UTF8) and codecs.BOM_UTF8.startswith(chunk):
                self._rest = [chunk]
                return b""
            self._rest, self._started = [], True
            chunk = chunk.removeprefix(codecs.BOM_UTF8)
        if self._after_cr and chunk:
            chunk, self._after_cr = chunk.removeprefix(b"\n"), False
        if _CR in chunk:
            # A "\r" ends its line at once; a "\n" at the start of the next chunk belongs to it.
            self._after_cr = chunk.endswith(b"\r")
            last = b"\n" if self._after_cr or chunk.endswith(b"\n") else b""
            chunk = b"\n".join(chunk.splitlines()) + last
        return chunk

    def _events(self, blocks: bytes) -> list[Event]:
        """Return the events of what ends with an empty line."""
        # "\n" is no part of a longer UTF-8 sequence, so no character was cut.
        text = blocks.decode("utf-8", "replace")
        if alike := _alike(text):
            kind, parts = alike
            event_id = self.last_event_id
            return [Event(kind, data, event_id) for data in parts]
        events: list[Event] = []
        for before, kind, after, data, other in _BLOCKS.findall(text):
            if other:
                self._take_block(other, events)
            else:
                if line := after or before:
                    self.last_event_id = line[:-1]
                events.append(Event(kind or "message", data, self.last_event_id))
        return events

    def _take_block(self, block: str, events: list[Event]) -> None:
        """Take the lines of any block, and add its event, if it is one."""
        data: list[str] = []
        kind, event_id = "", self.last_event_id
        for line in block.split("\n"):
            # A comment begins with ":": its name is "", which is none of these.
            name, _, value = line.partition(":")
            value = value.removeprefix(" ")  # one space is syntax, further ones are data
            if name == "data":
                data.append(value)
            elif name == "event":
                kind = value
            elif name == "id" and "\0" not in value:  # an id with NUL is ignored, by standard
                event_id = value
            elif name == "retry":
                self._take_retry(value)
        # An id counts once its event has ended, even without data: it is sent when reconnecting,
        # and an event that broke off has to be sent again.
        self.last_event_id = event_id
        if data:
            events.append(Event(kind or "message", "\n".join(data), event_id))


def _slices(chunk: bytes, start: int, end: int) -> Iterator[bytes]:
    """Cut the part of a chunk that ends with an empty line into some that do so too."""
    while (next_ := chunk.find(b"\n\n", start + _AT_ONCE, end) + 2) >= 2:
        yield chunk[start:next_]
        start = next_
    if start < end:
        yield chunk[start:end]


def _alike(text: str) -> tuple[str, list[str]] | None:
    """Return type and data of events that differ in their one line of data alone.

    Args:
        text: ends with an empty line.
    """
    start = text.find("data: ") + 6
    head = text[:start]
    if head == "data: ":
        kind, lines = "message", 2
    elif head.startswith("event: ") and head.find("\n") == start - 7:
        kind, lines = head[7:-7] or "message", 3
    else:
        return None
    parts = text[start:-2].split(f"\n\n{head}")
    # With as many newlines as these have between them there is none within the data.
    return (kind, parts) if text.count("\n") == lines * len(parts) else None
