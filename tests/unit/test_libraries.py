"""What libraries on top of requests ask of it, beyond its documented interface."""

from __future__ import annotations

import pytest
import requests.status_codes
from urllib3.util.timeout import _DEFAULT_TIMEOUT, Timeout

import pyfetch_requests
from pyfetch_requests._nouns.settings import parse_timeout


@pytest.mark.parametrize(
    ("timeout", "limits"),
    [
        (_DEFAULT_TIMEOUT, (None, None)),
        ((_DEFAULT_TIMEOUT, 5), (None, 5)),
        (Timeout(read=5), (None, 5)),
        (Timeout(), (None, None)),
    ],
)
def test_the_default_timeout_of_urllib3_is_no_limit(
    timeout: object, limits: tuple[float | None, float | None]
) -> None:
    assert parse_timeout(timeout) == limits


def test_names_of_status_codes_are_those_of_requests() -> None:
    wanted = requests.status_codes._codes
    with pyfetch_requests.installed(force=True):
        from requests.status_codes import _codes

        assert _codes == wanted
