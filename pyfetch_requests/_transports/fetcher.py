"""What makes an exchange by `fetch`, for type checkers only: nothing imports this at run time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from .._wire import WireRequest
    from .js_values import JsValue
    from .outcomes import Outcome


class Fetcher(Protocol):
    """Makes exchanges by `fetch`: with fetch.js, or over the FFI where that may not run.

    The head of fetch.js describes the tuple that is an outcome.
    """

    def exchange(
        self,
        request: WireRequest,
        headers: list[tuple[str, str]],
        body: object,
        options: dict[str, object],
        signal: JsValue | None,
    ) -> Awaitable[Outcome]:
        """Send a request."""

    def next_chunk(self, stream: Any, abort: Callable[[int], None]) -> Awaitable[Outcome]:
        """Read the next chunk of the stream that an exchange returned."""

    def pause(self, milliseconds: float) -> Awaitable[object]:
        """Wait."""
