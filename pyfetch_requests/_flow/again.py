"""Coming back to a body that broke: what counts as broken, and how long to wait.

Decides nothing about what is asked for then: see `download` and `event_stream`.
"""

from __future__ import annotations

from ..exceptions import ChunkedEncodingError, ConnectionError, Timeout

BROKEN = (ChunkedEncodingError, ConnectionError, Timeout)
FIRST_PAUSE = 1.0


def pause(tries: int, first: float = FIRST_PAUSE, longest: float = 30.0) -> float:
    """Return how many seconds to wait after so many tries in vain."""
    return float(min(first * 2**tries, max(longest, first)))
