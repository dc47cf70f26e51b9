"""requests-cache: its session, its store in memory and in files, and its patch of requests."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser import in_pyodide
from tests.server import Urls

pytestmark = pytest.mark.usefixtures("libraries")


def uuid(session: Any, urls: Urls, **options: object) -> str:
    """A value that is another one each time that the server is asked."""
    return session.get(f"{urls.httpbin}/uuid", **options).json()["uuid"]


def caching(urls: Urls) -> None:
    from requests_cache import CachedSession

    session = CachedSession(backend="memory", expire_after=3600)
    first = session.get(f"{urls.httpbin}/anything", params={"b": "2", "a": "é"})
    again = session.get(f"{urls.httpbin}/anything", params={"a": "é", "b": "2"})
    assert (first.from_cache, again.from_cache) == (False, True)
    assert again.json() == first.json()
    assert again.headers == first.headers
    assert (again.status_code, again.encoding, again.reason) == (200, "utf-8", "OK")
    assert list(again.iter_lines()) == list(first.iter_lines())
    value = uuid(session, urls)
    assert uuid(session, urls) == value
    assert uuid(session, urls, force_refresh=True) != value
    with session.cache_disabled():
        assert uuid(session, urls) != uuid(session, urls)
    assert session.post(f"{urls.httpbin}/post", json={"a": 1}).from_cache is False
    assert session.get(f"{urls.httpbin}/status/404").from_cache is False
    missing = session.get(f"{urls.httpbin}/uuid", params={"n": 1}, only_if_cached=True)
    assert missing.status_code == 504
    session.cache.clear()
    assert session.get(f"{urls.httpbin}/anything").from_cache is False


def files(urls: Urls) -> None:
    import tempfile
    from importlib.util import find_spec

    from requests_cache import CachedSession

    if find_spec("sqlite3") is None:  # some runtimes have it as a package of their own
        with pytest.raises(ModuleNotFoundError, match="sqlite3"):
            CachedSession(backend="filesystem")
        return
    with tempfile.TemporaryDirectory() as folder:
        session = CachedSession(f"{folder}/cache", backend="filesystem", serializer="json")
        value = uuid(session, urls)
        other = CachedSession(f"{folder}/cache", backend="filesystem", serializer="json")
        assert uuid(other, urls) == value
        assert len(other.cache.responses) == 1


def revalidation(urls: Urls) -> None:
    from requests_cache import CachedSession

    session = CachedSession(backend="memory", cache_control=True, always_revalidate=True)
    first = session.get(f"{urls.httpbin}/etag/mark")
    again = session.get(f"{urls.httpbin}/etag/mark")
    assert (first.from_cache, again.from_cache) == (False, True)
    assert again.revalidated
    assert again.json() == first.json()


def patching(urls: Urls) -> None:
    import requests
    import requests_cache

    requests_cache.install_cache(backend="memory")
    try:
        value = uuid(requests, urls)
        assert uuid(requests, urls) == value
        assert uuid(requests.Session(), urls) == value
    finally:
        requests_cache.uninstall_cache()
    assert uuid(requests, urls) != value


PARTS = (caching, files, revalidation, patching)
NAMES = [part.__name__ for part in PARTS]


@in_pyodide
@pytest.mark.only_on("jspi or xhr")
@pytest.mark.parametrize("name", NAMES)
async def test_by_switching_stacks(urls: Urls, name: str) -> None:
    globals()[name](urls)


@in_pyodide
@pytest.mark.only_on("xhr")
@pytest.mark.parametrize("name", NAMES)
def test_by_xhr(urls: Urls, name: str) -> None:
    globals()[name](urls)
