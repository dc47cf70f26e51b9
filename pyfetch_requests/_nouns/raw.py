"""`Response.raw`: the one owner of a body that is being received, as a file.

Decides how many bytes a read returns; each read begins with what the one before it left over.
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
    from .foreign_retry import ForeignRetry
    from .retry import Retry

_OF_CODED = ("content-encoding", "content-length")


def sets_cookies(raw: RawBase) -> bool:
    """Tell whether a raw response, ours or urllib3's, may set cookies."""
    if isinstance(raw, RawBase) and "set-cookie" in raw.headers:
        return True
    # urllib3 keeps http.client's response under this name, and requests reads cookies from that.
    return bool(getattr(raw, "_original_response", None))


class RawBase:
    """A response below `Response`: status, headers, and the body as far as it is unread.

    The methods are those of urllib3's response that libraries call.

    Attributes:
        status, reason: as received.
        headers: case-insensitive, repeated fields joined; without Content-Encoding and
            Content-Length if the body was coded.
        all_headers: the same with these two.
        url: path and query of the URL that answered.
        version: always 11, for HTTP/1.1: a browser does not tell.
        retries: the retry policy after the last try; its `history` has the tries before.
    """

    version = 11
    _original_response = None  # libraries look for it; without one they leave cookies alone
    _request_url: str = ""
    retries: Retry | ForeignRetry | None = None

    def __init__(self, answer: WireResponse) -> None:
        self.status = answer.status
        self.reason = answer.reason
        self._pairs = answer.headers
        # A service worker that rebuilds a response saw only the headers that CORS exposes. In Node
        # and Deno no header is hidden, whatever type fetch names.
        kind = "cors" if answer.rebuilt else answer.kind
        kind = "default" if runtime.is_node() else kind
        self.all_headers = self.headers = join_headers(answer.headers, kind)
        # The body arrives decoded. Whoever stores it with these headers (betamax does) would decode
        # it again when playing it back.
        if "content-encoding" in self.headers:
            decoded = [pair for pair in answer.headers if pair[0].lower() not in _OF_CODED]
            self.headers = join_headers(decoded, kind)
        self.finished = False
        self._ended = False
        self._body: Body = answer.body
        # What is left over, from `_start` on: cutting it at each small read would copy it.
        self._rest = b""
        self._start = 0
        self._position = 0

    @property
    def header_pairs(self) -> list[tuple[str, str]]:
        """List the headers as (name, value), in order of arrival."""
        return list(self._pairs)

    def getheader(self, name: str, default: str | None = None) -> str | None:
        """Return the value of a header, or the default."""
        return self.headers.get(name, default)

    def getheaders(self) -> CaseInsensitiveDict[str]:
        """Return the headers."""
        return self.headers

    info = getheaders

    @property
    def url(self) -> str:
        """Path and query of the URL that answered: urllib3's responses have no more."""
        parts = urls.split(self._request_url)
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

    def geturl(self) -> str:
        """Return `url`."""
        return self.url

    def get_redirect_location(self) -> str | bool | None:
        """Return the Location of a redirect, False for any other response, as urllib3 does."""
        return self.headers.get("location") if self.status in REDIRECTS else False

    def isclosed(self) -> bool:
        """Tell whether there is nothing left to read: the body has ended, or was closed."""
        return self.finished or (self._ended and not self._rest)

    def tell(self) -> int:
        """Return how many bytes have been read."""
        return self._position

    async def next_chunk(self) -> bytes:
        """Return what is left over, else the next chunk as it arrives; b"" at the end."""
        return self._take_rest() or await self._receive()

    async def next_piece(self, size: int | None, wait: bool) -> bytes:
        """Return up to `size` bytes, b"" at the end.

        Args:
            size: positive; None or 0 for a chunk as it arrives.
            wait: True waits until `size` bytes are there; False returns fewer, but at least one.
        """
        if not size:
            return await self.next_chunk()
        if wait:
            return await self.read_up_to(size)
        piece = self._take_rest(size)
        return piece or self._split_off(await self._receive(), size)

    async def read_up_to(self, amount: int | None) -> bytes:
        """Return `amount` bytes, fewer only at the end; None for all the rest."""
        if amount is not None and amount < 0:  # as `read(-1)` of a file
            amount = None
        # Most bodies arrive complete, with the response: no loop and no join for these.
        if amount is None and not self._rest and type(self._body) is BytesBody:
            content = self._body.take()
            self._position += len(content)
            self._ended = True
            return content
        piece = self._take_rest(amount)
        length = len(piece)
        if length == amount:
            return piece
        parts = [piece] if piece else []
        while (amount is None or length < amount) and (chunk := await self._more(parts)):
            piece = chunk if amount is None else self._split_off(chunk, amount - length)
            parts.append(piece)
            length += len(piece)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    async def _more(self, parts: list[bytes]) -> bytes:
        """Receive a chunk; if this call cannot, put back what was taken so far."""
        # A callback cannot switch stacks, and so cannot wait for a stream: a later call reads on.
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

    def _take_rest(self, amount: int | None = None) -> bytes:
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

    def _split_off(self, chunk: bytes, amount: int) -> bytes:
        """Return the first bytes of a received chunk, and keep the others for the next read."""
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
    """Yield the chunks of a file that stands in for `raw`, such as urllib3's; nothing for None."""
    # The module is imported only here: our own adapters never need it.
    if file is not None:
        from .foreign_raw import chunks_of

        yield from chunks_of(cast("File", file), size or 1 << 16)
