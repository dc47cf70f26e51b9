"""Requesting again after a body broke: what counts as broken, and how long to wait.

Decides nothing about what is requested then: `download`, `ranged` and `event_stream` do.
"""

from __future__ import annotations

from ..exceptions import ChunkedEncodingError, ConnectionError, Timeout

BROKEN = (ChunkedEncodingError, ConnectionError, Timeout)
FIRST_PAUSE = 1.0  # seconds


def pause(tries: int, first: float = FIRST_PAUSE, longest: float = 30.0) -> float:
    """Return how many seconds to wait after a number of failed tries: doubled each time."""
    # A server that asks for a first pause above the longest one gets it.
    return float(min(first * 2**tries, max(longest, first)))
