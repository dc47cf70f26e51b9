"""Header fields: what may be sent, and what a received one means. Pure functions.

Source: RFC 9110 section 5 (fields), WHATWG Fetch (forbidden request-headers).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, TypeVar

from ..exceptions import InvalidHeader, short_traceback
from .structures import CaseInsensitiveDict

D = TypeVar("D")

TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_NAME_OF = itemgetter(0)
# Text, compiled when it is first used: most headers are plain.
_NAME = r"[^:\s][^:\r\n]*"
_VALUE = r"\S[^\r\n]*|"
# Bytes are decoded after the check, because text has more white space than bytes have.
_NAME_BYTES = _NAME.encode()
_VALUE_BYTES = _VALUE.encode()
# A browser writes these itself; script that sets them is ignored without a word.
_FORBIDDEN = frozenset(
    """
    accept-charset accept-encoding access-control-request-headers access-control-request-method
    access-control-request-private-network connection content-length cookie cookie2 date dnt
    expect host keep-alive origin referer set-cookie te trailer transfer-encoding upgrade via
    """.split()
)

# Source: WHATWG Fetch, CORS-safelisted response-header names.
_SAFELISTED = frozenset(
    """
    cache-control content-language content-length content-type expires last-modified pragma
    """.split()
)
_NOT_EXPOSED = (
    "The answer came from another origin, and a browser shows a page only those of its headers "
    "that the server exposes: {name} may have been sent, and hidden. To show it the server has to "
    "send 'Access-Control-Expose-Headers: {name}' as well."
)
_KEPT = (
    "A browser never shows Set-Cookie to a program, whatever the server exposes: it keeps cookies "
    "itself, and sends them by its own rules (credentials=)."
)
OPAQUE = (
    "The answer may not be read: it is opaque (mode='no-cors'), and the browser hides its status, "
    "headers and body from this page. Leave mode= out for an answer that can be read; its server "
    "then has to allow it (CORS)."
)


def check_header(name: str | bytes, value: str | bytes) -> tuple[str, str]:
    """Return a header as (name, value) in text, or refuse it.

    Raises:
        InvalidHeader: a line break (header injection), a NUL, leading white space, a name with
            a colon, a character outside Latin-1, or a type other than str or bytes.
    """
    if type(name) is type(value) is str and name and ":" not in name and _are_plain(name, value):
        return name, value  # nearly every header there is, without a look at each character
    pair = []
    for part, kind, of_text, of_bytes in (
        (name, "name", _NAME, _NAME_BYTES),
        (value, "value", _VALUE, _VALUE_BYTES),
    ):
        if not isinstance(part, (str, bytes)):
            raise InvalidHeader(
                f"Header {kind} {part!r} of {name!r} must be of type str or bytes, "
                f"not {type(part).__name__}"
            )
        text = part.decode("latin-1") if isinstance(part, bytes) else part
        valid = (
            re.fullmatch(of_bytes, part) if isinstance(part, bytes) else re.fullmatch(of_text, part)
        )
        if not valid or "\0" in text:
            # The value itself may be a secret, and is not shown.
            shown = repr(text) if kind == "name" else f"of {name!r}"
            raise InvalidHeader(
                f"Invalid leading whitespace, reserved character(s), or return character(s) "
                f"in header {kind} {shown}"
            )
        pair.append(text)
    return pair[0], pair[1]


def _are_plain(name: str, value: str) -> bool:
    both = name + value
    return both.isascii() and both.isprintable() and name[0] != " " and value[:1] != " "


def check_sendable(name: str, value: str) -> None:
    """Refuse a header that has no place on the wire.

    Raises:
        InvalidHeader: a name that is no token (RFC 9110 section 5.1), which no browser sends, or
            a value with a character outside Latin-1 (WHATWG Fetch, ByteString).
    """
    if not (name.isascii() and name.replace("-", "").isalnum()) and not re.fullmatch(TOKEN, name):
        raise InvalidHeader(
            f"Header name {name!r}: a browser takes letters and digits of ASCII, and "
            "!#$%&'*+-.^_`|~ only"
        )
    if value.isascii():
        return
    try:
        value.encode("latin-1")
    except UnicodeEncodeError as error:
        raise InvalidHeader(
            f"Header {name!r} holds {value[error.start]!r}, which is outside Latin-1: "
            "encode the value yourself, and pass bytes"
        ) from error


@lru_cache(256)
def is_forbidden(name: str) -> bool:
    """Tell whether a browser refuses this request header from script."""
    lower = name.lower()
    return lower in _FORBIDDEN or lower.startswith(("proxy-", "sec-"))


class HeaderLines(Collection[tuple[str, str]]):
    """The (name, value) pairs of a text, which is taken apart when somebody looks at all of them.

    Args:
        text: a line break, and for each header "name:value" and a line break; the names are in
            small letters, as `fetch` gives them.
    """

    __slots__ = ("_pairs", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._pairs: list[tuple[str, str]] | None = None

    def pairs(self) -> list[tuple[str, str]]:
        """List all of them."""
        if self._pairs is None:
            lines = self._text[1:-1].split("\n") if len(self._text) > 1 else ()
            parts = [line.partition(":") for line in lines]
            self._pairs = [(name, value) for name, _, value in parts]
        return self._pairs

    def value(self, lower: str) -> str | None:
        """Return the value of a name in small letters, None where there is no such header."""
        if ":" in lower or "\n" in lower:
            return None  # it would be found across a name and its value
        start = self._text.find(f"\n{lower}:")
        if start < 0:
            return None
        if lower == "set-cookie":  # the only one that is repeated
            return ", ".join([value for name, value in self.pairs() if name == lower])
        start += len(lower) + 2
        return self._text[start : self._text.index("\n", start)]

    def __contains__(self, pair: object) -> bool:
        return pair in self.pairs()

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.pairs())

    def __len__(self) -> int:
        return len(self.pairs())


class ReceivedHeaders(CaseInsensitiveDict[str]):
    """The headers of a response, with a method of urllib3's by which code reads `raw.headers`."""

    __slots__ = ("_lines",)

    def __init__(self, data: Mapping[str, str] | Iterable[tuple[str, str]] = ()) -> None:
        # What the mapping is to be made of; None when it is there.
        self._lines: HeaderLines | None = None
        self._store = {}
        if data:
            self.update(data)

    def receive(self, pairs: Collection[tuple[str, str]]) -> None:
        """Take (name, value) pairs in order of arrival; repeated fields are joined with a comma."""
        if type(pairs) is HeaderLines:
            self._lines = pairs
            del self._store  # made when it is asked for: see `__getattr__`
        else:
            self._store = _joined(pairs)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> object:
            """Make of the lines a mapping, which few programs look at."""
            if name != "_store":
                raise AttributeError(name)
            store = self._store = _joined(self._lines.pairs())
            self._lines = None
            return store

    def get(self, key: str, default: D | None = None) -> str | D | None:  # type: ignore[override]
        """Return the value of a key, `default` where there is none."""
        if self._lines is None:
            return super().get(key, default)
        value = self._lines.value(key.lower())
        return default if value is None else value

    def __contains__(self, key: object) -> bool:
        if self._lines is None:
            return super().__contains__(key)
        return isinstance(key, str) and self._lines.value(key.lower()) is not None

    def __reduce__(self) -> tuple[type[ReceivedHeaders], tuple[dict[str, str]]]:
        return type(self), (dict(self.items()),)

    def getlist(self, name: str) -> list[str]:
        """List the values of a field: one, as repeated fields are joined, or none."""
        return [self[name]] if name in self else []


