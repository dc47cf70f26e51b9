"""What is to be awaited, and cannot be."""

from __future__ import annotations

import asyncio
import inspect

import pytest

from pyfetch_requests._text.structures import close_unawaited


async def later() -> None:
    raise AssertionError("it ran")


def test_a_coroutine_is_closed() -> None:
    """Python would warn that it was never awaited, on top of the error that says what to do."""
    coroutine = later()
    assert close_unawaited(coroutine)
    assert inspect.getcoroutinestate(coroutine) == inspect.CORO_CLOSED


def test_a_future_is_left_alone() -> None:
    loop = asyncio.new_event_loop()
    future = loop.create_future()
    assert close_unawaited(future)
    assert not future.done()
    loop.close()


@pytest.mark.parametrize("value", [None, 0, later, iter([])])
def test_what_is_not_to_be_awaited(value: object) -> None:
    assert not close_unawaited(value)
