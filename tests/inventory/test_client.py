"""The real resotoclient 0.1.12, in an environment of its own, against the server."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.inventory.api import Api
from tests.inventory.conftest import KEY
from tests.inventory.estate import INSTANCES, VOLUMES, Estate
from tests.inventory_process import ROOT, environment_python

ENVIRONMENT = ROOT / ".cache" / "resotoclient"
LOCK = Path(__file__).with_name("client.txt")
SCRIPT = Path(__file__).with_name("drive_client.py")


def _drive(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the script, which prints what each method of the client gives, by its name."""
    command = [str(environment_python(ENVIRONMENT, LOCK)), str(SCRIPT), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def results(locked: Api) -> dict[str, Any]:
    """Everything is asked with the key."""
    done = _drive(locked.url, KEY)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_it_searches(results: dict[str, Any], estate: Estate):
    assert set(results["search_list"]) == estate.keys(INSTANCES)
    assert set(results["search_graph"]) == estate.keys(VOLUMES)
    rows = {row["group"]["kind"]: row["n"] for row in results["search_aggregate"]}
    assert rows == {kind: len(estate.keys({kind})) for kind in VOLUMES}
    assert "FOR m0 in" in results["search_graph_raw"]["query"]
    assert results["search_graph_explain"] == len(estate.keys(INSTANCES))


def test_it_asks_for_the_system(results: dict[str, Any]):
    assert (results["ping"], results["ready"]) == ("pong", "ok")
    assert results["list_graphs"] == ["other", "resoto"]
    assert results["create_graph"] == results["get_graph"] == "root"
    assert results["delete_graph"] == "Graph deleted."
    assert "aws_ec2_instance" in results["model"]
    assert "client_thing" in results["update_model"]


def test_it_changes_nodes(results: dict[str, Any]):
    assert results["create_node"]["name"] == "made"
    assert results["patch_node"]["name"] == "patched"
    assert results["patch_nodes"] == ["again"]
    assert results["get_node"]["name"] == "again"
    assert "No such node" in results["get_node after delete_node"]


def test_it_merges_graphs(results: dict[str, Any]):
    assert results["merge_graph"] == [2, 2]
    assert results["add_to_batch"] == [1, 1]
    assert results["list_batches"] == ["mine"]
    assert results["after commit_batch"] == ["box"]
    assert results["after abort_batch"] == []


def test_it_subscribes(results: dict[str, Any]):
    assert results["update_subscriber"] == ["collect"]
    assert results["add_subscription"] == ["cleanup", "collect"]
    assert results["subscribers_for_event"] == results["subscriber"] == ["tester"]
    assert "tester" in results["subscribers"]
    assert results["delete_subscription"] == ["collect"]
    assert results["subscriber after delete_subscriber"] is None


def test_it_uses_the_command_line(results: dict[str, Any], estate: Estate):
    assert f"total matched: {len(estate.keys(INSTANCES))}" in results["cli_execute"]
    assert results["cli_evaluate"] == ["search", "count"]
    assert "aggregate" in results["cli_info"]
    assert results["cli_execute with a file"] == "uploaded"


def test_it_configures(results: dict[str, Any]):
    assert "client.test" in results["configs"]
    assert results["put_config"] == {"a": 1}
    assert results["patch_config"] == results["config"] == {"a": 1, "b": 2}
    assert "No config with this id" in results["config after delete_config"]
    assert "client_section" in results["update_configs_model"]
    assert "client_section" in results["get_configs_model"]
    assert results["put_config_validation"] == results["get_config_validation"] == "client.test"
    assert "client.test" in results["list_configs_validation"]


def test_without_the_key_it_does_not_get_in(locked: Api, results: dict[str, Any]):
    done = _drive(locked.url)
    assert done.returncode == 1
    assert "AttributeError: 401: Unauthorized" in done.stderr
