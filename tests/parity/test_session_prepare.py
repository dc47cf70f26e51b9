"""What a session adds to a request: the same as requests' session does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from requests.utils import select_proxy

from .corpus import Case, parametrize
from .corpus.auth import add_header
from .corpus.cookies import cookie, jar
from .corpus.headers import first, second
from .differences import compare
from .libraries import BLOCKING, ORACLE
from .outcome import attempt, of_prepared

# What the session has, and what the request has.
PAIRS: dict[str, list[tuple[dict[str, Any], dict[str, Any]]]] = {
    "headers": [
        ({"headers": {"A": "1"}}, {}),
        ({"headers": {"A": "1"}}, {"headers": {"B": "2"}}),
        ({"headers": {"A": "1"}}, {"headers": {"a": "2"}}),
        ({"headers": {"A": "1", "B": "2", "C": "3"}}, {"headers": {"b": "4", "A": "5"}}),
        ({"headers": {"A": "1", "B": "2"}}, {"headers": {"A": None}}),
        ({"headers": {"A": "1", "B": "2"}}, {"headers": {"a": None}}),
        ({"headers": {"A": None, "B": "2"}}, {}),
        ({"headers": {"A": None, "B": "2"}}, {"headers": {"A": "1"}}),
        ({"headers": {}}, {"headers": {"A": "1"}}),
        ({"headers": None}, {"headers": {"A": "1"}}),
        ({"headers": None}, {}),
        ({"headers": {"A": b"1"}}, {"headers": {b"a": "2"}}),
        ({"headers": {"A": "1"}}, {"headers": [("B", "2")]}),
        ({"headers": [("A", "1")]}, {}),
        ({"headers": {"A": "1"}}, {"headers": "text"}),
        ({"headers": {"A": 1}}, {}),
        ({"headers": {"Content-Type": "a/b"}}, {"data": {"c": "d"}}),
        ({"headers": {"Content-Type": "a/b"}}, {"json": {}, "headers": {"Content-Type": None}}),
        ({"headers": {"Authorization": "mine"}}, {"auth": ("a", "b")}),
        ({"headers": {"Cookie": "a=b"}}, {"cookies": {"c": "d"}}),
    ],
    "params": [
        ({"params": {"a": "1"}}, {}),
        ({"params": {"a": "1"}}, {"params": {"b": "2"}}),
        ({"params": {"a": "1", "b": "2"}}, {"params": {"a": "3"}}),
        ({"params": {"a": "1", "b": "2"}}, {"params": {"a": None}}),
        ({"params": {"a": None}}, {"params": {"b": "2"}}),
        ({"params": {"a": None}}, {}),
        ({"params": {"a": ["1", "2"]}}, {"params": {"a": ["3"]}}),
        ({"params": {"a": "1"}}, {"params": [("b", "2")]}),
        ({"params": {"a": "1"}}, {"params": "b=2"}),
        ({"params": [("a", "1")]}, {"params": {"b": "2"}}),
        ({"params": [("a", "1")]}, {}),
        ({"params": "a=1"}, {"params": {"b": "2"}}),
        ({"params": "a=1"}, {}),
        ({"params": b"a=1"}, {}),
        ({"params": None}, {"params": {"b": "2"}}),
        ({"params": {"a": "1"}}, {"url": "http://host.example/?z=0"}),
    ],
    "auth": [
        ({"auth": ("a", "b")}, {}),
        ({"auth": ("a", "b")}, {"auth": ("c", "d")}),
        ({"auth": ("a", "b")}, {"auth": False}),
        ({"auth": ("a", "b")}, {"auth": ()}),
        ({"auth": ("a", "b")}, {"auth": add_header}),
        ({"auth": add_header}, {}),
        ({"auth": ("a", "b")}, {"url": "http://u:p@host.example/"}),
        ({}, {"url": "http://u:p@host.example/"}),
        ({"auth": ""}, {}),
        ({"auth": {"a": "b"}}, {"auth": {"c": "d"}}),
    ],
    "cookies": [
        ({"cookies": {"a": "1"}}, {}),
        ({"cookies": {"a": "1"}}, {"cookies": {"b": "2"}}),
        ({"cookies": {"a": "1"}}, {"cookies": {"a": "2"}}),
        ({"cookies": {"a": "1"}}, {"cookies": {"a": None}}),
        ({"cookies": {"a": "1"}}, {"cookies": {}}),
        ({"cookies": {"a": "1"}}, {"cookies": jar(cookie("a", "2"), cookie("c", "3"))}),
        ({"cookies": jar(cookie("a", "1"))}, {"cookies": {"b": "2"}}),
        ({"cookies": jar(cookie("a", "1", domain="host.example"))}, {"cookies": {"a": "2"}}),
        ({"cookies": jar(cookie("a", "1", domain="other.example"))}, {"cookies": {"b": "2"}}),
        ({"cookies": jar(cookie("a", "1", path="/path"))}, {"url": "http://host.example/path/x"}),
        ({"cookies": None}, {"cookies": {"b": "2"}}),
        ({"cookies": {"a": "1"}}, {"cookies": [("b", "2")]}),
        ({"cookies": {"a": "1"}}, {"cookies": "b=2"}),
        ({"cookies": {"a": "1"}}, {"headers": {"Cookie": "mine"}}),
    ],
    "hooks": [
        ({"hooks": {"response": [first]}}, {}),
        ({"hooks": {"response": [first]}}, {"hooks": {"response": second}}),
        ({"hooks": {"response": [first]}}, {"hooks": {"response": []}}),
        ({"hooks": {"response": first}}, {}),
        ({"hooks": {"response": []}}, {"hooks": {"response": [second]}}),
        ({"hooks": {}}, {"hooks": {"response": [second]}}),
        ({"hooks": {}}, {}),
        ({"hooks": None}, {"hooks": {"response": [second]}}),
        ({"hooks": {"other": [first]}}, {}),
    ],
    "method": [
        ({}, {"method": "get"}),
        ({}, {"method": None}),
        ({}, {"method": ""}),
        ({}, {"method": b"put"}),
        ({}, {"method": 5}),
    ],
    "url": [
        ({}, {"url": None}),
        ({}, {"url": ""}),
        ({}, {"url": b"http://host.example/"}),
        ({}, {"url": "/path"}),
        ({}, {"url": "mailto:x"}),
    ],
    "body": [
        ({}, {"data": {"a": "b"}}),
        ({}, {"json": 0}),
        ({}, {"files": {"f": "x"}, "data": {"a": "b"}}),
        ({}, {"data": 5}),
    ],
}  # fmt: skip


def pair_case(area: str, ours: dict[str, Any], theirs: dict[str, Any]) -> Case:
    return Case(f"session {area}: {ours} {theirs}", lambda library: {"session": ours, **theirs})


def prepare(library: Any, case: Case) -> Any:
    arguments = case.arguments(library)
    session = library.Session()
    session.headers.clear()  # the names in which the defaults differ
    for name, value in arguments.pop("session").items():
        if name in ("headers", "cookies") and isinstance(value, dict):
            getattr(session, name).update(value)
        else:
            setattr(session, name, value)
    base = {"method": "POST", "url": "http://host.example/path"}
    request = library.Request(**base | arguments)
    return attempt(lambda: of_prepared(session.prepare_request(request)))


CASES = [pair_case(area, *pair) for area, pairs in PAIRS.items() for pair in pairs]


@parametrize(CASES)
def test_prepare_request(case: Case) -> None:
    compare(case.name, prepare(ORACLE, case), prepare(BLOCKING, case))


NETRC = """
machine host.example login machine-user password machine-password
machine nologin.example account the-account password p
default login default-user password default-password
"""
NETRC_CASES: list[tuple[str, dict[str, Any]]] = [
    (NETRC, {}),
    (NETRC, {"url": "http://host.example:81/"}),
    (NETRC, {"url": "http://other.example/"}),
    (NETRC, {"url": "http://nologin.example/"}),
    (NETRC, {"url": b"http://host.example/"}),
    (NETRC, {"auth": ("a", "b")}),
    (NETRC, {"url": "http://u:p@host.example/"}),
    (NETRC, {"session": {"auth": ("a", "b")}}),
    (NETRC, {"session": {"trust_env": False}}),
    ("machine other.example login a password b", {}),
    ("this is no netrc", {}),
    ("", {}),
]


@pytest.mark.parametrize(("text", "arguments"), NETRC_CASES)
def test_netrc(
    text: str, arguments: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "netrc"
    path.write_text(text)
    monkeypatch.setenv("NETRC", str(path))
    case = Case(f"netrc {arguments}", lambda library: {"session": {}, **arguments})
    compare(case.name, prepare(ORACLE, case), prepare(BLOCKING, case))


Environment = dict[str, str]
URLS = ("http://host.example/", "https://host.example:8443/x", "http://10.1.2.3/", "ftp://x/")
ENVIRONMENTS: list[Environment] = [
    {},
    {"HTTP_PROXY": "http://p:1"},
    {"http_proxy": "http://p:1", "HTTPS_PROXY": "http://q:2"},
    {"ALL_PROXY": "http://p:1"},
    {"ftp_proxy": "http://p:1"},
    {"http_proxy": "http://p:1", "NO_PROXY": "*"},
    {"http_proxy": "http://p:1", "no_proxy": "host.example"},
    {"http_proxy": "http://p:1", "no_proxy": ".example"},
    {"all_proxy": "http://p:1", "no_proxy": "host.example:8443"},
    {"http_proxy": "http://p:1", "no_proxy": "10.0.0.0/8, other.example"},
    {"http_proxy": "http://p:1", "no_proxy": "10.1.2.3"},
    {"http_proxy": "http://p:1", "no_proxy": "ost.example"},
    {"REQUESTS_CA_BUNDLE": "/bundle"},
    {"CURL_CA_BUNDLE": "/bundle"},
    {"REQUESTS_CA_BUNDLE": "/one", "CURL_CA_BUNDLE": "/two"},
]
Settings = tuple[Any, Any, Any, Any]


def settings_of_the_session(session: Any) -> Settings:
    session.proxies = {"https": "http://session:4", "http": None}
    session.verify, session.stream, session.cert = False, True, "session.pem"
    return None, None, None, None


def without_environment(session: Any) -> Settings:
    session.trust_env = False
    return None, None, None, None


SETTINGS: list[Callable[[Any], Settings]] = [
    lambda session: (None, None, None, None),
    lambda session: ({}, True, False, "cert.pem"),
    lambda session: ({"http": "http://own:3", "no_proxy": "x"}, None, "/own", ("a", "b")),
    settings_of_the_session,
    without_environment,
]


@pytest.mark.parametrize("url", URLS)
@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("environment", ENVIRONMENTS, ids=str)
def test_merge_environment_settings(
    url: str, settings: Any, environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    def merge(library: Any, url: str) -> Any:
        session = library.Session()
        merged = session.merge_environment_settings(url, *settings(session))
        # Ours looks only for the variables that can matter to this URL.
        return merged | {"proxies": select_proxy(url, merged["proxies"])}

    compare(f"environment {url}", merge(ORACLE, url), merge(BLOCKING, url))


ADDRESSES = """
http://host.example/ HTTP://HOST.example/ https://host.example/ http://host.example/api/x
http://host.example/api2 HTTP://host.EXAMPLE/API mock://x ftp://x http:// x
""".split()


@pytest.mark.parametrize("url", ADDRESSES)
def test_get_adapter(url: str) -> None:
    def choose(library: Any) -> Any:
        session = library.Session()
        for mounted in ("mock://", "http://host.example/api", "http://h"):
            session.mount(mounted, f"adapter of {mounted}")
        chosen = attempt(lambda: session.get_adapter(url))
        return list(session.adapters), chosen if isinstance(chosen, str | tuple) else "default"

    compare(f"adapter {url}", choose(ORACLE), choose(BLOCKING))