def _joined(pairs: Collection[tuple[str, str]]) -> dict[str, tuple[str, str]]:
    # This way a response with twenty headers is made some microseconds faster.
    store = dict(zip(map(str.lower, map(_NAME_OF, pairs)), pairs, strict=True))
    if len(store) == len(pairs):
        return store  # what fetch gives, which has joined them already
    store = {}
    for name, value in pairs:
        first = store.get(name.lower())
        pair = (name, value) if first is None else (first[0], f"{first[1]}, {value}")
        store[name.lower()] = pair
    return store


class OwnHeaders(ReceivedHeaders):
    """The headers of the page's own origin, of which a browser hides the cookies."""

    __slots__ = ()

    @short_traceback
    def __getitem__(self, key: str) -> str:
        try:
            return super().__getitem__(key)
        except KeyError as error:
            if note := self._note(key.lower()):
                error.add_note(note.format(name=key))
            raise

    def _note(self, lower: str) -> str:
        return _KEPT if lower == "set-cookie" else ""


class FilteredHeaders(OwnHeaders):
    """The headers of which the browser shows what the server exposes to other origins."""

    __slots__ = ()

    def _note(self, lower: str) -> str:
        return super()._note(lower) or ("" if lower in _SAFELISTED else _NOT_EXPOSED)


class OpaqueHeaders(OwnHeaders):
    """The headers of an answer that may not be read: none."""

    __slots__ = ()

    def _note(self, lower: str) -> str:
        return super()._note(lower) or OPAQUE


_BY_KIND = {
    "basic": OwnHeaders, "cors": FilteredHeaders, "opaque": OpaqueHeaders,
}  # fmt: skip


def join_headers(pairs: Collection[tuple[str, str]], kind: str = "default") -> ReceivedHeaders:
    """Make a mapping of (name, value) pairs; repeated fields are joined with a comma.

    Args:
        pairs: in order of arrival.
        kind: fetch's type of a response, by which a browser has hidden some of them.
    """
    headers = _BY_KIND.get(kind, ReceivedHeaders)()
    headers.receive(pairs)
    return headers


def parse_content_type(value: str) -> tuple[str, dict[str, str]]:
    """Split "text/html; charset=utf-8" into the type and its parameters, names in lower case."""
    kind, *rest = value.split(";")
    params = {}
    for part in filter(None, map(str.strip, rest)):
        name, equals, text = part.partition("=")
        if equals:
            params[name.strip("\"' ").lower()] = text.strip("\"' ")
    return kind.strip(), params


def encoding_from_headers(headers: Mapping[str, str]) -> str | None:
    """Return the charset of a response's text, None where the headers do not tell.

    Source: requests; text without a charset is Latin-1 (RFC 2616), JSON is UTF-8 (RFC 8259).
    """
    value = headers.get("content-type")
    return _encoding_of(value) if value else None


@lru_cache(64)
def _encoding_of(value: str) -> str | None:
    kind, params = parse_content_type(value)
    if "charset" in params:
        return params["charset"].strip("'\"")
    if "text" in kind:
        return "ISO-8859-1"
    return "utf-8" if "application/json" in kind else None
