"""One client for resotonotebook, in the browser and on a desktop.

resotonotebook has two: one for the browser's fetch, by hand, and one for CPython, which blocks.
This one is asynchronous in both places, because pyfetch_requests is.
"""

from __future__ import annotations

import json
from typing import Any

from resotoclient.jwt_utils import encode_jwt_to_headers
from resotonotebook import ResotoNotebook
from resotonotebook.client import Client

import pyfetch_requests

__all__ = ["FetchClient", "FetchNotebook"]


class FetchClient(Client):
    """The three questions of resotonotebook, asked through one session.

    Args:
        url: The server, such as "http://127.0.0.1:8900". Empty: the one that the page came from;
            on a desktop PYFETCH_REQUESTS_BASE_URL.
        psk: The pre-shared key; None for a server without login. The login lasts eight hours.

    All methods raise pyfetch_requests.HTTPError when the server refuses, with what it says in
    `error.response.text`, and ConnectionError when it is not there.
    """

    def __init__(self, url: str = "", psk: str | None = None) -> None:
        self.url = url.rstrip("/")
        self.session = pyfetch_requests.Session()
        self.session.headers["Accept"] = "application/json"
        if psk:
            encode_jwt_to_headers(self.session.headers, {}, psk, expire_in=8 * 3600)

    async def search_list(self, search: str, section: str | None, graph: str) -> list[Any]:
        """The nodes that a search finds."""
        return answers(await self.post(f"/graph/{graph}/search/list", search, section=section))

    async def search_graph(self, search: str, section: str | None, graph: str) -> list[Any]:
        """The nodes and edges that a search finds."""
        return answers(await self.post(f"/graph/{graph}/search/graph", search, section=section))

    async def cli_execute(self, query: str, graph: str, section: str | None) -> list[Any]:
        """What a command line prints."""
        return answers(await self.post("/cli/execute", query, section=section, graph=graph))

    async def post(self, path: str, text: str, **params: str | None) -> pyfetch_requests.Response:
        """Ask one question; parameters that are None are not sent."""
        response = await self.session.post(
            self.url + path,
            params=params,
            headers={"Content-Type": "text/plain"},
            data=text,
        )
        response.raise_for_status()
        return response


class FetchNotebook(ResotoNotebook):
    """resotonotebook with this client; the arguments are FetchClient's.

    Args:
        resoto_graph: The graph that is asked.
    """

    def __init__(self, url: str = "", psk: str | None = None, resoto_graph: str = "resoto") -> None:
        # Not the parent's: it would choose one of its own two clients.
        self.client = FetchClient(url, psk)
        self.resoto_graph = resoto_graph


def answers(response: pyfetch_requests.Response) -> list[Any]:
    """An answer as a list, in whichever of three forms it was sent."""
    kind = response.headers["Content-Type"].partition(";")[0]
    if kind == "application/x-ndjson":
        return [json.loads(line) for line in response.text.split("\n") if line]
    if kind == "text/plain":
        return [response.text]
    value = response.json()
    return value if isinstance(value, list) else [value]
