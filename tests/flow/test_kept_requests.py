"""A plain request is prepared once: what changes its meaning is heeded all the same."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pyfetch_requests import sync
from pyfetch_requests._nouns.kept_requests import KeptRequests

URL = "http://host.test/path?a=b"


def prepared(session: sync.Session, url: str = URL) -> sync.PreparedRequest:
    return session.prepare_request(sync.Request("GET", url))


def shown(request: sync.PreparedRequest) -> tuple[object, ...]:
    found = copy.copy(vars(request))
    return found.pop("url"), dict(found.pop("headers")), found.pop("hooks"), sorted(found.items())


CHANGES: dict[str, Callable[[sync.Session], object]] = {
    "a header": lambda session: session.headers.update({"X-A": "b"}),
    "a header in other letters": lambda session: session.headers.update({"ACCEPT": "*/*"}),
    "other headers": lambda session: setattr(session, "headers", {"X-A": "b"}),
    "a header taken out": lambda session: session.headers.pop("Accept"),
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


@pytest.mark.parametrize("method", ["get", "Head", "patch", b"get"])
def test_a_method_in_other_letters(method: Any) -> None:
    session = sync.Session()
    found = [session.prepare_request(sync.Request(method, URL)) for _ in range(3)]
    assert all(shown(request) == shown(found[0]) for request in found)


@pytest.mark.parametrize("url", ["data:," + "a" * 5000, URL + "a" * 5000])
def test_no_long_address_is_kept(url: str) -> None:
    """A data: address may have any number of megabytes."""
    session = sync.Session()
    assert prepared(session, url).url == url
    assert not session._kept._kept


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


def test_not_more_than_some_are_kept() -> None:
    session = sync.Session()
    for number in range(1000):
        assert prepared(session, f"{URL}{number}").url == f"{URL}{number}"
    assert len(session._kept._kept) < 100


def test_a_pickled_session_goes_on() -> None:
    session = sync.Session()
    expected = shown(prepared(session))
    again: sync.Session = pickle.loads(pickle.dumps(session))
    assert isinstance(again._kept, KeptRequests)
    assert shown(prepared(again))[:3] == expected[:3]
