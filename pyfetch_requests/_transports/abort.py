"""Ending requests from outside, as the web does it: a controller, and the signal it gives away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from .runtime import js_property

if TYPE_CHECKING:
    from .js_values import JsValue


class AbortSignal:
    """What is passed as `signal=`; one signal may end many requests.

    Attributes:
        aborted: True once the controller has aborted.
    """

    def __init__(self) -> None:
        self.aborted = False
        self._js_controller: JsValue | None = None
        self._listeners: list[Callable[[], object]] = []

    @property
    def js_signal(self) -> JsValue:
        """The browser's own signal, made when the first request needs it."""
        if self._js_controller is None:
            import js

            self._js_controller = js.AbortController.new()
            if self.aborted:
                self._js_controller.abort()
        signal: JsValue = self._js_controller.signal
        return signal

    @contextmanager
    def listening(self, listener: Callable[[], object]) -> Iterator[None]:
        """Call a function when the controller aborts, within a `with` block."""
        self._listeners.append(listener)
        try:
            yield
        finally:
            self._listeners.remove(listener)

    def give(self) -> None:
        """Give the signal: for the controller that it belongs to."""
        self.aborted = True
        for listener in self._listeners[:]:
            listener()
        if self._js_controller is not None:
            self._js_controller.abort()


def is_signal(value: object) -> bool:
    """Tell a signal: of this package, or of JavaScript, of whatever page it is."""
    return isinstance(value, AbortSignal) or (
        isinstance(js_property(value, "aborted"), bool)
        and js_property(value, "addEventListener") is not None
    )


class AbortController:
    """Ends the requests that were given its `signal`: they raise `AbortError`.

    Attributes:
        signal: to be passed as `signal=`.

    Source: DOM standard, section 3 (aborting ongoing activities).
    """

    def __init__(self) -> None:
        self.signal = AbortSignal()

    def abort(self) -> None:
        """End the requests that are under way, and refuse those that are yet to come."""
        self.signal.give()


def js_signal_of(signal: Any) -> JsValue | None:
    """Return the browser's own signal of what was given as `signal=`: one of ours, or its own."""
    given: JsValue | None = signal.js_signal if isinstance(signal, AbortSignal) else signal
    return given
