"""What readers of large formats read and how, replayed over `open_url`: only that is transferred.

The reads were recorded from h5py 3.16 and pyarrow 26.0 opening files of their own on a local disk.
What is at those positions decides nothing here: the next read is part of the record.
"""

from __future__ import annotations

import random
from typing import NamedTuple

import pytest

from pyfetch_requests import sync
from tests.server import Server, Urls

Reads = list[tuple[int, int]]  # position and number of bytes
BLOCK = 1 << 16


class Pattern(NamedTuple):
    """What a reader does with a file.

    Attributes:
        size: of the file, in bytes.
        steps: the reads of each thing that the user does.
        into: whether it reads into buffers of its own.
        requests: the most that they may take.
    """

    size: int
    steps: dict[str, Reads]
    into: bool
    requests: int


# A tree of 53 groups, a data set of 1,000 numbers, and one of 64 x 200 x 200 in chunks of 320 KB.
HDF5 = Pattern(
    20_539_016,
    {
        "File(file)": [(0, 8), (0, 48), (48, 48), (96, 512)],
        "list(file['run/1'])": [
            (680, 512), (136, 544), (1504, 328), (800, 512), (1384, 512), (840, 544), (2536, 328),
            (1832, 512), (1872, 544), (3136, 328), (2416, 512),
        ],
        "file['run/1/small'][10:20]": [(20_486_600, 512), (20_488_728, 80)],
        "file['run/1/large'].shape": [(2864, 512)],
        "file['run/1/large'][17, 3:9, :5]": [(3464, 3136), (5_446_600, 320_000)],
        "file['run/1/large'][50:53, 0, 0]": [
            (16_006_600, 320_000), (16_326_600, 320_000), (16_646_600, 320_000),
        ],
        "file['other/49'].attrs['n']": [
            (20_486_872, 512), (20_487_456, 512), (20_531_624, 704), (20_486_912, 544),
            (20_537_824, 328), (20_538_232, 512), (20_538_936, 80),
        ],
    },
    True,
    7,
)  # fmt: skip
# 300,000 rows of eight columns in three groups, not compressed.
PARQUET = Pattern(
    19_212_463,
    {
        "ParquetFile(file)": [(19_146_927, 65_536)],
        "file.read_row_group(1, columns=['c3'])": [(8_804_239, 800_385)],
        "file.read(columns=['c5'])": [
            (4_001_929, 800_385), (10_405_009, 800_385), (16_808_089, 800_385),
        ],
    },
    False,
    7,
)  # fmt: skip


@pytest.mark.parametrize("pattern", [HDF5, PARQUET], ids=["hdf5", "parquet"])
def test_only_what_is_read_is_transferred(server: Server, urls: Urls, pattern: Pattern) -> None:
    data = random.Random(1).randbytes(pattern.size)
    name = f"pattern-{pattern.size}"
    sync.put(urls.store(name), data=data).raise_for_status()
    total = 0
    with sync.open_url(urls.store(name, id=name)) as file:
        for step, reads in pattern.steps.items():
            for position, count in reads:
                file.seek(position)
                if pattern.into:
                    found = bytearray(count)
                    assert file.readinto(found) == count
                else:
                    found = bytearray(file.read(count))
                assert found == data[position : position + count], step
                total += count
    sync.delete(urls.store(name))
    seen = server.seen(name, completed=server.seen(name)["count"])
    assert seen["count"] <= pattern.requests
    # Blocks that are read in part: two for a request, and what is read ahead.
    assert seen["sent"] < total + 2 * BLOCK * pattern.requests
