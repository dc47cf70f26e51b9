"""Server-sent events over requests: opens a stream, reads its events, reconnects when it breaks.

Decides when a stream has ended, when it may be requested again, and with which headers. Never
touches the network or a clock: the session and its transport do.

Source: HTML standard, section 9.2 (server-sent events). Unlike in a browser's EventSource, a stream
that ends normally is over, and any method can open one, because APIs use them like that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from .._text.events import Event, EventDecoder
from .._text.structures import CaseInsensitiveDict
from .._text.urls import without_userinfo
from ..exceptions import (
    BrowserLimitError,
    ConnectionError,
    HTTPError,
    Timeout,
)
from .again import BROKEN, FIRST_PAUSE, pause
from .exchange import Face, if_awaitable, transport_of, whole

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterator
    from typing import Protocol, Unpack

    from .._nouns.response import ResponseBase
    from .._nouns.session import BaseAdapter
    from .._nouns.types import RequestOptions, Url
    from .._wire import Transport

    class Requester(Protocol):
        """A session of either face."""

        def request(
            self, method: str, url: Url, /, **options: Unpack[RequestOptions]
        ) -> ResponseBase | Awaitable[ResponseBase]: ...
        def get_adapter(self, url: str) -> BaseAdapter: ...
        def close(self) -> None: ...


CONTENT_TYPE = "text/event-stream"
_LONGEST_PAUSE = 60.0
# An answer that is no event stream is read, for its error message, only if it is known to be small.
_SMALL = 1 << 20


class EventStreamBase:
    """What the event streams of both faces have in common.

    Args:
        session: sends the requests.
        face: that of the session.
        url: of the stream.
        method: such as "GET" or "POST".
        reconnect: True to reconnect also after the stream has ended normally, until the server
            answers 204.
        max_retries: how many times in a row to try again without an event in between.
        options: the other keywords of the request.

    Attributes:
        owns_session: True to close the session with the stream.
        response: the answer that the events come from; None before the block is entered.
    """

    def __init__(
        self,
        session: Requester,
        face: Face,
        url: Url,
        method: str,
        *,
        reconnect: bool,
        max_retries: int,
        options: RequestOptions,
    ) -> None:
        self._session, self._face = session, face
        self._url, self._method, self._options = url, method, options
        self._reconnect = reconnect
        self._max_retries = max_retries
        self._tries = 0
        self._decoder = EventDecoder()
        self._events: Iterator[Event] = iter(())  # of the last chunk, not given yet
        self._given: Event | None = None  # the last one, as long as no other is asked for
        self._delivered = False
        self.owns_session = False
        self.response: ResponseBase | None = None

    @property
    def last_event_id(self) -> str:
        """The id to go on from after the events that were given, "" before the first id."""
        return self._decoder.last_event_id if self._given is None else self._given.id

    async def _open(self) -> None:
        """Send the request, and check that its answer is a stream of events.

        Raises:
            BrowserLimitError: this call cannot read a body as it arrives; nothing was sent.
            HTTPError: the answer is neither an event stream nor 204, a stream without events.
        """
        headers: CaseInsensitiveDict[str | bytes | None]
        headers = CaseInsensitiveDict({"Accept": CONTENT_TYPE})
        headers.update(self._options.get("headers") or {})
        # HTML standard, section 9.2.4 (the Last-Event-ID header).
        if self.last_event_id:
            headers["Last-Event-ID"] = self.last_event_id
        self._refuse_without_streaming()
        options: RequestOptions = {**self._options, "headers": headers, "stream": True}
        answer = self._session.request(self._method, self._url, **options)
        response: ResponseBase = await if_awaitable(answer, self._face, "the session")
        retry = self._decoder.retry
        self._decoder = EventDecoder(cast("str", headers.get("Last-Event-ID")) or "")
        self._decoder.retry = retry
        self.response = response
        # 204 is the standard's way for a server to say "do not reconnect".
        if response.status_code == 204:
            await self._close()
        else:
            await self._check(response)

    def _refuse_without_streaming(self) -> None:
        if self._face.blocking and not getattr(self._transport(), "can_stream", True):
            raise BrowserLimitError(
                "A blocking call that cannot switch stacks (no JSPI here) gets a body only after "
                "it has ended, which a stream of events does not. Use the async functions of "
                "pyfetch_requests."
            )

    def _transport(self) -> Transport:
        return transport_of(self._session.get_adapter(url=str(self._url)), self._face)

    async def _check(self, response: ResponseBase) -> None:
        kind = (response.headers.get("content-type") or "").partition(";")[0].strip().lower()
        # The standard demands exactly these, so that an error page is not read as a stream.
        if response.status_code == 200 and kind == CONTENT_TYPE:
            return
        length = response.headers.get("content-length") or ""
        known = length.isdigit() and int(length) <= _SMALL
        if response.status_code != 200 or known:
            await whole(response)
        await self._close()
        response.raise_for_status()
        url = without_userinfo(str(response.url))
        raise HTTPError(
            f"Not a stream of events: {self._method} {url} was answered with status "
            f"{response.status_code} and Content-Type {kind or 'none'!r} instead of 200 and "
            f"{CONTENT_TYPE!r}.",
            response=response,
        )

    async def _next(self) -> Event | None:
        """Return the first of `_events`, or wait for the next one; None when the stream is over.

        Raises:
            ChunkedEncodingError: the connection broke, and reconnecting is not allowed or failed.
            HTTPError: the server does not send the stream any more.
        """
        while True:
            # A loop is here at the end of a chunk; `next` in its body may have been here before.
            for event in self._events:
                self._delivered, self._tries, self._given = True, 0, event
                return event
            self._given = None
            if self.response is None or self.response.status_code == 204:
                return None
            chunk = await self._read()
            if chunk:
                self._events = iter(self._decoder.feed(chunk))
            elif chunk is not None and not await self._come_back():
                return None

    async def _read(self) -> bytes | None:
        """Return a chunk, b"" at the end, None if the stream broke and was opened again."""
        assert self.response is not None
        try:
            chunk: bytes = await self.response.raw.next_chunk()
        except BROKEN as error:
            await self._close()
            if error.is_final or not self._may_repeat():
                raise
            await self._try_again(error)
            return None
        return chunk

    def _may_repeat(self) -> bool:
        # A server that has sent an id can continue from it (Last-Event-ID). Without one a POST is
        # repeated only if no event has been delivered yet.
        return self._method.upper() == "GET" or bool(self.last_event_id) or not self._delivered

    async def _come_back(self) -> bool:
        await self._close()
        if not self._reconnect:
            return False
        await self._try_again(ConnectionError("The stream ended repeatedly without any event."))
        return True

    async def _try_again(self, error: Exception) -> None:
        while True:
            if self._tries >= self._max_retries:
                raise error
            await self._transport().sleep(self._pause())
            self._tries += 1
            try:
                await self._open()
            except (ConnectionError, Timeout) as again:
                if again.is_final:
                    raise
                error = again
            else:
                return

    def _pause(self) -> float:
        self._decoder.flush()  # `retry:` counts even in an event that was cut off
        first = FIRST_PAUSE if self._decoder.retry is None else self._decoder.retry / 1000
        return pause(self._tries, first, _LONGEST_PAUSE)

    async def _close(self) -> None:
        """End the request at the server; the response object stays available."""
        if self.response is not None and self.response.raw is not None:
            await self.response.raw.give_up()

    async def _leave(self) -> None:
        await self._close()
        if self.owns_session:
            self._session.close()
