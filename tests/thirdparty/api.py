"""The fake server behind the jobs: answers by their routes, and remembers what it was asked."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from typing import Any

from tests.server.wire import Exchange, Request
from tests.thirdparty.jobs import JOBS, Answer

PREFIX = "/api-of"
# Headers that are not compared, and why.
NOT_COMPARED = {
    "accept-encoding": "a browser sends its own, and lets nobody set it",
    "accept-language": "a browser sends its user's",
    "cache-control": "every request asks the server, and says so to caches (docs/guide.md)",
    "connection": "a browser decides about its connections",
    "cookie": "a browser keeps cookies by itself, and lets nobody set them",
    "host": "the same server",
    "keep-alive": "a browser decides about its connections",
    "origin": "a browser says where a page is from",
    "pragma": "as cache-control",
    "priority": "a browser's own",
    "referer": "a browser says where a page is from",
    "sec-fetch-dest": "a browser's own",
    "sec-fetch-mode": "a browser's own",
    "sec-fetch-site": "a browser's own",
    "user-agent": "a browser sends its own; only some let a page set it",
}
NOT_COMPARED_VALUES = {
    ("accept", "*/*"): "a browser sends it where a library sends none",
    (
        "content-length",
        "0",
    ): "requests says so of DELETE, too, a browser does not",
}
BOUNDARY = re.compile(rb"boundary=\"?([\w'()+,./:=?-]+)")


class Api:
    """An endpoint of the test server; each run of a job has a URL, and its own state.

    Args:
        base: Origin of the server.
    """

    def __init__(self, base: str) -> None:
        self._base = base
        self._served: Counter[tuple[str, str, str]] = Counter()
        self._wire: dict[tuple[str, str], list[Any]] = {}

    def begin(self, run: str, library: str) -> str:
        """Forget what came for a job in a run so far; the URL of its API."""
        self._wire[run, library] = []
        for key in [key for key in self._served if key[:2] == (run, library)]:
            del self._served[key]
        return self.url(run, library)

    def url(self, run: str, library: str) -> str:
        return f"{self._base}{PREFIX}/{run}/{library}"

    def wire(self, run: str, library: str) -> list[Any]:
        """What came since `begin`: method, target, headers, body of each request.

        The URL of the API is written `URL` in it, so that runs can be compared.
        """
        return self._wire[run, library]

    async def __call__(self, exchange: Exchange) -> None:
        request = exchange.request
        _, _, run, library, path = exchange.path.split("/", 4)
        self._wire[run, library].append(self._recorded(request, run, library))
        found = self._answer(run, library, f"{request.method} /{path}")
        text = found.text.replace("{url}", self.url(run, library))
        headers = {
            name: value.replace("{url}", self.url(run, library))
            for name, value in found.headers.items()
        }
        body = text.encode()
        if headers.get("Content-Encoding") == "gzip":
            body = gzip.compress(body, mtime=0)
        await exchange.send(found.status, [*headers.items()], body)

    def _answer(self, run: str, library: str, place: str) -> Answer:
        routes = JOBS[library].routes
        if place not in routes:
            return Answer(f"no route {place} of {library}", 501)
        answers = routes[place]
        if isinstance(answers, Answer):
            return answers
        self._served[run, library, place] += 1
        return answers[min(self._served[run, library, place], len(answers)) - 1]

    def _recorded(self, request: Request, run: str, library: str) -> dict[str, Any]:
        """A request as it is compared."""
        url, varies = self.url(run, library), JOBS[library].varies
        headers = sorted(
            (name.lower(), "VARIES" if name.lower() in varies else value)
            for name, value in request.headers
            if not (name.lower() in NOT_COMPARED or name.lower().startswith("sec-ch-ua"))
            and (name.lower(), value) not in NOT_COMPARED_VALUES
        )
        body = request.body
        kind = (request.header("Content-Type") or "").encode()
        if boundary := BOUNDARY.search(kind):
            body = body.replace(boundary[1], b"BOUNDARY")
            headers = [(n, v.replace(boundary[1].decode(), "BOUNDARY")) for n, v in headers]
        path = url.removeprefix(self._base)
        return {
            "method": request.method,
            "target": request.target.replace(path, "", 1),
            "headers": [[name, value.replace(url, "URL")] for name, value in headers],
            "body": body.decode("latin-1").replace(url, "URL"),
        }
