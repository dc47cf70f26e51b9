"""Types of what the package is given, for type checkers only: nothing imports this at run time.

A class costs a first request its compiled code, also below `if TYPE_CHECKING`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Never, Protocol, TypeAlias, TypedDict, TypeVar

from .._wire import BytesLike

# Any, as in requests: whoever reads `response.json()["items"]` knows the shape of the value, and
# a checker does not.
JsonValue: TypeAlias = Any

# A setting of a request or session, and what a decoder reads.
Setting = TypeVar("Setting")
Source = TypeVar("Source", str, bytes)
K_co = TypeVar("K_co", covariant=True)
V_co = TypeVar("V_co", covariant=True)


class Items(Protocol[K_co, V_co]):
    """A mapping, as far as its items go; unlike Mapping it is covariant in its keys."""

    def items(self) -> Iterable[tuple[K_co, V_co]]: ...


class Readable(Protocol):
    """A file that is open for reading, in bytes or text."""

    def read(self, size: int, /) -> BytesLike | str: ...


class DecoderOptions(TypedDict, total=False):
    """The keywords of `json.JSONDecoder`, which are those of `json.loads`, too."""

    object_hook: Callable[[dict[str, JsonValue]], object] | None
    parse_float: Callable[[str], object] | None
    parse_int: Callable[[str], object] | None
    parse_constant: Callable[[str], object] | None
    object_pairs_hook: Callable[[list[tuple[str, JsonValue]]], object] | None


class Scanner(Protocol):
    """A `json.JSONDecoder` with the attribute that its types leave out."""

    # It raises TypeError for bytes.
    @property
    def scan_once(self) -> Callable[[str | bytes, int], tuple[object, int]]: ...


class TakesOptions(Protocol):
    """`json.loads`, or another decoder that is called without any options."""

    def __call__(self, source: str | bytes, /, **kwargs: object) -> object: ...


class Stage(Protocol):
    """A parser in a row of them: it takes what the one before it returns."""

    # Never, because each takes something else: bytes, str, or events.
    def feed(self, chunk: Never, /) -> Iterable[object]: ...
    def flush(self) -> Iterable[object]: ...


class LinkedStage(Protocol):
    """A stage whose place in the row guarantees what it is given."""

    def feed(self, chunk: object, /) -> Iterable[object]: ...
    def flush(self) -> Iterable[object]: ...


class LimitPair(Protocol):
    """A Timeout of urllib3, as far as it is read here."""

    connect_timeout: object
    read_timeout: object


class CookieFields(TypedDict):
    """What `http.cookiejar` has to be told of a cookie."""

    version: int | None
    name: str
    value: str | None
    port: str | None
    port_specified: bool
    domain: str
    domain_specified: bool
    domain_initial_dot: bool
    path: str
    path_specified: bool
    secure: bool
    expires: int | None
    discard: bool
    comment: str | None
    comment_url: str | None
    rest: dict[str, str]
    rfc2109: bool
