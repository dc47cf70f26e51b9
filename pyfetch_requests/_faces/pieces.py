"""The iterator over a body on the blocking face, which a later call may continue.

Decides whether an iteration starts or continues. Never reads: the response does.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING, Any

from ..exceptions import shorten

if TYPE_CHECKING:
    from .._text.decoders import Pipeline


class Pieces(Iterator[object]):
    """The pieces of a body, which a pipeline makes from its chunks.

    A call that cannot switch stacks is refused with BrowserLimitError; a later one that can
    continues at the same place, with the part of a line that has been read already.

    Args:
        pipeline: makes the pieces; it is `halted` if the chunks were refused before the end.
        chunks: returns an iterator over the rest of the body.
    """

    __slots__ = ("__weakref__", "_chunks", "_pieces", "_pipeline")

    def __init__(self, pipeline: Pipeline, chunks: Callable[[], Iterator[bytes]]) -> None:
        self._pipeline = pipeline
        self._chunks = chunks
        self._pieces = _through(pipeline, chunks)

    def __iter__(self) -> Generator[object, None, None]:
        # A loop gets the generator itself, which is faster than a call of `__next__` each time. One
        # that has raised is finished (PEP 255), hence a new one over the same pipeline.
        if self._pipeline.halted:
            self._pipeline.halted = False
            self._pieces = _through(self._pipeline, self._chunks)
        return self._pieces

    def __next__(self) -> object:
        return next(iter(self))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pieces, name)  # `close` and `send`, for code that has a generator


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
