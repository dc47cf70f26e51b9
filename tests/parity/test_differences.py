"""The table of differences: each row is about a case there is, under a heading there is."""

from __future__ import annotations

import re
from pathlib import Path

from tests.browser.targets import ENGINES

from . import (
    test_defaults,
    test_exchange_failures,
    test_exchange_redirects,
    test_exchange_requests,
    test_exchange_responses,
    test_session_prepare,
    test_stories_cookies,
    test_stories_credentials,
    test_stories_redirects,
    test_stories_retries,
    test_stories_sessions,
    test_stories_streams,
)
from .calls import CALLS
from .corpus import PREPARED
from .differences import ROWS

DOCUMENT = Path(__file__).resolve().parent.parent.parent / "docs" / "differences.md"
EXCHANGES = (
    *test_exchange_responses.EXCHANGES,
    *test_exchange_failures.FAILURES,
    *test_exchange_redirects.EXCHANGES,
    *test_defaults.SETTINGS,
)
STORIES = (
    test_stories_cookies, test_stories_credentials, test_stories_redirects, test_stories_retries,
    test_stories_sessions, test_stories_streams,
)  # fmt: skip
SENT = {
    *(f"sent {case.name}" for case in test_exchange_requests.CORPUS),
    *(exchange.name for exchange in EXCHANGES),
    *(name for module in STORIES for name in module.stories.names()),
}
CASES = {
    *SENT,
    *(f"cpython {name}" for name in SENT),
    "browser default headers",
    *(case.name for case in (*PREPARED, *test_session_prepare.CASES)),
    *(f"default {name}" for name in test_defaults.ATTRIBUTES),
    *(f"{where} {call}" for where in (*ENGINES, "pyodide", "browser", "xhr") for call in CALLS),
}


def test_every_case_is_there_and_has_one_row() -> None:
    named = [case for row in ROWS for case in row.cases]
    assert sorted(set(named)) == sorted(named)
    assert set(named) - CASES == set()


def test_the_document_has_every_heading() -> None:
    headings = set(re.findall(r"^## (.+)$", DOCUMENT.read_text(), re.MULTILINE))
    assert {row.heading for row in ROWS} - headings == set()


def test_the_corpus_does_not_shrink() -> None:
    assert len(PREPARED) + len(test_session_prepare.CASES) >= 900
    assert len(EXCHANGES) + sum(len(module.stories.names()) for module in STORIES) >= 600
