"""Calls every method of resotoclient and prints the results as JSON. Run by test_client.py.

Usage: python drive_client.py URL [PSK]
"""

import json
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from resotoclient import ResotoClient
from resotoclient.models import ConfigValidation, Kind, Property, Subscription

client = ResotoClient(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None)
results: dict[str, object] = {}


def error_of(method, *arguments):
    """The message of the error that a call must raise."""
    try:
        method(*arguments)
    except AttributeError as error:
        return str(error)
    raise SystemExit(f"{method.__name__} raised no error")


def kind(name, *properties):
    return Kind(name, None, [Property(each, "string") for each in properties], ["resource"])


def system():
    results["ping"] = client.ping()
    results["ready"] = client.ready()
    results["create_graph"] = client.create_graph("other")["id"]
    results["list_graphs"] = sorted(client.list_graphs())
    results["delete_graph"] = client.delete_graph("other")
    results["get_graph"] = client.get_graph("resoto")["id"]
    results["model"] = sorted(client.model().kinds)
    results["update_model"] = sorted(client.update_model([kind("client_thing", "colour")]).kinds)


def searches():
    nodes = client.search_list("is(instance)", section="reported")
    results["search_list"] = [node["id"] for node in nodes]
    graph = client.search_graph("is(volume)", section="reported")
    results["search_graph"] = [element["id"] for element in graph if element["type"] == "node"]
    query = "aggregate(reported.kind as kind: sum(1) as n): is(volume)"
    results["search_aggregate"] = list(client.search_aggregate(query))
    results["search_graph_raw"] = client.search_graph_raw("is(instance)")
    cost = client.search_graph_explain("is(instance)")
    results["search_graph_explain"] = cost.estimated_nr_items


def nodes():
    node = {"kind": "client_thing", "id": "thing", "name": "made"}
    results["create_node"] = client.create_node("root", "thing", node)["reported"]
    patched = client.patch_node("thing", {"name": "patched"}, section="reported")
    results["patch_node"] = patched["reported"]
    again = client.patch_nodes([{"id": "thing", "reported": {"name": "again"}}])
    results["patch_nodes"] = [each["reported"]["name"] for each in again]
    results["get_node"] = client.get_node("thing")["reported"]
    client.delete_node("thing")
    results["get_node after delete_node"] = error_of(client.get_node, "thing")


def merges():
    def node(node_kind, name, **more):
        return {"id": name, "reported": {"kind": node_kind, "id": name, "name": name}, **more}

    def edge(start, end):
        return {"from": start, "to": end}

    def boxes():
        return [n["id"] for n in client.search_list("id(box)")]

    base = [
        node("graph_root", "root"),
        node("cloud", "client_cloud"),
        node("account", "client_account", replace=True),
        edge("root", "client_cloud"),
        edge("client_cloud", "client_account"),
    ]
    full = [*base, node("instance", "box"), edge("client_account", "box")]
    update = client.merge_graph(base)
    results["merge_graph"] = [update.nodes_created, update.edges_created]
    batch, update = client.add_to_batch(full, "mine")
    results["add_to_batch"] = [update.nodes_created, update.edges_created]
    results["list_batches"] = [each["id"] for each in client.list_batches()]
    client.commit_batch(batch)
    results["after commit_batch"] = boxes()
    client.merge_graph(base)
    batch, _ = client.add_to_batch(full)
    client.abort_batch(batch)
    results["after abort_batch"] = boxes()


def subscribers():
    collect = Subscription("collect", True, timedelta(seconds=30))
    cleanup = Subscription("cleanup", True, timedelta(seconds=3))
    results["update_subscriber"] = list(client.update_subscriber("tester", [collect]).subscriptions)
    added = client.add_subscription("tester", cleanup)
    results["add_subscription"] = sorted(added.subscriptions)
    results["subscribers"] = [each.id for each in client.subscribers()]
    results["subscribers_for_event"] = [e.id for e in client.subscribers_for_event("cleanup")]
    results["subscriber"] = [client.subscriber("tester").id]
    left = client.delete_subscription("tester", cleanup)
    results["delete_subscription"] = list(left.subscriptions)
    client.delete_subscriber("tester")
    results["subscriber after delete_subscriber"] = client.subscriber("tester")


def command_line():
    results["cli_execute"] = list(client.cli_execute("search is(instance) | count"))
    parsed, _ = client.cli_evaluate("search is(instance) | count")[0]
    results["cli_evaluate"] = [command.cmd for command in parsed.commands]
    results["cli_info"] = [command["name"] for command in client.cli_info()["commands"]]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "config.yaml")
        path.write_text("word: uploaded\n")
        command = "configs update client.uploaded config.yaml"
        client.cli_execute_raw(command, files={"config.yaml": str(path)}).raise_for_status()
    results["cli_execute with a file"] = client.config("client.uploaded")["word"]


def configurations():
    results["put_config"] = client.put_config("client.test", {"a": 1}, validate=False)
    results["patch_config"] = client.patch_config("client.test", {"b": 2})
    results["config"] = client.config("client.test")
    results["configs"] = list(client.configs())
    client.delete_config("client.test")
    results["config after delete_config"] = error_of(client.config, "client.test")
    section = Kind("client_section", None, [Property("name", "string")], None)
    results["update_configs_model"] = sorted(client.update_configs_model([section]).kinds)
    results["get_configs_model"] = sorted(client.get_configs_model().kinds)
    validation = ConfigValidation("client.test", False)
    results["put_config_validation"] = client.put_config_validation(validation).id
    results["get_config_validation"] = client.get_config_validation("client.test").id
    results["list_configs_validation"] = list(client.list_configs_validation())


for part in (searches, system, nodes, merges, subscribers, command_line, configurations):
    part()
json.dump(results, sys.stdout)
