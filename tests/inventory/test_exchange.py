"""A graph goes out by `graph export` and comes back by `graph import`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from email import message_from_bytes
from typing import Any

import pytest
import requests

from tests.inventory.api import Api, Json

SHELF = {
    "fqn": "shelf",
    "bases": ["resource"],
    "properties": [{"name": "boards", "kind": "int64", "description": ""}],
}


def _node(kind: str, name: str, **more: object) -> Json:
    return {"id": name, "reported": {"kind": kind, "id": name, "name": name, **more}}


CONTENT = [
    _node("graph_root", "root"),
    _node("cloud", "onprem"),
    {**_node("account", "cellar"), "replace": True},
    _node("shelf", "tall", boards=7, tags={"owner": "nobody"}),
    _node("shelf", "small", boards=2),
    {"from": "root", "to": "onprem"},
    {"from": "onprem", "to": "cellar"},
    {"from": "cellar", "to": "tall"},
    {"from": "cellar", "to": "small"},
    {"from": "small", "to": "tall", "edge_type": "delete"},
]


@pytest.fixture(scope="module")
def kinds(api: Api) -> list[Json]:
    """What the graph needs of the model, and a kind of its own."""
    known = {kind["fqn"]: kind for kind in api.get("/model").json()}
    wanted = ["graph_root", "cloud", "account", "resource"]
    for name in wanted:  # which grows
        kind = known[name]
        needed = [*kind.get("bases", []), *(p["kind"] for p in kind.get("properties", []))]
        wanted += {part for each in needed for part in re.findall(r"\w+", each)} & (
            set(known) - set(wanted)
        )
    return [SHELF, *(known[name] for name in wanted)]


@pytest.fixture
def furnished(inventory_server: str, kinds: list[Json]) -> Iterator[Api]:
    """A small graph with a kind of its own, and edges of both types."""
    api = Api(inventory_server, graph="furnished")
    api.post("/graph/furnished").raise_for_status()
    api.patch("/graph/furnished/model", json=kinds).raise_for_status()
    api.post("/graph/furnished/merge", json=CONTENT).raise_for_status()
    yield api
    for name in {"furnished", "copied"} & set(api.get("/graph").json()):
        api.delete(f"/graph/{name}").raise_for_status()


def _export(api: Api) -> list[bytes]:
    """The lines of the file that the command writes."""
    response = api.command(f"graph export {api.graph} dump.jsonl")
    assert response.status_code == 200, response.text
    kind = f"Content-Type: {response.headers['Content-Type']}\n\n".encode()
    parts: Any = message_from_bytes(kind + response.content).get_payload()
    [part] = parts
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content.splitlines()


def _import(api: Api, lines: list[bytes], *options: str) -> requests.Response:
    return api.post(
        "/cli/execute",
        params={"graph": "resoto"},
        headers={"Resoto-Shell-Command": " ".join(["graph import copied dump.jsonl", *options])},
        files={"dump": ("dump", b"\n".join(lines))},
    )


def _state(api: Api) -> list[str]:
    """Nodes and edges, without what goes on by itself."""
    found = api.found("id(root) -[0:]->", "graph") + api.found("all -[0:1]delete->", "graph")
    for line in found:
        line.pop("revision", None)
        for name in ("age", "last_update"):
            line.get("reported", {}).pop(name, None)
    return sorted(json.dumps(line, sort_keys=True) for line in found)


def test_a_graph_goes_out_and_comes_back(furnished: Api):
    lines = _export(furnished)
    copied = Api(furnished.url, graph="copied")
    assert _import(copied, lines).status_code == 200
    assert len(_state(furnished)) == 2 * 5 + 4 + 1
    assert _state(copied) == _state(furnished)
    assert copied.keys("is(shelf) and boards > 3 and tags.owner = nobody") == {"tall"}
    assert copied.keys('"cellar"') == furnished.keys('"cellar"')
    assert _export(copied)[1:] == [line.replace(b"furnished/", b"copied/") for line in lines[1:]]


def test_an_import_replaces_a_graph_only_by_force(furnished: Api):
    lines = _export(furnished)
    copied = Api(furnished.url, graph="copied")
    _import(copied, lines).raise_for_status()
    copied.patch("/graph/copied/node/tall/section/reported", json={"name": "other"})
    again = _import(copied, lines)
    assert (again.status_code, "already exists" in again.text) == (400, True)
    assert copied.keys("name = other") == {"tall"}
    assert _import(copied, lines[:-1], "--force").status_code == 400
    assert copied.keys("name = other") == {"tall"}
    assert _import(copied, lines, "--force").status_code == 200
    assert _state(copied) == _state(furnished)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda lines: lines[:-1], "not complete"),
        (lambda lines: lines[1:], "not the export of a graph"),
        (lambda lines: [lines[0].replace(b"0.1.0", b"9.0.0"), *lines[1:]], "version 9.0.0"),
    ],
    ids=["cut", "headless", "newer"],
)
def test_a_damaged_export_leaves_nothing(
    furnished: Api, change: Callable[[list[bytes]], list[bytes]], message: str
):
    response = _import(furnished, change(_export(furnished)))
    assert (response.status_code, message in response.text) == (400, True)
    assert "copied" not in furnished.get("/graph").json()
