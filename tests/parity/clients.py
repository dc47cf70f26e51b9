"""One way to call three clients: requests, our blocking face, our async face."""

from __future__ import annotations

import asyncio
import inspect
from typing import Any


class Client:
    """A session, and a way to finish what its methods return, awaited or not.

    Args:
        library: See `libraries`.
        runner: The event loop of the async face.
        transport: For our sessions; None for the oracle's, and for our own sockets.
        target: Before the names of cases, in the rows of `differences`: "cpython " or "".

    Attributes:
        session: A fresh one.
    """

    def __init__(
        self, library: Any, runner: asyncio.Runner, transport: Any = None, target: str = ""
    ) -> None:
        self.library = library
        self.target = target
        self.session = library.Session(transport=transport) if transport else library.Session()
        self._runner = runner
        self._transport = transport

    def finish(self, value: Any) -> Any:
        """The value, awaited if it has to be."""

        async def wait() -> Any:
            return await value

        return self._runner.run(wait()) if inspect.isawaitable(value) else value

    def adapter(self, **options: Any) -> Any:
        """An HTTPAdapter that sends as the session does."""
        if self._transport is not None:
            options["transport"] = self._transport
        return self.library.HTTPAdapter(**options)

    def request(self, method: str, url: Any, **options: Any) -> Any:
        return self.finish(self.session.request(method, url, **options))

    def get(self, url: Any, **options: Any) -> Any:
        return self.request("GET", url, **options)

    def collect(self, pieces: Any) -> list[Any]:
        """The items of an iterator of either face."""

        async def gather() -> list[Any]:
            return [piece async for piece in pieces]

        return self._runner.run(gather()) if hasattr(pieces, "__aiter__") else list(pieces)

    def step(self, pieces: Any) -> Any:
        """The next item of an iterator of either face."""
        if hasattr(pieces, "__anext__"):
            return self.finish(pieces.__anext__())
        return next(pieces)

    def content(self, response: Any) -> Any:
        """The body; one that is still on its way is read first."""
        return self.finish(response.read()) if hasattr(response, "read") else response.content


Clients = tuple[Client, list[Client]]
