"""Mappings for headers and status codes, and the tests of what a caller's value is. Pure."""

from __future__ import annotations

from collections.abc import (
    Awaitable,
    Coroutine,
    ItemsView,
    Iterable,
    Iterator,
    Mapping,
    MutableMapping,
)
from typing import TYPE_CHECKING, Generic, TypeGuard, TypeVar, overload

if TYPE_CHECKING:
    from http.cookiejar import CookieJar

    from .for_checkers import Items, Readable

V = TypeVar("V")
D = TypeVar("D")


class _Items(ItemsView[str, V]):
    """The items of a `CaseInsensitiveDict`, which stores them as pairs already."""

    _mapping: CaseInsensitiveDict[V]

    # ItemsView would look up each key again, in lower case.

    def __iter__(self) -> Iterator[tuple[str, V]]:
        return iter(self._mapping._store.values())


class CaseInsensitiveDict(MutableMapping[str, V], Generic[V]):
    """A mapping whose keys are found in any case, and shown in the case they were last set in.

    Source: RFC 9110 section 5.1 (field names are case-insensitive).
    """

    __slots__ = ("__weakref__", "_store")

    def __init__(
        self, data: Mapping[str, V] | Iterable[tuple[str, V]] | None = None, **kwargs: V
    ) -> None:
        self._store: dict[str, tuple[str, V]] = {}
        # Not by `isinstance`, which is a call of Python for an abstract class.
        if type(data) is CaseInsensitiveDict:
            self._store.update(data._store)  # each request copies headers: no call for each of them
        elif data:
            self.update(data)
        if kwargs:
            self.update(**kwargs)

    def __setitem__(self, key: str, value: V) -> None:
        self._store[key.lower()] = (key, value)

    def __getitem__(self, key: str) -> V:
        return self._store[key.lower()][1]

    def __delitem__(self, key: str) -> None:
        del self._store[key.lower()]

    # Mapping implements `in` and `get` by __getitem__ and a KeyError, which is slower.
    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and key.lower() in self._store

    @overload
    def get(self, key: str, default: None = None) -> V | None: ...
    @overload
    def get(self, key: str, default: V) -> V: ...
    @overload
    def get(self, key: str, default: D) -> V | D: ...
    def get(self, key: str, default: object = None) -> object:
        """Return the value of a key, `default` where there is none."""
        pair = self._store.get(key.lower())
        return default if pair is None else pair[1]

    def items(self) -> ItemsView[str, V]:
        """Return a view of (key, value)."""
        return _Items(self)

    def __iter__(self) -> Iterator[str]:
        return (key for key, _ in self._store.values())

    def __len__(self) -> int:
        return len(self._store)

    def lower_items(self) -> Iterator[tuple[str, V]]:
        """Yield (key in lower case, value)."""
        return ((lower, value) for lower, (_, value) in self._store.items())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Mapping):
            return NotImplemented
        return dict(self.lower_items()) == dict(CaseInsensitiveDict[object](other).lower_items())

    __hash__ = None  # type: ignore[assignment]  # mutable, and equal in any case

    def copy(self) -> CaseInsensitiveDict[V]:
        """Return a shallow copy."""
        return CaseInsensitiveDict(self)

    def __repr__(self) -> str:
        return str(dict(self.items()))


def pairs_of(mapping: Mapping[str, V]) -> Iterable[tuple[str, V]]:
    """Return the items of a mapping: in one call if it is ours."""
    return mapping._store.values() if type(mapping) is CaseInsensitiveDict else mapping.items()


def is_cookie_jar(cookies: object) -> TypeGuard[CookieJar]:
    """Tell whether this is a cookie jar, without importing `http.cookiejar`, which is large."""
    return hasattr(cookies, "add_cookie_header")


def is_file(value: object) -> TypeGuard[Readable]:
    """Tell whether this is a file object, or can be read like one."""
    return hasattr(value, "read")


def has_items(value: object) -> TypeGuard[Items[object, object]]:
    """Tell whether this is a mapping, or gives pairs like one."""
    return hasattr(value, "items")


def close_unawaited(value: object) -> bool:
    """Tell whether something is to be awaited; a coroutine is closed, or Python would warn."""
    if not isinstance(value, Awaitable):
        return False
    if isinstance(value, Coroutine):
        value.close()
    return True


def attributes(of: object, names: Iterable[str]) -> dict[str, object]:
    """Return the named attributes of an object, for pickling; None for missing ones."""
    return {name: getattr(of, name, None) for name in names}


def set_attributes(of: object, values: Mapping[str, object]) -> None:
    """Set the attributes that `attributes` returned."""
    for name, value in values.items():
        setattr(of, name, value)


def is_missing(value: object) -> bool:
    """Tell whether a value means "not given": None, or JavaScript's null."""
    # Up to Pyodide 0.27 null is None, from 0.28 on a value of its own. Its type is compared by name
    # because only the transports import Pyodide.
    return value is None or type(value).__name__ == "JsNull"
