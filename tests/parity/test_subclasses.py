"""What subclasses of requests' classes may extend and override, and what exceptions then tell."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from typing import Any

import pytest

from tests.server import Urls

from .libraries import ASYNC, BLOCKING, ORACLE

LIBRARIES = [pytest.param(ORACLE, id="requests"), pytest.param(BLOCKING, id="blocking")]
ALL = [*LIBRARIES, pytest.param(ASYNC, id="async")]


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("name", ["Session", "Response", "HTTPAdapter"])
def test_what_is_pickled_is_a_list(library: Any, name: str) -> None:
    """Subclasses add their own attributes to it."""
    base = getattr(library, name)
    extended: Any = type(name, (base,), {"__attrs__": [*base.__attrs__, "mine"]})
    assert (base.__attrs__ + ["mine"]) == extended.__attrs__  # noqa: RUF005
    made = extended()
    made.mine = 1
    made.status_code, made._content = 200, b""
    assert made.__getstate__()["mine"] == 1


@pytest.mark.parametrize("library", LIBRARIES)
def test_resolve_redirects(library: Any, urls: Urls) -> None:
    seen: list[Any] = []

    class Watching(library.Session):
        def resolve_redirects(self, resp: Any, req: Any, **options: Any) -> Iterator[Any]:
            for each in super().resolve_redirects(resp, req, **options):
                if not options.get("yield_requests"):
                    seen.append((each.status_code, each.url))
                yield each

    between = urls.redirect(urls.echo())
    with Watching() as session:
        answer = session.get(urls.redirect(between))
        assert [each.status_code for each in answer.history] == [302, 302]
        assert [each.url for each in answer.history] == [urls.redirect(between), between]
        assert seen == [(302, between), (200, urls.echo())]
        assert answer.json()["target"] == "/echo"
        stopped = session.get(urls.redirect(between), allow_redirects=False)
        assert (stopped.status_code, stopped.history, len(seen)) == (302, [], 2)
        assert stopped.next.url == between
        session.max_redirects = 1
        with pytest.raises(library.exceptions.TooManyRedirects):
            session.get(urls.redirect(between))


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_session_that_stops_redirects(library: Any, urls: Urls, request_id: str) -> None:
    class Staying(library.Session):
        def resolve_redirects(self, *_: Any, **__: Any) -> Iterator[Any]:
            return iter(())

    with Staying() as session:
        answer = session.get(urls.redirect(urls.respond("", id=request_id)))
        assert (answer.status_code, answer.history) == (302, [])
        assert session.get(urls.seen(request_id)).json()["count"] == 0


@pytest.mark.parametrize("library", ALL)
def test_a_value_that_is_no_json(library: Any) -> None:
    with pytest.raises(library.exceptions.InvalidJSONError) as caught:
        library.Request("POST", "http://host.example/", json=float("nan")).prepare()
    assert caught.value.request.url == "http://host.example/"
    assert type(pickle.loads(pickle.dumps(caught.value))) is type(caught.value)


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("verify", [[], {}, {"a": 1}, 0, "", None])
def test_verify_is_not_looked_at_without_tls(library: Any, urls: Urls, verify: Any) -> None:
    with library.Session() as session:
        assert session.get(urls.echo(), verify=verify).ok


@pytest.mark.parametrize("library", [BLOCKING, ASYNC])
@pytest.mark.parametrize("cookies", [["a"], "a=b", 5])
def test_cookies_that_are_none(library: Any, cookies: Any) -> None:
    """In requests they are passed over without a word."""
    session = library.Session()
    session.cookies = cookies
    with pytest.raises(TypeError, match="cookies must be a mapping or a cookie jar"):
        session.prepare_request(library.Request("GET", "http://host.example/"))
