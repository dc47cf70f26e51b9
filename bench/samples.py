"""What samples say: ratios of two clients, and whether they can be relied on."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from statistics import median, quantiles
from typing import Literal

from .work import Goal, Work

# The samples of one work in milliseconds, by contender.
Samples = Mapping[str, list[float]]
Verdict = Literal["met", "missed", "not reliable"]
# How far the middle half of the reference's samples may spread around their median.
QUIET = 0.25


def ratio(times: Samples, goal: Goal) -> float | None:
    """The median over the samples, None where one of the two was not there."""
    # Samples of the same place in their lists are of the same round: a client that sits out does
    # so from some round on.
    pairs = zip(
        times.get(goal.contender.title, []), times.get(goal.reference.title, []), strict=False
    )
    found = [mine / theirs for mine, theirs in pairs if theirs]
    return median(found) if found else None


def spread(samples: list[float]) -> float:
    """How far the middle half of the samples lies apart, by their median; of few, inf."""
    if len(samples) < 2:
        return inf
    first, middle, third = quantiles(samples, n=4, method="inclusive")
    # 0 is shorter than the engine's clock can tell: WebKit's has whole milliseconds.
    return (third - first) / middle if middle else inf


def is_trusted(work: Work, samples: list[float]) -> bool:
    """Tell whether a client took about the same each time, and ran often enough."""
    return len(samples) >= work.rounds * work.repeat and spread(samples) <= QUIET


def is_calm(work: Work, times: Samples) -> bool:
    """Tell whether all references of a work's goals took about the same each time."""
    found = [times.get(goal.reference.title, []) for goal in work.goals]
    return all(spread(samples) <= QUIET for samples in found if samples)


def is_within(found: float, limit: float) -> bool:
    """Tell whether a ratio keeps to a limit, in the two digits that the page shows."""
    return found <= limit + 0.005


def verdict(work: Work, goal: Goal, times: Samples) -> Verdict | None:
    """What became of a goal; None where it was not measured."""
    found = ratio(times, goal)
    if found is None:
        return None
    if not is_trusted(work, times[goal.reference.title]):
        return "not reliable"
    return "met" if is_within(found, goal.limit) else "missed"
