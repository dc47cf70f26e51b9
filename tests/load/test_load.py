"""Thousands of requests, streams and failures: nothing is left of them, and nothing is printed."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from tests.server import Server, Urls

from . import work
from .balance import Balance

pytestmark = [
    pytest.mark.only_on("browser"),
    pytest.mark.usually_on("worker and not 0.29.5"),
]

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


@pytest.mark.parametrize("how", [work.streams, work.event_streams])
def test_dropped_streams(
    balance: Balance, server: Server, urls: Urls, share: float, how: Callable[..., Any]
) -> None:
    size = 10 * len(work.STREAMS)

    def batch() -> None:
        name = uuid4().hex
        balance.run(how, urls=urls, count=size, name=name)
        seen = server.seen(name, within=60, aborted=size)
        end = time.monotonic() + 60
        while seen["open"] and time.monotonic() < end:  # a browser may repeat a request by itself
            time.sleep(0.1)
            seen = server.seen(name)
        assert seen["aborted"] == seen["count"] >= size

    repeat(balance, batch, size, 2000 * share)


def test_websockets(balance: Balance, urls: Urls, share: float) -> None:
    size = 20
    repeat(balance, lambda: balance.run(work.websockets, urls=urls, count=size), size, 1000 * share)


def test_failures(balance: Balance, urls: Urls, share: float) -> None:
    rounds, size = 10, 10 * work.FAILURES
    repeat(balance, lambda: balance.run(work.failures, urls=urls, count=rounds), size, 2000 * share)


@pytest.mark.parametrize("how", [work.blocking, work.blocking_without_switching])
def test_blocking(balance: Balance, urls: Urls, share: float, how: Callable[..., Any]) -> None:
    size = 100
    repeat(balance, lambda: balance.run(how, urls=urls, count=size), size, 2000 * share)


@pytest.mark.parametrize(
    ("half", "rest"),
    [
        (work.download_half, work.download_rest),
        pytest.param(
            work.blocking_download_half,
            work.blocking_download_rest,
            marks=pytest.mark.only_on("jspi"),
        ),
    ],
)
def test_large_downloads(
    balance: Balance, urls: Urls, half: Callable[..., Any], rest: Callable[..., Any]
) -> None:
    balance.run(half, urls=urls, size=2 * MEGABYTE)
    balance.run(rest, size=2 * MEGABYTE)
    before = balance.take()
    balance.run(half, urls=urls, size=LARGE)
    middle = balance.take()
    balance.run(rest, size=LARGE)
    after = balance.take()
    for name in {"memory of WebAssembly", "backingStorageSize"} & before.keys():
        assert max(middle[name], after[name]) - before[name] < LARGE / 20, name


@pytest.mark.parametrize("how", [work.upload_chunks, work.upload_bytes])
def test_large_uploads(
    balance: Balance, server: Server, urls: Urls, how: Callable[..., Any]
) -> None:
    name = uuid4().hex
    balance.run(how, urls=urls, size=LARGE // 2, name=name)
    [request] = server.seen(name, completed=1)["requests"]
    assert ("Content-Length", str(LARGE // 2)) in request["headers"]
