"""What the inventory does not do is refused by name, and the documentation lists it."""

from __future__ import annotations

import re

import pytest

from tests.inventory.api import Api
from tests.inventory_process import ROOT

COMMANDS = {
    "apps search": "infrastructure apps",
    "search with_usage(1h, cpu) is(instance)": "search with_usage",
}
REQUESTS = {
    ("GET", "/model/uml"): "model diagrams",
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_refused_by_name(api: Api, command: str):
    response = api.command(command)
    assert (response.status_code, response.text.split(": ")[0]) == (
        501,
        "Not implemented by this inventory",
    )
    assert COMMANDS[command] in response.text


@pytest.mark.parametrize(("method", "path"), REQUESTS)
def test_a_request_is_refused_by_name(api: Api, method: str, path: str):
    response = api.request(method, path)
    assert response.status_code == 501
    assert REQUESTS[method, path] in response.text


def test_usage_metrics_are_refused(scratch: Api):
    lines = [
        {"id": "root", "reported": {"kind": "graph_root", "id": "root", "name": "root"}},
        {
            "id": "a",
            "reported": {"kind": "account", "id": "a", "name": "a"},
            "replace": True,
            "usage": {"cpu": {"avg": 1}},
        },
        {"from": "root", "to": "a"},
    ]
    response = scratch.post("/graph/scratch/merge", json=lines)
    assert response.status_code == 501
    assert "usage metrics" in response.text


def test_every_refusal_is_documented():
    """Each name that the code refuses with stands in the table of docs/inventory.md."""
    documented = (ROOT / "docs" / "inventory.md").read_text()
    refused = re.compile(r'(?:Unsupported|NoDatabase|super\(\).__init__)\(f?"([a-z_ ]+)')
    sources = (ROOT / "inventory").rglob("*.py")
    names = {name.strip() for path in sources for name in refused.findall(path.read_text())}
    assert len(names) > 4
    assert {name for name in names if name not in documented} == set()
