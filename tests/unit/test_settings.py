"""Merging, timeouts, proxies, netrc: decisions on values alone."""

from __future__ import annotations

import os
import sys
import warnings
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import requests

from pyfetch_requests import PreparedRequest, _warn
from pyfetch_requests._nouns import netrc_logins
from pyfetch_requests._nouns import proxies as _proxies
from pyfetch_requests._nouns import settings as _settings
from pyfetch_requests._transports import runtime
from pyfetch_requests.exceptions import (
    BrowserLimitError,
    FetchOptionError,
    ProxyError,
    RequestException,
    RequestsWarning,
)


@pytest.mark.parametrize(
    ("request_", "session", "merged"),
    [
        (None, None, None),
        (1, None, 1),
        (None, 2, 2),
        (1, 2, 1),
        ({"a": 1}, {"b": 2}, {"a": 1, "b": 2}),
        ({"a": None, "c": 3}, {"a": 1, "b": None}, {"c": 3}),
        ("text", {"a": 1}, "text"),
        ({"a": 1}, ("u", "p"), {"a": 1}),
        ({}, {"a": 1}, {"a": 1}),
    ],
)
def test_merge(request_: Any, session: Any, merged: Any) -> None:
    assert _settings.merge(request_, session) == merged


def test_merge_leaves_the_session_alone() -> None:
    session = {"a": 1}
    _settings.merge({"a": None}, session)
    assert session == {"a": 1}


def test_headers_are_merged_in_any_case() -> None:
    merged = _settings.merge_headers({"accept": None, "X": "1"}, {"Accept": "a", "x": "0"})
    assert dict(merged) == {"X": "1"}
    assert _settings.merge_headers(None, None) == {}


@pytest.mark.parametrize(
    ("request_", "session", "merged"),
    [
        (None, {"response": [1]}, {"response": [1]}),
        ({"response": []}, {"response": [1]}, {"response": [1]}),
        ({"response": [2]}, {"response": []}, {"response": [2]}),
        ({"response": [2]}, {"response": [1]}, {"response": [2]}),
        ({"response": [2]}, None, {"response": [2]}),
    ],
)
def test_merge_hooks(request_: Any, session: Any, merged: Any) -> None:
    assert _settings.merge_hooks(request_, session) == merged


class Urllib3Timeout:
    connect_timeout = 1
    read_timeout = 2


@pytest.mark.parametrize(
    ("timeout", "parsed"),
    [
        (None, (None, None)),
        (3, (3, 3)),
        (Fraction(3), (3, 3)),
        ((1, 2), (3, 2)),
        ((None, None), (None, None)),
        (Urllib3Timeout(), (3, 2)),
        ((float("inf"), 1), (1, 1)),
        ((None, 0.1), (0.1, 0.1)),
        ((1, None), (None, None)),
    ],
)
def test_timeout(timeout: Any, parsed: Any) -> None:
    assert _settings.parse_timeout(timeout) == parsed


@pytest.mark.parametrize(
    ("timeout", "message"),
    [
        (0, "timeout timeout to 0.*less than or equal to 0"),
        ((0, 1), "connect timeout to 0"),
        ((1, -1), "read timeout to -1"),
        (float("nan"), "timeout to nan"),
        ((1,), r"\(connect, read\)"),
        ("3", "must be an int, float or None"),
        (b"3", "must be an int, float or None"),
        (False, "must be an int, float or None"),
        ([1, 2], "must be an int, float or None"),
    ],
)
def test_timeout_that_is_none(timeout: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        _settings.parse_timeout(timeout)


@pytest.mark.parametrize("name", _settings._FETCH_VALUES)
def test_fetch_options(name: str) -> None:
    for value in _settings._FETCH_VALUES[name]:
        assert _settings.check_fetch_options({name: value}) == {name: value}
    assert _settings.check_fetch_options({name: None}) == {}
    with pytest.raises(FetchOptionError, match=f"{name}='x' is not known to fetch: use "):
        _settings.check_fetch_options({name: "x"})


def test_warns_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_warn, "_warned", set())
    with warnings.catch_warnings(record=True, action="always") as caught:
        for key in ("a", "b", "a"):
            _warn.warn_once(key, f"about {key}")
    assert [str(warning.message) for warning in caught] == ["about a", "about b"]
    assert all(warning.category is RequestsWarning for warning in caught)


