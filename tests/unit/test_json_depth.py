"""How deeply JSON is nested, told without parsing it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfetch_requests import _json_depth
from pyfetch_requests._json_depth import DEEPEST, depth, refuse_deep

KEYS = st.text(st.sampled_from('[]{}"\\ aé'), max_size=6)
VALUES = st.recursive(
    KEYS | st.none() | st.integers(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=60,
)


def levels(value: object) -> int:
    if not isinstance(value, (list, dict)):
        return 0
    members = value.values() if isinstance(value, dict) else value
    return 1 + max(map(levels, members), default=0)


def chain(count: int, inner: str = "1") -> str:
    opened = ["[", '{"]": '] * (count // 2) + ["["] * (count % 2)
    closed = ["]", "}"] * (count // 2) + ["]"] * (count % 2)
    return "".join(opened) + inner + "".join(reversed(closed))


@pytest.fixture(autouse=True)
def as_in_pyodide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_json_depth, "_IN_PYODIDE", True)


@given(value=VALUES, ascii_only=st.booleans(), more=st.integers(0, 60))
def test_depth_is_never_less(value: object, ascii_only: bool, more: int) -> None:
    text = chain(more, json.dumps(value, ensure_ascii=ascii_only))
    real, found = levels(value) + more, depth(text.encode())
    assert real <= found <= 2 * real
    assert found == real or found <= 40


@given(value=VALUES, cut=st.integers(0, 200))
def test_depth_of_a_text_that_is_cut_off(value: object, cut: int) -> None:
    text = json.dumps(value, ensure_ascii=False).encode()
    opened = most = 0
    in_string = escaped = False
    for byte in text[:cut]:
        if in_string:
            in_string = escaped or byte != ord('"')
            escaped = not escaped and byte == ord("\\")
        else:
            in_string = byte == ord('"')
            opened += (byte in b"[{") - (byte in b"]}")
            most = max(most, opened)
    assert depth(text[:cut]) >= most


@pytest.mark.parametrize("inner", ["1", f'"{"]" * 99_999}"', f"[{', '.join('1' * 50_000)}]"])
def test_a_text_that_is_too_deep_is_refused(inner: str) -> None:
    more = inner.count("[")
    allowed, deep = chain(DEEPEST - more, inner), chain(DEEPEST + 9 - more, inner)
    refuse_deep(allowed)
    refuse_deep(allowed.encode())
    for text in (deep, deep.encode()):
        with pytest.raises(RecursionError, match=f"nested {DEEPEST + 9} levels"):
            refuse_deep(text)


def test_what_never_closes_is_refused() -> None:
    for text in ("[" * 2000, '{"a":' * 100_000, f'[{{"a": "{"x" * 90}", "b": ' * 5000):
        with pytest.raises(RecursionError):
            refuse_deep(text)


def test_slow_growth_is_noticed_in_a_long_text() -> None:
    comment = f'{{"author": "{"a" * 40}", "text": "{"t" * 900}", "replies": ['
    with pytest.raises(RecursionError):
        refuse_deep(comment * 800 + "]}" * 800)
    refuse_deep(json.dumps([{"author": "a", "replies": [[["b"]]]}] * 50_000))


def test_elsewhere_python_refuses_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_json_depth, "_IN_PYODIDE", False)
    refuse_deep("[" * 9999)
