"""The generated inventory as plain data: the independent side of every comparison.

Nothing here is resotocore's, or the server's: nodes and edges are read from what
`python -m inventory.seed` prints, and counted with ordinary Python.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from tests.inventory_process import ROOT, inventory_python

Json = dict[str, Any]

INSTANCES = {"aws_ec2_instance", "digitalocean_droplet", "gcp_instance"}
VOLUMES = {"aws_ec2_volume", "digitalocean_volume", "gcp_disk"}
ACCOUNTS = {"aws_account", "digitalocean_team", "gcp_project"}
REGIONS = {"aws_region", "digitalocean_region", "gcp_region"}


def printed_lines(now: datetime | None = None) -> list[Json]:
    """What the generator prints."""
    command = [str(inventory_python()), "-m", "inventory.seed"]
    command += ["--now", now.isoformat()] if now else []
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


@dataclass(frozen=True)
class Estate:
    """Nodes by key, and edges as (from, to, type)."""

    nodes: dict[str, Json]
    edges: set[tuple[str, str, str]]

    @classmethod
    def generated(cls) -> Estate:
        lines = printed_lines()
        nodes = {line["id"]: line["reported"] for line in lines if "id" in line}
        edges = {(e["from"], e["to"], e["edge_type"]) for e in lines if "from" in e}
        return cls(nodes, edges)

    @cached_property
    def parents(self) -> dict[str, list[str]]:
        """Keys of the nodes above each node, by edges of the default type."""
        above: dict[str, list[str]] = {key: [] for key in self.nodes}
        for from_key, to_key, edge_type in sorted(self.edges):
            if edge_type == "default":
                above[to_key].append(from_key)
        return above

    @cached_property
    def children(self) -> dict[str, list[str]]:
        below: dict[str, list[str]] = {key: [] for key in self.nodes}
        for key, parents in self.parents.items():
            for parent in parents:
                below[parent].append(key)
        return below

    def of(self, kinds: set[str]) -> Iterator[tuple[str, Json]]:
        """(key, node) of the nodes of some kinds."""
        return ((key, node) for key, node in self.nodes.items() if node["kind"] in kinds)

    def keys(self, kinds: set[str], test: Callable[[Json], bool] = lambda _: True) -> set[str]:
        return {key for key, node in self.of(kinds) if test(node)}

    def above(self, key: str, kinds: set[str]) -> Json:
        """The nearest node above (or the node itself) of one of the kinds; {} if there is none."""
        level = [key]
        while level:
            for each in level:
                if self.nodes[each]["kind"] in kinds:
                    return self.nodes[each]
            level = [parent for each in level for parent in self.parents[each]]
        return {}

    def below(self, key: str) -> set[str]:
        """Keys of all nodes below a node, without itself."""
        found: set[str] = set()
        level = set(self.children[key])
        while level:
            found |= level
            level = {child for each in level for child in self.children[each]} - found
        return found


def age(node: Json) -> timedelta:
    return datetime.now(UTC) - datetime.fromisoformat(node["ctime"])


def collected(*instances: str) -> list[Json]:
    """A cloud with one account that holds the given instances, as a collector sends it."""

    def node(kind: str, name: str, **more: object) -> Json:
        return {"id": name, "reported": {"kind": kind, "id": name, "name": name}, **more}

    return [
        node("graph_root", "root"),
        node("cloud", "onprem"),
        node("account", "cellar", replace=True),
        *(node("instance", name) for name in instances),
        {"from": "root", "to": "onprem"},
        {"from": "onprem", "to": "cellar"},
        *({"from": "cellar", "to": name} for name in instances),
    ]
