"""Retry decisions: on values alone."""

from __future__ import annotations

import email.utils
import random
import time
from typing import Any

import pytest

from pyfetch_requests import Response, exceptions
from pyfetch_requests._nouns import retry as _retry
from pyfetch_requests._nouns.retry import Retry, parse_retry_after

BROKEN = exceptions.ConnectionError("broken")
NEVER_SENT = exceptions.ConnectTimeout("never sent")
MAYBE_SENT = exceptions.HeadersTimeout("maybe sent")


def answer_of(status: int, retry_after: str | None = None) -> Response:
    response = Response()
    response.status_code = status
    if retry_after is not None:
        response.headers["retry-after"] = retry_after
    return response


def once(retry: Retry, method: str, error: Exception) -> Retry:
    """The policy after an error that it lets pass."""
    following = retry.after_error(method, error)
    assert following is not None
    return following


def after(retry: Retry, tries: int) -> Retry:
    for _ in range(tries):
        retry = once(retry, "GET", BROKEN)
    return retry


@pytest.mark.parametrize(
    ("options", "waits"),
    [
        ({}, [0, 0, 0, 0]),
        ({"backoff_factor": 1}, [0, 2, 4, 8]),
        ({"backoff_factor": 0.1}, [0, 0.2, 0.4, 0.8]),
        ({"backoff_factor": 100}, [0, 120, 120, 120]),
        ({"backoff_factor": 1, "backoff_max": 5}, [0, 2, 4, 5]),
    ],
)
def test_backoff(options: dict[str, Any], waits: list[float]) -> None:
    retry = Retry(**options)
    assert retry.get_backoff_time() == 0
    assert [after(retry, tries).get_backoff_time() for tries in range(1, 5)] == pytest.approx(waits)


def test_jitter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "random", lambda: 0.5)
    assert after(Retry(backoff_factor=1, backoff_jitter=4), 2).get_backoff_time() == 2 + 2


@pytest.mark.parametrize("value", [0, None, False])
def test_no_retries(value: Any) -> None:
    assert Retry.of(value).after_error("GET", BROKEN) is None
    assert Retry.of(value).after_response("GET", answer_of(503, "1")) is None


def test_of_a_number_or_a_policy() -> None:
    assert vars(Retry.of(3))["total"] == 3
    retry = Retry(total=5)
    assert Retry.of(retry) is retry
    assert vars(Retry.from_int(2))["total"] == 2
    assert Retry(total=True).total == 1


def test_of_urllib3() -> None:
    from urllib3.util import Retry as Original

    original = Original(
        total=4, status_forcelist=[500], backoff_factor=0.5, allowed_methods=["POST"]
    )
    retry = Retry.of(original)
    assert vars(retry) == {name: getattr(original, name) for name in vars(retry)}


def test_of_a_subclass_of_urllib3() -> None:
    """It may override any method, so it is asked; what it re-raises is final."""
    from urllib3.util import Retry as Original

    class Own(Original):
        """Nothing of its own."""

    policy = Retry.of(Own(total=1, read=1))
    assert policy.after_error("POST", MAYBE_SENT) is None
    assert policy.after_error("POST", BROKEN) is None
    following = policy.after_error("POST", NEVER_SENT)
    assert following is not None
    assert following.after_error("GET", NEVER_SENT) is None
    assert policy.after_error("GET", MAYBE_SENT) is not None


def test_defaults_are_those_of_urllib3() -> None:
    from urllib3.util import Retry as Original

    original = Original()
    retry = Retry()
    assert {name: getattr(original, name) for name in vars(retry)} | {
        "status_forcelist": frozenset(),
        "allowed_methods": frozenset(original.allowed_methods or ()),
        "remove_headers_on_redirect": frozenset(("authorization", "cookie")),
    } == vars(retry)
    assert Retry.RETRY_AFTER_STATUS_CODES == Original.RETRY_AFTER_STATUS_CODES
    assert Retry.DEFAULT_BACKOFF_MAX == Original.DEFAULT_BACKOFF_MAX


