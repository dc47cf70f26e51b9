"""httpbin at the root of origins, as requests' tests want it; the files of pages beside it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.server import Server
from tests.server.bridge import httpbin
from tests.server.endpoints import Endpoint, answer
from tests.server.wire import Exchange


class HttpbinServer(Server):
    """Serves its folders and what was added to it, and httpbin under every other path."""

    def __init__(self, folders: Mapping[str, Path]) -> None:
        super().__init__(folders)
        self._prefixes = set(folders)

    def serve(self, prefix: str, endpoint: Endpoint) -> None:
        super().serve(prefix, endpoint)
        self._prefixes.add(prefix)

    async def _answer(self, exchange: Exchange) -> None:
        exchange.path = exchange.request.path
        if "/" + exchange.path.split("/")[1] in self._prefixes:
            await answer(exchange, self._endpoints)
        else:
            # The rest of CORS is httpbin's own: it answers every origin.
            exchange.extra = [("Access-Control-Expose-Headers", "*")]
            await httpbin(exchange, prefix="")
