"""The generated inventory: the same each time, and believable."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from tests.inventory.estate import (
    ACCOUNTS,
    INSTANCES,
    REGIONS,
    VOLUMES,
    Estate,
    Json,
    age,
    printed_lines,
)

_TIMES = ("ctime", "mtime", "atime", "instance_launch_time")


def _with_ages(line: Json, now: datetime) -> Json:
    """The line with points in time as distances from the moment of its making."""
    reported = line.get("reported", {})
    if reported.get("kind") == "aws_region":  # the plugin knows since when a region really exists
        return line
    ages = {k: now - datetime.fromisoformat(reported[k]) for k in _TIMES if k in reported}
    return {**line, "reported": {**reported, **ages}}


def test_two_starts_differ_in_points_in_time_alone():
    """Interpreters with different hash seeds make the same nodes, edges and ages."""
    moments = (datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 3, 1, 12, 30, tzinfo=UTC))
    first, second = (printed_lines(now) for now in moments)
    assert first != second
    assert [_with_ages(line, moments[0]) for line in first] == [
        _with_ages(line, moments[1]) for line in second
    ]


def test_several_clouds_accounts_regions_and_zones(estate: Estate):
    assert len(estate.nodes) >= 1000
    clouds = {node["name"] for _, node in estate.of({"cloud"})}
    assert clouds == {"aws", "digitalocean", "gcp"}
    for kinds in (ACCOUNTS, REGIONS, {"gcp_zone"}):
        assert len(estate.keys(kinds)) >= 5
    for kind in INSTANCES | VOLUMES:
        assert len(estate.keys({kind})) >= 20
    for kind in ("aws_ec2_image", "digitalocean_image", "aws_vpc", "aws_alb", "gcp_network"):
        assert estate.keys({kind})


def test_every_resource_hangs_below_a_cloud_and_an_account(estate: Estate):
    for key in estate.keys(INSTANCES | VOLUMES):
        assert estate.above(key, ACCOUNTS)
        assert estate.above(key, REGIONS)
        assert estate.above(key, {"cloud"})


def test_edges_join_known_nodes(estate: Estate):
    ends = {key for edge in estate.edges for key in edge[:2]}
    assert ends == set(estate.nodes)


def test_instances_run_stop_and_end(estate: Estate):
    states = Counter(node["instance_status"] for _, node in estate.of(INSTANCES))
    assert set(states) == {"running", "stopped", "terminated"}
    assert states["running"] > states["stopped"] > states["terminated"] > 0


def test_some_volumes_were_left_behind_long_ago(estate: Estate):
    left = [n for _, n in estate.of(VOLUMES) if n["volume_status"] == "available"]
    assert any(age(node).days > 30 and node["volume_size"] > 10 for node in left)
    assert any(age(node).days < 30 for node in left)


def test_one_forgotten_cluster_stands_out(estate: Estate):
    """The brightest cell of a heat map of accounts and cores lies far from all others."""
    cells: Counter[tuple[str, float]] = Counter()
    for key, node in estate.of(INSTANCES):
        cells[estate.above(key, ACCOUNTS)["id"], node["instance_cores"]] += 1
    (account, cores), size = cells.most_common(1)[0]
    cluster = [
        (key, node)
        for key, node in estate.of(INSTANCES)
        if estate.above(key, ACCOUNTS)["id"] == account and node["instance_cores"] == cores
    ]
    others = [n["instance_cores"] for k, n in estate.of(INSTANCES) if (k, n) not in cluster]
    assert cores > 2 * max(others)
    assert size * cores > sum(others)
    assert {estate.above(key, REGIONS)["id"] for key, _ in cluster} == {"ap-southeast-2"}
    assert all(node["instance_status"] == "running" for _, node in cluster)
    assert min(age(node).days for _, node in cluster) > 365
