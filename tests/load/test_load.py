"""Thousands of requests, streams and failures: nothing is left of them, and nothing is printed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from tests.browser.interpreter import Interpreter
from tests.server import Server, Urls

from . import processes, work
from .balance import Balance

pytestmark = pytest.mark.only_on("browser")

MEGABYTE = 1 << 20
LARGE = 500 * MEGABYTE


def repeat(balance: Balance, batch: Callable[[], Any], size: int, total: float) -> None:
    """Run batches until there were `total` requests; one before to fill what caches there are."""
    batch()
    before = balance.take()
    rounds = max(1, round(total / size))
    for _ in range(rounds):
        batch()
    balance.returned(before, rounds * size)


def test_sequential(balance: Balance, urls: Urls, share: float) -> None:
    size = 250
    repeat(balance, lambda: balance.run(work.sequential, urls=urls, count=size), size, 1e4 * share)


def test_concurrent(balance: Balance, urls: Urls, share: float) -> None:
    size = round(1000 * share)
    repeat(balance, lambda: balance.run(work.concurrent, urls=urls, count=size), size, size)


def test_dropped_streams(balance: Balance, server: Server, urls: Urls, share: float) -> None:
    size = 10 * len(work.STREAMS)

    def batch() -> None:
        name = uuid4().hex
        balance.run(work.streams, urls=urls, count=size, name=name)
        seen = server.seen(name, within=60, aborted=size)
        assert (seen["aborted"], seen["open"]) == (seen["count"], 0)

    repeat(balance, batch, size, 2000 * share)


def test_failures(balance: Balance, urls: Urls, share: float) -> None:
    rounds, size = 10, 10 * work.FAILURES
    repeat(balance, lambda: balance.run(work.failures, urls=urls, count=rounds), size, 2000 * share)


@pytest.mark.parametrize("how", [work.blocking, work.blocking_without_switching])
def test_blocking(balance: Balance, urls: Urls, share: float, how: Callable[..., Any]) -> None:
    size = 100
    repeat(balance, lambda: balance.run(how, urls=urls, count=size), size, 2000 * share)


@pytest.mark.parametrize(
    "how",
    [
        work.download,
        pytest.param(work.blocking_download, marks=pytest.mark.only_on("jspi")),
    ],
)
def test_large_downloads(
    pyodide: Interpreter, balance: Balance, urls: Urls, how: Callable[..., Any]
) -> None:
    balance.run(how, urls=urls, size=MEGABYTE)
    before = balance.take()
    memory = processes.Watch(pyodide.runner.driver)
    balance.run(how, urls=urls, size=LARGE)
    grown = balance.take()["memory of WebAssembly"] - before["memory of WebAssembly"]
    assert grown < LARGE / 20
    # The others keep by themselves what comes faster than it is read.
    if pyodide.target.engine == "chromium":
        assert memory.peak() < LARGE * 0.9


@pytest.mark.parametrize("how", [work.upload_chunks, work.upload_bytes])
def test_large_uploads(
    balance: Balance, server: Server, urls: Urls, how: Callable[..., Any]
) -> None:
    name = uuid4().hex
    balance.run(how, urls=urls, size=LARGE // 2, name=name)
    [request] = server.seen(name, completed=1)["requests"]
    assert ("Content-Length", str(LARGE // 2)) in request["headers"]
