"""Searches as the notebook makes them, against counts made from the generated data."""

from __future__ import annotations

import json
from collections import defaultdict

import pytest

from tests.inventory.api import Api
from tests.inventory.estate import ACCOUNTS, INSTANCES, REGIONS, VOLUMES, Estate, age


def test_a_list_is_plain_json_without_charset(api: Api):
    """Resotonotebook compares the type of the answer with exactly this text."""
    for kind in ("list", "graph"):
        response = api.search("is(instance)", kind)
        assert response.headers["Content-Type"] == "application/json"


def test_a_list_has_the_nodes_with_ancestors(api: Api, estate: Estate):
    nodes = {node["id"]: node for node in api.found("is(instance)")}
    assert set(nodes) == estate.keys(INSTANCES)
    for key, node in nodes.items():
        given = estate.nodes[key]
        assert node["type"] == "node"
        for name in ("kind", "id", "name", "instance_cores", "instance_status", "ctime"):
            if name != "ctime":  # the server was filled some seconds earlier
                assert node["reported"][name] == given[name]
        ancestors = node["ancestors"]
        assert ancestors["account"]["reported"]["id"] == estate.above(key, ACCOUNTS)["id"]
        assert ancestors["region"]["reported"]["name"] == estate.above(key, REGIONS)["name"]
        assert ancestors["cloud"]["reported"]["id"] == estate.above(key, {"cloud"})["id"]
        zone = estate.above(key, {"gcp_zone"})
        assert ancestors.get("zone", {}).get("reported", {}).get("id") == zone.get("id")


def test_a_list_tells_how_many(api: Api, estate: Estate):
    response = api.search("is(instance) limit 5")
    assert response.headers["Result-Count"] == "5"
    assert response.headers["Total-Count"] == str(len(estate.keys(INSTANCES)))


def test_an_aggregate_has_no_counts(api: Api):
    response = api.search("aggregate(kind: sum(1)): is(instance)", "aggregate")
    assert response.status_code == 200
    assert "Result-Count" not in response.headers


def test_ndjson_has_one_result_a_line(api: Api, estate: Estate):
    response = api.post(
        "/graph/resoto/search/list",
        data="is(volume)",
        params={"section": "reported"},
        headers={"Accept": "application/x-ndjson"},
    )
    assert response.headers["Content-Type"] == "application/x-ndjson"
    assert {json.loads(line)["id"] for line in response.iter_lines()} == estate.keys(VOLUMES)


def test_unused_old_volumes(api: Api, estate: Estate):
    query = "is(volume) and volume_status != in-use and volume_size > 10 and age > 30d"
    expected = estate.keys(
        VOLUMES,
        lambda n: n["volume_status"] != "in-use" and n["volume_size"] > 10 and age(n).days >= 30,
    )
    assert api.keys(query) == expected != set()


def test_ages_are_reported(api: Api):
    volume = api.found("is(volume) limit 1")[0]["reported"]
    assert {"ctime", "age", "last_access"} <= set(volume)


def test_more_than_two_cores(api: Api, estate: Estate):
    expected = estate.keys(INSTANCES, lambda node: node["instance_cores"] > 2)
    assert api.keys("is(instance) and instance_cores > 2") == expected


def test_a_graph_has_nodes_and_the_edges_between_them(api: Api, estate: Estate):
    account = next(key for key, node in estate.of(ACCOUNTS) if node["name"] == "staging")
    elements = api.found(f'id("{account}") -[0:]->', "graph")
    nodes = {e["id"] for e in elements if e["type"] == "node"}
    edges = {(e["from"], e["to"], e["edge_type"]) for e in elements if e["type"] == "edge"}
    below = estate.below(account) | {account}
    assert nodes == below
    assert edges == {
        edge for edge in estate.edges if edge[2] == "default" and {edge[0], edge[1]} <= below
    }


def test_a_graph_without_navigation_has_no_edges(api: Api):
    assert {e["type"] for e in api.found("is(instance)", "graph")} == {"node"}


