"""What a handler of `testing.mocked` may return, and what it is told otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from pyfetch_requests import sync, testing


@pytest.mark.parametrize("given", ["text", {"a": 1}, None])
def test_a_body_in_the_place_of_the_status(given: Any) -> None:
    with pytest.raises(TypeError, match=r"The status comes first: use respond\(content=\.\.\.\)"):
        testing.respond(given)


async def late(request: testing.WireRequest) -> testing.WireResponse:
    return testing.respond()


@pytest.mark.filterwarnings("ignore:coroutine 'late' was never awaited")
@pytest.mark.parametrize(
    ("handler", "name"), [(lambda _: "text", "str"), (lambda _: None, "NoneType"), (late, "corout")]
)
def test_a_handler_that_returns_something_else(handler: Any, name: str) -> None:
    with (
        testing.mocked(handler),
        pytest.raises(TypeError, match=rf"testing\.respond\(\.\.\.\) or an exception, not {name}"),
    ):
        sync.get("https://api.example/")
