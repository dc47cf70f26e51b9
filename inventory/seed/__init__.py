"""The inventory that the server starts with: generated, the same at each start.

Only the points in time differ: ages are counted from the moment of the start.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

from inventory.seed.aws import add_aws
from inventory.seed.digitalocean import add_digitalocean
from inventory.seed.estate import Estate
from inventory.seed.gcp import add_gcp


def generate(now: datetime, copy: int = 0) -> Iterator[dict[str, Any]]:
    """All nodes and edges, as lines of resotocore's import format.

    Args:
        now: the moment that ages count back from.
        copy: another number gives as many further accounts below the same clouds.
    """
    estate = Estate(now, copy)
    add_aws(estate)
    add_digitalocean(estate)
    add_gcp(estate)
    return estate.lines()


async def seed_lines(copy: int = 0) -> AsyncIterator[dict[str, Any]]:
    """The lines of a copy, with ages that count back from now, to the second."""
    for line in generate(datetime.now(UTC).replace(microsecond=0), copy):
        yield line
