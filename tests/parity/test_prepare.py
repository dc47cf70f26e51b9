"""Prepared requests, picked by hand: the same method, URL, headers, body, or exception."""

from __future__ import annotations

from typing import Any

from .corpus import PREPARED, Case, parametrize
from .differences import compare
from .libraries import BLOCKING, ORACLE
from .outcome import attempt, of_prepared


@parametrize(PREPARED)
def test_request_prepare(case: Case) -> None:
    def prepare(library: Any) -> Any:
        return attempt(lambda: of_prepared(library.Request(**case.arguments(library)).prepare()))

    compare(case.name, prepare(ORACLE), prepare(BLOCKING))
