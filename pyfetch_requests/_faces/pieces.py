"""What a `for` goes through on the blocking face, and can come back to."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import Any

from .._text.decoders import Pipeline
from ..exceptions import shorten


class Pieces(Iterator[object]):
    """The pieces of a body, which a pipeline makes of its chunks.

    A call that cannot switch stacks is refused with BrowserLimitError; another one that can goes
    on where they stood, with the part of a line that was there already.

    Args:
        pipeline: makes the pieces; `halted` where the chunks have not come to their end.
        chunks: reads on from where the body stands.
    """

    __slots__ = ("__weakref__", "_chunks", "_pieces", "_pipeline")

    def __init__(self, pipeline: Pipeline, chunks: Callable[[], Iterator[bytes]]) -> None:
        self._pipeline = pipeline
        self._chunks = chunks
        self._pieces = _through(pipeline, chunks)

    def __iter__(self) -> Generator[object, None, None]:
        # A loop goes through the generator itself, which costs less than `__next__` does.
        if self._pipeline.halted:
            self._pipeline.halted = False
            self._pieces = _through(self._pipeline, self._chunks)
        return self._pieces

    def __next__(self) -> object:
        return next(iter(self))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pieces, name)


def _through(
    pipeline: Pipeline, chunks: Callable[[], Iterator[bytes]]
) -> Generator[object, None, None]:
    try:
        for chunk in chunks():
            yield from pipeline.feed(chunk)
        yield from pipeline.flush()
    except BaseException as error:
        shorten(error)
        raise
