"""The command line over HTTP: commands of the example notebook, and the forms of the answers."""

from __future__ import annotations

import json
from collections import Counter, defaultdict

import pytest

from tests.inventory.api import Api
from tests.inventory.estate import INSTANCES, REGIONS, Estate


def test_count_by_kind(api: Api, estate: Estate):
    printed = api.printed("search is(instance) | count kind")
    counts = Counter(node["kind"] for _, node in estate.of(INSTANCES))
    total = len(estate.keys(INSTANCES))
    assert set(printed) == {
        *(f"{kind}: {number}" for kind, number in counts.items()),
        f"total matched: {total}",
        "total unmatched: 0",
    }


def test_aggregate_sums_cores(api: Api, estate: Estate):
    rows = api.printed(
        "search is(instance) and instance_status = running | aggregate "
        "/ancestors.cloud.reported.name as cloud, /ancestors.region.reported.name as region, "
        "instance_type as type: sum(instance_cores) as cores"
    )
    expected: dict[tuple[str, str, str], float] = defaultdict(float)
    for key, node in estate.of(INSTANCES):
        if node["instance_status"] == "running":
            place = estate.above(key, {"cloud"})["name"], estate.above(key, REGIONS)["name"]
            expected[(*place, node["instance_type"])] += node["instance_cores"]
    got = {
        (r["group"]["cloud"], r["group"]["region"], r["group"]["type"]): r["cores"] for r in rows
    }
    assert got == expected


def test_dump_answers_with_nodes(api: Api, estate: Estate):
    nodes = api.printed("search is(instance) and instance_cores > 16 | dump")
    assert {node["id"] for node in nodes} == estate.keys(
        INSTANCES, lambda node: node["instance_cores"] > 16
    )


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("application/json", "application/json"),
        ("application/x-ndjson", "application/x-ndjson"),
        ("application/ndjson", "application/x-ndjson"),
        ("text/plain", "text/plain"),
    ],
)
def test_the_answer_has_the_form_that_is_asked_for(api: Api, accept: str, content_type: str):
    response = api.command("json [1, 2] | dump", accept)
    assert response.headers["Content-Type"] == content_type
    if content_type == "application/json":
        assert response.json() == [1, 2]
    elif content_type == "application/x-ndjson":
        assert [json.loads(line) for line in response.iter_lines()] == [1, 2]
    else:
        assert response.text.split() == ["1", "2"]


def test_a_wrong_command_says_so(api: Api):
    response = api.command("serach is(instance)")
    assert response.status_code == 400
    assert "Command >serach< is not known" in response.text


def test_several_commands_answer_in_parts(api: Api):
    response = api.command("echo one; echo two")
    assert response.headers["Content-Type"].startswith("multipart/mixed")
    assert '"one"' in response.text
    assert '"two"' in response.text


def test_a_file_is_sent_and_received(api: Api):
    sent = api.post(
        "/cli/execute",
        params={"graph": "resoto"},
        headers={"Resoto-Shell-Command": "templates test is({{kind}})"},
        files={"any.txt": ("any.txt", b"content")},
    )
    assert sent.status_code == 200
    written = api.command("json [1] | write numbers.json")
    assert 'filename="numbers.json"' in written.text


def test_evaluate_shows_the_parsed_line(api: Api):
    [line] = api.post("/cli/evaluate", data="search is(instance) | count kind").json()
    assert [part["cmd"] for part in line["parsed"]] == ["search", "count"]
    commands = {command["name"] for command in api.get("/cli/info").json()["commands"]}
    assert {"search", "count", "aggregate", "list"} <= commands


def test_a_report_of_the_real_checks_runs(api: Api):
    checks = api.printed("report check run aws_ec2_old_instances")
    assert checks
