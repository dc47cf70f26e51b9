"""WebSocket, with the plainness of the rest: open, send, iterate, close.

Decides what is refused, and what the end of a connection is. Source: RFC 6455.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from .._text import urls
from .._text.headers import TOKEN
from .._transports import runtime
from ..exceptions import ConnectionError, InvalidSchema

if TYPE_CHECKING:
    from .._nouns.types import Url
    from .._transports.websocket import BrowserSocket

_SCHEMES = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}
# Done; going away; no code at all. Source: RFC 6455, section 7.4.1.
_GOOD_ENDS = (1000, 1001, 1005)


class WebSocket:
    """One connection, for `async with`; see `pyfetch_requests.websocket`.

    Attributes:
        url: absolute, of the scheme ws or wss.
    """

    def __init__(self, url: Url, protocols: str | Sequence[str], max_bytes: int) -> None:
        names = [protocols] if isinstance(protocols, str) else list(protocols)
        bad = [name for name in names if not re.fullmatch(TOKEN, name)]
        if bad or len({*names}) != len(names):
            raise ValueError(f"protocols={names!r}: names of a protocol, each of them once")
        self.url = _address(url)
        self._socket = _socket(self.url, names, max_bytes)
        self._left = False

    @property
    def protocol(self) -> str:
        """What the server has chosen of the protocols, "" for none."""
        return self._socket.protocol

    async def __aenter__(self) -> WebSocket:
        await self._socket.open()
        return self

    async def __aexit__(self, kind: object, *_: object) -> None:
        if kind is None:
            await self.close()
        else:
            self._socket.drop()

    async def send(self, message: str | bytes | bytearray | memoryview) -> None:
        """Send a message, as text or as bytes; wait where more is sent than the network takes.

        Raises:
            TypeError: it is neither; nothing is sent.
            ConnectionError: the connection is over; the message names the code.
        """
        if not isinstance(message, (str, bytes, bytearray, memoryview)):
            raise TypeError(f"a message is str or bytes, not {type(message).__name__}")
        await self._socket.send(message if isinstance(message, str) else bytes(message))
        if self._socket.closed is not None:
            raise self._failure()

    def __aiter__(self) -> WebSocket:
        return self

    async def __anext__(self) -> str | bytes:
        message = await self._socket.next()
        if message is not None:
            return message
        code, _ = self._socket.closed or (1006, "")
        if self._left or code in _GOOD_ENDS:
            raise StopAsyncIteration
        raise self._failure()

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """End the connection, and wait until the server has agreed.

        Args:
            code: 1000, or one of your own from 3000 to 4999.
            reason: at most 123 bytes of UTF-8.

        Raises:
            ValueError: a code or reason that no program may send; the connection stays.
        """
        if code != 1000 and not 3000 <= code <= 4999:
            raise ValueError(f"code={code}: 1000, or one from 3000 to 4999")
        if len(reason.encode()) > 123:
            raise ValueError("reason= is longer than 123 bytes of UTF-8")
        self._left = True
        try:
            await self._socket.close(code, reason)
        except BaseException:
            self._socket.drop()
            raise

    def _failure(self) -> ConnectionError:
        code, reason = self._socket.closed or (1006, "")
        told = f": {reason}" if reason else ""
        return ConnectionError(f"WebSocket {self.url} was closed with code {code}{told}")


def _address(url: Url) -> str:
    text = (url.decode("utf-8") if isinstance(url, bytes) else str(url)).lstrip()
    base = runtime.base_url() if urls.is_relative(text) else None
    text = urls.without_fragment(urls.resolve(base, text) if base else text)
    scheme, colon, rest = text.partition(":")
    name = _SCHEMES.get(scheme.lower()) if colon else "http"
    if name is None:
        raise InvalidSchema(f"{urls.brief(text)!r}: a WebSocket has ws:, wss:, http: or https:")
    # As for every other request: normalised, or refused with the same words.
    prepared = urls.prepare_url(f"http:{rest}" if colon else text, None)
    return f"{name}:{urls.without_userinfo(prepared).partition(':')[2]}"


def _socket(url: str, protocols: Sequence[str], limit: int) -> BrowserSocket:
    if runtime.IN_BROWSER:
        from .._transports.websocket import BrowserSocket

        return BrowserSocket(url, protocols, limit)
    from .._transports.websocket_library import LibrarySocket

    return cast("BrowserSocket", LibrarySocket(url, protocols, limit))  # of the same shape


def websocket(
    url: Url, protocols: str | Sequence[str] = (), *, max_bytes: int = 1 << 26
) -> WebSocket:
    """Open a WebSocket.

    Args:
        url: of the scheme ws, wss, http or https; "/x" and "./x" are relative to the page.
        protocols: names of which the server may choose one.
        max_bytes: how much may have come that nobody has read; beyond it the connection ends with
            code 1009. Outside of a browser it is the limit of one message, and the server waits.

    Returns:
        To be entered with `async with`. Iterating gives the messages, str or bytes, until the
        server is done; `send` and `close` are to be awaited; `protocol` is what it has chosen.
        Leaving the block closes it, at once where an exception or a cancellation leaves it.

    Raises:
        ValueError: a protocol that is no name.
        InvalidSchema, InvalidURL, MissingSchema: the address is none.
        ConnectionError: on entering, there was no connection; when iterating and sending, it has
            ended with another code than 1000, 1001 or none. The message names the code.
        ImportError: on entering, outside of a browser, the library `websockets` is missing.
    """
    return WebSocket(url, protocols, max_bytes)
