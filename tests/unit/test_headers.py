"""Header fields, in and out."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from pyfetch_requests._nouns.status_codes import LookupDict
from pyfetch_requests._text import field_lists
from pyfetch_requests._text import headers as _headers
from pyfetch_requests._text.structures import CaseInsensitiveDict
from pyfetch_requests.exceptions import InvalidHeader


@pytest.mark.parametrize(
    ("name", "value"),
    [("X-A", "b"), (b"X-A", b"b"), ("X-A", ""), ("X-A", "ü \t;"), ("X-A", b"\xff"), ("x y", "z")],
)
def test_good_header(name: Any, value: Any) -> None:
    checked = _headers.check_header(name, value)
    assert all(isinstance(part, str) for part in checked)
    assert checked[1] == (value.decode("latin-1") if isinstance(value, bytes) else value)


BREAKS = ["\r", "\n", "\r\n", "\0", "\r\nX: 1", "\n\n"]


@pytest.mark.parametrize("poison", BREAKS)
@pytest.mark.parametrize("place", ["{}a", "a{}", "a{}b", "{}"])
@pytest.mark.parametrize("kind", [str, str.encode])
def test_break_or_nul_anywhere(poison: str, place: str, kind: Any) -> None:
    text = kind(place.format(poison))
    with pytest.raises(InvalidHeader):
        _headers.check_header("X-A", text)
    with pytest.raises(InvalidHeader):
        _headers.check_header(text, "b")


def test_message_names_the_header_and_hides_the_value() -> None:
    with pytest.raises(InvalidHeader, match="'X-Key'") as caught:
        _headers.check_header("X-Key", "secret\n")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("part", ["name", "value"])
def test_type_is_named(part: str) -> None:
    pair: dict[str, Any] = {"name": "X", "value": "y", part: 5}
    with pytest.raises(InvalidHeader, match="not int"):
        _headers.check_header(**pair)


def test_latin_1() -> None:
    _headers.check_sendable("X-!#$%&'*+.^_`|~9", "ÿ")
    with pytest.raises(InvalidHeader, match="'€'"):
        _headers.check_sendable("X-A", "a€")


@pytest.mark.parametrize("name", ["X Y", "X-é", "€", "X(1)", "X/", "X@", "X\t", "X=", '"X"', ""])
def test_names_are_tokens(name: str) -> None:
    with pytest.raises(InvalidHeader, match="Header name"):
        _headers.check_sendable(name, "a")


@pytest.mark.parametrize(
    ("name", "forbidden"),
    [
        ("Cookie", True),
        ("HOST", True),
        ("sec-fetch-mode", True),
        ("Proxy-Authorization", True),
        ("Authorization", False),
        ("X-Sec-A", False),
        ("User-Agent", False),
    ],
)
def test_forbidden(name: str, forbidden: bool) -> None:
    assert _headers.is_forbidden(name) is forbidden


def test_repeated_fields_are_joined() -> None:
    headers = _headers.join_headers([("A", "1"), ("b", "2"), ("a", "3")])
    assert headers == {"a": "1, 3", "B": "2"}
    assert list(headers) == ["A", "b"]


@pytest.mark.parametrize(
    ("value", "kind", "params"),
    [
        ("text/html", "text/html", {}),
        ("text/html; charset=utf-8", "text/html", {"charset": "utf-8"}),
        ("a/b;X=' y ';z=\"w\" ; flag", "a/b", {"x": "y", "z": "w"}),
        ("a/b;;", "a/b", {}),
        ("", "", {}),
    ],
)
def test_content_type(value: str, kind: str, params: dict[str, str]) -> None:
    found, found_params = _headers.parse_content_type(value)
    assert found == kind
    assert {name: text or "" for name, text in found_params.items()} == {
        name: found_params[name] if text == "" else text for name, text in params.items()
    }
    assert found_params.keys() == params.keys()


@pytest.mark.parametrize(
    ("value", "encoding"),
    [
        (None, None),
        ("", None),
        ("text/html", "ISO-8859-1"),
        ("text/html; charset=UTF-8", "UTF-8"),
        ("text/html; charset='utf-8'", "utf-8"),
        ("application/json", "utf-8"),
        ("application/json; charset=latin-1", "latin-1"),
        ("application/octet-stream", None),
    ],
)
def test_encoding(value: str | None, encoding: str | None) -> None:
    headers = {} if value is None else {"content-type": value}
    assert _headers.encoding_from_headers(headers) == encoding


@pytest.mark.parametrize(
    ("value", "links"),
    [
        ("", []),
        ("<a>; rel=next", [{"url": "a", "rel": "next"}]),
        (
            "<a,b>; rel=\"x\"; type='y', <c>",
            [{"url": "a,b", "rel": "x", "type": "y"}, {"url": "c"}],
        ),
        ("<a>; broken; rel=next", [{"url": "a"}]),
    ],
)
def test_links(value: str, links: list[dict[str, str]]) -> None:
    assert field_lists.parse_links(value) == links


def test_dict() -> None:
    assert field_lists.parse_dict('a="b, c", d=e, f, g="", =h, realm="x\\"y"') == {
        "a": "b, c",
        "d": "e",
        "f": None,
        "g": "",
        "realm": 'x"y',
    }


class TestCaseInsensitiveDict:
    def test_lookup(self) -> None:
        headers = CaseInsensitiveDict({"Content-Type": "a"}, ETag="b")
        assert headers["content-TYPE"] == "a"
        assert headers.get("etag") == "b"
        assert "CONTENT-type" in headers
        no_name: Any = 5
        assert no_name not in headers
        assert list(headers) == ["Content-Type", "ETag"]
        del headers["etag"]
        assert len(headers) == 1
        with pytest.raises(KeyError):
            headers["etag"]

    def test_last_name_is_shown(self) -> None:
        headers = CaseInsensitiveDict([("A", "1"), ("b", "2")])
        headers["a"] = "3"
        assert list(headers.items()) == [("a", "3"), ("b", "2")]
        assert list(headers.lower_items()) == [("a", "3"), ("b", "2")]

    def test_equality(self) -> None:
        headers = CaseInsensitiveDict(A="1")
        assert headers == {"a": "1"}
        assert headers == CaseInsensitiveDict(a="1")
        assert headers != {"a": "2"}
        assert headers != [("a", "1")]
        with pytest.raises(TypeError):
            hash(headers)

    def test_copy(self) -> None:
        headers = CaseInsensitiveDict(A="1")
        twin = headers.copy()
        twin["b"] = "2"
        assert headers == {"a": "1"}
        assert repr(twin) == "{'A': '1', 'b': '2'}"


class TestLookupDict:
    def test_lookup(self) -> None:
        codes = LookupDict("status_codes")
        codes.ok = 200  # type: ignore[attr-defined]
        assert codes["ok"] == codes.get("ok") == codes.ok == 200
        assert codes["none"] is None
        assert codes.get("none", 1) == 1
        assert repr(codes) == "<lookup 'status_codes'>"


def test_status_codes() -> None:
    from pyfetch_requests import codes

    assert codes.ok == codes.OK == codes["okay"] == codes["\\o/"] == codes["✓"] == 200
    assert codes.not_found == codes.NOT_FOUND == codes["-o-"] == 404
    assert codes.teapot == codes.im_a_teapot == 418
    assert codes["nothing_of_the_kind"] is None


def test_values_of_a_received_field() -> None:
    headers = _headers.join_headers([("A", "1"), ("a", "2")])
    assert headers.getlist("A") == ["1, 2"]
    assert headers.getlist("b") == []


class TestHeadersThatAreNotThere:
    """As in requests a KeyError; where the browser may have hidden the header it says so."""

    @staticmethod
    def notes(name: str, kind: str) -> str:
        headers = _headers.join_headers([("X-Shown", "1")], kind)
        with pytest.raises(KeyError) as caught:
            headers[name]
        assert caught.value.args == (name.lower(),)
        assert name not in headers
        assert headers.get(name) is None
        assert headers.get(name, "none") == "none"
        assert headers["x-shown"] == "1"
        return "".join(getattr(caught.value, "__notes__", []))

    def test_hidden(self) -> None:
        note = self.notes("X-Total-Count", "cors")
        assert "may have been sent, and hidden" in note
        assert "'Access-Control-Expose-Headers: X-Total-Count'" in note

    @pytest.mark.parametrize("kind", ["basic", "cors", "opaque"])
    def test_cookie(self, kind: str) -> None:
        note = self.notes("Set-Cookie", kind)
        assert "keeps cookies itself" in note
        assert "Access-Control-Expose-Headers" not in note

    @pytest.mark.parametrize("name", ["Content-Type", "cache-control", "PRAGMA", "Last-Modified"])
    def test_never_hidden(self, name: str) -> None:
        assert self.notes(name, "cors") == ""

    @pytest.mark.parametrize("name", ["X-Total-Count", "Set-Cookie"])
    def test_where_all_are_shown(self, name: str) -> None:
        assert self.notes(name, "default") == ""
        assert name == "Set-Cookie" or self.notes(name, "basic") == ""

    def test_opaque(self) -> None:
        assert "mode='no-cors'" in self.notes("Content-Type", "opaque")

    def test_copies(self) -> None:
        headers = _headers.join_headers([("A", "1")], "cors")
        for twin in (copy.copy(headers), copy.deepcopy(headers), headers.copy()):
            with pytest.raises(KeyError):
                twin["b"]
            assert twin["a"] == "1"