def test_delete_edges_are_walked_by_name(api: Api, estate: Estate):
    expected = {
        from_key
        for from_key, to_key, edge_type in estate.edges
        if edge_type == "delete" and to_key in estate.keys(INSTANCES)
    }
    assert api.keys("is(instance) <-delete-") == expected


def test_cores_per_cloud_and_region(api: Api, estate: Estate):
    rows = api.found(
        "aggregate(/ancestors.cloud.reported.name as cloud, /ancestors.region.reported.name as "
        "region: sum(instance_cores) as cores): is(instance) and instance_status = running",
        "aggregate",
    )
    cores: dict[tuple[str, str], float] = defaultdict(float)
    for key, node in estate.of(INSTANCES):
        if node["instance_status"] == "running":
            place = (estate.above(key, {"cloud"})["name"], estate.above(key, REGIONS)["name"])
            cores[place] += node["instance_cores"]
    assert {(r["group"]["cloud"], r["group"]["region"]): r["cores"] for r in rows} == cores


def test_aggregate_functions(api: Api, estate: Estate):
    [row] = api.found(
        "aggregate(sum(volume_size) as s, count(volume_size) as n, min(volume_size) as low, "
        "max(volume_size) as high, avg(volume_size) as mean): is(volume)",
        "aggregate",
    )
    sizes = [node["volume_size"] for _, node in estate.of(VOLUMES)]
    assert row["s"] == sum(sizes)
    assert row["n"] == len(sizes)
    assert (row["low"], row["high"]) == (min(sizes), max(sizes))
    assert row["mean"] == pytest.approx(sum(sizes) / len(sizes))


def test_an_aggregate_of_nothing_is_one_row(api: Api):
    assert api.found(
        "aggregate(sum(volume_size) as s, max(volume_size) as m): id(none)", "aggregate"
    ) == [{"s": 0, "m": None}]


def test_an_aggregate_calculates_and_joins_names(api: Api, estate: Estate):
    rows = api.found(
        'aggregate("{kind}/{volume_type}" as what: sum(volume_size * 1024 + 1) as mb): is(volume)',
        "aggregate",
    )
    expected: dict[str, int] = defaultdict(int)
    for _, node in estate.of(VOLUMES):
        expected[f"{node['kind']}/{node['volume_type']}"] += node["volume_size"] * 1024 + 1
    assert {row["group"]["what"]: row["mb"] for row in rows} == expected


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("is(nonesuch)", "Given kind does not exist: nonesuch"),
        ("is(instance", "ParseError"),
        ("is(volume) and", "ParseError"),
        ("aggregate(kind: sum(1)): is(volume)", "aggregation"),
    ],
)
def test_a_wrong_search_says_what_is_wrong(api: Api, query: str, message: str):
    response = api.search(query)
    assert response.status_code == 400
    assert message in response.text


def test_an_unknown_graph_is_not_found(inventory_server: str):
    response = Api(inventory_server, graph="nonesuch").search("all")
    assert response.status_code == 404
    assert "nonesuch" in response.text


def test_values_and_attributes_of_properties(api: Api, estate: Estate):
    def values(prop: str, detail: str, query: str) -> list[str]:
        return api.post(
            f"/graph/resoto/property/{detail}",
            data=query,
            params={"prop": prop, "section": "reported"},
        ).json()

    types = {node["instance_type"] for _, node in estate.of({"gcp_instance"})}
    assert values("instance_type", "values", "is(gcp_instance)") == sorted(types)
    assert values("tags", "attributes", "is(aws_ec2_instance)") == ["Name", "service"]
    assert values('instance_type =~ "medium"', "values", "is(instance)") == [
        "e2-medium",
        "t3.medium",
    ]


def test_explain_and_raw(api: Api, estate: Estate):
    cost = api.search("is(instance)", "explain").json()
    assert cost["estimated_nr_items"] == len(estate.keys(INSTANCES))
    assert cost["available_nr_items"] == len(estate.nodes)
    raw = api.search("is(instance)", "raw").json()
    assert raw["bind_vars"] == {"b0": "instance"}
