"""Removal of secrets from exchanges: logins, cookies, and fields that the user names.

Decides what a secret is. Never writes a file, and never changes what is really sent.

A secret is found by its name. Once its value is known, it is removed everywhere else as well:
servers repeat what they were sent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from urllib.parse import quote, quote_plus, unquote_plus

from .._json_depth import refuse_deep
from .._wire import WireRequest, WireResponse
from .exchanges import Chunk, Exchange, Failure

HIDDEN = "hidden"
_LOGINS = ("authorization", "proxy-authorization")
_USERINFO = re.compile(r"(://)[^/?#@\s\"']+@")
_ESCAPE = re.compile("%[0-9A-F]{2}")
# Characters. A shorter value, such as "1" or "admin", may occur elsewhere with another meaning.
_SHORTEST = 8

Pairs = list[tuple[str, str]]


class Secrets:
    """Removes secrets.

    Args:
        names: of headers, URL parameters and fields in bodies (JSON, forms, multipart), in any
            case. Authorization and cookies are always hidden.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._names = {name.lower() for name in ([names] if isinstance(names, str) else names)}
        self._known: set[str] = set()
        # "items[key]" may be in a URL as it is, or as "items%5Bkey%5D".
        written = {re.escape(each) for name in self._names for each in (name, quote(name, ""))}
        # Also behind "#", where a login may be handed over, and behind the ";" of "&amp;".
        pattern = rf"([?&#;](?:{'|'.join(sorted(written))})=)([^&#\s\"'<>\\]*)"
        self._in_urls = re.compile(pattern, re.IGNORECASE) if written else None

    def hide_all(self, exchanges: Iterable[Exchange]) -> list[Exchange]:
        """Return exchanges without the secrets of any of them."""
        found = [self._hide(exchange) for exchange in exchanges]
        # Twice: a value may become known by a later exchange, such as a token by a login.
        return [self._hide(exchange) for exchange in found]

    def hide_request(self, request: WireRequest) -> WireRequest:
        """Return a request without its secrets."""
        return self.hide_all([Exchange(request)])[0].request

    def _hide(self, exchange: Exchange) -> Exchange:
        request = exchange.request
        headers = self._headers(request.headers)
        body = request.body
        if isinstance(body, bytes):
            headers, body = self._with_body(headers, body)
        request = request._replace(url=self._text(request.url), headers=headers, body=body)
        failure = exchange.failure
        if failure is not None:
            failure = Failure(failure.kind, self._text(failure.message))
        response, chunks = exchange.response, exchange.chunks
        if response is not None:
            response, chunks = self._response(response, exchange)
        return Exchange(request, response, chunks, exchange.is_whole, failure)

    def _response(
        self, response: WireResponse, exchange: Exchange
    ) -> tuple[WireResponse, list[Chunk]]:
        headers, content = self._with_body(self._headers(response.headers), exchange.content)
        chunks = exchange.chunks
        if content != exchange.content:
            # A secret may span two chunks, so they become one, after the sum of their waits.
            after = [chunk.after for chunk in chunks if chunk.after is not None]
            chunks = [Chunk(content, sum(after) if after else None)]
        return response._replace(headers=headers, url=self._text(response.url)), chunks

    def _headers(self, pairs: Iterable[tuple[str, str]]) -> Pairs:
        return [(name, self._text(self._header(name.lower(), value))) for name, value in pairs]

    def _header(self, name: str, value: str) -> str:
        if name in ("cookie", "set-cookie"):
            return self._cookies(value, only_first=name == "set-cookie")
        if name in _LOGINS:
            # The scheme stays: Basic or Bearer is worth knowing, and no secret.
            scheme, space, rest = value.partition(" ")
            self._remember(rest if space else scheme)
            return f"{scheme} {HIDDEN}" if space else HIDDEN
        if name in self._names:
            self._remember(value)
            return HIDDEN
        return value

    def _cookies(self, text: str, only_first: bool) -> str:
        """Hide the values of cookies; the attributes of a Set-Cookie stay."""
        parts = text.split(";")
        for number, part in enumerate(parts[:1] if only_first else parts):
            name, equals, value = part.partition("=")
            self._remember(value)
            parts[number] = f"{name}={HIDDEN}" if equals else HIDDEN
        return ";".join(parts)

    def _with_body(self, headers: Pairs, body: bytes) -> tuple[Pairs, bytes]:
        """Hide what is in a body, and correct its Content-Length if it was right before."""
        kind = next((value for name, value in headers if name.lower() == "content-type"), "")
        hidden = self._body(body, kind)
        if hidden == body:
            return headers, body
        # Of a compressed body it was the length on the wire, which says nothing of these bytes.
        was, now = str(len(body)), str(len(hidden))
        return [
            (name, now if name.lower() == "content-length" and value == was else value)
            for name, value in headers
        ], hidden

    def _body(self, body: bytes, kind: str) -> bytes:
        hidden = body
        if self._names and body:
            if "boundary=" in kind:
                hidden = self._multipart(body, kind.partition("boundary=")[2])
            elif kind.startswith("application/x-www-form-urlencoded"):
                hidden = self._form(body)
            else:
                hidden = self._json(body)
            # Latin-1 keeps every byte.
            hidden = self._parameters(hidden.decode("latin-1")).encode("latin-1")
        for value in self._values():
            for written in _spellings(value):
                hidden = hidden.replace(written.encode(), HIDDEN.encode())
        return hidden

    def _parameters(self, text: str) -> str:
        """Hide the parameters of URLs in a text."""

        def hide(match: re.Match[str]) -> str:
            self._remember(match[2])
            self._remember(unquote_plus(match[2]))
            return match[1] + HIDDEN

        return self._in_urls.sub(hide, text) if self._in_urls is not None else text

    def _form(self, body: bytes) -> bytes:
        # Latin-1 keeps every byte. Not parse_qsl: what is not hidden must stay as it was written.
        pairs = body.decode("latin-1").split("&")
        for number, pair in enumerate(pairs):
            name, equals, value = pair.partition("=")
            if equals and unquote_plus(name).lower() in self._names:
                self._remember(unquote_plus(value))
                pairs[number] = f"{name}={HIDDEN}"
        return "&".join(pairs).encode("latin-1")

    def _multipart(self, body: bytes, boundary: str) -> bytes:
        mark = b"--" + boundary.partition(";")[0].strip('" ').encode()
        parts = body.split(mark)
        for number, part in enumerate(parts):
            head, blank, content = part.partition(b"\r\n\r\n")
            # After a space or ";", or it would be the end of `filename="`.
            named = re.search(rb'[; ]name="((?:[^"\\]|\\.)*)"', head)
            if blank and named and named[1].decode("utf-8", "replace").lower() in self._names:
                self._remember(content.removesuffix(b"\r\n").decode("utf-8", "replace"))
                parts[number] = head + blank + HIDDEN.encode() + b"\r\n"
        return mark.join(parts)

    def _json(self, body: bytes) -> bytes:
        """Hide in JSON: in the whole of it, line by line, or in the data of events."""
        if _is_json(body):
            return self._json_value(body)
        lines = []
        for line in body.splitlines(keepends=True):
            mark = b"data:" if line.startswith(b"data:") else b""  # of an event stream
            lines.append(mark + self._json_value(line.removeprefix(mark)))
        return b"".join(lines)

    def _json_value(self, piece: bytes) -> bytes:
        found = False

        def hide(pairs: list[tuple[str, object]]) -> dict[str, object]:
            nonlocal found
            value = dict(pairs)
            # Not of `value`: a name may stand twice, and then both of its values are secrets.
            for name, secret in pairs:
                if name.lower() in self._names:
                    found, value[name] = True, HIDDEN
                    self._remember(secret)
            return value

        # Untouched unless there is a secret in it: written anew, 1.0 and 1e0 would become the same.
        read: Callable[..., object] = json.loads
        refuse_deep(piece)
        try:
            value = read(piece, object_pairs_hook=hide)
        except ValueError:
            return piece
        if not found:
            return piece
        compact = b'": ' not in piece  # written as it was, for a small diff
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":") if compact else None)
        return text.encode() + piece[len(piece.rstrip()) :]

    def _text(self, text: str) -> str:
        """Hide what is in a text, such as a URL or the message of an exception."""
        text = self._parameters(text)
        text = _USERINFO.sub(rf"\g<1>{HIDDEN}@", text)
        for value in self._values():
            for written in _spellings(value):
                text = text.replace(written, HIDDEN)
        return text

    def _values(self) -> list[str]:
        # The longest first: one may be part of another.
        return sorted(self._known, key=len, reverse=True)

    def _remember(self, value: object) -> None:
        if isinstance(value, str) and len(value.strip()) >= _SHORTEST:
            self._known.add(value.strip())


def _spellings(value: str) -> set[str]:
    """Return how a value is written: as it is, as JSON escapes it, and as a form or a URL does."""
    plain = {value, json.dumps(value)[1:-1]}
    quoted = {quote(value, ""), quote_plus(value)}
    # JSON may escape "/" as well, and the digits of a percent escape may be in lower case.
    plain |= {text.replace("/", r"\/") for text in plain}
    return plain | quoted | {_ESCAPE.sub(lambda match: match[0].lower(), each) for each in quoted}


def _is_json(body: bytes) -> bool:
    refuse_deep(body)
    try:
        json.loads(body)
    except ValueError:
        return False
    return True
