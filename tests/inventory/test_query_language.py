"""Each part of the query language against the same question asked in Python."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.inventory.api import Api
from tests.inventory.estate import ACCOUNTS, INSTANCES, REGIONS, VOLUMES, Estate, age

Nodes = Callable[[Estate], set[str]]


def _instances(test: Callable[[dict], bool]) -> Nodes:
    return lambda estate: estate.keys(INSTANCES, test)


def _volumes(test: Callable[[dict], bool]) -> Nodes:
    return lambda estate: estate.keys(VOLUMES, test)


def _in_account(name: str) -> Nodes:
    return lambda e: {k for k in e.keys(INSTANCES) if e.above(k, ACCOUNTS)["name"] == name}


def _with_volumes(test: Callable[[int], bool]) -> Nodes:
    return lambda e: {
        key
        for key in e.keys(INSTANCES)
        if test(sum(e.nodes[child]["kind"] in VOLUMES for child in e.children[key]))
    }


QUESTIONS: dict[str, Nodes] = {
    "is(instance) and instance_cores >= 8": _instances(lambda n: n["instance_cores"] >= 8),
    "is(instance) and instance_cores < 2": _instances(lambda n: n["instance_cores"] < 2),
    "is(instance) and not instance_status = running": _instances(
        lambda n: n["instance_status"] != "running"
    ),
    "is(instance) and instance_status in [stopped, terminated]": _instances(
        lambda n: n["instance_status"] in ("stopped", "terminated")
    ),
    "is(instance) and instance_status not in [stopped, terminated]": _instances(
        lambda n: n["instance_status"] == "running"
    ),
    'is(instance) and instance_type =~ "^M5"': _instances(
        lambda n: n["instance_type"].startswith("m5")
    ),
    'is(instance) and instance_type !~ "^(m5|t3)"': _instances(
        lambda n: not re.match("m5|t3", n["instance_type"])
    ),
    "is(aws_ec2_instance, gcp_instance)": lambda e: e.keys({"aws_ec2_instance", "gcp_instance"}),
    "is(instance) and (instance_cores = 1 or instance_cores = 36)": _instances(
        lambda n: n["instance_cores"] in (1, 36)
    ),
    "is(instance) and tags.service = queue": _instances(
        lambda n: n["tags"].get("service") == "queue"
    ),
    'is(instance) and tags.{service = web and Name =~ "00"}': _instances(
        lambda n: n["tags"].get("service") == "web" and "00" in n["tags"]["Name"]
    ),
    "is(instance) and tags.service = null": _instances(lambda n: "service" not in n["tags"]),
    "is(instance) and tags.service != web": _instances(lambda n: n["tags"].get("service") != "web"),
    "is(instance) and has_key(tags, service)": _instances(lambda n: "service" in n["tags"]),
    "is(instance) and in_subnet(instance_private_ip_address, 10.0.0.0/22)": _instances(
        lambda n: re.match(r"10\.0\.[0-3]\.", n.get("instance_private_ip_address", "")) is not None
    ),
    "is(volume) and age < 30d": _volumes(lambda n: age(n).days < 30),
    "is(volume) and age > 1y": _volumes(lambda n: age(n).days >= 365),
    "is(volume) and last_access > 60d and volume_status = available": _volumes(
        lambda n: age({"ctime": n["atime"]}).days >= 60 and n["volume_status"] == "available"
    ),
    '"simulation"': lambda e: {
        key for key, node in e.nodes.items() if "simulation" in node["name"].split("-")
    },
    '"simulation-004" and is(volume)': lambda e: e.keys(
        VOLUMES, lambda n: n["name"] == "simulation-004"
    ),
    "is(instance) and /ancestors.account.reported.name = sandbox": _in_account("sandbox"),
    "is(account) and name = sandbox -[0:]-> is(instance)": _in_account("sandbox"),
    "is(account) --> is(region)": lambda e: e.keys(REGIONS),
    "is(volume) <-- is(instance)": _with_volumes(lambda number: number > 0),
    "is(instance) with (empty, --> is(volume))": _with_volumes(lambda number: number == 0),
    "is(instance) with (any, --> is(volume))": _with_volumes(lambda number: number > 0),
    "is(instance) with (count = 1, --> is(volume))": _with_volumes(lambda number: number == 1),
    "is(account) with (any, --> is(region) with (any, --> is(load_balancer)))": lambda e: {
        key
        for key in e.keys(ACCOUNTS)
        for region in e.children[key]
        for child in e.children[region]
        if e.nodes[child]["kind"] in ("aws_alb", "digitalocean_load_balancer")
    },
    "is(instance) and /ancestors.aws_vpc.reported.name =~ production": lambda e: {
        key
        for key in e.keys({"aws_ec2_instance"})
        if "production" in e.above(key, {"aws_vpc"})["name"]
    },
    "is(gcp_zone) <-[0:]- is(account)": lambda e: {
        key for key in e.keys({"gcp_project"}) if e.below(key) & e.keys({"gcp_zone"})
    },
}


@pytest.mark.parametrize("query", QUESTIONS)
def test_a_search_finds_what_python_finds(query: str, api: Api, estate: Estate):
    expected = QUESTIONS[query](estate)
    assert expected, "a question without an answer shows nothing"
    assert api.keys(query) == expected


def test_sort_and_limit(api: Api, estate: Estate):
    found = api.found("is(volume) sort volume_size desc, name asc limit 7")
    volumes = [node for _, node in estate.of(VOLUMES)]
    volumes.sort(key=lambda node: (-node["volume_size"], node["name"]))
    got = [(n["reported"]["volume_size"], n["reported"]["name"]) for n in found]
    assert got == [(n["volume_size"], n["name"]) for n in volumes[:7]]


def test_limit_with_offset(api: Api):
    all_names = [n["reported"]["name"] for n in api.found("is(instance) sort name asc, id asc")]
    page = [
        n["reported"]["name"] for n in api.found("is(instance) sort name asc, id asc limit 10, 5")
    ]
    assert page == all_names[10:15]


def test_sort_by_age_is_the_inverse_of_creation(api: Api):
    ages = [n["reported"]["ctime"] for n in api.found("is(volume) sort age asc")]
    assert ages == sorted(ages, reverse=True)


def test_a_merge_puts_nodes_into_a_node(api: Api, estate: Estate):
    merged = api.found("is(account) and name = websites {/regions[]: --> is(region)}")
    [account] = merged
    names = {region["reported"]["name"] for region in account["regions"]}
    assert names == {estate.nodes[k]["name"] for k in estate.children[account["id"]]} - {"websites"}


def test_a_merge_may_aggregate(api: Api, estate: Estate):
    query = "is(region) {/cores: aggregate(kind: sum(instance_cores) as n): -[1:]-> is(instance)}"
    for region in api.found(query):
        below = estate.below(region["id"]) & estate.keys(INSTANCES)
        expected = sum(estate.nodes[key]["instance_cores"] for key in below)
        assert sum(row["n"] for row in region.get("cores", [])) == expected


def test_a_tag_marks_the_nodes_of_a_part(api: Api, estate: Estate):
    found = api.found("is(account) and name = websites #start --> is(region) #end")
    tags = {node["reported"]["kind"]: node["metadata"]["query_tag"] for node in found}
    assert tags == {"digitalocean_team": "start", "digitalocean_region": "end"}
