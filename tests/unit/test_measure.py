"""tools/measure.py counts what it says it counts."""

from __future__ import annotations

import dataclasses
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]

SMALL = '''
"""A docstring is no code."""
from typing import Any, TypeAlias, overload
from elsewhere import _hidden, shown
from . import _module

Open: TypeAlias = Any
Table: TypeAlias = dict[str, Any]

# A reason.
# Its second line.
number: int = 1  # noqa: X


class Thing:
    """Said."""

    def method(self, other: "Thing", value: Open) -> int:  # type: ignore[no-any-return]
        """Said."""
        self._own = super()._own = other._foreign
        return getattr(
            other, "x"
        )

    def _private(self, table: Table) -> None: ...

    @overload
    def many(self, x: str) -> str: ...
    @overload
    def many(self, x: int) -> int: ...
    def many(self, x): return x


def unsaid(): return hasattr(number, "y") or thing.setattr(1)
'''


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("measure", ROOT / "tools" / "measure.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["measure"] = module  # where a dataclass looks its annotations up
    spec.loader.exec_module(module)
    return module


measure = load()


def test_a_small_package() -> None:
    measures = measure.measure({"a.py": SMALL, "b.py": ""})
    code = 19
    lengths = [5, 1, 1, 1]
    # number; other, value and what method returns; table and None; two each of two overloads
    expected = {
        "any_share": 100 * 1 / 10,
        "function_mean": sum(lengths) / len(lengths),
        "function_longest": 5,
        "file_longest": code,
        "comments": 100 * 2 / code,
        "by_name": 1000 * 2 / code,
        "foreign_private": 1000 * 2 / code,
        "ignores": 1,
        "documented": 100 * 2 / 4,
    }
    assert dataclasses.asdict(measures) == pytest.approx(expected)


def test_nothing_is_measured_without_dividing_by_it() -> None:
    assert set(dataclasses.asdict(measure.measure({"a.py": ""})).values()) == {0}


def test_any_in_strings_and_under_other_names() -> None:
    source = (
        "import typing as t\nX = t.Any\ndef f(a: 'list[t.Any]', b: X, c: t.Literal['a b']): ..."
    )
    assert measure.measure({"a.py": source}).any_share == pytest.approx(200 / 3)


def test_the_package_itself() -> None:
    sources = measure.own_sources()
    assert {"__init__.py", "_wire.py", "_flow/exchange.py"} <= sources.keys()
    measures = measure.measure(sources)
    assert measure.missed(measures) == []
    assert measures.documented >= 95
    assert any(
        row.startswith("| annotations with `Any` |")
        for row in measure.table({"pyfetch_requests": measures}).splitlines()
    )


def test_what_misses_a_goal_is_named() -> None:
    good = measure.Measures(5, 6, 40, 300, 8, 6, 3, 6, 50)
    assert measure.missed(good) == []
    assert measure.missed(dataclasses.replace(good, comments=15)) == []
    bad = dataclasses.replace(good, any_share=31.6, comments=7.9, ignores=7)
    assert measure.missed(bad) == [
        "annotations with `Any`: 32 %, wanted: ≤ 6 %",
        "comments for 100 lines: 7.9, wanted: 8 to 15",
        "`type: ignore`: 7, wanted: ≤ 6",
    ]
    assert len(measure.missed(dataclasses.replace(good, comments=15.1))) == 1


def test_the_table_has_each_goal() -> None:
    rows = measure.table({"a": measure.Measures(5, 6, 40, 300, 8, 6, 3, 6, 50)}).splitlines()
    goals = {row.split(" | ")[0].strip("| "): row.split(" | ")[-1].strip("| ") for row in rows[2:]}
    assert goals["annotations with `Any`"] == "≤ 6 %"
    assert goals["comments for 100 lines"] == "8 to 15"
    assert goals["documented public names"] == ""


def test_the_table_goes_between_its_markers() -> None:
    page = f"before {measure.BEGIN} old {measure.END} after"
    assert measure.with_table(page, "new") == (f"before {measure.BEGIN}\nnew\n{measure.END} after")
    with pytest.raises(ValueError, match="to write the table between"):
        measure.with_table("no markers", "new")
    assert measure.BEGIN in measure.PAGE.read_text()
