"""A pytest plugin: the fixture `mocked_requests`.

It is outside of the package because pytest imports every plugin when it starts: this one imports
only pytest until the fixture is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pyfetch_requests.testing import MockTransport, WireRequest, WireResponse


@pytest.fixture
def mocked_requests() -> Iterator[MockTransport]:
    """Send all requests of a test, also those of urllib.request, to the `handler` that it sets.

    A request before a handler is set fails the test. See `pyfetch_requests.testing.mocked`.
    """
    from pyfetch_requests import testing

    def unanswered(request: WireRequest) -> WireResponse:
        raise AssertionError(
            f"There is no response for {request.method} {request.url}: set mocked_requests.handler "
            "to a function that takes a request and returns pyfetch_requests.testing.respond(...)"
        )

    with testing.mocked(unanswered, install="urllib") as transport:
        yield transport
