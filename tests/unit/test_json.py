"""JSON: Python's meaning by default, other decoders where they are asked for."""

from __future__ import annotations

import gc
import json
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from pyfetch_requests._nouns import json_values as _json
from pyfetch_requests._text import decoders
from pyfetch_requests.exceptions import JSONDecodeError


def decode(content: bytes, encoding: str | None = None, decoder: Any = "python", **kw: Any) -> Any:
    return _json.decode(content, encoding, decoder, kw)


@pytest.mark.parametrize(
    "text",
    [
        '{"a": [1, 1.0, -0.0, 1e3, 9007199254740993, null, true], "\u00fc": "\\ud83d\\ude00"}',
        '{"b": 1, "a": 2, "b": 3}',
        "[NaN, Infinity, -Infinity]",
        '"a\u20ac"',
        " 1 ",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32-le"])
def test_value_is_that_of_the_standard_library(text: str, encoding: str) -> None:
    expected = json.loads(text)
    assert repr(decode(text.encode(encoding))) == repr(expected)
    assert repr(decode(text.encode(encoding), encoding)) == repr(expected)


def test_encoding_of_the_headers_goes_first() -> None:
    assert decode('"\u00fc"'.encode("latin-1"), "latin-1") == "\u00fc"


def test_bytes_that_are_no_utf() -> None:
    assert decode(b'"abc\xff"', "utf-8") == "abc\ufffd"
    with pytest.raises(JSONDecodeError):
        decode(b"\xff\xff\xff\xff\xff")


@pytest.mark.parametrize("size", [10, 1 << 17])
@pytest.mark.parametrize("enabled", [True, False])
def test_collector_is_left_as_it_was(size: int, enabled: bool) -> None:
    before = gc.isenabled()
    try:
        (gc.enable if enabled else gc.disable)()
        assert decode(json.dumps("x" * size).encode()) == "x" * size
        assert gc.isenabled() is enabled
        with pytest.raises(JSONDecodeError):
            decode(b"[" + b" " * size)
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if before else gc.disable)()


def test_error_tells_where() -> None:
    with pytest.raises(JSONDecodeError) as caught:
        decode(b'{"a": }')
    assert (caught.value.pos, caught.value.lineno, caught.value.doc) == (6, 1, '{"a": }')
    assert isinstance(caught.value.__cause__, json.JSONDecodeError)


def library(name: str, monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Stand-ins: these libraries are not needed by anything else here."""
    calls: list[bytes] = []

    def loads(content: bytes) -> Any:
        calls.append(content)
        return json.loads(content)

    module = SimpleNamespace(loads=loads, json=SimpleNamespace(decode=loads))
    monkeypatch.setitem(sys.modules, name, module)
    return calls


@pytest.mark.parametrize("name", ["msgspec", "orjson"])
def test_libraries(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = library(name, monkeypatch)
    assert decode(b"[1]", None, name) == [1]
    assert calls == [b"[1]"]
    with pytest.raises(JSONDecodeError) as caught:
        decode(b"[1", None, name)
    assert caught.value.pos == 2


@pytest.mark.parametrize("name", ["msgspec", "orjson"])
def test_library_that_is_not_there(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ImportError, match=name):
        decode(b"[1]", None, name)


def test_callable() -> None:
    assert decode(b"abc", None, bytes.upper) == b"ABC"


def test_unknown_decoder() -> None:
    with pytest.raises(ValueError, match="'yaml': use") as caught:
        decode(b"1", None, "yaml")
    assert not isinstance(caught.value, JSONDecodeError)


def test_arguments_are_those_of_loads() -> None:
    assert decode(b"[1.5]", parse_float=str) == ["1.5"]
    with pytest.raises(TypeError, match="no further arguments"):
        decode(b"[1]", None, bytes.upper, parse_float=str)


@pytest.mark.parametrize(
    ("content", "encoding", "text"),
    [
        (b"", None, ""),
        (b"a\xff", "utf-8", "a\ufffd"),
        ("\u00fc".encode(), "klingon", "\u00fc"),
        ("\u00fc\u20ac".encode(), None, "\u00fc\u20ac"),
    ],
)
def test_text(
    content: bytes, encoding: str | None, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "charset_normalizer", None)  # it guesses short texts badly
    assert _json.decode_text(content, encoding) == text


def test_text_that_no_guess_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoders, "detect_encoding", lambda data: None)
    assert _json.decode_text(b"a\xff", None) == "a\ufffd"


def test_zeros_that_are_no_utf() -> None:
    with pytest.raises(JSONDecodeError):
        decode(b"\0\0\0\0[]")


@pytest.mark.parametrize("size", [10, 1 << 17])
def test_collector_rests_for_large_values_of_any_decoder(size: int) -> None:
    before = gc.isenabled()
    gc.enable()
    try:
        running = _json.decode(b" " * size, None, lambda content: gc.isenabled(), {})
        assert running is (size == 10)
        with pytest.raises(ZeroDivisionError):
            _json.decode(b" " * size, None, lambda content: 1 / 0, {})
        assert gc.isenabled()
    finally:
        (gc.enable if before else gc.disable)()
