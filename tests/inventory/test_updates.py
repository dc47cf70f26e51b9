"""Nodes created, changed, deleted and merged; each test in a copy of the graph."""

from __future__ import annotations

import json

import pytest

from tests.inventory.api import Api, Json
from tests.inventory.estate import ACCOUNTS, INSTANCES, Estate, collected

DROPLET = {"kind": "digitalocean_droplet", "id": "d-1", "name": "new", "instance_cores": 4}


def _region(estate: Estate, name: str) -> str:
    return next(key for key in estate.keys({"digitalocean_region"}, lambda n: n["name"] == name))


@pytest.fixture
def droplet(scratch: Api, estate: Estate) -> Json:
    """A node that was created below a region."""
    path = f"/graph/scratch/node/d-1/under/{_region(estate, 'sgp1')}"
    response = scratch.post(path, json=DROPLET)
    assert response.status_code == 200, response.text
    return response.json()


def test_a_created_node_is_found_where_it_was_put(scratch: Api, droplet: Json, estate: Estate):
    assert droplet["reported"].items() >= DROPLET.items()
    read = scratch.get("/graph/scratch/node/d-1").json()
    for node in (read, droplet):  # ages go on between two questions
        for name in ("age", "last_update", "last_access"):
            node["reported"].pop(name, None)
    assert read == droplet
    assert "d-1" in scratch.keys("is(region) and name = sgp1 --> is(instance)")
    assert len(scratch.keys("is(instance)")) == len(estate.keys(INSTANCES)) + 1


def test_the_original_graph_does_not_see_the_copy(api: Api, droplet: Json):
    assert api.get(f"/graph/resoto/node/{droplet['id']}").status_code == 404


@pytest.mark.parametrize(
    ("path", "node", "message"),
    [
        ("d-2/under/nowhere", DROPLET, "No document found with this id: nowhere"),
        ("root/under/root", DROPLET, "exists already: root"),
        ("d-2/under/root", {"id": "x", "name": "x"}, "No attribute kind"),
        ("d-2/under/root", {**DROPLET, "kind": "nonesuch"}, "nonesuch"),
        ("d-2/under/root", {**DROPLET, "instance_cores": "many"}, "instance_cores"),
        ("d-2/under/root", {**DROPLET, "colour": "red"}, "colour"),
    ],
)
def test_a_wrong_node_is_refused(scratch: Api, path: str, node: Json, message: str):
    response = scratch.post(f"/graph/scratch/node/{path}", json=node)
    assert response.status_code == 400
    assert message in response.text


def test_a_patched_node_keeps_the_rest(scratch: Api, droplet: Json):
    patched = scratch.patch(
        "/graph/scratch/node/d-1/section/reported", json={"instance_cores": 8}
    ).json()
    assert patched["reported"]["instance_cores"] == 8
    assert patched["reported"]["name"] == "new"
    assert patched["revision"] != droplet["revision"]
    assert scratch.keys("name = new and instance_cores = 8") == {"d-1"}


def test_a_patch_is_found_by_full_text(scratch: Api, droplet: Json):
    scratch.patch("/graph/scratch/node/d-1/section/reported", json={"name": "unmistakable"})
    assert scratch.keys('"unmistakable"') == {"d-1"}


def test_an_outdated_revision_is_refused(scratch: Api, droplet: Json):
    patch = {"reported": {"name": "other"}, "revision": droplet["revision"]}
    assert scratch.patch("/graph/scratch/node/d-1", json=patch).status_code == 200
    again = scratch.patch("/graph/scratch/node/d-1", json=patch)
    assert again.status_code == 400
    assert "OptimisticLockingFailed" in again.text


def test_many_nodes_are_patched_together_or_not_at_all(scratch: Api, droplet: Json):
    patches = [
        {"id": "d-1", "desired": {"clean": True}, "reported": {"name": "patched"}},
        {"id": "nowhere", "desired": {"clean": True}},
    ]
    assert scratch.patch("/graph/scratch/nodes", json=patches).status_code == 400
    assert scratch.keys("/desired.clean = true") == set()
    done = scratch.patch("/graph/scratch/nodes", json=patches[:1]).json()
    assert done[0]["desired"] == {"clean": True}
    assert scratch.keys("/desired.clean = true and name = patched") == {"d-1"}
    scratch.patch("/graph/scratch/nodes", json=[{"id": "d-1", "desired": None}])
    assert "desired" not in scratch.get("/graph/scratch/node/d-1").json()


def test_commands_set_desired_and_metadata(scratch: Api, estate: Estate):
    scratch.printed("search is(instance) and name =~ simulation | clean")
    cleaned = estate.keys(INSTANCES, lambda n: n["name"].startswith("simulation"))
    assert scratch.keys("/desired.clean = true") == cleaned
    scratch.printed("search is(account) | protect")
    assert scratch.keys("/metadata.protected = true") == estate.keys(ACCOUNTS)


def test_a_deleted_node_is_gone_with_its_edges(scratch: Api, droplet: Json, estate: Estate):
    assert scratch.delete("/graph/scratch/node/d-1").status_code == 204
    assert scratch.get("/graph/scratch/node/d-1").status_code == 404
    assert "d-1" not in {e.get("to") for e in scratch.found("is(region) -[0:1]->", "graph")}
    assert scratch.keys("is(instance)") == estate.keys(INSTANCES)


def test_a_deleted_account_takes_all_its_nodes(scratch: Api, estate: Estate):
    account = next(key for key in estate.keys(ACCOUNTS, lambda n: n["name"] == "sandbox"))
    assert scratch.delete(f"/graph/scratch/node/{account}").status_code == 204
    assert scratch.keys("all") == set(estate.nodes) - estate.below(account) - {account}


