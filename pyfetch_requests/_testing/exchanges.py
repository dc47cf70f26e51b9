"""Recorded exchanges: a request, its result, and how that is replayed.

Decides what of an exchange is kept. Never compares exchanges, and knows no file.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from time import perf_counter
from typing import NamedTuple

from .. import exceptions
from .._wire import Body, BytesBody, WireRequest, WireResponse
from ..exceptions import Reason, RequestException

Sleep = Callable[[float], Awaitable[None]]


class NotRecordedError(LookupError):
    """A request, or the rest of a body, is not in the cassette."""


class Chunk(NamedTuple):
    """A piece of a body.

    Attributes:
        data: its bytes.
        after: seconds since the chunk before it, None if timing is not recorded.
    """

    data: bytes
    after: float | None = None


class Failure(NamedTuple):
    """The exception that ended a request or a body.

    Attributes:
        kind: name of a class in `pyfetch_requests.exceptions`.
        message: of the exception.
    """

    kind: str
    message: str

    @classmethod
    def of(cls, error: RequestException) -> Failure:
        """Return what is recorded of an exception."""
        # A class of the user's own may not exist where the file is read.
        names = (kind.__name__ for kind in type(error).__mro__)
        kind = next(name for name in names if name in exceptions.__all__)
        return cls(kind, str(error))

    def error(self) -> RequestException:
        """Return a new exception of the same class and message."""
        kind: type[RequestException] = vars(exceptions)[self.kind]
        return kind(Reason(self.message))  # code asks for `error.args[0].reason`


@dataclass(eq=False)
class Exchange:
    """A request and its result.

    Attributes:
        request: as it was sent, with its body in bytes.
        response: without its body; None if there was none.
        chunks: the body.
        is_whole: True if the body was read to its end.
        failure: what ended the request or the body, None for nothing.
    """

    # Compared by identity: the same request may be recorded twice, and each is replayed once.

    request: WireRequest
    response: WireResponse | None = None
    chunks: list[Chunk] = field(default_factory=list)
    is_whole: bool = False
    failure: Failure | None = None

    @property
    def content(self) -> bytes:
        """The body of the response, as far as it was read."""
        return b"".join([chunk.data for chunk in self.chunks])

    def record(self, response: WireResponse, timing: bool) -> WireResponse:
        """Record a response, and return it with a body that is recorded while it is read."""
        # Without its body, which can be read once: it is recorded as the program reads it.
        self.response = response._replace(body=BytesBody(b""))
        return response._replace(body=_RecordedBody(response.body, self, timing))

    def replay(self, sleep: Sleep) -> WireResponse:
        """Return the response once more.

        Args:
            sleep: waits before a chunk, if timing was recorded.

        Raises:
            RequestException: the recorded one, if there was no response.
        """
        if self.response is None:
            raise (self.failure or Failure("ConnectionError", "there was no response")).error()
        headers = list(self.response.headers)  # the recording keeps its own
        return self.response._replace(headers=headers, body=_ReplayedBody(self, sleep))


class _RecordedBody:
    def __init__(self, body: Body, exchange: Exchange, timing: bool) -> None:
        self._body = body
        self._exchange = exchange
        self._timing = timing

    async def read(self) -> bytes:
        # Each read for itself: the time that the program takes between two is not the server's.
        start = perf_counter()
        try:
            data = await self._body.read()
        except RequestException as error:
            self._exchange.failure = Failure.of(error)
            raise
        if data:
            after = round(perf_counter() - start, 3) if self._timing else None
            self._exchange.chunks.append(Chunk(bytes(data), after))
        else:
            self._exchange.is_whole = True
        return data

    async def close(self) -> None:
        await self._body.close()


class _ReplayedBody:
    def __init__(self, exchange: Exchange, sleep: Sleep) -> None:
        self._exchange = exchange
        self._sleep = sleep
        self._left = list(exchange.chunks)
        self._closed = False

    async def read(self) -> bytes:
        if self._closed:  # as a transport's body, also where the recorded one broke off
            return b""
        if self._left:
            chunk = self._left.pop(0)
            if chunk.after:
                await self._sleep(chunk.after)
            return chunk.data
        if self._exchange.failure is not None:
            raise self._exchange.failure.error()
        # An end here would be a complete body to the program, which it was not.
        if not self._exchange.is_whole:
            raise NotRecordedError(
                f"{self._exchange.request.method} {self._exchange.request.url}: only the first "
                f"{len(self._exchange.content)} bytes of the body were read when it was recorded. "
                "Record it again."
            )
        return b""

    async def close(self) -> None:
        self._left.clear()
        self._closed = True
