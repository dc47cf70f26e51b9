"""Server-sent events: bytes into events, wherever a chunk ends. Pure.

The parser is a push parser like those of `decoders`: `feed` takes a chunk and returns the events
that it completed. `flush` returns none, because the standard drops an unfinished event.

Source: HTML standard, section 9.2 (server-sent events), "parsing an event stream".
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from ..exceptions import ContentDecodingError, JSONDecodeError

LONGEST_EVENT = 1 << 26
"""Bytes, 64 MiB: a server that never ends its event would fill the memory of the page."""


class Event(NamedTuple):
    """One event as a server sent it.

    Attributes:
        event: its type; "message" if the server named none.
        data: its text; several `data` lines are joined by newlines.
        id: the last id that the server has sent, "" before the first one.
    """

    event: str
    data: str
    id: str

    def json(self, **kwargs: Any) -> Any:
        """Parse `data` as JSON.

        Args:
            **kwargs: for `json.loads`.

        Raises:
            JSONDecodeError: the data is not JSON; the message shows its start.
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
        last_event_id: the id from which the stream continues.
        longest: the most bytes that one event may have.

    Attributes:
        last_event_id: the value of `Last-Event-ID` for a request that continues from here.
        retry: milliseconds to wait before reconnecting, None if the server has not said.
    """

    def __init__(self, last_event_id: str = "", longest: int = LONGEST_EVENT) -> None:
        self.last_event_id = self._id = last_event_id
        self.retry: int | None = None
        self._longest = longest
        self._started = False
        self._after_cr = False
        self._rest: list[bytes] = []  # the start of an event that has not ended
        self._length = 0

    def feed(self, chunk: bytes) -> Iterable[Event]:
        """Take a chunk, and return the events that it completed.

        Raises:
            ContentDecodingError: an event does not end within `longest` bytes.
        """
        chunk = self._normalized(chunk)
        if not chunk:
            return ()
        # An empty line ends an event. Its two newlines may arrive in two chunks.
        ends_line = bool(self._rest) and self._rest[-1].endswith(b"\n")
        if b"\n\n" not in chunk and not (ends_line and chunk.startswith(b"\n")):
            return self._keep(chunk)
        *blocks, rest = b"".join([*self._rest, chunk]).split(b"\n\n")
        self._rest, self._length = [], 0
        self._keep(rest)
        # Decoded at once: "\n" is no part of a longer UTF-8 sequence, so no character was cut.
        text = b"\n\n".join(blocks).decode("utf-8", "replace")
        return self._events(text.split("\n\n"))

    def flush(self) -> Iterable[Event]:
        """Return nothing: an event without an empty line after it is incomplete, and dropped.

        Its `retry` counts all the same: the standard obeys that field line by line.
        """
        text = b"".join(self._rest).decode("utf-8", "replace")
        self._rest, self._length = [], 0
        for line in text.split("\n")[:-1]:
            name, _, value = line.partition(":")
            if name == "retry":
                self._take_retry(value.removeprefix(" "))
        return ()

    def _take_retry(self, value: str) -> None:
        # ASCII digits only, says the standard; isdigit alone takes "²", which int refuses.
        if value.isascii() and value.isdigit():
            self.retry = int(value)

    def _keep(self, part: bytes) -> tuple[()]:
        if part:
            self._rest.append(part)
            self._length += len(part)
        if self._length > self._longest:
            raise ContentDecodingError(
                f"An event of the stream is longer than {self._longest:,} bytes and has not ended."
            )
        return ()

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
        if b"\r" in chunk:
            # A "\r" ends its line at once; a "\n" at the start of the next chunk belongs to it.
            self._after_cr = chunk.endswith(b"\r")
            chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        return chunk

    def _events(self, blocks: Iterable[str]) -> Iterable[Event]:
        for block in blocks:
            data: list[str] = []
            kind = ""
            for line in block.split("\n"):
                # A comment begins with ":": its name is "", which is none of these.
                name, _, value = line.partition(":")
                value = value.removeprefix(" ")  # one space is syntax, further ones are data
                if name == "data":
                    data.append(value)
                elif name == "event":
                    kind = value
                elif name == "id" and "\0" not in value:  # an id with NUL is ignored, by standard
                    self._id = value
                elif name == "retry":
                    self._take_retry(value)
            # An id counts once its event has ended, even without data: it is sent when
            # reconnecting, and an event that broke off has to be sent again.
            self.last_event_id = self._id
            if data:
                yield Event(kind or "message", "\n".join(data), self._id)
