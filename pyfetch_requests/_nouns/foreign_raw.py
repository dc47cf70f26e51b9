"""The body of a response whose `raw` is not ours: a file, or urllib3's response.

Decides which exceptions its reader sees. Never closes the file. For the user's own adapters, mocks,
and libraries such as requests-cache, which build responses themselves.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Protocol

from .. import exceptions

# urllib3's exceptions, and what requests' iter_content raises instead.
_INSTEAD = {
    "ProtocolError": exceptions.ChunkedEncodingError,
    "DecodeError": exceptions.ContentDecodingError,
    "ReadTimeoutError": exceptions.ConnectionError,
    "SSLError": exceptions.SSLError,
}


class File(Protocol):
    """An open file, or urllib3's response, which also has `stream`."""

    def read(self, size: int, /) -> bytes: ...


def chunks_of(raw: File, size: int) -> Iterator[bytes]:
    """Yield the bytes of a raw response in pieces; exceptions of urllib3 become ours.

    Args:
        raw: what is read to its end.
        size: bytes of a piece.
    """
    if not hasattr(raw, "stream"):  # requests asks the same way
        while chunk := raw.read(size):
            yield chunk
        return
    try:
        yield from raw.stream(size, decode_content=True)
    except Exception as error:
        # No import: whoever raises an exception of urllib3 has imported it.
        urllib3 = sys.modules.get("urllib3.exceptions")
        for name, ours in _INSTEAD.items():
            if urllib3 and isinstance(error, getattr(urllib3, name)):
                raise ours(error) from error
        raise
