"""The ways to send a request, behind one interface: tests of failures run by each of them.

Standard library only: tests inside Pyodide use this very file.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from importlib import import_module
from typing import Any


@dataclass(frozen=True)
class Way:
    """A face of the package and the transport that it uses in this test.

    Test functions are coroutine functions in every way. By "xhr" they are driven under `runPython`
    without an event loop: nothing that they call ever suspends there.

    Attributes:
        name: "await" (async face, fetch), "switch" (blocking face, fetch: stacks are switched)
            or "xhr" (blocking face, synchronous XMLHttpRequest).
    """

    name: str

    def __str__(self) -> str:
        return self.name

    @property
    def client(self) -> Any:
        """The namespace of the face, with its functions and `Session`."""
        return import_module(
            "pyfetch_requests" if self.name == "await" else "pyfetch_requests.sync"
        )

    @property
    def tells_cors(self) -> bool:
        """Whether a refusal by CORS is distinguished from a dead server; for use inside.

        With XMLHttpRequest no probe is possible. In a cross-origin isolated place only reports
        show it, which Firefox and WebKit's workers do not deliver.
        """
        import js

        if self.name == "xhr" or not js.crossOriginIsolated:
            return self.name != "xhr"
        agent = str(js.navigator.userAgent)
        return "Chrome/" in agent or ("Firefox/" not in agent and hasattr(js, "document"))

    async def finish(self, value: Any) -> Any:
        """The value, awaited if it has to be."""
        return await value if inspect.isawaitable(value) else value

    async def request(self, method: str, url: str, **options: Any) -> Any:
        return await self.finish(self.client.request(method, url, **options))

    async def get(self, url: str, **options: Any) -> Any:
        return await self.request("GET", url, **options)

    async def collect(self, pieces: Any, into: list[Any] | None = None) -> list[Any]:
        """The items of an iterator of either face; those before a failure are in `into`."""
        found = [] if into is None else into
        if hasattr(pieces, "__aiter__"):
            async for piece in pieces:
                found.append(piece)
        else:
            for piece in pieces:
                found.append(piece)
        return found

    async def seen(self, url: str) -> Any:
        """What the server saw; the argument is made by `urls.seen`."""
        return (await self.get(url)).json()


WAYS = (Way("await"), Way("switch"), Way("xhr"))
