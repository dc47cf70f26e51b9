"""What the outcomes of requests' tests mean, measured by what can pass in a target."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.browser.targets import Target
from tests.requests_suite.limits import limit_of


@dataclass
class Verdict:
    """Ids of tests, each in one list.

    Attributes:
        passed: Ended well, or failed as requests itself expects.
        failed: Have to pass, and did not.
        impossible: Failed for a reason that `limits` names.
        guesses: The same; an answer could be made up that is right most of the time.
        surprises: Passed, although `limits` says that they cannot.
        skipped: Left out by requests itself.
        network: How many of those that have to pass ask httpbin, and how many of them passed.
    """

    passed: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    impossible: list[str] = field(default_factory=list)
    guesses: list[str] = field(default_factory=list)
    surprises: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    network: tuple[int, int] = (0, 0)


def judge(outcomes: dict[str, dict[str, Any]], target: Target, way: str) -> Verdict:
    """Sort the outcomes of a run, see `inside.Recorder`."""
    verdict = Verdict()
    there = passed = 0
    for test, found in outcomes.items():
        limit = limit_of(test, target, way)
        well = found["outcome"] in ("passed", "xfailed")
        if found["outcome"] == "skipped":
            verdict.skipped.append(test)
        elif limit is None:
            (verdict.passed if well else verdict.failed).append(test)
            there += found["network"]
            passed += found["network"] and well
        elif well:
            verdict.surprises.append(test)
        else:
            (verdict.guesses if limit.guess else verdict.impossible).append(test)
    verdict.network = there, passed
    return verdict
