"""The two faces of the package, so that a test is written once for both."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import ModuleType
from typing import Any

from pyfetch_requests.testing import MockTransport, WireRequest, WireResponse

HOST = "https://api.example"
URL = f"{HOST}/things"

Answer = WireResponse | Exception | Callable[[WireRequest], WireResponse]


class Face:
    """A namespace of the package: its names are attributes, and a call gives what they promise.

    response = await face(face.get(URL))
    """

    def __init__(self, module: ModuleType, *, blocking: bool) -> None:
        self.module = module
        self.blocking = blocking

    def __getattr__(self, name: str) -> Any:
        return getattr(self.module, name)

    async def __call__(self, value: Any) -> Any:
        """Wait for what the async face returned; the blocking one returned it already."""
        assert hasattr(value, "__await__") is not self.blocking
        return value if self.blocking else await value

    async def list(self, pieces: Any) -> list[Any]:
        """All that an iterator gives, on either face."""
        if self.blocking:
            return list(pieces)
        return [piece async for piece in pieces]

    async def first(self, pieces: Any) -> Any:
        """The first piece only; the iterator is then left, as `break` and its end leave it."""
        if self.blocking:
            piece = next(pieces)
            pieces.close()
        else:
            piece = await anext(pieces)
            await pieces.aclose()
        return piece

    @asynccontextmanager
    async def entered(self, manager: Any) -> AsyncIterator[Any]:
        """`with` or `async with`."""
        if self.blocking:
            with manager as value:
                yield value
        else:
            async with manager as value:
                yield value


def script(*answers: Answer) -> MockTransport:
    """A transport that gives these answers in order, and no more."""
    left = list(answers)

    def handler(request: WireRequest) -> WireResponse | Exception:
        answer = left.pop(0)
        return answer(request) if callable(answer) else answer

    return MockTransport(handler)


def sent_headers(request: WireRequest) -> dict[str, str]:
    """Headers by name in lower case."""
    return {name.lower(): value for name, value in request.headers}
