"""Waiting for any promise of JavaScript, in the event loop or by switching stacks.

Both outcomes come as values. A promise that may reject must never reach Python by itself: WebKit
rejects with errors that have no stack, and an AbortController with whatever it was given. Pyodide
takes those for no exceptions, and waiting never ends. Nor may a function that returns a promise be
called from Python directly, because Pyodide makes a future of the result at once. So `call` has
JavaScript call it, and `Promise.allSettled` makes a promise that never rejects. There is no Python
function that JavaScript would have to call, and so no proxy to be destroyed; and nothing is
evaluated as source, so it works under every Content-Security-Policy.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from . import settlement
from .runtime import js_property

if TYPE_CHECKING:
    from .js_values import JsValue

_LOOK_EVERY = 100  # milliseconds between two looks at whether the host interrupts


class Outcome(NamedTuple):
    """How a promise was settled.

    Attributes:
        fulfilled: False where it was rejected.
        value: what it was fulfilled with, or the reason why it was rejected.
    """

    fulfilled: bool
    value: JsValue


# As text: the type of what JavaScript gives is there for a type checker only.
Settle: TypeAlias = "Callable[[JsValue], Awaitable[Outcome]]"


async def settle_in_loop(promise: JsValue) -> Outcome:
    """Suspend the task until the promise is settled. Cancelling the task does not end its work."""
    return _outcome(await _never_rejecting(promise))


async def settle_by_switching(promise: JsValue) -> Outcome:
    """Switch stacks until the promise is settled; this coroutine never suspends.

    Raises:
        BaseException: what the handler of a signal raised when the host interrupted.
    """
    from pyodide.ffi import run_sync

    settled = _never_rejecting(promise)
    while True:
        with _without_interrupts() as buffer:
            if not buffer:
                return _outcome(run_sync(settled))
            found = run_sync(first(settled, pause(_LOOK_EVERY)))
        settlement.check_signals()
        if found is not None:
            return _outcome(found)


@contextmanager
def _without_interrupts() -> Iterator[JsValue | None]:
    """Hide the host's interrupt buffer from Python, and give it; None where there is none.

    Waking a call runs Python code. An interrupt raised in there would be lost, and leave the call
    waiting for ever.
    """
    import pyodide_js

    module = pyodide_js._module
    buffer = js_property(module, "Py_EmscriptenSignalBuffer")
    if not buffer:
        yield None
        return
    module.Py_EmscriptenSignalBuffer = None
    try:
        yield buffer
    finally:
        module.Py_EmscriptenSignalBuffer = buffer


def call(function: JsValue, this: object, *arguments: object) -> JsValue:
    """Call a function of JavaScript, and return the promise that it returns.

    Args:
        function: the function.
        this: the object that it is a method of, None for none.
        *arguments: what it is called with.
    """
    import js
    from pyodide.ffi import to_js

    applied = js.Reflect.apply.bind(None, function, this, to_js(arguments))
    promise: JsValue = js.Array.from_(to_js([None]), applied)[0]
    return promise


def pause(milliseconds: float) -> JsValue:
    """Return a promise that is fulfilled with nothing after some time."""
    import js

    return js.Promise.new(lambda resolve, _: js.setTimeout(resolve, milliseconds))


def describe(reason: object) -> tuple[str, str]:
    """Return name and message of what a promise was rejected with, usually an Error."""
    error = js_property(reason, "js_error") or reason  # as Pyodide wrapped it before 0.27
    name, message = js_property(error, "name"), js_property(error, "message")
    if name is None and message is None:
        return "Error", str(error)
    return str(name or "Error"), str(message or "")


def _never_rejecting(promise: JsValue) -> JsValue:
    import js
    from pyodide.ffi import to_js

    return call(js.Promise.allSettled, js.Promise, to_js([promise]))


def _outcome(settled: JsValue) -> Outcome:
    first = settled[0]
    fulfilled = first.status == "fulfilled"
    return Outcome(fulfilled, first.value if fulfilled else first.reason)


def event(target: JsValue, name: str) -> JsValue:
    """Return a promise that is fulfilled with the next event of a target."""
    import js

    return js.Promise.new(lambda resolve, _: target.addEventListener(name, resolve))


def first(*several: JsValue) -> JsValue:
    """Return a promise that does as the first of several that is settled."""
    import js
    from pyodide.ffi import to_js

    return call(js.Promise.race, js.Promise, to_js(several))


def ignore(promise: JsValue) -> None:
    """Let nobody be told of a rejection that does not matter."""
    _never_rejecting(promise)
