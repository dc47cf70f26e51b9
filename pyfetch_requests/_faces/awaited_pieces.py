"""The iterator over a body on the async face, which says so if it is used without `async for`."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Coroutine
from typing import Any, NoReturn, TypeVar

from ..exceptions import short_traceback

Value = TypeVar("Value")

NOT_ASYNC_FOR = (
    "the body arrives piece by piece and has to be awaited: write 'async for', or use the "
    "functions of pyfetch_requests.sync, which need no await."
)


class Pieces(AsyncIterator[Value]):
    """The pieces of a body, for `async for`; a plain `for` raises an error that says so."""

    __slots__ = ("__weakref__", "_pieces")

    def __init__(self, pieces: AsyncGenerator[Value, None]) -> None:
        self._pieces = pieces

    def __aiter__(self) -> AsyncGenerator[Value, None]:
        return self._pieces  # the generator itself, so that a loop has no extra call for each piece

    def __anext__(self) -> Coroutine[Any, Any, Value]:
        return self._pieces.__anext__()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pieces, name)  # `aclose` and `asend`, for code that has a generator

    @short_traceback
    def __iter__(self) -> NoReturn:
        raise TypeError(NOT_ASYNC_FOR)
