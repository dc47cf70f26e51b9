"""What goes wrong: the same exceptions, or more precise ones."""

from __future__ import annotations

from typing import Any

from tests.server import Urls

from .clients import Clients
from .exchanges import Exchange, answer, check, parametrize


def with_timeout(timeout: Any) -> Exchange:
    return Exchange(
        f"timeout {timeout!r}",
        lambda client, urls: client.get(urls.respond("x"), timeout=timeout),
    )


FAILURES = [
    Exchange("dead host", lambda client, urls: client.get(urls.dead)),
    Exchange("no adapter", lambda client, urls: client.get("ftp://host.example/")),
    Exchange("no scheme", lambda client, urls: client.get("host.example")),
    Exchange("no host", lambda client, urls: client.get("http://")),
    Exchange("unknown keyword", lambda client, urls: client.get(urls.echo(), caller="red")),
    answer("no answer", "x", cut=-1),
    answer("reset before the answer", "x", cut=-1, how="reset"),
    answer("cut body", "x" * 100, cut=50),
    answer("reset body", "x" * 100, cut=50, how="reset"),
    answer("cut chunked body", "x" * 100, cut=50, framing="chunked"),
    answer("cut between chunks", "x" * 100, cut=50, framing="chunked", sizes=[50]),
    answer("promised too much", "x" * 100, promise=200),
    *map(
        with_timeout,
        (
            5, 5.0, "5", (5, 5), (None, 5), (5, None), None, 0, -1, "soon", True, (5,), (5, 5, 5),
            [5, 5], (0, 5), (5, 0), (5, "x"), {}, (), b"5", float("nan"), float("-inf"), -1.5,
            (float("nan"), 5), (5, float("nan")), (5, True), (5, -1), {"connect": 5}, range(1, 3),
        )
    ),
    Exchange(
        "slow headers", lambda client, urls: client.get(urls.respond("x", delay=2), timeout=0.2)
    ),
    Exchange(
        "stalled body",
        lambda client, urls: client.get(urls.respond("x" * 9, cut=5, how="stall"), timeout=0.2),
    ),
]  # fmt: skip


@parametrize(FAILURES)
def test_exchange(exchange: Exchange, urls: Urls, clients: Clients) -> None:
    check(exchange, urls, clients)
