"""Collects generated resources and their edges, in the form a collector sends them to resotocore.

Decides identifiers, ages and chance, all from one seed; knows no cloud.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from resotolib.baseresources import (
    BaseAccount,
    BaseRegion,
    BaseResource,
    BaseZone,
    Cloud,
    GraphRoot,
    InstanceStatus,
)
from resotolib.core.model_export import get_node_attributes, type_str

Json = dict[str, Any]
SEED = 20231


@dataclass(frozen=True)
class Node:
    """A resource in the graph: its key, and the place that it belongs to."""

    key: str
    resource: BaseResource
    place: tuple[str, ...]


@dataclass(frozen=True)
class Machine:
    """A type of instance: cores, memory in GB and price in dollars an hour."""

    name: str
    cores: int
    memory: float
    hourly: float


class Estate:
    """The growing graph. Everything random is drawn from `random`, ages count back from `now`.

    Args:
        now: the moment that ages count back from.
        copy: which copy of the plan it is: accounts of others have other names and identifiers.
    """

    def __init__(self, now: datetime, copy: int = 0) -> None:
        self.now = now
        self.random = Random(SEED + copy)
        self._copy = copy
        self._lines: list[Json] = []
        self.root = self._add(GraphRoot(id="root"), "root", ())

    def lines(self) -> Iterator[Json]:
        """Nodes and edges, in resotocore's import format."""
        return iter(self._lines)

    def named(self, account: str) -> str:
        """The name of an account of the plan in this copy."""
        return f"{account}-{self._copy}" if self._copy else account

    def numbered(self, account: str) -> str:
        """The number of an account of the plan in this copy."""
        return str(int(account) + self._copy)

    def cloud(self, name: str) -> Node:
        node = self._place(Cloud(id=name, name=name), self.root)
        self.link(self.root, node)
        return node

    def account(self, cloud: Node, account: BaseAccount) -> Node:
        """An account is the unit that a collect run replaces."""
        node = self._place(account, cloud, replace=True)
        self.link(cloud, node)
        return node

    def region(self, account: Node, region: BaseRegion) -> Node:
        node = self._place(region, account)
        self.link(account, node)
        return node

    def zone(self, region: Node, zone: BaseZone) -> Node:
        node = self._place(zone, region)
        self.link(region, node)
        return node

    def add(self, place: Node, resource: BaseResource, *parents: Node) -> Node:
        """A resource below its region (or zone, or account), and below other resources."""
        key = _key((*place.place, resource.kind, resource.id))
        node = self._add(resource, key, place.place)
        for parent in (place, *parents):
            self.link(parent, node)
        return node

    def link(self, from_node: Node, to_node: Node, edge_type: str = "default") -> None:
        """An edge; of type `delete` if the first can only be deleted after the second."""
        self._lines.append({"from": from_node.key, "to": to_node.key, "edge_type": edge_type})

    def identifier(self, prefix: str = "", length: int = 17) -> str:
        """A hexadecimal identifier behind a prefix."""
        return prefix + f"{self.random.getrandbits(4 * length):0{length}x}"

    def number(self, digits: int) -> str:
        """A decimal identifier."""
        return str(self.random.randrange(10 ** (digits - 1), 10**digits))

    def ago(self, days: float) -> datetime:
        return self.now - timedelta(days=days)

    def age(self, least: float, most: float) -> float:
        """An age in days; young is more frequent than old."""
        return least + (most - least) * self.random.random() ** 2

    def status(self, running: float) -> InstanceStatus:
        """Running with the given probability, else stopped or (one in four) terminated."""
        if self.random.random() < running:
            return InstanceStatus.RUNNING
        gone = self.random.random() < 0.25
        return InstanceStatus.TERMINATED if gone else InstanceStatus.STOPPED

    def _place(self, resource: BaseResource, parent: Node, replace: bool = False) -> Node:
        place = (*parent.place, resource.id)
        return self._add(resource, _key((resource.kind, *place)), place, replace)

    def _add(
        self, resource: BaseResource, key: str, place: tuple[str, ...], replace: bool = False
    ) -> Node:
        metadata = {"python_type": type_str(resource), "phantom": resource.phantom}
        line = {"id": key, "reported": get_node_attributes(resource), "metadata": metadata}
        self._lines.append({**line, "replace": True} if replace else line)
        return Node(key, resource, place)


def _key(parts: tuple[str, ...]) -> str:
    digest = hashlib.blake2b(repr(parts).encode(), digest_size=16).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
