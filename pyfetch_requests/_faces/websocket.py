"""WebSocket on the async face: open, send, iterate, close.

Decides which arguments are refused, and which end of a connection is a failure. Never touches the
network: a connection of `_transports` does. There is no blocking one, because a call that waits for
a message would stop the page. Source: RFC 6455.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .._text import url_rules, urls
from .._text.headers import TOKEN
from .._transports import choose
from .._transports.base_url import base_url
from .._transports.websocket_connection import ABNORMAL_CLOSURE
from ..exceptions import ConnectionError, InvalidSchema

if TYPE_CHECKING:
    from .._nouns.types import Url

# http: is allowed as in the standard's constructor, so that addresses can be relative to the page.
_SCHEMES = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}
# Normal closure, going away, no code. Source: RFC 6455, section 7.4.1.
_NORMAL_CODES = (1000, 1001, 1005)


class WebSocket:
    """One connection, for `async with`; see `pyfetch_requests.websocket`.

    Attributes:
        url: absolute, of the scheme ws or wss.
    """

    def __init__(self, url: Url, protocols: str | Sequence[str], max_bytes: int) -> None:
        names = [protocols] if isinstance(protocols, str) else list(protocols)
        # RFC 6455, section 4.1: each a token, none twice. A browser throws a SyntaxError for both.
        bad = [name for name in names if not re.fullmatch(TOKEN, name)]
        if bad or len({*names}) != len(names):
            raise ValueError(f"protocols={names!r}: each has to be a token, and none given twice")
        self.url = _address(url)
        self._socket = choose.websocket_connection(self.url, names, max_bytes)
        self._is_closing = False

    @property
    def protocol(self) -> str:
        """The subprotocol that the server has chosen, "" for none."""
        return self._socket.protocol

    async def __aenter__(self) -> WebSocket:
        await self._socket.open()
        return self

    async def __aexit__(self, kind: object, *_: object) -> None:
        # An exception, such as a cancellation, must not wait for a server that may be silent.
        if kind is None:
            await self.close()
        else:
            self._socket.abort()

    async def send(self, message: str | bytes | bytearray | memoryview) -> None:
        """Send a message, as text or as bytes; wait if more is sent than the network takes.

        Raises:
            TypeError: it is neither; nothing was sent.
            ConnectionError: the connection is closed; the message names the code.
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
        code, _ = self._socket.closed or ABNORMAL_CLOSURE
        if self._is_closing or code in _NORMAL_CODES:
            raise StopAsyncIteration
        raise self._failure()

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Close the connection, and wait until the server has answered.

        Args:
            code: 1000, or one of your own from 3000 to 4999.
            reason: at most 123 bytes of UTF-8.

        Raises:
            ValueError: no program may send the code or reason; the connection stays open.
        """
        # WHATWG WebSockets, close(); a control frame has 125 bytes, two of them for the code.
        if code != 1000 and not 3000 <= code <= 4999:
            raise ValueError(f"code={code}: it has to be 1000, or from 3000 to 4999")
        if len(reason.encode()) > 123:
            raise ValueError("reason= is longer than 123 bytes of UTF-8")
        self._is_closing = True
        try:
            await self._socket.close(code, reason)
        except BaseException:
            self._socket.abort()
            raise

    def _failure(self) -> ConnectionError:
        code, reason = self._socket.closed or ABNORMAL_CLOSURE
        detail = f": {reason}" if reason else ""
        return ConnectionError(f"WebSocket {self.url} was closed with code {code}{detail}")


def _address(url: Url) -> str:
    text = (url.decode("utf-8") if isinstance(url, bytes) else str(url)).lstrip()
    base = base_url() if urls.is_relative(text) else None
    text = urls.without_fragment(urls.resolve(base, text) if base else text)
    scheme, colon, rest = text.partition(":")
    name = _SCHEMES.get(scheme.lower()) if colon else "http"
    if name is None:
        raise InvalidSchema(
            f"{urls.brief(text)!r}: the scheme of a WebSocket has to be ws, wss, http or https"
        )
    # Prepared as an http URL: normalised, or refused, like that of every other request.
    prepared = url_rules.prepare_url(f"http:{rest}" if colon else text, None)
    return f"{name}:{urls.without_userinfo(prepared).partition(':')[2]}"


def websocket(
    url: Url, protocols: str | Sequence[str] = (), *, max_bytes: int = 1 << 26
) -> WebSocket:
    """Open a WebSocket.

    Args:
        url: of the scheme ws, wss, http or https; "/x" and "./x" are relative to the page.
        protocols: subprotocols of which the server may choose one.
        max_bytes: how many received bytes may be unread; beyond that the connection ends with code
            1009. Outside of a browser it is the limit of one message, and the server has to wait.

    Returns:
        A connection to enter with `async with`. Iterating gives the messages, str or bytes, until
        the server closes it; `send` and `close` are awaited; `protocol` is the chosen subprotocol.
        Leaving the block closes it, without waiting if an exception or a cancellation leaves it.

    Raises:
        ValueError: a protocol is no token, or given twice.
        InvalidSchema, InvalidURL, MissingSchema: the URL is not valid.
        ConnectionError: on entering, there was no connection; when iterating or sending, it was
            closed with a code other than 1000, 1001 or none. The message names the code.
        ImportError: on entering, outside of a browser, the library `websockets` is not installed.
    """
    return WebSocket(url, protocols, max_bytes)
