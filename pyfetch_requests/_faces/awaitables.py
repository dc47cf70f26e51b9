"""What the async face returns: objects to await or to iterate over, which say so if misused.

Decides what the error message for a forgotten `await` is. Never starts anything by itself.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Coroutine, Generator
from functools import update_wrapper
from types import FunctionType
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar

from .._nouns.verbs import Verbs
from ..exceptions import short_traceback, shorten

if TYPE_CHECKING:
    from .asynchronous import Response

Value = TypeVar("Value")

# Looked up by asyncio and inspect on a coroutine, besides what the ABC has.
_COROUTINE_ATTRIBUTES = (
    "send", "throw", "close", "cr_await", "cr_code", "cr_frame", "cr_origin", "cr_running",
    "cr_suspended",
)  # fmt: skip

if TYPE_CHECKING:

    class _Coroutine(Coroutine[Any, Any, Value]):
        def send(self, value: Any) -> Any: ...
        def throw(self, *_: Any) -> Any: ...
        def close(self) -> None: ...

else:
    _Coroutine = Generic


class Call(_Coroutine[Value]):
    """A coroutine that says so if it is used without `await`.

    It works wherever a coroutine does: `asyncio.gather`, `create_task`, `wait_for`,
    `TaskGroup.create_task`. It can be awaited once.
    """

    __slots__ = ("__weakref__", "_coroutine")

    def __init__(self, coroutine: Coroutine[Any, Any, Value]) -> None:
        self._coroutine = coroutine

    def __await__(self) -> Generator[Any, Any, Value]:
        # The coroutine's own iterator: no frame of ours between it and its task, in time or in
        # tracebacks.
        return self._coroutine.__await__()

    def __repr__(self) -> str:
        return f"<call of {getattr(self._coroutine, '__qualname__', '?')}, not awaited yet>"

    # Type checkers must not see it, or they would find every attribute here.
    if not TYPE_CHECKING:

        @short_traceback
        def __getattr__(self, name: str) -> Any:
            if name in _COROUTINE_ATTRIBUTES:
                return getattr(self._coroutine, name)
            what = f"{type(self).__name__!r} object has no attribute {name!r}"
            # Tools probe for dunder names; they are no mistake of the user.
            if name.startswith("__"):
                raise AttributeError(what)
            raise AttributeError(f"{what}: {_not_awaited(f').{name}')}")

    @short_traceback
    def __getitem__(self, key: object) -> NoReturn:
        raise TypeError(f"this call is not subscriptable: {_not_awaited(')[...]')}")

    @short_traceback
    def __iter__(self) -> NoReturn:
        raise TypeError(f"this call is not iterable: {_not_awaited(')')}")


# Registered and not derived: the ABC's mixins would hide `__getattr__` from asyncio.
if not TYPE_CHECKING:
    Coroutine.register(Call)


def _not_awaited(then: str) -> str:
    return (
        f"it has not been awaited yet. Write '(await ...{then}', or use the functions of "
        "pyfetch_requests.sync, which need no await."
    )


class ResponseCall(Call["Response"]):
    """What a verb returns: awaited, it gives the Response.

    Its methods are shortcuts for one part of the answer. They raise HTTPError for a status of 400
    and above.

    Example:
        things = await pyfetch_requests.get("https://api.example/things").json()
        async with pyfetch_requests.get("https://api.example/log", stream=True) as response: ...
    """

    __slots__ = ("_entered",)

    def json(self, **options: Any) -> Call[Any]:
        """Await the answer, and return the value of its JSON; see `Response.json`."""
        return Call(self._part(lambda response: response.json(**options)))

    def text(self) -> Call[str]:
        """Await the answer, and return its body as text; see `Response.text`."""
        return Call(self._part(lambda response: response.text))

    def bytes(self) -> Call[bytes]:
        """Await the answer, and return its body in bytes; see `Response.content`."""
        return Call(self._part(lambda response: response.content))

    def raise_for_status(self) -> Call[Response]:
        """Await the answer, and return it if its status is below 400."""
        return Call(self._part(lambda response: response, read=False))

    async def _part(self, take: Callable[[Response], Value], read: bool = True) -> Value:
        try:
            response = await self
            response.raise_for_status()
            if read:
                await response.read()
            return take(response)
        except BaseException as error:
            shorten(error)
            raise

    async def __aenter__(self) -> Response:
        try:
            self._entered = await self
        except BaseException as error:
            shorten(error)
            raise
        return self._entered

    async def __aexit__(self, *_: object) -> None:
        await self._entered.close()

    @short_traceback
    def __enter__(self) -> NoReturn:
        raise TypeError("this call cannot be used by 'with': write 'async with'.")

    def __exit__(self, *_: object) -> None: ...


def _mark(function: object) -> None:
    # Whoever asks has asyncio, and asyncio has inspect, as Pyodide has; it is slow to import.
    mark = getattr(sys.modules.get("inspect"), "markcoroutinefunction", None)  # not in Python 3.11
    if mark and isinstance(function, FunctionType):
        mark(function)


def _copy(verb: FunctionType) -> FunctionType:
    parts = (verb.__code__, verb.__globals__, verb.__name__, verb.__defaults__, verb.__closure__)
    own = FunctionType(*parts)
    update_wrapper(own, verb)
    return own


class AwaitedVerbs(Verbs[ResponseCall]):
    """The verbs of the async face: for decorators and mocks of others, coroutine functions."""

    def __init_subclass__(cls) -> None:
        for name in ("request", "send", "download"):
            _mark(vars(cls).get(name))


# Copies, because the verbs of the blocking face are the same functions.
for _name in ("get", "options", "head", "post", "put", "patch", "delete"):
    _own = _copy(vars(Verbs)[_name])
    _mark(_own)
    setattr(AwaitedVerbs, _name, _own)
