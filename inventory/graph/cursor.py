"""The results of a search in the shape of resotocore's database cursor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from resotocore.db.async_arangodb import AsyncCursorContext

from inventory.graph.store import Session

_FIRST, _NEXT = (
    10,
    200,
)  # results that are read at a time: few at first, so that an answer begins soon


class StreamCursor:
    """An asynchronous iterator over results that are read from a graph as they are asked for.

    Args:
        session: the view of the graph that the results come from; closed with the cursor.
        results: what to yield; is only iterated within the session.
        count: number of results, None where the caller did not ask.
        full_count: number of results before the last limit.
    """

    def __init__(
        self,
        session: Session,
        results: Iterable[Any],
        count: int | None = None,
        full_count: int | None = None,
    ) -> None:
        self._session = session
        self._results = iter(results)
        self._page: Iterator[Any] = iter(())
        self._size = _FIRST
        self._ended = False
        self._count = count
        self._full_count = full_count

    def __aiter__(self) -> StreamCursor:
        return self

    async def __anext__(self) -> Any:
        for result in self._page:
            return result
        if self._ended:  # resotocore asks an empty cursor twice
            raise StopAsyncIteration
        size, self._size = self._size, _NEXT
        page = await self._session.run(lambda _: list(islice(self._results, size)))
        if not page:
            self._ended = True
            self.close()
            raise StopAsyncIteration
        self._page = iter(page)
        return next(self._page)

    def count(self) -> int | None:
        return self._count

    def full_count(self) -> int | None:
        return self._full_count

    def close(self) -> None:
        self._session.close()


class ListCursor:
    """An asynchronous iterator over results that are all known already.

    Args:
        results: what to yield; may be lazy.
        count: number of results, None where the caller did not ask.
        full_count: number of results before the last limit.
    """

    def __init__(
        self, results: Iterable[Any], count: int | None = None, full_count: int | None = None
    ) -> None:
        self._results: Iterator[Any] = iter(results)
        self._count = count
        self._full_count = full_count

    def __aiter__(self) -> ListCursor:
        return self

    async def __anext__(self) -> Any:
        for result in self._results:
            return result
        raise StopAsyncIteration

    def count(self) -> int | None:
        return self._count

    def full_count(self) -> int | None:
        return self._full_count

    def close(self) -> None:
        """Nothing to close."""


def cursor_of(
    results: Iterable[Any], count: int | None = None, full_count: int | None = None
) -> AsyncCursorContext:
    """A ListCursor in the context manager that resotocore expects."""
    return AsyncCursorContext(ListCursor(results, count, full_count))
