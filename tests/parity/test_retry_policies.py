"""Every decision of a retry policy is the one of urllib3's, to the last wait."""

from __future__ import annotations

import itertools
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
import urllib3
from urllib3.exceptions import MaxRetryError, ReadTimeoutError

from pyfetch_requests import Retry, exceptions

SETTINGS: dict[str, dict[str, Any]] = {
    "number": {"total": 2},
    "none": {"total": 0},
    "false": {"total": False},
    "unlimited but for status": {"total": None, "status": 2},
    "status list": {"total": 3, "status_forcelist": [503, 500]},
    "status limit": {"total": 5, "status": 1, "status_forcelist": [503]},
    "read limit": {"total": 5, "read": 1},
    "no read": {"total": 5, "read": 0},
    "other limits": {"total": 3, "connect": 0, "redirect": 0, "other": 0},
    "any method": {"total": 2, "allowed_methods": None, "status_forcelist": [503]},
    "any method by False": {"total": 2, "allowed_methods": False, "status_forcelist": [503]},
    "only POST": {"total": 2, "allowed_methods": ["POST"], "status_forcelist": [503]},
    "backoff": {"total": 5, "status_forcelist": [503], "backoff_factor": 0.5},
    "short backoff": {
        "total": 6, "status_forcelist": [503], "backoff_factor": 1, "backoff_max": 3,
    },
    "no Retry-After": {"total": 2, "respect_retry_after_header": False, "backoff_factor": 1},
    "last answer": {"total": 1, "status_forcelist": [503], "raise_on_status": False},
    "jitter": {"total": 4, "status_forcelist": [503], "backoff_factor": 1, "backoff_jitter": 2},
}  # fmt: skip
STEPS = 6


class Hooks:
    """What people override in subclasses of urllib3's policy."""

    def get_backoff_time(self) -> float:
        return 2 * super().get_backoff_time() + 1  # type: ignore[misc]

    def is_retry(self, method: str, status_code: int, has_retry_after: bool = False) -> bool:
        found: bool = super().is_retry(method, status_code, has_retry_after)  # type: ignore[misc]
        return status_code == 404 or found

    def get_retry_after(self, response: Any) -> float | None:
        asked = super().get_retry_after(response)  # type: ignore[misc]
        return asked and asked + 5


class TheirSubclass(Hooks, urllib3.Retry):
    pass


class OurSubclass(Hooks, Retry):
    pass


def theirs(
    settings: dict[str, Any],
    method: str,
    status: int,
    asked: str | None,
    policy: Any = urllib3.Retry,
) -> list[Any]:
    """The waits of urllib3 and how it ends, as its connection pool and requests use it."""
    headers = {"Retry-After": asked} if asked is not None else {}
    response = urllib3.HTTPResponse(status=status, headers=headers)
    retry = policy(**settings)
    found: list[Any] = []
    for _ in range(STEPS):
        if not retry.is_retry(method, status, asked is not None):
            return [*found, "returned"]
        try:
            retry = retry.increment(method, "/", response=response)
        except MaxRetryError:
            return [*found, "raised" if retry.raise_on_status else "returned"]
        with patch("time.sleep") as sleep:
            retry.sleep(response)
        found.append(sum(call.args[0] for call in sleep.call_args_list))
    return found


def ours(
    settings: dict[str, Any], method: str, status: int, asked: str | None, policy: Any = Retry
) -> list[Any]:
    headers = {"retry-after": asked} if asked is not None else {}
    response: Any = SimpleNamespace(status_code=status, headers=headers, request=None)
    retry = policy(**settings)
    found: list[Any] = []
    for _ in range(STEPS):
        try:
            following = retry.after_response(method, response)
        except exceptions.RetryError:
            return [*found, "raised"]
        if following is None:
            return [*found, "returned"]
        retry = following
        found.append(retry.wait(response))
    return found


@pytest.mark.parametrize("name", SETTINGS)
@pytest.mark.parametrize("asked", [None, "0", "7", " 2 "])
def test_after_a_response(name: str, asked: str | None) -> None:
    for method, status in itertools.product(
        ("GET", "HEAD", "POST", "PATCH", "DELETE"), (200, 404, 413, 429, 500, 503)
    ):
        case = (SETTINGS[name], method, status, asked)
        with patch("random.random", return_value=0.25):
            assert ours(*case) == theirs(*case), case
            assert ours(*case, OurSubclass) == theirs(*case, TheirSubclass), case


@pytest.mark.parametrize("name", SETTINGS)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_after_an_error(name: str, method: str) -> None:
    error = exceptions.ReadTimeout("slow")
    mine: list[float | str] = []
    expected: list[float | str] = []
    retry = Retry(**SETTINGS[name])
    their = urllib3.Retry(**SETTINGS[name])
    slow = ReadTimeoutError(urllib3.HTTPConnectionPool("host.example"), "/", "slow")
    with patch("random.random", return_value=0.25):
        for _ in range(STEPS):
            following = retry.after_error(method, error)
            if following is None:
                mine.append("raised")
                break
            retry = following
            mine.append(retry.wait())
        for _ in range(STEPS):
            try:
                their = their.increment(method, "/", error=slow)
            except (MaxRetryError, ReadTimeoutError):
                expected.append("raised")
                break
            expected.append(their.get_backoff_time())
    assert mine == expected
