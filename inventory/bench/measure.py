"""Sends the questions, one at a time and from many clients at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from aiohttp import ClientSession, ClientTimeout, TCPConnector

from inventory.bench.questions import QUESTIONS, Question
from inventory.bench.server import Running

CLIENTS = 20
_ALONE = 5  # how often each question is sent by itself
_SECONDS = 15.0  # of questions by many clients


@dataclass(frozen=True)
class Answer:
    """Times in milliseconds until the first byte and the last one; size in bytes."""

    first: float
    whole: float
    size: int


async def ask(session: ClientSession, question: Question) -> Answer:
    """Send a question and read its whole answer."""
    content = "text/plain" if question.path.startswith("/cli") else "application/json"
    headers = {"Content-Type": content, "Accept": question.accept}
    params = None if "?" in question.path else {"section": "reported"}
    started = time.perf_counter()
    async with session.post(
        question.path, params=params, data=question.text.encode(), headers=headers
    ) as response:
        first, size = None, 0
        async for part in response.content.iter_any():
            first = first or time.perf_counter()
            size += len(part)
        ended = time.perf_counter()
        if response.status != 200:
            raise RuntimeError(f"{question.name}: {response.status}")
    return Answer(((first or ended) - started) * 1000, (ended - started) * 1000, size)


async def measure(server: Running) -> dict[str, Any]:
    """All figures of one running server, as JSON."""
    connector = TCPConnector(limit=0)
    timeout = ClientTimeout(total=None)
    async with ClientSession(server.url, connector=connector, timeout=timeout) as session:
        alone = {q.name: await _alone(session, q, server) for q in QUESTIONS}
        small = [q for q in QUESTIONS if not q.grows]
        return {
            "alone": alone,
            "together": await _together(session, small),
            "while streaming": await _while_streaming(session, small, server),
        }


async def _alone(session: ClientSession, question: Question, server: Running) -> dict[str, float]:
    await ask(session, question)  # fills caches
    before = server.processor()
    answers = [await ask(session, question) for _ in range(1 if question.grows else _ALONE)]
    spent = (server.processor() - before) / len(answers) * 1000
    first, whole = (median(getattr(a, name) for a in answers) for name in ("first", "whole"))
    return {**asdict(Answer(first, whole, answers[0].size)), "processor": spent}


async def _together(session: ClientSession, questions: list[Question]) -> dict[str, Any]:
    """Many clients, each with all questions again and again, and a ping beside them."""
    found: dict[str, list[float]] = {question.name: [] for question in questions}
    pings: list[float] = []

    async def client(number: int) -> None:
        at = number
        while time.perf_counter() < until:
            question = questions[at % len(questions)]
            found[question.name].append((await ask(session, question)).first)
            at += 1

    async def ping() -> None:
        while time.perf_counter() < until:
            started = time.perf_counter()
            async with session.get("/system/ping") as response:
                await response.read()
            pings.append((time.perf_counter() - started) * 1000)
            await asyncio.sleep(0.05)

    until = time.perf_counter() + _SECONDS
    await asyncio.gather(ping(), *(client(number) for number in range(CLIENTS)))
    asked = sum(map(len, found.values()))
    return {
        "first": {name: median(times) if times else None for name, times in found.items()},
        "per second": asked / _SECONDS,
        "ping": median(pings),
    }


async def _while_streaming(
    session: ClientSession, questions: list[Question], server: Running
) -> dict[str, Any]:
    """One client reads all instances as ndjson, while another one asks the small questions."""
    stream = next(q for q in QUESTIONS if q.accept == "application/x-ndjson")
    before, most, times = server.memory(), 0.0, []

    async def watch() -> None:
        nonlocal most
        while True:
            most = max(most, server.memory())
            await asyncio.sleep(0.05)

    async def others() -> None:
        while True:
            for question in questions:
                times.append((await ask(session, question)).first)

    answer = await _beside(lambda: ask(session, stream), watch, others)
    grown = max(most, server.memory()) - before
    return {"first": median(times) if times else None, "grown": grown, "size": answer.size}


async def _beside(work: Callable[[], Awaitable[Answer]], *others: Callable[..., Any]) -> Answer:
    """Await something while other tasks run, and then cancel these."""
    tasks = [asyncio.create_task(other()) for other in others]
    try:
        return await work()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