@pytest.mark.parametrize(
    ("url", "no_proxy", "bypassed"),
    [
        ("https://a.example/", None, False),
        ("https://a.example/", "", False),
        ("https://a.example/", "a.example", True),
        ("https://a.example/", "example", True),
        ("https://a.example/", ".example, b", True),
        ("https://a.example/", "b.example", False),
        ("https://xa.example/", "a.example", False),
        ("https://a.example:8080/", "a.example:8080", True),
        ("https://a.example/", "a.example:8080", False),
        ("https://a.example/", "*", True),
        ("http://10.1.2.3/", "10.0.0.0/8", True),
        ("http://11.1.2.3/", "10.0.0.0/8", False),
        ("http://10.1.2.3/", "10.1.2.3", True),
        ("http://10.1.2.3/", "no/network", False),
        ("file:///x", "", True),
    ],
)
def test_no_proxy(url: str, no_proxy: str | None, bypassed: bool) -> None:
    assert _proxies.should_bypass(url, no_proxy) is bypassed


@pytest.mark.parametrize(
    ("url", "proxies", "proxy"),
    [
        ("http://a/", None, None),
        ("http://a/", {"http": "1"}, "1"),
        ("http://a/", {"https": "1"}, None),
        ("http://a/", {"http": "1", "http://a": "2"}, "2"),
        ("http://a/", {"all": "1"}, "1"),
        ("http://a/", {"all": "1", "all://a": "2"}, "2"),
        ("http://a/", {"all://a": "1", "http": "2"}, "2"),
        ("file:///x", {"file": "1"}, "1"),
        ("file:///x", {"all": "1"}, "1"),
    ],
)
def test_select_proxy(url: str, proxies: Any, proxy: str | None) -> None:
    assert _proxies.select_proxy(url, proxies) == proxy


@pytest.mark.parametrize(
    "proxy",
    [
        "http:/name:3128",
        "http://:8080",
        "https://",
        "http:///h:1",
        "h:1",
        "http://[::1",
        "h",
        "//h",
    ],
)
def test_malformed_proxy_is_refused_as_by_requests(proxy: str) -> None:
    proxies = {"http": proxy}
    with pytest.raises(requests.RequestException) as expected:
        requests.get("http://127.0.0.1:1/", proxies=proxies)
    with pytest.raises(RequestException) as caught:
        _proxies.refuse_proxy("http://127.0.0.1:1/", proxies, PreparedRequest())
    assert type(caught.value).__name__ == type(expected.value).__name__


def test_proxy_is_refused() -> None:
    request = PreparedRequest()
    _proxies.refuse_proxy("http://a/", {"https": "p"}, request)
    with pytest.raises(ProxyError, match="browser or system") as caught:
        _proxies.refuse_proxy("http://a/", {"http": "http://u:secret@p"}, request)
    assert caught.value.request is request
    assert "secret" not in str(caught.value)


