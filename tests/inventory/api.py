"""The few requests that the tests make again and again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import requests

Json = dict[str, Any]
TIMEOUT = 60  # seconds, so that a server that hangs fails the test


@dataclass(frozen=True)
class Api:
    """One graph of one server."""

    url: str
    graph: str = "resoto"

    def request(self, method: str, path: str, **options: Any) -> requests.Response:
        return requests.request(method, self.url + path, timeout=TIMEOUT, **options)

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> requests.Response:
        return self.request("POST", path, **options)

    def put(self, path: str, **options: Any) -> requests.Response:
        return self.request("PUT", path, **options)

    def patch(self, path: str, **options: Any) -> requests.Response:
        return self.request("PATCH", path, **options)

    def delete(self, path: str, **options: Any) -> requests.Response:
        return self.request("DELETE", path, **options)

    def search(self, query: str, kind: str = "list", **parameters: str) -> requests.Response:
        """A search, as the notebook sends it: section `reported` unless told otherwise."""
        return self.post(
            f"/graph/{self.graph}/search/{kind}",
            data=query.encode(),
            params={"section": "reported", **parameters},
            headers={"Content-Type": "application/json", "Accept": "application/json"},
        )

    def found(self, query: str, kind: str = "list", **parameters: str) -> list[Json]:
        """The results of a search that succeeds."""
        response = self.search(query, kind, **parameters)
        assert response.status_code == 200, response.text
        return response.json()

    def keys(self, query: str) -> set[str]:
        """Identifiers of the nodes that a search finds."""
        nodes = [node["id"] for node in self.found(query)]
        assert len(nodes) == len(set(nodes))
        return set(nodes)

    def command(self, line: str, accept: str = "application/json") -> requests.Response:
        """A line for resotocore's command line."""
        return self.post(
            "/cli/execute",
            data=line.encode(),
            params={"graph": self.graph, "section": "reported"},
            headers={"Content-Type": "text/plain", "Accept": accept},
        )

    def printed(self, line: str) -> Any:
        """What a command line that succeeds prints, as JSON."""
        response = self.command(line)
        assert response.status_code == 200, response.text
        return response.json()
