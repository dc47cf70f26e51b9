"""What is below a response: the body on its way, as a file.

Decides how many bytes a read gives. Never waits by itself: the two faces do.
"""

from __future__ import annotations

from typing import Any

from .._text.headers import join_headers
from .._wire import Body, WireResponse


class RawBase:
    """What is below a response: status, headers and the body that has not been read.

    Attributes:
        status, reason: as received.
        headers: case-insensitive, repeated fields joined.
        header_pairs: list of (name, value), in order of arrival.
        body: the body as the transport gives it.
        version: 11; a browser does not tell the version of HTTP.
    """

    version = 11
    _original_response = None
    _request_url: Any = None

    def __init__(self, answer: WireResponse) -> None:
        self.status = answer.status
        self.reason = answer.reason
        self.header_pairs = answer.headers
        self.headers = join_headers(answer.headers, answer.kind == "cors")
        self.body: Body = answer.body
        self.finished = False
        self._rest = b""
        self._position = 0

    def getheader(self, name: str, default: str | None = None) -> str | None:
        """Return a header, or the default."""
        return self.headers.get(name, default)

    def tell(self) -> int:
        """Return how many bytes have been read."""
        return self._position

    async def _read(self, amount: int | None) -> bytes:
        """Return `amount` bytes, fewer only at the end; all the rest for None."""
        parts, length = [self._rest], len(self._rest)
        while amount is None or length < amount:
            chunk = await self.body.read()
            if not chunk:
                break
            parts.append(chunk)
            length += len(chunk)
        data = b"".join(parts)
        wanted, self._rest = (data, b"") if amount is None else (data[:amount], data[amount:])
        self._position += len(wanted)
        return wanted

    async def _close(self) -> None:
        if not self.finished:
            self.finished = True
            self._rest = b""
            await self.body.close()
