"""One of each branch that Python has, half of them taken: measured here and in Pyodide alike."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator


def conditions(number: int) -> str:
    if number > 1:
        kind = "many"
    elif number == 1:
        kind = "one"
    else:
        kind = "none"
    if kind == "never":
        return kind
    if number and kind:
        kind += "!"
    return kind if number else ""


def loops(numbers: list[int]) -> int:
    total = 0
    for number in numbers:
        if number < 0:
            break
        if number == 7:
            continue
        total += number
    else:
        total += 100
    while total > 1000:
        total -= 1
    return sum(one for one in numbers if one) + len([x for x in numbers if x > 2]) + total


def failures(text: str) -> int:
    try:
        value = int(text)
    except ValueError as error:
        if "invalid" in str(error):
            return -1
        raise
    except TypeError:
        return -2
    else:
        value += 1
    finally:
        text = ""
    with contextlib.suppress(ZeroDivisionError):
        value //= 0
    with contextlib.nullcontext(value) as kept:
        if kept > 5:
            return kept
    return value


def raises(deep: int) -> None:
    if deep:
        raises(deep - 1)
    raise LookupError("at the bottom")


def pieces(count: int) -> Iterator[int]:
    for number in range(count):
        yield number + 1
    if count == 0:
        yield from [9, 9]


async def pieces_later(count: int) -> AsyncIterator[int]:
    for number in range(count):
        await asyncio.sleep(0)
        yield number


def choose(value: object) -> str:
    match value:
        case {"a": int()}:
            return "mapping"
        case [_, *_]:
            return "sequence"
        case str() if value:
            return "text"
        case _:
            return "other"


async def waits(flag: bool) -> list[int]:
    found = []
    async for one in pieces_later(2):
        found.append(one)
    if flag:
        await asyncio.sleep(0)
        found.append(len(found))
    try:
        await asyncio.wait_for(asyncio.Event().wait(), 0.01)
    except TimeoutError:
        return found
    return []


async def main() -> None:
    """Take half of the branches."""
    assert [conditions(number) for number in (0, 2)] == ["", "many!"]
    assert loops([1, 7, 3]) == 117
    assert loops([1, -1]) == 1
    assert failures("no") == -1
    assert failures("3") == 4
    with contextlib.suppress(LookupError):
        raises(2)
    assert list(pieces(2)) == [1, 2]
    assert next(pieces(3)) == 1
    assert choose([1]) == "sequence"
    assert choose("x") == "text"
    assert await waits(True) == [0, 1, 2]