def test_the_root_stays(scratch: Api):
    response = scratch.delete("/graph/scratch/node/root")
    assert response.status_code == 400
    assert "Root node can not be deleted" in response.text


def test_a_renamed_account_is_renamed_for_its_nodes(scratch: Api, estate: Estate):
    account = next(key for key in estate.keys(ACCOUNTS, lambda n: n["name"] == "sandbox"))
    scratch.patch(f"/graph/scratch/node/{account}/section/reported", json={"name": "beach"})
    assert scratch.keys("/ancestors.account.reported.name = beach") == (
        estate.below(account) | {account}
    )


# --- merging a collected graph ------------------------------------------------------------------


def _merge(api: Api, *instances: str, path: str = "merge", **options: object) -> Json:
    response = api.post(f"/graph/scratch/{path}", json=collected(*instances), **options)
    assert response.status_code == 200, response.text
    return response.json()


def test_a_merge_replaces_the_account_and_nothing_else(scratch: Api, estate: Estate):
    first = _merge(scratch, "one", "two")
    assert (first["nodes_created"], first["edges_created"]) == (4, 4)
    assert scratch.keys("/ancestors.account.reported.name = cellar and is(instance)") == {
        "one",
        "two",
    }
    second = _merge(scratch, "two", "three")
    assert (second["nodes_created"], second["nodes_deleted"]) == (1, 1)
    assert (second["edges_created"], second["edges_deleted"]) == (1, 1)
    assert scratch.keys("is(account) and name = cellar -->") == {"two", "three"}
    expected = set(estate.nodes) | {"onprem", "cellar", "two", "three"}
    assert scratch.keys("all") == expected


def test_a_merge_keeps_what_is_notcollected(scratch: Api):
    _merge(scratch, "one")
    scratch.patch("/graph/scratch/nodes", json=[{"id": "one", "desired": {"clean": True}}])
    lines = collected("one")
    lines[3]["reported"]["name"] = "renamed"
    merged = scratch.post("/graph/scratch/merge", json=lines).json()
    assert merged["nodes_updated"] == 1
    assert scratch.keys("/desired.clean = true and name = renamed") == {"one"}


def test_a_merge_of_the_same_changes_nothing(scratch: Api):
    _merge(scratch, "one")
    assert set(_merge(scratch, "one").values()) == {0}


def test_a_merge_takes_ndjson(scratch: Api):
    lines = "\n".join(json.dumps(line) for line in collected("one"))
    headers = {"Content-Type": "application/x-ndjson"}
    response = scratch.post("/graph/scratch/merge", data=lines, headers=headers)
    assert response.json()["nodes_created"] == 3


def test_an_incomplete_graph_is_refused(scratch: Api):
    lines = [*collected("one"), {"from": "cellar", "to": "nowhere"}]
    response = scratch.post("/graph/scratch/merge", json=lines)
    assert response.status_code == 400
    assert "nowhere was used in an edge definition" in response.text


def test_a_batch_counts_when_it_is_committed(scratch: Api):
    _merge(scratch, "one", path="batch/merge", params={"batch_id": "b1"})
    assert scratch.keys("name = cellar") == set()
    [batch] = scratch.get("/graph/scratch/batch").json()
    assert (batch["id"], batch["affected_nodes"]) == ("b1", ["cellar"])
    conflict = scratch.post("/graph/scratch/merge", json=collected("two"))
    assert conflict.status_code == 400
    assert "Conflicting change in progress: b1" in conflict.text
    assert scratch.post("/graph/scratch/batch/b1").status_code == 200
    assert scratch.keys("name = cellar") == {"cellar"}
    assert scratch.get("/graph/scratch/batch").json() == []


def test_an_aborted_batch_leaves_no_trace(scratch: Api, estate: Estate):
    _merge(scratch, "one", path="batch/merge", params={"batch_id": "b1"})
    assert scratch.delete("/graph/scratch/batch/b1").status_code == 200
    assert scratch.keys("all") == set(estate.nodes)
    assert scratch.post("/graph/scratch/batch/b1").status_code == 404


def test_history_tells_what_merges_did(scratch: Api):
    _merge(scratch, "one", "two")
    _merge(scratch, "one")

    def changed(kind: str) -> set[str]:
        return {node["id"] for node in scratch.found(f"/change = {kind}", "history/list")}

    assert changed("node_created") == {"onprem", "cellar", "one", "two"}
    assert changed("node_deleted") == {"two"}
    assert scratch.found("is(instance)", "history/list", before="2000-01-01T00:00:00Z") == []


def test_a_wiped_graph_has_only_its_root(scratch: Api):
    assert scratch.delete("/graph/scratch", params={"truncate": "true"}).text == "Graph truncated."
    assert scratch.keys("all") == {"root"}


def test_graphs_are_created_and_deleted(inventory_server: str):
    api = Api(inventory_server, graph="fresh")
    assert api.post("/graph/fresh").json()["id"] == "root"
    assert "fresh" in api.get("/graph").json()
    assert api.delete("/graph/fresh").status_code == 200
    assert "fresh" not in api.get("/graph").json()
    assert api.post("/graph/not_valid").status_code == 400


def test_a_snapshot_is_searched_as_of_then(api: Api, estate: Estate):
    name = api.printed("graph snapshot before")[0].split()[-1].strip(".")
    snapshot = Api(api.url, graph=name)
    assert snapshot.keys("is(instance)") == estate.keys(INSTANCES)
    assert api.delete(f"/graph/{name}").status_code == 200
