"""Waits for any JavaScript promise, in the event loop or by switching stacks.

Both outcomes are returned as values. A promise that may reject must never reach Python itself:
WebKit rejects with errors that have no stack, and an AbortController with whatever reason it got.
Pyodide does not recognise those as exceptions, and would wait for ever. Nor may Python call a
function that returns a promise, because Pyodide turns the result into a future at once. So `call`
lets JavaScript call it, and `Promise.allSettled` makes a promise that never rejects. JavaScript
calls no Python function, so no proxy has to be destroyed; and no source is evaluated, so all this
works under every Content-Security-Policy.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from .runtime import check_signals, js_property

if TYPE_CHECKING:
    from .js_values import JsValue

_hidden: JsValue | None = None  # the interrupt buffer, while a call hides it from Python
# An interrupt is to be noticed within a tenth of a second (docs/differences.md).
_INTERRUPT_POLL = 100  # milliseconds


class Outcome(NamedTuple):
    """How a promise was settled.

    Attributes:
        fulfilled: False if it was rejected.
        value: what it was fulfilled with, or the reason of the rejection.
    """

    fulfilled: bool
    value: JsValue


# As text: JsValue exists for type checkers only.
Settle: TypeAlias = "Callable[[JsValue], Awaitable[Outcome]]"


async def settle_in_loop(promise: JsValue) -> Outcome:
    """Suspend the task until the promise is settled; cancelling the task does not end the work."""
    return _outcome(await _never_rejecting(promise))


async def settle_by_switching(promise: JsValue) -> Outcome:
    """Switch stacks until the promise is settled; this coroutine never suspends.

    Raises:
        BaseException: what a signal handler raised when the host interrupted.
    """
    from pyodide.ffi import run_sync

    settled = _never_rejecting(promise)
    while True:
        with _without_interrupts() as buffer:
            if not buffer:
                return _outcome(run_sync(settled))
            # Python does not see an interrupt while its stack is switched away: it has to wake up.
            found = run_sync(race(settled, pause(_INTERRUPT_POLL)))
        check_signals()
        if found is not None:
            return _outcome(found)


@contextmanager
def _without_interrupts() -> Iterator[JsValue | None]:
    """Hide the host's interrupt buffer from Python, and return it; None if there is none.

    Waking a call runs Python code of Pyodide. An interrupt raised in there would be lost, and the
    call would wait for ever.
    """
    import pyodide_js

    global _hidden
    module = pyodide_js._module
    buffer = js_property(module, "Py_EmscriptenSignalBuffer") or _hidden
    if not buffer:
        yield None
        return
    _hidden, module.Py_EmscriptenSignalBuffer = buffer, None
    try:
        yield buffer
    finally:
        _hidden, module.Py_EmscriptenSignalBuffer = None, buffer


def call(function: JsValue, this: object, *arguments: object) -> JsValue:
    """Call a JavaScript function, and return the promise that it returns.

    Args:
        function: the function.
        this: the object that it is a method of, None for none.
        *arguments: the arguments.
    """
    import js
    from pyodide.ffi import to_js

    # Array.from(iterable, mapper) calls the function and keeps its result in an array, out of
    # Pyodide's reach; indexing gives the promise as a plain proxy.
    applied = js.Reflect.apply.bind(None, function, this, to_js(arguments))
    promise: JsValue = js.Array.from_(to_js([None]), applied)[0]
    return promise


def pause(milliseconds: float) -> JsValue:
    """Return a promise that is fulfilled with undefined after some time."""
    import js

    # The executor runs during the call, so Pyodide can destroy its proxy right after.
    return js.Promise.new(lambda resolve, _: js.setTimeout(resolve, milliseconds))


def stop(timer: JsValue) -> None:
    """Stop a timer of setTimeout."""
    import js
    from pyodide.ffi import JsException

    # A page may have replaced or removed it. A timer that is left aborts what is over: no harm.
    with suppress(AttributeError, JsException):
        js.clearTimeout(timer)


def describe(reason: object) -> tuple[str, str]:
    """Return the name and the message of a rejection, which usually is an Error."""
    error = js_property(reason, "js_error") or reason  # Pyodide before 0.27 wrapped it
    name, message = js_property(error, "name"), js_property(error, "message")
    if name is None and message is None:
        return "Error", str(error)
    return str(name or "Error"), str(message or "")


def _never_rejecting(promise: JsValue) -> JsValue:
    import js
    from pyodide.ffi import to_js

    return call(js.Promise.allSettled, js.Promise, to_js([promise]))


def _outcome(settled: JsValue) -> Outcome:
    result = settled[0]
    fulfilled = result.status == "fulfilled"
    return Outcome(fulfilled, result.value if fulfilled else result.reason)


def event(target: JsValue, name: str) -> JsValue:
    """Return a promise that is fulfilled with the next event of a target."""
    import js

    return js.Promise.new(lambda resolve, _: target.addEventListener(name, resolve))


def race(*several: JsValue) -> JsValue:
    """Return a promise that settles like the first of several to do so."""
    import js
    from pyodide.ffi import to_js

    return call(js.Promise.race, js.Promise, to_js(several))


def ignore(promise: JsValue) -> None:
    """Swallow a rejection that does not matter, so that no "unhandledrejection" is reported."""
    _never_rejecting(promise)
