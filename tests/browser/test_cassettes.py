"""Cassettes in engines: recorded there and on CPython, and given again without a server."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser import in_pyodide
from tests.server import Urls

from .ways import Way


@in_pyodide
@pytest.mark.usually_on("worker")
async def test_recorded_and_given_again(urls: Urls, way: Way) -> None:
    import os
    import tempfile

    from pyfetch_requests import testing

    client = way.client
    path = os.path.join(tempfile.mkdtemp(), "tour.json")
    content = bytes(range(256))

    async def tour() -> list:
        answers = [
            await way.get(urls.respond(content, headers=[("X-A", "1")])),
            await way.get(urls.redirect(urls.respond("there"))),
            await way.get(urls.respond("no", status=404)),
        ]
        found: list[tuple[object, ...]] = [
            (each.status_code, each.url, each.content, [*each.headers.items()], each.elapsed)
            for each in answers
        ]
        try:
            await way.get(f"{urls.dead}/x")
        except client.ConnectionError as error:
            found.append((type(error), str(error)))
        return found

    with testing.cassette(path, "record"):
        before = await tour()
    assert before[0][2] == content
    with testing.cassette(path) as cassette:
        assert await tour() == before
        assert cassette.unused == []
        with pytest.raises(testing.NotRecordedError, match="was recorded 1 times"):
            await way.get(urls.respond("no", status=404))


@in_pyodide
@pytest.mark.usually_on("worker")
async def test_one_of_cpython(urls: Urls, way: Way, cassette_of_cpython: str) -> None:
    import os
    import tempfile

    from pyfetch_requests import testing

    path = os.path.join(tempfile.mkdtemp(), "cpython.json")
    with open(path, "w", encoding="utf-8") as file:
        file.write(cassette_of_cpython)
    with testing.cassette(path):
        answer = await way.get("http://recorded.example/start")
    assert (answer.url, answer.json()) == ("http://recorded.example/end", {"a": "ü"})
    assert [each.status_code for each in answer.history] == [302]
    assert dict(answer.cookies) == {}
    assert dict(answer.history[0].cookies) == {"k": "hidden"}


@pytest.fixture
def cassette_of_cpython(urls: Urls, tmp_path: Path) -> str:
    """The text of one that was recorded over sockets, as of another host."""
    from pyfetch_requests import sync, testing

    end = urls.respond('{"a": "ü"}', headers=[("Content-Type", "application/json")])
    hop = urls.respond("", status=302, headers=[("Location", end), ("Set-Cookie", "k=value")])
    path = tmp_path / "a.json"
    with testing.cassette(path, "record"):
        assert sync.get(hop).json() == {"a": "ü"}
    text = path.read_text(encoding="utf-8")
    return text.replace(hop, "http://recorded.example/start").replace(
        end, "http://recorded.example/end"
    )
