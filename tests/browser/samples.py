"""Functions that succeed and fail inside Pyodide, for the tests of the harness."""

from __future__ import annotations

ANSWER = 42


async def fails_late(number: int) -> None:
    print("about to fail")
    found = {"number": number}
    assert found["number"] == ANSWER, "not the answer"


def raises() -> None:
    def inner() -> None:
        raise LookupError("nothing there")

    inner()


async def never_ends() -> None:
    import asyncio

    await asyncio.Event().wait()


def spins() -> None:
    while True:
        pass


def works() -> None:
    assert ANSWER == 42
