"""Memory for a large body."""

from __future__ import annotations

import sys
import tracemalloc

import pytest

from pyfetch_requests._transports.blank import blank


@pytest.mark.parametrize("size", [1, 100, 1 << 20, (1 << 20) + 7, 50_000_001])
def test_blank_bytes(size: int) -> None:
    made = blank(size)
    assert type(made) is bytes
    assert len(made) == size
    assert sys.getrefcount(made) == 2  # nobody else has it, who could see it change


def test_there_is_one_copy() -> None:
    tracemalloc.start()
    try:
        made = blank(10_000_000)
        assert tracemalloc.get_traced_memory()[1] < 10_100_000
    finally:
        tracemalloc.stop()
    assert len(made) == 10_000_000


def test_more_than_there_is() -> None:
    with pytest.raises((MemoryError, OverflowError)):
        blank(sys.maxsize)
