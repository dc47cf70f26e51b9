"""The benchmark's own parts: its server answers truly, and its page says what was measured."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bench import chart, report, samples, schedule
from bench.server import line
from bench.work import LARGE_ROUNDS, SMALL_ROUNDS, Goal, Work
from bench.works import works, works_in

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def connection() -> Iterator[HTTPConnection]:
    command = [sys.executable, "-m", "bench.server", f"docs={ROOT / 'docs'}"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            port = int(process.stdout.readline())
            yield HTTPConnection("127.0.0.1", port, timeout=60)
        finally:
            process.terminate()


def get(connection: HTTPConnection, path: str, body: bytes | None = None) -> tuple[int, bytes]:
    connection.request("GET" if body is None else "POST", path, body)
    answer = connection.getresponse()
    return answer.status, answer.read()


def test_server(connection: HTTPConnection) -> None:
    assert json.loads(get(connection, "/small")[1])["id"] == 7
    assert get(connection, "/bytes/1024000")[1] == bytes(range(256)) * 4000
    assert get(connection, "/sink", b"x" * 3_000_000) == (200, b"3000000")
    _, body = get(connection, "/lines/100")
    assert [json.loads(each)["id"] for each in body.splitlines()] == list(range(100))
    assert len(json.loads(get(connection, "/json/100000")[1])) > 300
    assert get(connection, "/docs/guide.md") == (200, (ROOT / "docs" / "guide.md").read_bytes())
    assert get(connection, "/docs/../Makefile")[0] == 404
    assert get(connection, "/nothing")[0] == 404
    assert len(line(1)) > 250


def test_ratio_is_the_median_of_pairs() -> None:
    goal: Goal = works()[0].goals[0]
    mine, theirs = goal.contender.title, goal.reference.title
    assert samples.ratio({mine: [1.0, 30.0, 6.0], theirs: [2.0, 10.0, 2.0]}, goal) == 3.0
    assert samples.ratio({mine: [1.0]}, goal) is None


def test_a_busy_machine_says_so_by_itself() -> None:
    work = next(each for each in works() if each.rounds == LARGE_ROUNDS)
    assert samples.is_trusted(work, [1.0, 1.1, 0.9, 1.0, 5.0])
    assert not samples.is_trusted(work, [1.0, 2.0, 0.5, 1.0, 3.0])
    assert not samples.is_trusted(work, [1.0] * (LARGE_ROUNDS - 1))
    assert not samples.is_trusted(work, [])
    # Three samples in a round are not three rounds.
    assert not samples.is_trusted(work._replace(repeat=3), [1.0] * LARGE_ROUNDS)
    reference = work.goals[0].reference.title
    for found, busy in (([1.0, 1.1, 0.9, 1.0, 5.0], False), ([1.0, 2.0, 0.5, 1.0, 3.0], True)):
        told = report.quiet([{"times": {work.key: {reference: found}}}])
        assert ("was busy" in told) is busy


def rounds_of(some: list[Work], calm: bool, seconds: int) -> list[tuple[str, int]]:
    """The rounds of works where each takes a second."""
    clock = iter(range(seconds))
    turns = schedule.turns(some, lambda _: calm, lambda: next(clock, None) is not None)
    return [(work.key, number) for work, number in turns]


def numbers(found: list[tuple[str, int]], key: str) -> list[int]:
    return [number for name, number in found if name == key]


def test_each_work_gets_its_rounds_in_order() -> None:
    for calm, factor in ((True, 1), (False, 2)):
        found = rounds_of(works(), calm, 1000)
        for work in works():
            assert numbers(found, work.key) == [-1, *range(factor * work.rounds)]


def test_time_is_shared_out() -> None:
    some = works()
    first = rounds_of(some, True, 0)
    assert first == [(work.key, number) for work in some for number in (-1, 0, 1, 2)]
    # Nobody has a seventh round before everybody has had as many as it wants up to six.
    for seconds in range(1, 60):
        found = rounds_of(some, True, seconds)
        assert found[: len(first)] == first
        counts = {work.key: len(numbers(found, work.key)) - 1 for work in some}
        if max(counts.values()) > 6:
            assert all(counts[work.key] >= min(6, work.rounds) for work in some)


def test_clients_without_a_goal_take_part_in_the_first_rounds() -> None:
    for work in works():
        compared = {title for goal in work.goals for title in (goal[0].title, goal[1].title)}
        assert schedule.taking_part(work, schedule.WARMING) == list(work.contenders)
        assert schedule.taking_part(work, schedule.BLOCK - 1) == list(work.contenders)
        assert {one.title for one in schedule.taking_part(work, schedule.BLOCK)} == compared


def test_verdicts() -> None:
    work = next(each for each in works() if each.rounds == SMALL_ROUNDS and each.repeat == 1)
    goal = work.goals[0]

    def told(ratio: float, theirs: list[float]) -> samples.Verdict | None:
        mine = [each * ratio for each in theirs]
        return samples.verdict(
            work, goal, {goal.contender.title: mine, goal.reference.title: theirs}
        )

    steady = [10.0] * SMALL_ROUNDS
    assert told(goal.limit, steady) == "met"
    assert told(goal.limit + 0.01, steady) == "missed"
    assert told(goal.limit, steady[1:]) == "not reliable"
    assert told(goal.limit, [10.0, 20.0, 30.0] * 3) == "not reliable"
    assert samples.verdict(work, goal, {}) is None


def test_page_and_picture() -> None:
    times = {
        work.key: {
            each.title: [float(n + 1)] * work.rounds * work.repeat
            for n, each in enumerate(work.contenders)
        }
        for work in works()
    }
    target = {"engine": "chromium", "place": "worker", "version": "314.0.7", "times": times}
    assert len(ElementTree.fromstring(chart.svg({"targets": [target]}))) > 9
    table = report.goals([target])
    meant = [goal for work in works() for goal in work.goals if "worker" in goal.places]
    assert table.count("\n") == 2 + len(meant)
    # The goals of another place are not shown: iter_lines by XHR has one for the page alone.
    limits = [goal.limit for work in works() if work.key == "lines" for goal in work.goals]
    plain = report.plain({**target, "times": {"lines": times["lines"]}})
    assert [f"(goal {limit:.2f}" in plain for limit in limits] == [True, True, True, False]
    first = works()[0].goals[0]
    titles = [each.title for each in works()[0].contenders]
    ratio = (titles.index(first.contender.title) + 1) / (titles.index(first.reference.title) + 1)
    assert f"**{ratio:.2f}**" in table.splitlines()[2]
    counts = report.verdicts(target)
    assert sum(counts.values()) == len(meant)
    assert counts["not reliable"] == 0
    assert f"| worker, 314.0.7 | {counts['met']} | {counts['missed']} | 0 |" in report.summary(
        [target]
    )
    for each in times.values():
        for found in each.values():
            found.pop()
    assert report.verdicts(target) == {"not reliable": len(meant)}
    assert "**" not in report.goals([target])


def test_other_engines_have_a_part_of_the_works() -> None:
    assert works_in("chromium") == works()
    for engine, hows in {"firefox": {"await", "jspi"}, "webkit": {"xhr"}}.items():
        some = works_in(engine)
        assert {one.how for work in some for one in work.contenders} == hows
        for work in some:
            titles = {one.title for one in work.contenders}
            assert all(
                {each.contender.title, each.reference.title} <= titles for each in work.goals
            )
        assert any(work.goals for work in some)
