"""What resotocore keeps beside the graph: configurations, models, subscribers."""

from __future__ import annotations

from tests.inventory.api import Api


def test_ping_and_ready(api: Api):
    assert api.get("/system/ping").text == "pong"
    assert api.get("/system/ready").text == "ok"


def test_a_configuration_is_written_changed_and_deleted(api: Api):
    path = "/config/test.colours"
    assert api.put(path, json={"wall": {"top": "red"}}, params={"validate": "false"}).json() == {
        "wall": {"top": "red"}
    }
    assert "test.colours" in api.get("/configs").json()
    assert api.patch(path, json={"wall": {"bottom": "blue"}}).json() == {
        "wall": {"top": "red", "bottom": "blue"}
    }
    read = api.get(path)
    assert read.json() == {"wall": {"top": "red", "bottom": "blue"}}
    assert read.headers["Resoto-Config-Revision"]
    assert api.get(path, headers={"Accept": "application/yaml"}).text.startswith("wall:")
    assert api.delete(path).status_code == 204
    assert api.get(path).status_code == 404


def test_the_core_configuration_is_validated(api: Api):
    wrong = {"resotocore": {"api": {"https_port": "many"}}}
    response = api.put("/config/resoto.core", json=wrong)
    assert response.status_code == 400
    assert "https_port" in response.text
    right = api.get("/config/resoto.core").json()
    assert api.put("/config/resoto.core", json=right).json() == right
    assert api.get("/system/ready").text == "ok"


def test_a_configuration_model_is_checked_by_its_kinds(api: Api):
    kind = {
        "fqn": "test_section",
        "bases": [],
        "properties": [{"name": "size", "kind": "int64", "required": True, "description": ""}],
    }
    root = {
        "fqn": "test",
        "bases": [],
        "properties": [{"name": "test", "kind": "test_section", "description": ""}],
    }
    assert api.patch("/configs/model", json=[kind, root]).status_code == 200
    assert "test_section" in api.get("/configs/model").json()["kinds"]
    validation = {"id": "test.checked", "external_validation": False}
    path = "/config/test.checked/validation"
    assert api.put(path, json=validation).json()["id"] == "test.checked"
    assert api.get(path).json() == validation
    assert "test.checked" in api.get("/configs/validation").json()


def test_the_model_knows_the_kinds_of_the_plugins(api: Api):
    kinds = {kind["fqn"] for kind in api.get("/model").json()}
    assert {"aws_ec2_instance", "digitalocean_droplet", "gcp_disk", "volume", "cloud"} <= kinds
    one = api.get("/model", params={"kind": "aws_ec2_volume"}).json()
    assert {prop["name"] for prop in one[0]["properties"]} >= {"volume_attachments"}


def test_the_model_takes_new_kinds(scratch: Api):
    kind = {
        "fqn": "shelf",
        "bases": ["resource"],
        "properties": [{"name": "boards", "kind": "int64", "description": ""}],
    }
    assert scratch.patch("/graph/scratch/model", json=[kind]).status_code == 200
    shelf = {"kind": "shelf", "id": "s", "name": "s", "boards": 3}
    assert scratch.post("/graph/scratch/node/s/under/root", json=shelf).status_code == 200
    assert scratch.keys("is(shelf) and boards > 2") == {"s"}


def test_subscribers_come_and_go(api: Api):
    path = "/subscriber/tester"
    subscription = {"message_type": "collect", "wait_for_completion": True, "timeout": 30}
    created = api.put(path, json=[subscription]).json()
    assert created["subscriptions"]["collect"]["timeout"] == 30
    assert api.post(f"{path}/cleanup", params={"timeout": "5"}).status_code == 200
    assert set(api.get(path).json()["subscriptions"]) == {"collect", "cleanup"}
    assert [s["id"] for s in api.get("/subscribers/for/cleanup").json()] == ["tester"]
    assert "tester" in {s["id"] for s in api.get("/subscribers").json()}
    assert set(api.delete(f"{path}/cleanup").json()["subscriptions"]) == {"collect"}
    assert api.delete(path).status_code == 204
    assert api.get(path).status_code == 404


def test_jobs_run_and_are_remembered(api: Api):
    assert "added" in api.printed("jobs add --id hello echo hello")[0]
    try:
        assert api.printed("jobs list")[0]["id"] == "hello"
    finally:
        api.printed("jobs delete hello")
    assert api.printed("jobs list") == []
