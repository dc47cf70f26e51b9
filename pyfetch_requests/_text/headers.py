"""Header fields: which may be sent, and what a received one means. Pure.

Source: RFC 9110 section 5 (fields), WHATWG Fetch (forbidden request-headers).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, TypeVar

from ..exceptions import InvalidHeader, short_traceback
from .structures import CaseInsensitiveDict

D = TypeVar("D")

TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_NAME_OF = itemgetter(0)
# Strings, compiled when first used: most headers are plain, and `re.compile` delays the import.
# The rules are those of requests: no line break, no white space in front, no colon in a name.
_NAME = r"[^:\s][^:\r\n]*"
_VALUE = r"\S[^\r\n]*|"
# Bytes are checked as bytes: in str, \s also matches U+0085 and U+00A0, which Latin-1 may contain.
_NAME_BYTES = _NAME.encode()
_VALUE_BYTES = _VALUE.encode()
# Source: WHATWG Fetch, forbidden request-header. A browser silently ignores script that sets them.
_FORBIDDEN = frozenset(
    """
    accept-charset accept-encoding access-control-request-headers access-control-request-method
    access-control-request-private-network connection content-length cookie cookie2 date dnt
    expect host keep-alive origin referer set-cookie te trailer transfer-encoding upgrade via
    """.split()
)


def check_header(name: str | bytes, value: str | bytes) -> tuple[str, str]:
    """Return a header as (name, value), both str, or refuse it.

    Raises:
        InvalidHeader: a line break (header injection), a NUL, leading white space, a name with
            a colon, a character outside Latin-1, or a type other than str or bytes.
    """
    # Nearly every header, without a regular expression.
    if type(name) is type(value) is str and name and ":" not in name:
        both = name + value  # one call of each method instead of two
        if both.isascii() and both.isprintable() and name[0] != " " and value[:1] != " ":
            return name, value
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
        # requests sends a NUL; RFC 9110 section 5.5 calls it dangerous, and no browser takes it.
        if not valid or "\0" in text:
            # The value may be a secret, so the message does not show it.
            shown = repr(text) if kind == "name" else f"of {name!r}"
            raise InvalidHeader(
                f"Invalid leading whitespace, reserved character(s), or return character(s) "
                f"in header {kind} {shown}"
            )
        pair.append(text)
    return pair[0], pair[1]


def check_sendable(name: str, value: str) -> None:
    """Refuse a header that cannot be sent.

    Raises:
        InvalidHeader: a name that is not a token (RFC 9110 section 5.1), which no browser sends, or
            a value with a character outside Latin-1 (Web IDL, ByteString).
    """
    # Checked when sending, not in `check_header`: requests prepares such names without complaint.
    if not (name.isascii() and name.replace("-", "").isalnum()) and not re.fullmatch(TOKEN, name):
        raise InvalidHeader(
            f"Header name {name!r} cannot be sent: browsers take only ASCII letters, digits and "
            "!#$%&'*+-.^_`|~"
        )
    if value.isascii():
        return
    try:
        value.encode("latin-1")
    except UnicodeEncodeError as error:
        raise InvalidHeader(
            f"Header {name!r} contains {value[error.start]!r}, which is outside Latin-1: "
            "encode the value yourself, and pass bytes"
        ) from error


@lru_cache(256)
def is_forbidden(name: str) -> bool:
    """Tell whether a browser refuses this request header from script."""
    # Not here: X-HTTP-Method and its like, which the standard forbids with some values only.
    lower = name.lower()
    return lower in _FORBIDDEN or lower.startswith(("proxy-", "sec-"))


# What is asked of each response. JavaScript takes these out of many headers much faster than it
# makes a text of all.
COMMON = (
    "cache-control", "content-encoding", "content-length", "content-type", "etag", "expires",
    "last-modified", "location", "set-cookie",
)  # fmt: skip
_IS_COMMON = frozenset(COMMON)


class HeaderLines(Collection[tuple[str, str]]):
    """The (name, value) pairs of a text, which is taken apart when all of them are asked for.

    Args:
        text: a line break, and for each header "name:value" and a line break; the names are in
            small letters, as `fetch` gives them.
        headers: what has all of them, if the text has those of `COMMON` only; else None.
        text_of: returns the text of `headers`.
    """

    __slots__ = ("_headers", "_pairs", "_text", "_text_of")

    def __init__(
        self, text: str, headers: object = None, text_of: Callable[[object], str] = str
    ) -> None:
        self._text = text
        self._headers = headers
        self._text_of = text_of
        self._pairs: list[tuple[str, str]] | None = None

    def _complete(self) -> None:
        if self._headers is not None:
            self._text = self._text_of(self._headers)
            self._headers = None

    def __reduce__(self) -> tuple[type[HeaderLines], tuple[str]]:
        self._complete()
        return type(self), (self._text,)

    def pairs(self) -> list[tuple[str, str]]:
        """List all of them."""
        if self._pairs is None:
            self._complete()
            lines = self._text[1:-1].split("\n") if len(self._text) > 1 else ()
            parts = [line.partition(":") for line in lines]
            self._pairs = [(name, value) for name, _, value in parts]
        return self._pairs

    def value(self, lower: str) -> str | None:
        """Return the value of a name in small letters, None where there is no such header."""
        if lower not in _IS_COMMON:
            if ":" in lower or "\n" in lower:
                return None  # it would be found across a name and its value
            self._complete()
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
    """The headers of a response, with the `getlist` of urllib3's `raw.headers`."""

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
        """Return the values of a field: one, because repeated fields are joined, or none."""
        return [self[name]] if name in self else []


