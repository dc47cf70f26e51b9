"""resotonotebook 0.1.0, from before JupyterLite: blocking searches into pandas' frames.

pandas and numpy are to be had for Pyodide 0.27 only, so this has interpreters of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.browser.interpreter import Interpreter

# Loading pandas takes half a minute, and a page differs from a worker where stacks cannot switch.
pytestmark = pytest.mark.usually_on("(chromium and worker) or (webkit and page)")


def frames(url: str, instances: int) -> None:
    from resotonotebook import ResotoNotebook

    rnb = ResotoNotebook(url, psk=None)
    found = rnb.search("is(instance)")
    assert len(found) == instances
    assert {"kind", "name", "instance_cores", "account_id", "region_id", "cloud_id"} <= {*found}
    assert found["instance_cores"].sum() > instances
    assert found.groupby("cloud_id").size().sum() == instances
    counted = rnb.cli_execute("search is(instance) | count kind")
    assert f"total matched: {instances}" in list(counted[0])
    sums = rnb.cli_execute("search aggregate(kind: sum(1) as n): is(instance)")
    assert sums["n"].sum() == instances
    digraph = rnb.graph("is(cloud) -[0:1]->")
    assert digraph.source.count(" -> ") > 0
    with pytest.raises(AttributeError, match="Can not parse query"):
        rnb.search("is(")


async def by_switching_stacks(url: str, instances: int) -> None:
    frames(url, instances)


def by_xhr(url: str, instances: int) -> None:
    frames(url, instances)


@pytest.mark.parametrize("way", [by_switching_stacks, by_xhr])
def test_searches(
    notebook: Interpreter, other_inventory: str, instances: int, way: Callable[..., object]
) -> None:
    notebook.call(way, {"url": other_inventory, "instances": instances})
