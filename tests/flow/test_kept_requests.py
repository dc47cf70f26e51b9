"""A plain request is prepared once: what changes its meaning is heeded all the same."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from http import HTTPMethod
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from pyfetch_requests import sync
from pyfetch_requests._nouns import settings
from pyfetch_requests._nouns.kept_requests import KeptRequests

URL = "http://host.test/path?a=b"


def prepared(session: sync.Session, url: str = URL) -> sync.PreparedRequest:
    return session.prepare_request(sync.Request("GET", url))


def shown(request: sync.PreparedRequest) -> tuple[object, ...]:
    found = copy.copy(vars(request))
    return (
        found.pop("url"),
        [*found.pop("headers").items()],
        found.pop("hooks"),
        sorted(found.items()),
    )


CHANGES: dict[str, Callable[[sync.Session], object]] = {
    "a header": lambda session: session.headers.update({"X-A": "b"}),
    "a header in other letters": lambda session: session.headers.update({"ACCEPT": "*/*"}),
    "other headers": lambda session: setattr(session, "headers", {"X-A": "b"}),
    "a header taken out": lambda session: session.headers.pop("Accept"),
    "another order": lambda session: session.headers.update(
        {"Accept": session.headers.pop("Accept")}
    ),
    "parameters": lambda session: setattr(session, "params", {"q": "1"}),
    "a login": lambda session: setattr(session, "auth", ("me", "secret")),
    "a cookie": lambda session: session.cookies.set("a", "b"),
    "a hook": lambda session: session.hooks["response"].append(print),
    "a fetch option": lambda session: setattr(session, "credentials", "include"),
    "a base": lambda session: setattr(session, "base_url", "http://other.test/"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_changed_setting_is_heeded(change: Callable[[sync.Session], object]) -> None:
    session, fresh = sync.Session(), sync.Session()
    before = shown(prepared(session))
    assert shown(prepared(session)) == before
    change(session)
    change(fresh)
    assert shown(prepared(session)) == shown(prepared(fresh))
    assert shown(prepared(session)) == shown(prepared(fresh))


def test_each_has_its_own() -> None:
    session = sync.Session()
    first = prepared(session)
    first.headers["X-A"] = "b"
    first.hooks["response"].append(print)
    first.fetch_options["mode"] = "cors"
    second = prepared(session)
    assert "X-A" not in second.headers
    assert second.hooks == {"response": []}
    assert second.fetch_options == {}
    second.headers["X-A"] = "c"
    assert "X-A" not in prepared(session).headers


def test_a_login_of_netrc_is_asked_for_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "netrc"
    file.write_text("machine host.test login me password secret\n")
    monkeypatch.setenv("NETRC", str(file))
    session = sync.Session()
    for _ in range(2):
        assert "Authorization" in prepared(session).headers
    monkeypatch.delenv("NETRC")
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))
    for _ in range(2):
        assert "Authorization" not in prepared(session).headers
    monkeypatch.setenv("NETRC", str(file))
    assert "Authorization" in prepared(session).headers


@pytest.mark.parametrize(
    "url", ["HTTP://Host.Test", "http://me:secret@host.test/", "http://ü.test/"]
)
def test_what_is_changed_is_looked_at_each_time(url: str) -> None:
    session, fresh = sync.Session(), sync.Session()
    expected = shown(prepared(fresh, url))
    for _ in range(3):
        assert shown(prepared(session, url)) == expected


@pytest.mark.parametrize("method", ["get", b"GET", HTTPMethod.GET])
def test_methods_are_strings_of_capitals_each_time(method: str) -> None:
    session = sync.Session()
    for _ in range(2):
        found = session.prepare_request(sync.Request(method, URL)).method
        assert (type(found), found) == (str, "GET")


@pytest.mark.parametrize("options", [{"data": bytearray()}, {"headers": ()}])
def test_empty_arguments_that_mean_something(options: dict[str, Any]) -> None:
    def body_and_headers(session: sync.Session, **options: Any) -> tuple[object, object]:
        request = session.prepare_request(sync.Request("POST", URL, **options))
        return request.body, dict(request.headers)

    session = sync.Session()
    usual, unusual = (body_and_headers(sync.Session(), **each) for each in ({}, options))
    assert usual != unusual
    for _ in range(2):
        assert body_and_headers(session, **options) == unusual
        assert body_and_headers(session) == usual


def test_a_patched_method_is_called_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    session = sync.Session()
    prepared(session)
    before = sync.PreparedRequest.prepare_headers
    numbers = count(1)

    def numbered(self: sync.PreparedRequest, headers: Any) -> None:
        before(self, {**headers, "X-Number": str(next(numbers))})

    monkeypatch.setattr(sync.PreparedRequest, "prepare_headers", numbered)
    assert [prepared(session).headers["X-Number"] for _ in range(2)] == ["1", "2"]
    monkeypatch.undo()
    assert "X-Number" not in prepared(session).headers


def test_headers_that_change_while_a_request_is_prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    session = sync.Session()
    before = settings.merge_headers

    def changing(request: Any, headers: Any) -> Any:
        merged = before(request, headers)
        session.headers["X-A"] = "b"  # as another thread may
        return merged

    monkeypatch.setattr(settings, "merge_headers", changing)
    assert "X-A" not in prepared(session).headers
    assert prepared(session).headers["X-A"] == "b"


def test_long_urls_are_not_kept() -> None:
    session = sync.Session()
    prepared(session, "data:," + "x" * 1_000_000)
    assert len(pickle.dumps(session._kept)) < 10_000


def test_not_more_than_some_are_kept() -> None:
    session = sync.Session()
    for number in range(1000):
        assert prepared(session, f"{URL}{number}").url == f"{URL}{number}"
    assert len(pickle.dumps(session._kept)) < 100_000


def test_a_pickled_session_goes_on() -> None:
    session = sync.Session()
    expected = shown(prepared(session))
    again: sync.Session = pickle.loads(pickle.dumps(session))
    assert isinstance(again._kept, KeptRequests)
    assert shown(prepared(again))[:3] == expected[:3]
