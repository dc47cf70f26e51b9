"""The headers of a response, most of which stay with the browser until they are asked for."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser import in_pyodide
from tests.server import Urls

from .ways import Way

HEADERS = [("Content-Type", "text/plain"), ("ETag", '"a"'), ("X-First", "1"), ("X-Last", "2")]
# Each on a response of its own: what is asked first decides what is still with the browser then.
QUESTIONS: dict[str, Any] = {
    "a common one": lambda headers: (headers["content-type"], headers.get("ETAG")),
    "one that few ask for": lambda headers: (headers["x-first"], headers.get("X-LAST")),
    "whether it is there": lambda headers: ("x-last" in headers, "x-other" in headers),
    "all names": lambda headers: {"content-type", "etag", "x-first", "x-last"} - {*headers},
    "how many": lambda headers: len(headers) == len(list(headers.items())),
    "a copy": lambda headers: headers.copy()["X-First"],
}
ANSWERS = {
    "a common one": ("text/plain", '"a"'),
    "one that few ask for": ("1", "2"),
    "whether it is there": (True, False),
    "all names": set(),
    "how many": True,
    "a copy": "1",
}


@in_pyodide
@pytest.mark.parametrize("question", [*QUESTIONS])
async def test_whatever_is_asked_first(way: Way, urls: Urls, question: str) -> None:
    import gc

    responses = [await way.get(urls.respond("abc", headers=HEADERS)) for _ in range(3)]
    gc.collect()  # the answer of the browser is still there
    for response in responses:
        assert QUESTIONS[question](response.headers) == ANSWERS[question]
        assert dict(response.headers)["x-last"] == "2"
        assert response.raw.getheader("X-First") == "1"


@in_pyodide
async def test_copies(way: Way, urls: Urls) -> None:
    """The object of the browser cannot be copied nor pickled: its text is."""
    import copy
    import pickle

    url = urls.respond("abc", headers=HEADERS)
    for twin in (copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))):
        assert twin(await way.get(url)).headers["x-first"] == "1"
        assert twin((await way.get(url)).raw.headers)["x-first"] == "1"
        assert ("x-first", "1") in twin((await way.get(url)).raw._pairs)
