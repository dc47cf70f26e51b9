"""The questions of the notebook are answered by indexes: no table is walked from end to end."""

from __future__ import annotations

import json
import re
import subprocess

import pytest

from tests.inventory_process import ROOT, inventory_python

QUESTIONS = {
    "by id": "id(n1)",
    "by kind": "is(box)",
    "by kind, in one account": "is(box) and /ancestors.account.reported.name = a",
    "by account, and a property": "is(box) and size = 3 and /ancestors.account.reported.name = a",
    "by property": "name = n1",
    "by the order of a property": "is(box) and size > 30",
    "one of several": "name in [n1, n2]",
    "full text": '"n1"',
    "navigation": "is(box) and name = n1 -[0:2]->",
    "both ways": "id(n1) <-[1:2]->",
    "with": "id(n1) with(any, -->)",
    "aggregate": "aggregate(/ancestors.account.reported.name as a: sum(size)): name = n1",
    "sorted": "name in [n1, n2] sort size desc limit 1",
    "history": "id(n1)",
    "history of a time": "/change = node_created and /changed_at > 2020-01-01",
}


# through a table, or all of one graph; not through a list of parameters, or a row of settings
_WALK = re.compile(r"^SCAN (?!json_each|words |main.words_config)|\(graph=\?\)$")


@pytest.fixture(scope="module")
def plans() -> dict[str, list[str]]:
    """What SQLite says of the statements that each question needs."""
    command = [str(inventory_python()), "-m", "tests.inventory.plan_worker", json.dumps(QUESTIONS)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", QUESTIONS)
def test_no_table_is_walked(plans: dict[str, list[str]], name: str):
    steps = plans[name]
    assert any(step.startswith("SEARCH") or "words" in step for step in steps)
    assert [step for step in steps if _WALK.search(step)] == []


@pytest.mark.parametrize("name", ["by kind, in one account", "by account, and a property"])
def test_kind_and_account_are_one_index(plans: dict[str, list[str]], name: str):
    """A property that many nodes have, like a status, must not lead where an account does."""
    steps = " ".join(plans[name])
    assert "node_by_kinds (graph=? AND kinds=? AND place=?)" in steps


def test_shortcuts_give_what_resotocore_gives():
    command = [str(inventory_python()), "-m", "tests.inventory.shortcut_worker"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    assert found["different"] == []
    assert found["kinds"] > 1300
    assert found["names"] > 200
