"""The part of requests' own tests that runs with the others; `make test-requests` runs them all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.targets import Target
from tests.requests_suite.engine import Outcomes, Suite, suite
from tests.requests_suite.limits import LIMITS, limit_of
from tests.requests_suite.verdict import judge

TARGET = Target("chromium", "worker", "314.0.7")
# Those that ask an engine for something; the others are about values alone.
FILES = (
    "test_requests.py",
    "test_adapters.py",
    "test_help.py",
    "test_hooks.py",
    "test_packages.py",
)


@pytest.fixture(scope="module")
def chromium(package_wheel: Path) -> Iterator[Suite]:
    with suite(TARGET, package_wheel, "switch") as running:
        yield running


@pytest.fixture(scope="module")
def collected(chromium: Suite) -> Outcomes:
    return chromium.collect()


def test_what_can_pass_does(chromium: Suite, collected: Outcomes) -> None:
    files = tuple(f"tests/{name}::" for name in FILES)
    chosen = [
        test
        for test in collected
        if test.startswith(files) and limit_of(test, TARGET, "switch") is None
    ]
    outcomes = chromium.run(chosen)
    verdict = judge(outcomes, TARGET, "switch")
    assert not verdict.failed, "\n\n".join(
        f"{test}\n{outcomes[test]['text']}" for test in verdict.failed
    )
    assert len(verdict.passed) > 300


def test_each_limit_is_one_of_tests_that_there_are(collected: Outcomes) -> None:
    for limit in LIMITS:
        for name in limit.tests:
            alone = limit._replace(tests=(name,), where="browser or process")
            assert any(alone.holds(test, TARGET, "switch") for test in collected), name


def test_every_test_is_collected(collected: Outcomes) -> None:
    assert len(collected) > 600
    assert {found["outcome"] for found in collected.values()} == {"not run"}
