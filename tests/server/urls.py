"""URLs of the test server. Standard library only: tests inside Pyodide use this very file."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, urlencode


@dataclass(frozen=True)
class Urls:
    """Where the server is, and how to ask it for what.

    Attributes:
        page: The origin that pages and workers are served from, for example http://127.0.0.1:8001.
        other: A second origin with the same endpoints; a page may only read URLs made by `cors`.
        dead: An origin whose port refuses connections.
        websocket: What `tests/server/sockets.py` serves, for example ws://127.0.0.1:8003.
    """

    page: str
    other: str
    dead: str
    websocket: str = ""

    @property
    def httpbin(self) -> str:
        """httpbin, on the page's origin."""
        return f"{self.page}/httpbin"

    def cors(self, path: str, **options: str) -> str:
        """A URL of the second origin that may be read from the first.

        Args:
            path: A path of this server, also one made by `respond` and its like.
            **options: See `tests.server.cors.Cors`.
        """
        return f"{self.other}/cors/{quote(urlencode(options), safe='') or '-'}{self.path(path)}"

    def path(self, url: str) -> str:
        """The path and query of a URL of this server."""
        return url.removeprefix(self.page).removeprefix(self.other)

    def echo(self, suffix: str = "") -> str:
        """Answers with JSON: method, target, headers, body (base64) as they were on the wire."""
        return f"{self.page}/echo{suffix}"

    def redirect(self, to: str, status: int = 302) -> str:
        """Redirects there."""
        return f"{self.page}/redirect?{urlencode({'to': to, 'status': status})}"

    def blob(self, count: int) -> str:
        """Answers with `count` bytes, 0, 1 … 255, 0, 1 and so on."""
        return f"{self.page}/bytes/{count}"

    def file(self, count: int, name: str = "data.bin", **options: object) -> str:
        """A file of `count` bytes like those of `blob`, with an ETag and ranges.

        Options: breaks (each answer breaks off after so many bytes), plain (no ranges), tag (the
        ETag without its quotes), id (for `seen`).
        """
        return f"{self.page}/file/{name}?{urlencode({'count': count, **options})}"

    def store(self, path: str, **options: object) -> str:
        """A file that can be put and read by range: see `tests.server.store.Store`.

        Options: zip, head, odd, id (for `seen`).
        """
        return f"{self.page}/store/{path}" + (f"?{urlencode(options)}" if options else "")

    def events(self, count: int, **options: object) -> str:
        """Server-sent events with ids and data 1 to `count`; an answer breaks off after `per`.

        Options: per, pause (seconds after each event), id (for `seen`).
        """
        return f"{self.page}/events?{urlencode({'count': count, **options})}"

    def seen(self, name: str, *, within: float = 15, **until: int) -> str:
        """How the requests with `id=name` in their query ended: JSON, see `Ledger.seen`.

        Args:
            name: The id.
            within: Seconds to wait at most for `until`.
            **until: Least numbers, for example aborted=1, to wait for before the answer.
        """
        return f"{self.page}/seen?{urlencode({'name': name, 'within': within, **until})}"

    def respond(
        self,
        body: bytes | str | None = None,
        *,
        headers: Iterable[tuple[str, str]] = (),
        **options: object,
    ) -> str:
        """An answer that is specified to the last byte; see `tests.server.respond.Recipe`.

        Args:
            body: What to answer with; without it the body of the request is sent back.
            headers: Headers of the answer, (name, value) in order.
            **options: status, reason, encoding, framing, sizes, delay, pause, promise, cut, how,
                stall_method, id; `sizes` may be a list.
        """
        pairs = [("header", f"{name}: {value}") for name, value in headers]
        if isinstance(body, str):
            body = body.encode()
        if body is not None:
            pairs.append(("body64", base64.b64encode(body).decode()))
        for name, value in options.items():
            text = ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
            pairs.append((name, text))
        return f"{self.page}/respond?{urlencode(pairs, encoding='latin-1')}"