@pytest.mark.parametrize("method", ["GET", "get", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"])
def test_idempotent_methods(method: str) -> None:
    assert once(Retry(total=1), method, BROKEN).total == 0


@pytest.mark.parametrize("method", ["POST", "PATCH", "post"])
def test_other_methods(method: str) -> None:
    for error in (BROKEN, MAYBE_SENT):
        assert Retry().after_error(method, error) is None
    assert once(Retry(), method, NEVER_SENT).history == ((method, None, NEVER_SENT, None, None),)
    for any_method in (None, False, ()):
        policy = Retry(allowed_methods=any_method)
        assert once(policy, method, BROKEN).history == ((method, None, BROKEN, None, None),)
    assert Retry(status_forcelist=[500]).after_response(method, answer_of(500)) is None


@pytest.mark.parametrize(
    ("error", "kind"), [(NEVER_SENT, "connect"), (MAYBE_SENT, "read"), (BROKEN, "read")]
)
def test_limits(error: Exception, kind: str) -> None:
    limited: dict[str, Any] = {kind: 1}
    following = once(Retry(total=5, **limited), "GET", error)
    assert (following.total, getattr(following, kind)) == (4, 0)
    assert following.after_error("GET", error) is None
    assert once(Retry(total=None, **limited), "GET", error).total is None


def test_policy_is_never_changed() -> None:
    retry = Retry(total=1)
    assert retry.after_error("GET", BROKEN) is not retry
    assert (retry.total, retry.history) == (1, ())


class TestStatus:
    def test_of_the_list(self) -> None:
        following = Retry(total=1, status=3, status_forcelist=[500]).after_response(
            "GET", answer_of(500)
        )
        assert following is not None
        assert (following.total, following.status) == (0, 2)
        assert following.history == (("GET", None, None, 500, None),)

    def test_of_no_list(self) -> None:
        assert Retry().after_response("GET", answer_of(500)) is None
        assert Retry().after_response("GET", answer_of(503)) is None

    @pytest.mark.parametrize("status", [413, 429, 503])
    def test_with_retry_after(self, status: int) -> None:
        answer = answer_of(status, "9")
        following = Retry(total=1).after_response("GET", answer)
        assert following is not None
        assert following.wait(answer) == 9
        deaf = Retry(total=1, respect_retry_after_header=False)
        assert deaf.after_response("GET", answer) is None
        assert deaf.wait(answer) == 0

    def test_with_retry_after_elsewhere(self) -> None:
        assert Retry().after_response("GET", answer_of(500, "9")) is None

    def test_none_left(self) -> None:
        retry = Retry(total=0, status_forcelist=[500])
        answer = answer_of(500)
        with pytest.raises(exceptions.RetryError, match="too many 500") as caught:
            retry.after_response("GET", answer)
        assert caught.value.response is answer
        quiet = Retry(total=0, status_forcelist=[500], raise_on_status=False)
        assert quiet.after_response("GET", answer) is None


class TestRetryAfter:
    @pytest.mark.parametrize(
        ("value", "seconds"),
        [
            (None, None),
            ("", None),
            ("0", 0),
            (" 120 ", 120),
            ("-1", None),
            ("soon", None),
            ("²", None),
        ],
    )
    def test_seconds(self, value: str | None, seconds: float | None) -> None:
        assert parse_retry_after(value) == seconds

    @pytest.mark.parametrize(("offset", "seconds"), [(30, 30), (0, 0), (-30, 0)])
    def test_date(self, offset: int, seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(time, "time", lambda: 1_000_000_000.0)
        date = email.utils.formatdate(1_000_000_000 + offset, usegmt=True)
        assert parse_retry_after(date) == seconds

    @pytest.mark.parametrize(
        "date", ["Mon, 01 Jan 99999 00:00:00 GMT", "Mon, 01 Jan 2020 00:00:00 +99999999999999"]
    )
    def test_dates_that_are_none(self, date: str) -> None:
        assert parse_retry_after(date) in (None, 0)

    def test_no_longer_than_urllib3_waits(self) -> None:
        assert Retry().wait(answer_of(503, "9" * 5000)) == 6 * 60 * 60
        assert Retry(retry_after_max=5).wait(answer_of(503, "60")) == 5

    def test_header_that_says_nothing(self) -> None:
        retry = after(Retry(backoff_factor=1), 2)
        assert retry.wait(answer_of(503, "soon")) == 2
        assert retry.wait(answer_of(503)) == 2


def test_repr() -> None:
    assert repr(Retry(total=3)) == "Retry(total=3, connect=None, read=None, status=None)"
    assert repr(Retry.of(_retry.Retry(total=1, read=2))).startswith("Retry(total=1")
