"""The time limit and the user's signal of an exchange that Python makes alone; see ffi_fetch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import promises
from .outcomes import Failure
from .runtime import js_property, text_or_none

if TYPE_CHECKING:
    from .js_values import JsValue

# The reason of an abort by the time limit, to tell it from one by the user's signal.
_EXPIRED = "pyfetch_requests: the time limit has expired"


class Control:
    """Aborts an exchange when its time limit expires, or when the user's signal does.

    Safari before 17.4 has no AbortSignal.any, so the user's signal is chained by hand.
    """

    def __init__(self, signal: JsValue | None) -> None:
        import js

        self._controller = js.AbortController.new()
        self._abort = self._controller.abort.bind(self._controller)
        self._timer: JsValue | None = None
        self._user_signal = signal
        self.signal = self._controller.signal
        if signal is not None:
            signal.addEventListener("abort", self._abort)
            if signal.aborted:
                self._abort()

    def arm(self, milliseconds: float | None) -> None:
        """Start a new time limit in place of the previous one; None for none."""
        import js

        if self._timer is not None:
            promises.stop(self._timer)
            self._timer = None
        if milliseconds is not None:
            self._timer = js.setTimeout(self._abort, milliseconds, _EXPIRED)

    @property
    def may_abort(self) -> bool:
        """Whether there is a time limit, or a signal of the user's."""
        return self._timer is not None or self._user_signal is not None

    def end(self) -> None:
        """Stop the time limit, and stop listening to the signal."""
        # One signal may serve thousands of requests, and must not hold those that are over.
        self.arm(None)
        if self._user_signal is not None:
            self._user_signal.removeEventListener("abort", self._abort)
            self._user_signal = None

    def abort(self) -> None:
        """Abort the exchange."""
        self.end()
        self._abort()

    async def settled(
        self, promise: JsValue, settle: promises.Settle, may_ignore_signal: bool
    ) -> promises.Outcome:
        """Wait for a promise; for one that may ignore the signal no longer than until an abort."""
        if not may_ignore_signal:
            return await settle(promise)
        # A listener for each promise: to race with one promise that lasts would keep every chunk.
        resolvers: list[JsValue] = []

        def listen(resolve: JsValue, _: JsValue) -> None:
            resolvers.append(resolve)
            self.signal.addEventListener("abort", resolve)

        import js

        aborted = js.Promise.new(listen)
        try:
            return await settle(promises.race(promise, aborted))
        finally:
            self.signal.removeEventListener("abort", *resolvers)

    def failure(self, stage: int, reason: object, about: str = "") -> Failure:
        """Return the outcome for what a promise was rejected with, and end."""
        cause = "error"
        if self.signal.aborted:
            cause = "timeout" if self.signal.reason == _EXPIRED else "abort"
        self.end()
        name, message = reason if isinstance(reason, tuple) else _described(reason)
        return stage, cause, name, message, about


def _described(reason: object) -> tuple[str, str]:
    """Return the name and the message of a rejection, with that of its cause."""
    # Node and Deno put the reason into `cause`; in a browser there is none.
    name, message = promises.describe(reason)
    more = text_or_none(js_property(js_property(reason, "cause"), "message"))
    return name, f"{message}: {more}" if more else message
