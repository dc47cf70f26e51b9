"""example.ipynb: every cell runs, and shows what the server says when it is asked directly."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections import Counter, defaultdict
from html import unescape
from typing import Any

import pytest

from tests.inventory.api import Api
from tests.inventory_process import ROOT
from tests.notebook.record import Record

SVG = "{http://www.w3.org/2000/svg}"


def account_of(node: dict[str, Any]) -> str:
    return node["ancestors"]["account"]["reported"]["name"]


def place_of(node: dict[str, Any]) -> tuple[str, str]:
    """Cloud and region."""
    return tuple(node["ancestors"][level]["reported"]["id"] for level in ("cloud", "region"))


@pytest.fixture(scope="module")
def instances(api: Api) -> list[dict[str, Any]]:
    return api.found("is(instance)")


@pytest.fixture(scope="module")
def largest(instances: list[dict[str, Any]]) -> int:
    """Cores of the biggest machines, which are those of the forgotten cluster."""
    return max(node["reported"]["instance_cores"] for node in instances)


def test_every_cell_runs_without_error(example: Record) -> None:
    assert example.errors() == []


@pytest.mark.parametrize(
    ("cell", "command"),
    [
        ("count-all", "search all | count kind"),
        ("count-server", "search is(instance) | count kind"),
        ("cli-csv", "search is(account) | list --csv /ancestors.cloud.reported.name, name"),
        (
            "cli-descendants",
            "search is(account) and name == sandbox | descendants | count kind",
        ),
    ],
)
def test_a_command_line_shows_the_lines_that_the_server_prints(
    example: Record, api: Api, cell: str, command: str
) -> None:
    printed = api.printed(command)

    assert [row[-1] for row in example.table(cell)] == printed
    assert example.drawn[cell]["tables"] == [len(printed)]


def test_instances_are_counted_by_cloud_and_kind(
    example: Record, instances: list[dict[str, Any]]
) -> None:
    expected = Counter((place_of(node)[0], node["reported"]["kind"]) for node in instances)

    shown = {(cloud, kind): int(count) for cloud, kind, count in example.table("count-pandas")}
    assert shown == expected
    assert example.drawn["count-pandas"]["tables"] == [len(expected)]


def test_the_heat_map_holds_each_instance_in_its_account_and_size(
    example: Record, instances: list[dict[str, Any]]
) -> None:
    data = example.result("heat-map", "application/vnd.plotly.v1+json")["data"][0]

    shown = Counter(zip(data["x"], data["y"], strict=True))
    assert shown == Counter(
        (account_of(node), node["reported"]["instance_cores"]) for node in instances
    )


def test_in_the_drawn_heat_map_the_forgotten_cluster_is_the_darkest_field(
    example: Record, instances: list[dict[str, Any]], largest: int
) -> None:
    counts = Counter((account_of(node), node["reported"]["instance_cores"]) for node in instances)
    [owner] = [account for account, cores in counts if cores == largest]
    [plot] = example.drawn["heat-map"]["plots"]
    [colours] = plot["heat"]
    field = {
        (account, int(cores)): tuple(colours[row][column])
        for row, cores in enumerate(plot["rows"])
        for column, account in enumerate(plot["columns"])
    }

    assert {field[place] for place in field.keys() - counts.keys()} == {field[owner, 1]}
    assert len(set(field.values())) == len({0, *counts.values()})
    assert min(field, key=lambda place: sum(field[place])) == (owner, largest)


def test_the_cluster_is_named_with_its_machines_and_cores(
    example: Record, instances: list[dict[str, Any]], largest: int
) -> None:
    cluster = [node for node in instances if node["reported"]["instance_cores"] == largest]
    groups = {
        (account_of(node), place_of(node)[1], node["reported"]["instance_type"]) for node in cluster
    }

    [row] = example.table("cluster")
    assert {tuple(row[:3])} == groups
    assert [int(cell) for cell in row[4:6]] == [
        len(cluster),
        sum(node["reported"]["instance_cores"] for node in cluster),
    ]


def test_the_bill_is_what_the_prices_of_the_running_types_add_up_to(
    example: Record, api: Api, instances: list[dict[str, Any]], largest: int
) -> None:
    types = api.found("is(instance_type) and ondemand_cost > 0")
    price = {t["reported"]["instance_type"]: t["reported"]["ondemand_cost"] for t in types}
    dollars: dict[bool, float] = defaultdict(float)
    for node in (one["reported"] for one in instances):
        if node["instance_status"] == "running":
            dollars[node["instance_cores"] == largest] += (
                price.get(node["instance_type"], 0) * 24 * 30
            )

    bill = sum(dollars.values())
    [(share, shown)] = re.findall(r"is (\d+)% of a bill of \$([\d,]+)", example.printed("cost"))
    assert int(shown.replace(",", "")) == round(bill)
    assert int(share) == round(100 * dollars[True] / bill)


def test_filters_find_what_the_server_finds(example: Record, api: Api) -> None:
    query = "is(volume) and volume_status != in-use and volume_size > 10 and age > 30d"
    unused = [node["reported"] for node in api.found(query)]

    size = sum(volume["volume_size"] for volume in unused)
    assert example.printed("unused").strip() == f"{len(unused)} disks, {size:,} GB"
    names = {volume["name"] for volume in unused}
    assert names.issuperset(row[3] for row in example.table("unused"))


@pytest.mark.parametrize("cell", ["sum-pandas", "sum-server"])
def test_sums_are_right_wherever_they_are_made(
    example: Record, instances: list[dict[str, Any]], cell: str
) -> None:
    sums: dict[tuple[str, ...], list[float]] = defaultdict(lambda: [0, 0])
    for node in instances:
        reported = node["reported"]
        both = sums[(*place_of(node), reported["instance_type"])]
        both[0] += reported["instance_cores"]
        both[1] += reported["instance_memory"]

    rows = [row[1:] for row in example.table(cell)]
    if cell == "sum-server":
        rows = [[*row[2:], *row[:2]] for row in rows]
    assert [sums[tuple(row[:3])] for row in rows] == [[float(n) for n in row[3:]] for row in rows]
    assert [float(row[3]) for row in rows] == sorted(s[0] for s in sums.values())[:-9:-1]
    assert example.result("agree-code") == "True"


def test_the_bars_show_the_running_cores_of_each_cloud_and_region(
    example: Record, instances: list[dict[str, Any]]
) -> None:
    expected: Counter[tuple[str, str]] = Counter()
    for node in instances:
        if node["reported"]["instance_status"] == "running":
            expected[place_of(node)] += node["reported"]["instance_cores"]

    bars = example.result("cores", "application/vnd.plotly.v1+json")["data"]
    shown = {
        (trace["name"], region): cores
        for trace in bars
        for region, cores in zip(trace["y"], trace["x"], strict=True)
    }
    assert shown == expected
    [plot] = example.drawn["cores"]["plots"]
    assert len(plot["bars"]) == len(expected)
    widths, cores = sorted(plot["bars"]), sorted(expected.values())
    assert widths[-1] / widths[-2] == pytest.approx(cores[-1] / cores[-2], rel=0.05)


def test_the_graph_is_drawn_with_a_box_for_each_node_and_an_arrow_for_each_edge(
    example: Record, api: Api
) -> None:
    query = "is(digitalocean_load_balancer) and name == web-nyc3 <-[0:2]->"
    found = api.found(query, kind="graph")
    nodes = {node["id"] for node in found if node["type"] == "node"}
    edges = {f"{edge['from']}->{edge['to']}" for edge in found if edge["type"] == "edge"}
    assert len(nodes) > 5

    drawing = ET.fromstring(example.result("graph-draw", "image/svg+xml"))
    titles = {
        kind: {group.findtext(f"{SVG}title") for group in drawing.iter(f"{SVG}g")
               if group.get("class") == kind}
        for kind in ("node", "edge")
    }  # fmt: skip
    assert titles == {"node": nodes, "edge": edges}
    assert example.drawn["graph-draw"]["drawings"] == 1


def test_both_clients_stand_side_by_side(example: Record) -> None:
    html = example.result("beside-code", "text/html")

    by_hand, by_session = (
        [line for line in unescape(text).splitlines() if line.strip()]
        for text in re.findall(r"<pre.*?>(.*?)</pre>", html, re.DOTALL)
    )
    own = [line for line in example.cells["fetch-client"]["source"].splitlines() if line.strip()]
    start = next(i for i, line in enumerate(own) if "def search_list" in line)
    assert by_session == [line[4:] for line in own[start : start + 6]]
    assert any("js.fetch" in line for line in by_hand)
    assert len(by_hand) >= 3 * len(by_session)


def test_both_clients_were_compared_value_for_value(
    example: Record, api: Api, instances: list[dict[str, Any]]
) -> None:
    lines = example.printed("compare-search").splitlines()

    values = {line.partition(": ")[2]: int(line.split()[0]) for line in lines}
    assert list(values) == ["is(instance)", "is(volume) and volume_status != in-use", "is(account)"]
    for query, count in values.items():
        nodes = [node["reported"] for node in api.found(query)]
        columns = {key for node in nodes for key in node} - {"age", "last_update", "last_access"}
        # Each row gets the ids of account, region and cloud besides.
        assert count == len(nodes) * (len(columns) + 3), query
    assert example.printed("compare-rest").startswith("equal too")


def test_the_new_client_reads_all_three_forms_of_an_answer(example: Record, api: Api) -> None:
    command = "search is(account) | count kind"

    shown = dict(line.split(maxsplit=1) for line in example.printed("forms").splitlines())
    assert shown == {
        "application/json": str(api.printed(command)),
        "application/x-ndjson": str(api.printed(command)),
        "text/plain": str([api.command(command, accept="text/plain").text]),
    }


def test_the_new_client_hands_on_what_the_server_says_about_a_mistake(
    example: Record, api: Api
) -> None:
    refusal = api.command("search is(instance) | coutn kind")

    expected = f"{refusal.status_code} {refusal.reason}\n{refusal.text}"
    assert example.printed("error-code").strip() == expected.strip()


def test_the_documents_show_the_client_as_the_notebook_has_it(example: Record) -> None:
    page = (ROOT / "docs" / "notebook.md").read_text()

    assert f"```python\n{example.cells['fetch-client']['source']}\n```" in page


@pytest.mark.parametrize("name", ["example", "requests"])
def test_the_committed_notebooks_have_no_outputs(name: str) -> None:
    cells = json.loads((ROOT / "lite" / "files" / f"{name}.ipynb").read_text())["cells"]

    assert [cell["id"] for cell in cells if cell.get("outputs")] == []
