"""The types of iterating over a body, for type checkers only: nothing imports this at run time.

Decides that `decode_unicode` makes the pieces text instead of bytes, and that each face has its
kind of iterator. Never implements a method: `ResponseBase` does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from typing import Any, Generic, Literal, TypeAlias, TypeVar, overload

    from .._nouns.response import ResponseBase
    from .._text.events import Event

    # The iterators of a face, by what they yield.
    OfBytes = TypeVar("OfBytes")
    OfText = TypeVar("OfText")
    OfValues = TypeVar("OfValues")
    OfEvents = TypeVar("OfEvents")

    class Iteration(ResponseBase, Generic[OfBytes, OfText, OfValues, OfEvents]):
        """The methods of a response that return its body piece by piece."""

        @overload
        def iter_content(
            self, chunk_size: int | None = 1, decode_unicode: Literal[False] = False
        ) -> OfBytes: ...
        @overload
        def iter_content(self, chunk_size: int | None, decode_unicode: Literal[True]) -> OfText: ...
        @overload
        def iter_content(
            self, chunk_size: int | None = 1, *, decode_unicode: Literal[True]
        ) -> OfText: ...
        @overload
        def iter_content(
            self, chunk_size: int | None = 1, decode_unicode: bool = False
        ) -> OfText | OfBytes: ...
        def iter_content(
            self, chunk_size: int | None = 1, decode_unicode: bool = False
        ) -> OfText | OfBytes: ...

        @overload
        def iter_lines(
            self,
            chunk_size: int | None = 512,
            decode_unicode: Literal[False] = False,
            delimiter: bytes | None = None,
        ) -> OfBytes: ...
        @overload
        def iter_lines(
            self,
            chunk_size: int | None,
            decode_unicode: Literal[True],
            delimiter: str | None = None,
        ) -> OfText: ...
        @overload
        def iter_lines(
            self,
            chunk_size: int | None = 512,
            *,
            decode_unicode: Literal[True],
            delimiter: str | None = None,
        ) -> OfText: ...
        @overload
        def iter_lines(
            self,
            chunk_size: int | None = 512,
            decode_unicode: bool = False,
            delimiter: str | bytes | None = None,
        ) -> OfText | OfBytes: ...
        def iter_lines(
            self,
            chunk_size: int | None = 512,
            decode_unicode: bool = False,
            delimiter: str | bytes | None = None,
        ) -> OfText | OfBytes: ...
        def iter_json(self, **kwargs: Any) -> OfValues: ...
        def iter_events(self) -> OfEvents: ...

    BlockingIteration: TypeAlias = Iteration[
        Iterator[bytes], Iterator[str], Iterator[Any], Iterator[Event]
    ]
    AsyncIteration: TypeAlias = Iteration[
        AsyncIterator[bytes], AsyncIterator[str], AsyncIterator[Any], AsyncIterator[Event]
    ]
