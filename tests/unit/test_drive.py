"""Running a coroutine without a loop."""

from __future__ import annotations

import asyncio
import warnings

import pytest

from pyfetch_requests._flow.drive import WouldSuspend, drive


async def value() -> int:
    return 5


async def nested() -> int:
    return await value() + await value()


async def fails() -> None:
    raise LookupError("as it is")


def test_result() -> None:
    assert drive(nested()) == 10


def test_error() -> None:
    with pytest.raises(LookupError, match="as it is"):
        drive(fails())


def test_wait_is_a_bug_and_says_so() -> None:
    ended = []

    async def waits() -> None:
        try:
            await asyncio.sleep(0)
        finally:
            ended.append(True)

    with warnings.catch_warnings(action="error"), pytest.raises(WouldSuspend, match="awaited"):
        drive(waits())
    assert ended == [True]


def test_it_is_no_error_of_a_request() -> None:
    """Nobody shall take it for a reason to try again."""
    from pyfetch_requests.exceptions import RequestException

    assert not issubclass(WouldSuspend, RequestException)
