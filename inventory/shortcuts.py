"""Does in less time what functions of resotocore do, with the same results.

Resotocore resolves a model in a time that grows with the square of the number of kinds, looks a
property up by trying all of them, and parses a text anew each time that it is asked. `install` puts
what is here in the place of those functions; `tests/inventory/shortcut_worker.py` compares both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import lru_cache, partial
from types import SimpleNamespace
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import yaml
from aiohttp_swagger3 import swagger_file
from resotocore.model import transform_kind_convert
from resotocore.model.model import (
    AnyKind,
    ArrayKind,
    ComplexKind,
    Kind,
    Model,
    Property,
    PropertyPath,
    ResolvedPropertyPath,
)
from resotocore.query import query_parser

T = TypeVar("T")
Kinds = dict[str, Kind]
_KIND = re.compile(r"([A-Za-z][A-Za-z0-9_.]*)((?:\[\])*)")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_REMEMBERED, _LONG = 1024, 2000  # texts; the number of characters from which on they are not


def install() -> None:
    """Replace the functions of resotocore."""
    resolve, kind_of = ComplexKind.resolve, Property.resolve
    _put(ComplexKind, resolve=lambda kind, model: resolve(kind, _View.of(model, kind.fqn)))
    _put(Property, resolve=lambda prop, model: _kind_of(prop.kind, model) or kind_of(prop, model))
    _put(Model, property_by_path=_property_by_path)
    _put(PropertyPath, from_string=staticmethod(_remembering(PropertyPath.from_string)))
    parser: Any = query_parser.query_parser
    _put(parser, parse=_remembering(parser.parse))
    from_utc = transform_kind_convert.from_utc
    _put(transform_kind_convert, from_utc=partial(_moment, otherwise=from_utc))
    if yaml.__with_libyaml__:
        load = partial(yaml.load, Loader=yaml.CSafeLoader)
        _put(swagger_file, yaml=SimpleNamespace(safe_load=load))


def _put(owner: Any, **functions: Any) -> None:
    for name, function in functions.items():
        setattr(owner, name, function)


class _View:
    """All kinds by name, and as `values` only those that name a certain kind as a successor.

    Nothing else is looked for when a kind is resolved.
    """

    _last: tuple[Kinds, int, dict[str, dict[str, Kind]]] = ({}, 0, {})

    def __init__(self, kinds: Kinds, before: Iterable[Kind]) -> None:
        self.kinds = kinds
        self._before = before

    @classmethod
    def of(cls, model: Kinds | _View, name: str) -> _View:
        kinds = model.kinds if isinstance(model, _View) else model
        last, size, before = cls._last
        if last is not kinds or size != len(kinds):
            before = _predecessors(kinds)
            cls._last = (kinds, len(kinds), before)
        return cls(kinds, before.get(name, {}).values())

    def __contains__(self, name: str) -> bool:
        return name in self.kinds

    def __getitem__(self, name: str) -> Kind:
        return self.kinds[name]

    def get(self, name: str) -> Kind | None:
        return self.kinds.get(name)

    def values(self) -> Iterable[Kind]:
        return self._before


def _predecessors(kinds: Kinds) -> dict[str, dict[str, Kind]]:
    """For each kind those that name it as a successor, in order."""
    found: dict[str, dict[str, Kind]] = {}
    for kind in kinds.values():
        if isinstance(kind, ComplexKind):
            for names in kind.successor_kinds.values():
                for name in names or ():
                    found.setdefault(name, {})[kind.fqn] = kind
    return found


def _kind_of(name: str, model: Kinds | _View) -> Kind | None:
    """The kind that is written as a name, or as lists of it; None for other forms."""
    form = _KIND.fullmatch(name)
    kind = model.get(form[1]) if form else None
    if kind and form and form[2]:
        return ArrayKind.mk_array(kind, len(form[2]) // 2)
    return kind


class _Paths:
    """The properties of a model by path; paths may have holes that fit anything."""

    def __init__(self, properties: list[ResolvedPropertyPath]) -> None:
        self._plain: dict[tuple[Any, ...], tuple[int, ResolvedPropertyPath]] = {}
        self._holes: dict[int, list[tuple[int, ResolvedPropertyPath]]] = {}
        for at, each in enumerate(properties):
            path = tuple(each.path.path)
            if None in path:
                self._holes.setdefault(len(path), []).append((at, each))
            else:
                self._plain.setdefault(path, (at, each))

    def find(self, path: PropertyPath) -> ResolvedPropertyPath | None:
        """The first one that fits."""
        plain = self._plain.get(tuple(path.path))
        for at, each in self._holes.get(len(path.path), ()):
            if plain and plain[0] < at:
                break
            if each.path.same_as(path):
                return each
        return plain[1] if plain else None


_paths: WeakKeyDictionary[Model, _Paths] = WeakKeyDictionary()


def _property_by_path(model: Any, name: str | list[str]) -> ResolvedPropertyPath:
    path = PropertyPath.from_string(name) if isinstance(name, str) else PropertyPath.from_list(name)
    if model not in _paths:
        _paths[model] = _Paths(model._Model__property_kind_by_path)
    found = _paths[model].find(path)
    return found or ResolvedPropertyPath(path, Property.any_prop(), AnyKind())


def _remembering(parse: Callable[[str], T]) -> Callable[[str], T]:
    """The same function of a text; what it makes of short ones must not be changed."""
    short = lru_cache(_REMEMBERED)(parse)
    return lambda text: short(text) if len(text) < _LONG else parse(text)


def _moment(text: str, otherwise: Callable[[str], datetime]) -> datetime:
    return datetime.fromisoformat(text) if _MOMENT.fullmatch(text) else otherwise(text)
