"""The benchmark over sockets: this package on CPython, beside requests, niquests and httpx2.

python -m bench.cpython [--rounds 9] [--only small,many] [--write]

Runs in an environment of its own (requirements/bench-cpython.txt). The contenders of a work take
turns in one process, in an order that chance decides; --write puts the table into
docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import asyncio
import platform
import random
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any, NamedTuple

from .inside import stream_subjects, subjects

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"
BEGIN, END = "<!-- cpython: begin -->", "<!-- cpython: end -->"
SMALL_ID, SEQUENTIAL, CONCURRENT, BODY = 7, 100, 200, 102_400_000
JSON, EVENTS = 10_000_000, 20_000
# Connections and threads of the blocking clients that do many at once.
THREADS = 32
UPLOAD = bytes(range(256)) * (BODY // 256)


class Contender(NamedTuple):
    """A client.

    Attributes:
        title: for people.
        subject: its class among the subjects.
        is_async: whether it is awaited.
        streaming: its class among those for streams, "" for none.
    """

    title: str
    subject: str
    is_async: bool
    streaming: str = ""


CONTENDERS = (
    Contender("requests", "Requests", False, "RequestsLines"),
    Contender("niquests", "Niquests", False, "NiquestsEventsBlocking"),
    Contender("httpx2", "Httpx2", False, "Httpx2EventsBlocking"),
    Contender("pyfetch_requests.sync", "Ours", False, "OursStreamsBlocking"),
    Contender("niquests, async", "NiquestsAsync", True, "NiquestsEvents"),
    Contender("httpx2, async", "Httpx2Async", True, "Httpx2Events"),
    Contender("pyfetch_requests, async", "OursAsync", True, "OursStreams"),
    Contender("pyfetch_requests, max_connections=32", "OursLimited", True),
)


class Work(NamedTuple):
    """One thing to do.

    Attributes:
        key: for `--only`.
        title: for people.
        method: of the subjects.
        path: what is asked for.
        arguments: more of the method.
        expected: what it returns, None where that is not known.
        goal: at most this many times what requests takes.
        streaming: True for one of the works with streams.
    """

    key: str
    title: str
    method: str
    path: str
    arguments: tuple[Any, ...] = ()
    expected: int | None = None
    goal: float = 1.0
    streaming: bool = False


WORKS = (
    Work("small", f"{SEQUENTIAL} small JSON GETs, one after the other", "sequential", "/small",
         (SEQUENTIAL,), SMALL_ID * SEQUENTIAL),
    Work("many", f"{CONCURRENT} small JSON GETs at once", "concurrent", "/small",
         (CONCURRENT,), SMALL_ID * CONCURRENT, goal=0.5),
    Work("json", "10 MB of JSON, to Python's values", "parsed", f"/json/{JSON}"),
    Work("down", "100 MB into bytes", "content", f"/bytes/{BODY}", (), BODY),
    Work("stream", "100 MB by iter_content", "streamed", f"/bytes/{BODY}", (), BODY),
    Work("up", "100 MB sent", "uploaded", "/sink", (UPLOAD,), BODY),
    Work("events", f"{EVENTS:,} events; requests: as lines", "events", f"/events/{EVENTS}",
         (), EVENTS, 1.3, True),
)  # fmt: skip


class Client:
    """A contender that is ready to work."""

    def __init__(
        self, contender: Contender, runner: asyncio.Runner, streaming: bool = False
    ) -> None:
        self._runner = runner
        self._is_async = contender.is_async
        make = (
            getattr(stream_subjects, contender.streaming)
            if streaming
            else getattr(subjects, contender.subject)
        )
        self._subject = runner.run(self._made(make))

    async def _made(self, make: Callable[[], Any]) -> Any:
        return make()

    def sample(self, work: Work, origin: str) -> float:
        """Do a work once; its milliseconds of the processor, whatever else runs there."""
        start = process_time()
        found = self._do(work, origin + work.path)
        elapsed = (process_time() - start) * 1000
        if work.expected not in (None, found):
            raise RuntimeError(f"{type(self._subject).__name__}.{work.method}: {found}")
        return elapsed

    def _do(self, work: Work, url: str) -> Any:
        if self._is_async:
            return self._runner.run(getattr(self._subject, work.method)(url, *work.arguments))
        if work.method == "concurrent":
            with ThreadPoolExecutor(THREADS) as threads:
                values = threads.map(self._subject.get, [url] * work.arguments[0])
                return sum(value["id"] for value in values)
        return getattr(self._subject, work.method)(url, *work.arguments)


@contextmanager
def serving() -> Any:
    """The server of the benchmark; its origin."""
    command = [sys.executable, "-m", "bench.server"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        process.terminate()


def measured(works: list[Work], count: int) -> dict[str, dict[str, list[float]]]:
    """Milliseconds by work and contender; the first sample of each is thrown away."""
    times: dict[str, dict[str, list[float]]] = {}
    chance = random.Random(1)
    with serving() as origin, asyncio.Runner() as runner:
        clients_of = {
            False: {each.title: Client(each, runner) for each in CONTENDERS},
            True: {each.title: Client(each, runner, True) for each in CONTENDERS if each.streaming},
        }
        for work in works:
            clients = clients_of[work.streaming]
            samples: dict[str, list[float]] = {title: [] for title in clients}
            times[work.key] = samples
            for number in range(-1, count):
                for title, client in chance.sample([*clients.items()], len(clients)):
                    elapsed = client.sample(work, origin)
                    if number >= 0:
                        samples[title].append(elapsed)
            print(work.title, {title: round(median(each)) for title, each in samples.items()})
    return times


def section(times: dict[str, dict[str, list[float]]], rounds: int) -> str:
    """The part of the page: medians of the ratios to requests, and its milliseconds."""
    titles = [each.title for each in CONTENDERS[1:]]
    names = ("requests", "niquests", "httpx2", "httpcore2")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    lines = [
        f"CPython {platform.python_version()}, {versions}, {rounds} rounds. Each cell is the "
        "median of the processor time that a client took, divided by what requests took in the "
        "same round: smaller is better, and **bold** misses the goal. Blocking clients use 32 "
        "threads for many requests at once.",
        "",
        f"|  | requests, ms | goal | {' | '.join(titles)} |",
        f"| --- | --: | --: |{' --: |' * len(titles)}",
    ]
    for work in WORKS:
        if work.key in times:
            found = times[work.key]
            base = found["requests"]
            cells = [f"{median(base):.0f}", f"{work.goal:.2f}"]
            for title in titles:
                if title not in found:
                    cells.append("n/a")
                    continue
                ratio = median(mine / its for mine, its in zip(found[title], base, strict=True))
                missed = title.startswith("pyfetch") and ratio > work.goal
                cells.append(f"**{ratio:.2f}**" if missed else f"{ratio:.2f}")
            lines.append(f"| {work.title} | {' | '.join(cells)} |")
    return "\n".join(lines)


def kept(page: str) -> str:
    """The part of a page that is written here, with its marks."""
    return f"{BEGIN}{page.partition(BEGIN)[2].partition(END)[0]}{END}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.cpython", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--only", default=",".join(work.key for work in WORKS))
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    works = [work for work in WORKS if work.key in options.only.split(",")]
    text = section(measured(works, options.rounds), options.rounds)
    print(text)
    if options.write:
        page = PAGE.read_text()
        PAGE.write_text(page.replace(kept(page), f"{BEGIN}\n{text}\n{END}"))


if __name__ == "__main__":
    main()
