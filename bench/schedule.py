"""Which work has its next round, and who takes part in it.

The time of a column is shared out over its works: each gets a few rounds, then each gets a few
more, so that what is measured last has as many as what is measured first, and a load that comes
and goes does not meet one work alone. Never looks at who was faster.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from .work import Contender, Work

# So many rounds a work has before the next one's turn. All contenders take part in the first so
# many, then only those that a goal compares: the figures of the others are for orientation.
BLOCK = 3
# The first round is not counted: it imports, compiles and connects.
WARMING = -1


def wanted(work: Work, done: int, is_calm: bool) -> int:
    """How many rounds a work gets next: a block of them at most, 0 if it has enough.

    Args:
        work: whose turn it is.
        done: the rounds that it had.
        is_calm: whether its references took about the same each time. If not, it gets up to twice
            its number of rounds.
    """
    most = work.rounds if is_calm else 2 * work.rounds
    return max(0, min(BLOCK, most - done))


def turns(
    works: Sequence[Work], is_calm: Callable[[Work], bool], in_time: Callable[[], bool]
) -> Iterator[tuple[Work, int]]:
    """Share out the time: yield a work and the number of its round, from WARMING on.

    The first block is complete for each work; time only ends what comes after it.
    """
    for work in works:
        yield from ((work, number) for number in range(WARMING, min(BLOCK, work.rounds)))
    done = {work.key: min(BLOCK, work.rounds) for work in works}
    unfinished = list(works)
    while unfinished:
        for work in list(unfinished):
            count = wanted(work, done[work.key], is_calm(work))
            if not count:
                unfinished.remove(work)
            for _ in range(count):
                if not in_time():
                    return
                yield work, done[work.key]
                done[work.key] += 1


def every_round(works: Sequence[Work], count: int) -> Iterator[tuple[Work, int]]:
    """As `turns`, with a number of rounds that somebody asked for: one work after the other."""
    for work in works:
        yield from ((work, number) for number in range(WARMING, count))


def taking_part(work: Work, number: int) -> list[Contender]:
    """Who takes part in a round of a work, by its number."""
    compared = {one for goal in work.goals for one in (goal.contender, goal.reference)}
    return [one for one in work.contenders if number < BLOCK or one in compared]