def _joined(pairs: Collection[tuple[str, str]]) -> dict[str, tuple[str, str]]:
    # Without a Python frame for each header: that is some microseconds for twenty of them.
    store = dict(zip(map(str.lower, map(_NAME_OF, pairs)), pairs, strict=True))
    if len(store) == len(pairs):
        return store  # so it is with fetch, which joins repeated fields itself
    # RFC 9110 section 5.2; Set-Cookie does not survive this, and is read from the pairs.
    store = {}
    for name, value in pairs:
        first = store.get(name.lower())
        pair = (name, value) if first is None else (first[0], f"{first[1]}, {value}")
        store[name.lower()] = pair
    return store


class SameOriginHeaders(ReceivedHeaders):
    """The headers of a response from the page's own origin: all but cookies."""

    # WHATWG Fetch: basic filtered response.

    __slots__ = ()
    _kind = "basic"

    @short_traceback
    def __getitem__(self, key: str) -> str:
        try:
            return super().__getitem__(key)
        except KeyError as error:
            from .hidden_headers import reason

            # A note, not a message: code that prints or compares the KeyError gets requests' own.
            if note := reason(self._kind, key):
                error.add_note(note)
            raise


class CrossOriginHeaders(SameOriginHeaders):
    """The headers of a response from another origin: only those that its server exposes."""

    # WHATWG Fetch: CORS filtered response.

    __slots__ = ()
    _kind = "cors"


class OpaqueHeaders(SameOriginHeaders):
    """The headers of a response that may not be read: none."""

    __slots__ = ()
    _kind = "opaque"


_BY_KIND = {
    "basic": SameOriginHeaders, "cors": CrossOriginHeaders, "opaque": OpaqueHeaders,
}  # fmt: skip


def join_headers(pairs: Collection[tuple[str, str]], kind: str = "default") -> ReceivedHeaders:
    """Make a mapping of (name, value) pairs; repeated fields are joined with a comma.

    Args:
        pairs: in order of arrival.
        kind: fetch's type of the response, by which the browser hid some of them.
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
    """Return the charset of a response's text, None if the headers do not tell.

    As in requests: text without a charset is Latin-1, JSON is UTF-8.
    """
    # RFC 2616 section 3.7.1, although RFC 7231 dropped that; RFC 8259 section 8.1.
    value = headers.get("content-type")
    return _encoding_of(value) if value else None


@lru_cache(64)  # an API sends few different Content-Types
def _encoding_of(value: str) -> str | None:
    kind, params = parse_content_type(value)
    if "charset" in params:
        return params["charset"].strip("'\"")
    if "text" in kind:  # anywhere in it, as in requests: also in application/x-text
        return "ISO-8859-1"
    return "utf-8" if "application/json" in kind else None
