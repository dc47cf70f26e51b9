"""Aggregations kept over time: taken from the graph, averaged, made coarser with age."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from tests.inventory.api import Api
from tests.inventory.estate import INSTANCES, Estate
from tests.inventory_process import ROOT, inventory_python

SNAPSHOT = "timeseries snapshot --name kinds 'aggregate(kind: sum(1)): is(instance)'"


@pytest.fixture(scope="module")
def taken(api: Api) -> Api:
    """The server, once it has taken a series."""
    assert api.printed(SNAPSHOT) == ["3 entries added to time series kinds."]
    return api


def test_a_series_is_taken_and_read(taken: Api, estate: Estate):
    counts = Counter(node["kind"] for _, node in estate.of(INSTANCES))
    end = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    rows = taken.post("/timeseries/kinds", json={"end": end}).json()
    assert {row["group"]["kind"]: row["v"] for row in rows} == counts
    assert [series["name"] for series in taken.printed("timeseries list")] == ["kinds"]


def test_groups_are_chosen_and_joined(taken: Api, estate: Estate):
    end = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    given = {"end": end, "filter": ["kind == gcp_instance"]}
    rows = taken.post("/timeseries/kinds", json=given).json()
    assert [row["v"] for row in rows] == [len(estate.keys({"gcp_instance"}))]
    [joined] = taken.post("/timeseries/kinds", json={"end": end, "group": []}).json()
    assert "group" not in joined
    assert joined["v"] == pytest.approx(len(estate.keys(INSTANCES)) / 3)


def test_what_is_no_series_is_refused(api: Api):
    response = api.command("timeseries snapshot --name x is(instance)")
    assert response.status_code == 400
    assert "Only aggregate queries" in response.text


_DOWNSAMPLE = """
import asyncio, json
from datetime import timedelta
from resotocore.core_config import CoreConfig, TimeSeriesConfig
from types import SimpleNamespace
from resotocore.util import utc, utc_str
from inventory.stores import InventoryEntityDb
from inventory.timeseries import InventoryTimeSeries, Moment, Series

async def main():
    config = SimpleNamespace(timeseries=TimeSeriesConfig())
    series = InventoryEntityDb(lambda s: s.name)
    moments = InventoryEntityDb(lambda m: m.id)
    db = InventoryTimeSeries(series, moments, config)
    now = utc().replace(hour=0, minute=0, second=0, microsecond=0)
    await series.update(Series("a", utc_str(now), utc_str(now), {}))
    for hour in range(10 * 24):
        at = int((now - timedelta(hours=hour, minutes=30)).timestamp())
        rows = [{"group": {"kind": "k"}, "v": hour % 4}]
        await moments.update(Moment(str(hour), "a", at, rows))
    done = await db.downsample(now)
    kept = [m async for m in moments.all()]
    old = [m for m in kept if m.at < (now - timedelta(days=2)).timestamp()]
    cursor = await db.load_time_series("a", now - timedelta(days=10), now, granularity=10)
    days = [row["v"] async for row in cursor]
    print(json.dumps({
        "points": done["a"][0]["data_points"], "kept": len(kept) - len(old), "old": len(old),
        "values": sorted({row["v"] for m in old for row in m.rows}), "days": days,
        "again": await db.downsample(now),
    }))

asyncio.run(main())
"""


def test_old_values_become_averages():
    """Ten days of hours: eight of them in slots of four hours, whose values are 0, 1, 2 and 3."""
    command = [str(inventory_python()), "-c", _DOWNSAMPLE]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == {
        "points": 48,
        "kept": 48,
        "old": 48,
        "values": [1.5],
        "days": [1.5] * 10,
        "again": "No changes since last downsample run",
    }
