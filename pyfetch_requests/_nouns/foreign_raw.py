"""The body of a response made by hand: a file, or urllib3's response."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Protocol

from .. import exceptions

# urllib3's exceptions, and what requests raises instead.
_INSTEAD = {
    "ProtocolError": exceptions.ChunkedEncodingError,
    "DecodeError": exceptions.ContentDecodingError,
    "ReadTimeoutError": exceptions.ConnectionError,
    "SSLError": exceptions.SSLError,
}


class File(Protocol):
    """What gives its bytes piece by piece: an open file, or urllib3's response with `stream`."""

    def read(self, size: int, /) -> bytes: ...


def chunks_of(raw: File, size: int) -> Iterator[bytes]:
    """Yield what a raw response has, in pieces of a size; exceptions of urllib3 become ours."""
    if not hasattr(raw, "stream"):
        while chunk := raw.read(size):
            yield chunk
        return
    try:
        yield from raw.stream(size, decode_content=True)
    except Exception as error:
        # urllib3 itself is not imported for this: who raises its exceptions has done it.
        urllib3 = sys.modules.get("urllib3.exceptions")
        for name, ours in _INSTEAD.items():
            if urllib3 and isinstance(error, getattr(urllib3, name)):
                raise ours(error) from error
        raise
