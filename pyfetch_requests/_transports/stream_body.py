"""A response body that is read from JavaScript as it arrives, chunk by chunk.

Decides what ends a stream and what is left after a failure; a `Fetcher` reads.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from . import outcomes

if TYPE_CHECKING:
    from .._wire import WireRequest
    from ..exceptions import RequestException
    from .fetcher import Fetcher
    from .outcomes import Failure, Outcome
    from .request_headers import CacheUse

_ABANDONED = (outcomes.BODY, "error", "AbortError", "reading it was cancelled or interrupted", "")


class StreamBody:
    """A response body that is read as it arrives.

    Attributes:
        cache_use: ended as soon as nothing more can be read; None for none.
        fetcher: what the stream comes from.
        js_stream: the stream; None after its end.
    """

    __slots__ = (
        "__weakref__",
        "_blocking",
        "_failure",
        "_reading",
        "_request",
        "cache_use",
        "fetcher",
        "js_stream",
    )

    def __init__(
        self, request: WireRequest, js_stream: Any, fetcher: Fetcher, blocking: bool
    ) -> None:
        self.cache_use: CacheUse | None = None
        self._blocking = blocking
        self._failure: Failure | None = None
        self._request = request
        self._reading = False
        self.js_stream = js_stream
        self.fetcher = fetcher

    async def read(self) -> bytes:
        """Return the next chunk; see `Body.read`."""
        outcome = await self.step(self.fetcher.next_chunk)
        if outcome is None:
            return b""
        if outcome[1]:
            chunk: bytes = outcome[1].to_bytes()
            return chunk or await self.read()  # b"" is the end, and an empty chunk is not
        self.take_stream()
        return b""

    async def step(
        self, read: Callable[[Any, Callable[[int], None]], Awaitable[Outcome]]
    ) -> Outcome | None:
        """Return the outcome of reading from the stream, None if that has ended."""
        if self._failure is not None:
            # Raised at every further read: b"" would look like a body that is complete.
            raise self._exception(self._failure)
        if self.js_stream is None:
            return None
        if self._blocking:
            from .switching import require_switching

            require_switching()  # before the read starts: nothing of the body is lost
        if self._reading:  # another task has a chunk in the memory that this read would write into
            self.js_stream.share()
        self._reading = True
        try:
            outcome = await read(self.js_stream, self._abort)
        except BaseException as error:
            # Cancelled or interrupted: the chunk that was under way is lost.
            self._failure = _ABANDONED
            from .page_failures import raise_if_of_page

            raise_if_of_page(self._request, error)
            raise
        self._reading = False
        if outcome[0]:
            self.take_stream()
            self._failure = outcome
            raise self._exception(outcome)
        return outcome

    def _exception(self, failure: Failure) -> RequestException:
        from . import failures

        return failures.exception(self._request, *failure)

    def take_stream(self) -> Any:
        """Return the stream, from which nothing more is read here; None if it has ended."""
        js_stream, self.js_stream = self.js_stream, None
        if js_stream is not None and self.cache_use is not None:
            self.cache_use.end()
        return js_stream

    def _abort(self, number: int = 0) -> None:
        js_stream = self.take_stream()
        if js_stream is not None:
            js_stream.cancel()

    async def close(self) -> None:
        """Cancel what was not read; see `Body.close`."""
        self._abort()

    def __del__(self) -> None:
        # An unread body holds its connection for ever, also after JavaScript has collected it. A
        # browser has six for a host (HTTP/1.1), so the seventh request would never start.
        self._abort()
