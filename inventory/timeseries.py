"""resotocore's time series: what an aggregation gave at each moment that it was asked."""

from __future__ import annotations

import asyncio
import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from attrs import define, evolve
from resotocore.core_config import CoreConfig
from resotocore.db.graphdb import GraphDB
from resotocore.db.model import QueryModel
from resotocore.db.timeseriesdb import TimeSeriesBucket, TimeSeriesDB, TimeSeriesMeta, max_delta
from resotocore.query.model import Predicate
from resotocore.types import Json, JsonArray
from resotocore.util import parse_utc, utc, utc_str, uuid_str

from inventory.graph.cursor import ListCursor
from inventory.graph.terms import database_comparison
from inventory.graph.values import find, normal_number, order_key, split_path
from inventory.stores import InventoryEntityDb


@define
class Series:
    """A time series; points in time as text."""

    name: str
    created_at: str
    last_updated: str
    downsample_times: Json


@define
class Moment:
    """What one series had at one moment (seconds since 1970): rows with `v`, perhaps `group`."""

    id: str
    series: str
    at: int
    rows: JsonArray


class InventoryTimeSeries(TimeSeriesDB):
    """Keeps time series as entities.

    Args:
        series: what is known of each of them.
        moments: their values.
        config: how they become coarser with age.
    """

    def __init__(
        self,
        series: InventoryEntityDb[str, Series],
        moments: InventoryEntityDb[str, Moment],
        config: CoreConfig,
    ) -> None:
        self._series = series
        self._moments = moments
        self._one_at_a_time = asyncio.Lock()
        self._downsampled = utc() - max_delta
        self.config = config
        self.buckets = self._buckets()
        self.smallest_resolution = min(bucket.resolution for bucket in self.buckets)

    async def list_time_series(self) -> list[TimeSeriesMeta]:
        return [
            TimeSeriesMeta(
                series.name,
                parse_utc(series.created_at),
                parse_utc(series.last_updated),
                {bucket: parse_utc(at) for bucket, at in series.downsample_times.items()},
            )
            async for series in self._series.all()
        ]

    async def add_entries(
        self, name: str, query_model: QueryModel, graph_db: GraphDB, at: int | None = None
    ) -> int:
        """Run an aggregation with one function, store its result, and return the number of rows."""
        aggregate = query_model.query.aggregate
        assert aggregate is not None, "Only aggregate queries are supported for time series."
        assert len(aggregate.group_func) == 1, (
            "Only a single group function is supported for time series."
        )
        function = evolve(aggregate.group_func[0], as_name="v")
        query = evolve(query_model.query, aggregate=evolve(aggregate, group_func=[function]))
        asked = evolve(query_model, query=query)
        async with await graph_db.search_aggregation(asked) as cursor:
            rows = [row async for row in cursor]
        moment = int(time.time()) if at is None else at
        async with self._one_at_a_time:
            if rows:
                await self._moments.update(Moment(uuid_str(), name, moment, rows))
                now = utc_str()
                known = await self._series.get(name) or Series(name, now, now, {})
                await self._series.update(evolve(known, last_updated=now))
        return len(rows)

    async def load_time_series(
        self,
        name: str,
        start: datetime,
        end: datetime,
        *,
        group_by: set[str] | None = None,
        filter_by: list[Predicate] | None = None,
        granularity: timedelta | int | None = None,
        **_: Any,
    ) -> Any:
        """Averages over slots of time, oldest first; at least an hour each, 20 if nothing is said.

        Args:
            name: of the series.
            start: the first moment that counts.
            end: the first one that does not.
            group_by: names of the groups that are kept apart, None for all.
            filter_by: conditions on groups.
            granularity: length of a slot, or their number.
        """
        assert start < end, "start must be before end"
        assert name, "name must not be empty"
        if not isinstance(granularity, timedelta):
            granularity = (end - start) / (granularity or 20)
        rows = self._rows(name, start, end, filter_by or [])
        slots = _averages([r async for r in rows], start, granularity, group_by)
        return ListCursor([{**row, "at": _moment(row["at"])} for row in slots])

    async def downsample(self, now: datetime | None = None) -> str | Json:
        """Make series coarser where they are old; what was done, by series."""
        now = now or utc()
        if now - self._downsampled < self.smallest_resolution:
            return "No changes since last downsample run"
        async with self._one_at_a_time:
            done: Json = {}
            for series in await self.list_time_series():
                for bucket in self.buckets:
                    if made := await self._compact(series, bucket, now):
                        done.setdefault(series.name, []).append(made)
            self._downsampled = now
        return done

    async def wipe(self) -> bool:
        return await self._series.wipe() and await self._moments.wipe()

    async def create_update_schema(self) -> None:
        """Nothing to prepare."""

    async def _rows(
        self, name: str, start: datetime, end: datetime, conditions: list[Predicate]
    ) -> Any:
        """(moment, row) of a series within a time."""
        tests = [(split_path(c.name), database_comparison(c.op, c.value)) for c in conditions]
        first, last = int(start.timestamp()), int(end.timestamp())
        async for moment in self._moments.all():
            if moment.series == name and first <= moment.at < last:
                for row in moment.rows:
                    if all(test(find(row.get("group"), steps)) for steps, test in tests):
                        yield moment.at, row

    async def _compact(
        self, series: TimeSeriesMeta, bucket: TimeSeriesBucket, now: datetime
    ) -> Json | None:
        """Put averages in the place of what has come into a bucket since the last time."""
        last = series.downsample_times.get(repr(bucket), now - max_delta)
        start, end = max(now - bucket.end, last - bucket.start), now - bucket.start
        if end - start < bucket.resolution or series.last_updated < start:
            return None
        rows = [row async for row in self._rows(series.name, start, end, [])]
        if not rows:
            return None
        averages = _averages(rows, start, bucket.resolution, None)
        await self._replace(series.name, start, end, averages)
        known = await self._series.get(series.name)
        assert known
        times = {**known.downsample_times, repr(bucket): utc_str(now)}
        await self._series.update(evolve(known, downsample_times=times))
        return {
            "bucket": str(bucket),
            "start": utc_str(start),
            "end": utc_str(end),
            "data_points": len(averages),
        }

    async def _replace(self, name: str, start: datetime, end: datetime, rows: list[Json]) -> None:
        first, last = start.timestamp(), end.timestamp()
        old = [m.id async for m in self._moments.all() if m.series == name and first <= m.at < last]
        by_time: dict[int, list[Json]] = {}
        for row in rows:
            kept = {key: value for key, value in row.items() if key != "at"}
            by_time.setdefault(int(row["at"]), []).append(kept)
        new = [Moment(uuid_str(), name, at, found) for at, found in by_time.items()]
        await self._moments.exchange(old, new)


def _averages(
    rows: list[tuple[int, Json]], start: datetime, length: timedelta, names: set[str] | None
) -> list[Json]:
    """A row for each slot and group: `at` (seconds), `group` and `v`."""
    seconds = int(max(length, timedelta(hours=1)).total_seconds())
    offset = start.timestamp() % seconds
    no_groups = names is not None and not names
    found: dict[str, tuple[Json, list[float]]] = {}
    for at, row in rows:
        group = row.get("group")
        if names is not None:
            group = {name: find(group, split_path(name)) for name in sorted(names)}
        slot = {"at": at // seconds * seconds + offset} | ({} if no_groups else {"group": group})
        values = found.setdefault(json.dumps(slot, sort_keys=True), (slot, []))[1]
        values += [row["v"]] if row["v"] is not None else []
    averages = [{**slot, "v": _mean(v)} for slot, v in found.values()]
    return sorted(averages, key=lambda row: (row["at"], order_key(row.get("group"))))


def _mean(values: list[float]) -> Any:
    return normal_number(sum(values) / len(values)) if values else None


def _moment(seconds: float) -> str:
    return utc_str(datetime.fromtimestamp(seconds, UTC))
