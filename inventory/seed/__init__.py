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


def generate(now: datetime) -> Iterator[dict[str, Any]]:
    """All nodes and edges, as lines of resotocore's import format."""
    estate = Estate(now)
    add_aws(estate)
    add_digitalocean(estate)
    add_gcp(estate)
    return estate.lines()


async def seed_lines() -> AsyncIterator[dict[str, Any]]:
    """The lines with ages that count back from now, to the second."""
    for line in generate(datetime.now(UTC).replace(microsecond=0)):
        yield line
