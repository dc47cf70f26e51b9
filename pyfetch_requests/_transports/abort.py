"""Aborting requests, as the web does it: a controller, and the signal that it hands out.

These classes are our own, so that they also exist on CPython; a browser gets its native signal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from .runtime import js_property

if TYPE_CHECKING:
    from .js_values import JsValue


class AbortSignal:
    """What is passed as `signal=`; one signal may abort many requests.

    Attributes:
        aborted: True once the controller has aborted.
    """

    def __init__(self) -> None:
        self.aborted = False
        self._js_controller: JsValue | None = None
        self._listeners: list[Callable[[], object]] = []

    @property
    def js_signal(self) -> JsValue:
        """The browser's native signal, created when the first request needs it."""
        if self._js_controller is None:
            import js

            # A controller, not AbortSignal.abort(): the signal may still have to fire later.
            self._js_controller = js.AbortController.new()
            if self.aborted:
                self._js_controller.abort()
        signal: JsValue = self._js_controller.signal
        return signal

    @contextmanager
    def listening(self, listener: Callable[[], object]) -> Iterator[None]:
        """Call a function if the controller aborts within the `with` block."""
        # For sockets only: `fetch` listens to the native signal by itself.
        self._listeners.append(listener)
        try:
            yield
        finally:
            self._listeners.remove(listener)

    def signal_abort(self) -> None:
        """Abort the signal; called by its controller (DOM standard, section 3.2)."""
        self.aborted = True
        # A copy: a listener that ends its request leaves `listening`, which removes it.
        for listener in self._listeners[:]:
            listener()
        if self._js_controller is not None:
            self._js_controller.abort()


def is_signal(value: object) -> bool:
    """Tell whether a value is a signal: one of this package, or one of JavaScript's."""
    # By its properties: a signal from another frame is no instance of this page's AbortSignal.
    return isinstance(value, AbortSignal) or (
        isinstance(js_property(value, "aborted"), bool)
        and js_property(value, "addEventListener") is not None
    )


class AbortController:
    """Aborts the requests that were given its `signal`: they raise `AbortError`.

    Attributes:
        signal: what to pass as `signal=`.

    Source: DOM standard, section 3 (aborting ongoing activities).
    """

    def __init__(self) -> None:
        self.signal = AbortSignal()

    def abort(self) -> None:
        """Abort the requests that are in progress, and refuse those that are yet to come."""
        self.signal.signal_abort()


def js_signal_of(signal: Any) -> JsValue | None:
    """Return the native signal for what was given as `signal=`: one of ours, or a native one."""
    given: JsValue | None = signal.js_signal if isinstance(signal, AbortSignal) else signal
    return given
