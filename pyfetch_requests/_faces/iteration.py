"""What iterating over a body gives, for type checkers: nothing imports this when a program runs.

`decode_unicode` decides whether the pieces are bytes or text, and the face how they are waited for;
the methods themselves are those of `ResponseBase`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from typing import Any, Literal, overload

    from .._nouns.response import ResponseBase
    from .._text.events import Event

    class BlockingIteration(ResponseBase):
        """Iterating by `for`."""

        @overload
        def iter_content(
            self, chunk_size: int | None = 1, decode_unicode: Literal[False] = False
        ) -> Iterator[bytes]: ...
        @overload
        def iter_content(
            self, chunk_size: int | None, decode_unicode: Literal[True]
        ) -> Iterator[str]: ...
        @overload
        def iter_content(
            self, chunk_size: int | None = 1, *, decode_unicode: Literal[True]
        ) -> Iterator[str]: ...
        @overload
        def iter_content(
            self, chunk_size: int | None = 1, decode_unicode: bool = False
        ) -> Iterator[str] | Iterator[bytes]: ...
        def iter_content(
            self, chunk_size: int | None = 1, decode_unicode: bool = False
        ) -> Iterator[str] | Iterator[bytes]: ...

        @overload
        def iter_lines(
            self,
            chunk_size: int | None = 512,
            decode_unicode: Literal[False] = False,
            delimiter: bytes | None = None,
        ) -> Iterator[bytes]: ...
        @overload
        def iter_lines(
            self,
            chunk_size: int | None,
            decode_unicode: Literal[True],
            delimiter: str | None = None,
        ) -> Iterator[str]: ...
        @overload
        def iter_lines(
            self,
            chunk_size: int | None = 512,
            *,
            decode_unicode: Literal[True],
            delimiter: str | None = None,
        ) -> Iterator[str]: ...
        @overload
        def iter_lines(
            self,
            chunk_size: int | None = 512,
            decode_unicode: bool = False,
            delimiter: str | bytes | None = None,
        ) -> Iterator[str] | Iterator[bytes]: ...
        def iter_lines(
            self,
            chunk_size: int | None = 512,
            decode_unicode: bool = False,
            delimiter: str | bytes | None = None,
        ) -> Iterator[str] | Iterator[bytes]: ...
        def iter_json(self, **kwargs: Any) -> Iterator[Any]: ...
        def iter_events(self) -> Iterator[Event]: ...

    class AsyncIteration(ResponseBase):
        """Iterating by `async for`."""

        @overload
        def iter_content(
            self, chunk_size: int | None = 1, decode_unicode: Literal[False] = False
        ) -> AsyncIterator[bytes]: ...
        @overload
        def iter_content(
            self, chunk_size: int | None, decode_unicode: Literal[True]
        ) -> AsyncIterator[str]: ...
        @overload
        def iter_content(
            self, chunk_size: int | None = 1, *, decode_unicode: Literal[True]
        ) -> AsyncIterator[str]: ...
        @overload
        def iter_content(
            self, chunk_size: int | None = 1, decode_unicode: bool = False
        ) -> AsyncIterator[str] | AsyncIterator[bytes]: ...
        def iter_content(
            self, chunk_size: int | None = 1, decode_unicode: bool = False
        ) -> AsyncIterator[str] | AsyncIterator[bytes]: ...

        @overload
        def iter_lines(
            self,
            chunk_size: int | None = 512,
            decode_unicode: Literal[False] = False,
            delimiter: bytes | None = None,
        ) -> AsyncIterator[bytes]: ...
        @overload
        def iter_lines(
            self,
            chunk_size: int | None,
            decode_unicode: Literal[True],
            delimiter: str | None = None,
        ) -> AsyncIterator[str]: ...
        @overload
        def iter_lines(
            self,
            chunk_size: int | None = 512,
            *,
            decode_unicode: Literal[True],
            delimiter: str | None = None,
        ) -> AsyncIterator[str]: ...
        @overload
        def iter_lines(
            self,
            chunk_size: int | None = 512,
            decode_unicode: bool = False,
            delimiter: str | bytes | None = None,
        ) -> AsyncIterator[str] | AsyncIterator[bytes]: ...
        def iter_lines(
            self,
            chunk_size: int | None = 512,
            decode_unicode: bool = False,
            delimiter: str | bytes | None = None,
        ) -> AsyncIterator[str] | AsyncIterator[bytes]: ...
        def iter_json(self, **kwargs: Any) -> AsyncIterator[Any]: ...
        def iter_events(self) -> AsyncIterator[Event]: ...
