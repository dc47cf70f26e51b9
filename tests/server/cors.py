"""CORS options in the path: /cors/OPTIONS/rest answers as /rest, with the CORS headers chosen.

OPTIONS is a query string in percent-encoding, see `Cors`, or "-" for none. Without the prefix no
answer has CORS headers, so that the browser refuses it to every other origin.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from urllib.parse import parse_qsl, unquote

from .wire import BadRequestError, Headers, Request

PREFIX = "/cors/"


@dataclass(frozen=True)
class Cors:
    """What the server allows other origins.

    Attributes:
        allow: Value of Access-Control-Allow-Origin: "*", "origin" for the requesting one, or a
            fixed one; empty for no header at all.
        credentials: "true" to send Access-Control-Allow-Credentials.
        expose: Value of Access-Control-Expose-Headers; empty for none.
        methods: Value of Access-Control-Allow-Methods in the preflight's answer.
        headers: Value of Access-Control-Allow-Headers; "asked" repeats what was requested.
        preflight: Status of the preflight's answer; with 400 and above it has no CORS headers.
        max_age: Value of Access-Control-Max-Age; preflights are not cached by default.
    """

    allow: str = "origin"
    credentials: str = ""
    expose: str = ""
    methods: str = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
    headers: str = "asked"
    preflight: str = "204"
    max_age: str = "0"

    def response_headers(self, request: Request) -> Headers:
        """For every answer."""
        origin = request.header("Origin") or ""
        pairs = [
            ("Access-Control-Allow-Origin", origin if self.allow == "origin" else self.allow),
            ("Access-Control-Allow-Credentials", self.credentials),
            ("Access-Control-Expose-Headers", self.expose),
        ]
        return [("Vary", "Origin"), *((name, value) for name, value in pairs if value)]

    def preflight_headers(self, request: Request) -> Headers:
        """For the answer to a preflight, in addition."""
        asked = request.header("Access-Control-Request-Headers") or ""
        pairs = [
            ("Access-Control-Allow-Methods", self.methods),
            ("Access-Control-Allow-Headers", asked if self.headers == "asked" else self.headers),
            ("Access-Control-Max-Age", self.max_age),
        ]
        return [(name, value) for name, value in pairs if value]


def is_preflight(request: Request) -> bool:
    return request.method == "OPTIONS" and bool(request.header("Access-Control-Request-Method"))


def split_prefix(path: str) -> tuple[Cors | None, str]:
    """The options in a path, and the path without them."""
    if not path.startswith(PREFIX):
        return None, path
    options, _, rest = path.removeprefix(PREFIX).partition("/")
    pairs = [] if options == "-" else parse_qsl(unquote(options), keep_blank_values=True)
    chosen = dict(pairs)
    unknown = chosen.keys() - {field.name for field in fields(Cors)}
    if unknown:
        raise BadRequestError(f"unknown CORS options: {sorted(unknown)}")
    return Cors(**chosen), f"/{rest}"