class TestEnvironment:
    @pytest.fixture(autouse=True)
    def clean(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
            monkeypatch.delenv(name)

    def test_none(self) -> None:
        assert _proxies.environment_proxies("https://a/") == {}

    def test_proxies(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HTTPS_PROXY", "1")
        monkeypatch.setenv("all_proxy", "2")
        assert _proxies.environment_proxies("https://a/") == {"https": "1", "all": "2"}
        monkeypatch.setenv("https_proxy", "3")
        assert _proxies.environment_proxies("https://a/")["https"] == "3"
        monkeypatch.setenv("NO_PROXY", "a")
        assert _proxies.environment_proxies("https://a/") == {}
        assert _proxies.environment_proxies("https://a/", "b") != {}


class TestVariables:
    def test_in_either_case_as_soon_as_it_is_set(self, monkeypatch: pytest.MonkeyPatch) -> None:
        names = ("PYFETCH_TEST_ONE", "PYFETCH_TEST_TWO")
        assert not runtime.has_variable(names)
        monkeypatch.setenv("pyfetch_test_two", "")
        assert runtime.has_variable(names)
        monkeypatch.delenv("pyfetch_test_two")
        assert not runtime.has_variable(names)


class TestNetrc:
    def write(self, path: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
        path.write_text(text)
        path.chmod(0o600)
        monkeypatch.setenv("NETRC", str(path))

    @pytest.mark.parametrize(
        ("text", "auth"),
        [
            ("machine a login u password p", ("u", "p")),
            ("machine a account c password p", ("c", "p")),
            ("machine b login u password p", None),
            ("default login u password p", ("u", "p")),
            ("nonsense", None),
        ],
    )
    def test_file(
        self, tmp_path: Path, text: str, auth: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.write(tmp_path / "netrc", text, monkeypatch)
        assert netrc_logins.netrc_auth("https://a:1/x") == auth

    def test_no_file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("NETRC", str(tmp_path / "none"))
        assert netrc_logins.netrc_auth("https://a/") is None

    @pytest.mark.skipif(sys.platform == "emscripten", reason="a browser has no home folder")
    @pytest.mark.parametrize("name", [".netrc", "_netrc"])
    def test_home(self, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("NETRC", raising=False)
        monkeypatch.setenv("HOME", str(tmp_path))
        (tmp_path / name).write_text("machine a login u password p")
        (tmp_path / name).chmod(0o600)
        assert netrc_logins.netrc_auth("https://a/") == ("u", "p")

    def test_an_empty_name_is_no_file(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HOME", str(tmp_path))
        (tmp_path / ".netrc").write_text("machine a login u password p")
        monkeypatch.setenv("NETRC", "")
        assert netrc_logins.netrc_auth("https://a/") is None

    def test_browser_has_no_home(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("NETRC", raising=False)
        monkeypatch.setenv("HOME", str(tmp_path))
        (tmp_path / ".netrc").write_text("machine a login u password p")
        monkeypatch.setattr(runtime, "IN_PYODIDE", True)
        assert netrc_logins.netrc_auth("https://a/") is None

    def test_broken_file_may_be_an_error(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        import netrc

        self.write(tmp_path / "netrc", "nonsense", monkeypatch)
        with pytest.raises(netrc.NetrcParseError):
            netrc_logins.netrc_auth("https://a/", raise_errors=True)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_body_where_fetch_takes_none(method: str) -> None:
    _settings.check_method(method, None, "https://x.test/")
    with pytest.raises(BrowserLimitError, match=f"body with {method}: use params="):
        _settings.check_method(method, b"", "https://x.test/")


@pytest.mark.parametrize("method", ["CONNECT", "TRACE", "TRACK"])
def test_method_that_fetch_refuses(method: str) -> None:
    with pytest.raises(BrowserLimitError, match=f"does not send {method}"):
        _settings.check_method(method, None, "https://x.test/")


@pytest.mark.parametrize("method", ["", "A B", "A\nB", "\u00e9", "GET "])
def test_method_that_is_no_token(method: str) -> None:
    with pytest.raises(BrowserLimitError, match="cannot send the method"):
        _settings.check_method(method, None, "https://x.test/")


@pytest.mark.parametrize("method", ["POST", "DELETE", "OPTIONS", "QUERY"])
def test_body_where_fetch_takes_one(method: str) -> None:
    _settings.check_method(method, b"x", "https://x.test/")
