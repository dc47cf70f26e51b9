"""Which bytes of a remote file are requested together, and which stay in memory."""

from __future__ import annotations

from pyfetch_requests._flow.blocks import Blocks
from pyfetch_requests._flow.drive import drive

DATA = bytes(range(256)) * 40


class File:
    """A file of 10,240 bytes in blocks of 100, and the parts that were requested of it."""

    def __init__(self, kept: int) -> None:
        self.parts: list[tuple[int, int]] = []
        self.blocks = Blocks(self._part, len(DATA), 100, kept)

    async def _part(self, first: int, last: int) -> bytes:
        self.parts.append((first, last))
        return DATA[first : last + 1]

    def read(self, start: int, count: int) -> list[tuple[int, int]]:
        """Read and compare; return what was requested for it."""
        before = len(self.parts)
        assert drive(self.blocks.read(start, count)) == DATA[start : start + count]
        return self.parts[before:]


def test_reading_on_requests_twice_as_much_each_time() -> None:
    file = File(kept=64)
    sizes = []
    for number in range(31):
        sizes += [(last + 1 - first) // 100 for first, last in file.read(number * 100, 100)]
    assert sizes == [1, 2, 4, 8, 16]


def test_reading_ahead_leaves_half_of_the_cache() -> None:
    file = File(kept=4)
    file.read(5000, 200)
    sizes = []
    for number in range(7):
        sizes += [(last + 1 - first) // 100 for first, last in file.read(number * 100, 100)]
    assert sizes == [1, 2, 2, 2]


def test_a_jump_ends_reading_ahead() -> None:
    file = File(kept=64)
    assert file.read(0, 100) == [(0, 99)]
    assert file.read(100, 100) == [(100, 299)]
    assert file.read(5000, 100) == [(5000, 5099)]
    assert file.read(5100, 10) == [(5100, 5299)]


def test_what_is_there_is_not_requested_again() -> None:
    file = File(kept=64)
    file.read(300, 100)
    assert file.read(0, 700) == [(0, 299), (400, 699)]
    assert file.read(0, 700) == []


def test_a_read_larger_than_the_cache() -> None:
    file = File(kept=4)
    assert file.read(0, 1000) == [(0, 999)]
    assert file.read(600, 400) == []
    assert file.read(500, 1) == [(500, 599)]


def test_the_end_of_the_file() -> None:
    file = File(kept=64)
    assert file.read(10_200, 500) == [(10_200, 10_239)]
    assert file.read(len(DATA), 5) == []


def test_the_least_recently_used_block_goes() -> None:
    file = File(kept=3)
    for start in (0, 1000, 2000, 0, 3000):
        file.read(start, 1)
    assert file.read(0, 1) == []
    assert file.read(1000, 1) == [(1000, 1099)]
