"""What a report finds becomes part of the nodes, and of their history."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.inventory.api import Api
from tests.inventory.estate import Estate

REPORT = "report benchmark run open_volumes --sync-security"


@pytest.fixture
def reported(scratch: Api) -> Iterator[Api]:
    """A graph with a benchmark that asks for volumes without encryption."""
    check = {
        "provider": "aws", "service": "ec2", "title": "encrypted", "categories": [],
        "result_kinds": ["aws_ec2_volume"], "severity": "high", "risk": "read",
        "detect": {"resoto": "is(aws_ec2_volume) and volume_encrypted = false"},
        "remediation": {"text": "encrypt", "url": "https://example.com/"},
    }  # fmt: skip
    benchmark = {
        "title": "volumes", "description": "", "documentation": None, "children": None,
        "checks": ["open_volume"], "framework": "test", "version": "1",
    }  # fmt: skip
    scratch.put("/report/check/open_volume", json=check).raise_for_status()
    scratch.put("/report/benchmark/open_volumes", json=benchmark).raise_for_status()
    yield scratch
    scratch.delete("/report/benchmark/open_volumes").raise_for_status()
    scratch.delete("/report/check/open_volume").raise_for_status()


def _changed(api: Api, change: str) -> set[str]:
    return {node["id"] for node in api.found(f"/change = {change}", "history/list")}


def test_issues_are_opened_and_closed(reported: Api, estate: Estate):
    failing = estate.keys({"aws_ec2_volume"}, lambda node: not node["volume_encrypted"])
    reported.printed(REPORT)
    assert reported.keys("/security.has_issues = true") == failing
    assert _changed(reported, "node_vulnerable") == failing
    reported.printed(REPORT)
    assert len(reported.found("/change = node_vulnerable", "history/list")) == len(failing)
    mended = min(failing)
    path = f"/graph/scratch/node/{mended}/section/reported"
    reported.patch(path, json={"volume_encrypted": True}).raise_for_status()
    reported.printed(REPORT)
    assert reported.keys("/security.has_issues = true") == failing - {mended}
    assert _changed(reported, "node_compliant") == {mended}
    reported.patch(path, json={"volume_encrypted": False}).raise_for_status()
    reported.printed(REPORT)
    assert reported.keys("/security.reopen_counter = 1") == {mended}
