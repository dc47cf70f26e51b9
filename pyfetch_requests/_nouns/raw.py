"""What is below a response: the one owner of a body on its way, as a file.

Decides how many bytes a read gives; whoever reads gets first what a read before him left over.
Never waits by itself: the two faces do.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from .._text import urls
from .._text.headers import join_headers
from .._transports import runtime
from .._wire import REDIRECTS, Body, BytesBody, WireResponse
from ..exceptions import BrowserLimitError

if TYPE_CHECKING:
    from .._text.structures import CaseInsensitiveDict
    from .foreign_raw import File

_OF_CODED = ("content-encoding", "content-length")


def sets_cookies(raw: RawBase) -> bool:
    """Tell whether a raw response, ours or urllib3's, says that cookies are to be kept."""
    if isinstance(raw, RawBase) and "set-cookie" in raw.headers:
        return True
    return bool(getattr(raw, "_original_response", None))


class RawBase:
    """What is below a response: status, headers and the body that has not been read.

    Attributes:
        status, reason: as received.
        headers: case-insensitive, repeated fields joined. Of a body that was coded without what
            tells so: who keeps both (betamax does) would decode it once more.
        all_headers: all of them.
        url: path and query of where the answer came from.
        version: 11; a browser does not tell the version of HTTP.
    """

    version = 11
    _original_response = None
    _request_url: str = ""

    def __init__(self, answer: WireResponse) -> None:
        self.status = answer.status
        self.reason = answer.reason
        self._pairs = answer.headers
        hides = not runtime.is_node()
        kind = "cors" if answer.rebuilt else answer.kind
        kind = kind if hides else "default"
        self.all_headers = self.headers = join_headers(answer.headers, kind)
        if "content-encoding" in self.headers:
            plain = [pair for pair in answer.headers if pair[0].lower() not in _OF_CODED]
            self.headers = join_headers(plain, kind)
        self.finished = False
        self._ended = False
        self._body: Body = answer.body
        self._rest = b""  # what is left over, from `_start` on
        self._start = 0
        self._position = 0

    @property
    def header_pairs(self) -> list[tuple[str, str]]:
        """List the headers as (name, value), in order of arrival."""
        return list(self._pairs)

    def getheader(self, name: str, default: str | None = None) -> str | None:
        """Return a header, or the default."""
        return self.headers.get(name, default)

    def getheaders(self) -> CaseInsensitiveDict[str]:
        """Return the headers."""
        return self.headers

    info = getheaders

    @property
    def url(self) -> str:
        """Path and query of where the answer came from; urllib3 knows no more of it here."""
        parts = urls.split(self._request_url)
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

    def geturl(self) -> str:
        """Return `url`."""
        return self.url

    def get_redirect_location(self) -> str | bool | None:
        """Return the Location of a redirect, False for another answer."""
        return self.headers.get("location") if self.status in REDIRECTS else False

    def isclosed(self) -> bool:
        """Tell whether there is nothing more to read: the body has ended, or was closed."""
        return self.finished or (self._ended and not self._rest)

    def tell(self) -> int:
        """Return how many bytes have been read."""
        return self._position

    async def next_chunk(self) -> bytes:
        """Return what is left over, else the next chunk as it arrives; b"" at the end."""
        return self._take() or await self._receive()

    async def next_piece(self, size: int | None, wait: bool) -> bytes:
        """Return up to `size` bytes, b"" at the end; None for a chunk as it arrives.

        Args:
            size: positive, or None.
            wait: True for fewer bytes only at the end; False for what is there, but not nothing.
        """
        if size is None:
            return await self.next_chunk()
        if wait:
            return await self.read_up_to(size)
        piece = self._take(size)
        return piece or self._share(await self._receive(), size)

    async def read_up_to(self, amount: int | None) -> bytes:
        """Return `amount` bytes, fewer only at the end; all the rest for None."""
        if amount is not None and amount < 0:
            amount = None
        if amount is None and not self._rest and type(self._body) is BytesBody:
            content = self._body.take()  # the whole of most bodies
            self._position += len(content)
            self._ended = True
            return content
        piece = self._take(amount)
        length = len(piece)
        if length == amount:
            return piece
        parts = [piece] if piece else []
        while (amount is None or length < amount) and (chunk := await self._more(parts)):
            piece = chunk if amount is None else self._share(chunk, amount - length)
            parts.append(piece)
            length += len(piece)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    async def _more(self, parts: list[bytes]) -> bytes:
        """Receive a chunk; where this call cannot, what was taken before is left over again."""
        try:
            return await self._receive()
        except BrowserLimitError:
            self._rest, self._start = b"".join(parts), 0
            self._position -= len(self._rest)
            raise

    async def _receive(self) -> bytes:
        chunk = await self._body.read()
        self._position += len(chunk)
        self._ended = not chunk
        return chunk

    def _take(self, amount: int | None = None) -> bytes:
        """Return at most `amount` bytes of what is left over."""
        if not self._rest:
            return b""
        end = len(self._rest) if amount is None else self._start + amount
        piece = self._rest[self._start : end]
        self._start += len(piece)
        self._position += len(piece)
        if self._start == len(self._rest):
            self._rest, self._start = b"", 0
        return piece

    def _share(self, chunk: bytes, amount: int) -> bytes:
        """Return the first bytes of a chunk that was received, and leave the others over."""
        if len(chunk) <= amount:
            return chunk
        self._rest, self._start = chunk, amount
        self._position -= len(chunk) - amount
        return chunk[:amount]

    async def give_up(self) -> None:
        """Read nothing more, and free the connection."""
        if not self.finished:
            self.finished = True
            self._rest, self._start = b"", 0
            await self._body.close()


def file_chunks(file: object, size: int | None) -> Iterator[bytes]:
    """Yield the chunks of a file in the place of `raw`, such as urllib3's; none for no file."""
    if file is not None:
        from .foreign_raw import chunks_of

        yield from chunks_of(cast("File", file), size or 1 << 16)
