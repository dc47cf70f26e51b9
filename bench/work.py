"""What a work, a contender and a goal are.

A work is one method of the subjects in `inside/`; a contender is a subject and the way it is run.
Goals are ratios of two contenders in the same rounds of one work.
"""

from __future__ import annotations

from typing import Any, NamedTuple

MB = 1_000_000
# Whole blocks of the server's 256 bytes.
BODY10, BODY100 = 10_240_000, 102_400_000
# So many rounds tell, of a small work and of a large one.
SMALL_ROUNDS, LARGE_ROUNDS = 9, 5


class Contender(NamedTuple):
    """A client, and how it runs: "await", "jspi" (blocks by switching stacks) or "xhr".

    Attributes:
        title: for people.
        subject: the class.
        how: the way it runs.
        method: another method than the work's, "" for the same.
    """

    title: str
    subject: str
    how: str
    method: str = ""


class Goal(NamedTuple):
    """`contender` takes at most `limit` times what `reference` takes.

    Attributes:
        places: where it is meant to hold.
    """

    contender: Contender
    reference: Contender
    limit: float
    places: tuple[str, ...] = ("page", "worker")


class Work(NamedTuple):
    """One thing to do.

    Attributes:
        key: for `--only`.
        title: for people.
        method: of the subjects.
        arguments: {origin} stands for the server.
        expected: what the method must return.
        contenders: who does it.
        goals: what is wanted.
        per: divides the time, for works that are many requests.
        stubbed: the network answers at once.
        repeat: samples of each contender in a round.
        rounds: how many there have to be before a goal counts as met or missed.
    """

    key: str
    title: str
    method: str
    arguments: tuple[Any, ...]
    expected: int
    contenders: tuple[Contender, ...]
    goals: tuple[Goal, ...] = ()
    per: int = 1
    stubbed: bool = False
    repeat: int = 1
    rounds: int = LARGE_ROUNDS
