"""Queries over small graphs, all made by chance: both stores find what plain Python finds.

A longer search: `--hypothesis-profile=long`.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.inventory import meaning
from tests.inventory_process import ROOT, inventory_python

Json = dict[str, Any]


def _kind(fqn: str, bases: list[str], /, **properties: str) -> Json:
    listed = [{"name": n, "kind": kind, "description": ""} for n, kind in properties.items()]
    return {"fqn": fqn, "bases": bases, "properties": listed, "aggregate_root": fqn != "part"}


_MODEL = [
    _kind("part", [], size="int64", colour="string"),
    _kind(
        "thing", [], id="string", kind="string", name="string", size="int64", ratio="double",
        colour="string", flag="boolean", free="any", inner="part", words="string[]",
        tags="dictionary[string, string]", parts="part[]",
    ),
    _kind("box", ["thing"]),
    _kind("cup", ["thing"]),
]  # fmt: skip


class Worker:
    """The process that has both stores."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.ask(_MODEL, answered=False)

    def ask(self, request: Any, answered: bool = True) -> Json:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline()) if answered else {}


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with subprocess.Popen(
        [str(inventory_python()), "-m", "tests.inventory.query_worker"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Worker(process)
    assert process.returncode == 0


_FILTERS = st.lists(meaning.filters(), min_size=6, max_size=6)
_SEARCHES = st.lists(meaning.searches(), min_size=2, max_size=2)


@given(meaning.operations(), _FILTERS, _SEARCHES, meaning.aggregates())
@settings(
    max_examples=max(25, settings().max_examples // 20),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_both_stores_find_what_python_finds(
    worker: Worker,
    operations: list[list[Any]],
    filters: list[meaning.Query],
    searches: list[meaning.Query],
    aggregate: meaning.Query,
):
    graph = meaning.Graph(operations)
    searches = [*filters, *searches]
    texts = [query.text for query in (*searches, aggregate)]
    answered = worker.ask({"operations": operations, "queries": texts})
    assert answered["problems"] == []
    for at, query in enumerate(searches):
        memory, file = answered["memory"][at], answered["file"][at]
        expected = query.meaning(graph)
        for found in (memory, file):
            keys = found["keys"] if query.ordered else sorted(found["keys"])
            assert keys == (expected if query.ordered else sorted(expected)), query.text
        assert memory["links"] == file["links"], query.text
        assert memory["full_count"] == file["full_count"], query.text
    rows = aggregate.meaning(graph)
    assert answered["memory"][-1]["rows"] == rows, aggregate.text
    assert answered["file"][-1]["rows"] == rows, aggregate.text
